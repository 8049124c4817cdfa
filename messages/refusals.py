"""Why something was not done, and what to do instead.

Promises a sentence for every code a refusal can carry, with the next step last; for a code it does not know,
a calm one. Each says what happened, what was saved, what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import Formatter

from bot.errors import NotAllowed, NotFound, Refused, Stale
from messages.marks import dial, one_line
from messages.words import N_, Words

_SENTENCES = {
    # Declaring and joining
    "title_missing": N_("Say in a few words what is happening: nothing was declared yet."),
    "incident_over": N_("{incident} is over: nothing was changed. If it is back, open it and choose *Reopen*."),
    "incident_open": N_("{incident} is open: there is nothing to reopen."),
    "guest_cannot_join": N_(
        "Slack doesn't let us bring guests into a channel. Ask {who} to invite you to that of {incident}."
    ),
    "incident_private": N_("{incident} is private: ask whoever leads it, or an owner of the plan, to bring you in."),
    "incident_unknown": N_(
        "There is no such incident, or it is private. `/crisis status all` shows those that are open."
    ),
    "incident_missing": N_("Which incident? Say it from its channel, or with its number at the end, for example 42."),
    "merge_missing": N_("Which one does this one go on in? Give its number: `/crisis merge 41`."),
    "merge_into_itself": N_("An incident cannot be merged into itself. Give the number of the other one."),
    "customers_know_this_one": N_(
        "Customers were told of {incident} and not of {other}: nothing was merged. In the channel of {other}, type "
        "`/crisis merge` and the number of {incident}."
    ),
    "merged_cannot_reopen": N_("{incident} goes on in the incident it was merged into: reopen that one."),
    "changed_meanwhile": N_(
        "Somebody changed it a moment ago: nothing of yours was lost. Look again, then try once more."
    ),
    "key_reused": N_("This key was used for another report, {incident}: nothing was declared. Use a key of its own."),
    # Pages
    "page_unknown": N_("This page is no longer on record: nothing was changed. The incident's channel has the rest."),
    "page_moved_on": N_("This page has moved on to level {level}; nothing was changed."),
    "everyone_called": N_("Everyone on the ladder is being called already; nothing was changed."),
    "level_just_called": N_("A level was called just now: nothing was changed."),
    "ladder_ended": N_(
        "Everyone on the ladder was called, and {who} has the emergency numbers: nobody else is left. Page somebody "
        "by name."
    ),
    "not_your_page": N_("{who} has it, so only {who} can give it back. You can still join."),
    "nothing_to_ring": N_("There is no way to reach you yet. Ask an owner of the plan to add your phone."),
    "nobody_to_call": N_("Nobody was named. Write `/crisis page @name`, or a role: `/crisis page role:legal`."),
    "nobody_reachable": N_(
        "{who} can't be reached now, nor anybody who stands in: nobody was called. Choose somebody else."
    ),
    "none_reachable": N_("None of them can be reached now, nor anybody who stands in: nobody was called."),
    "handed_to_yourself": N_("That is you: nothing was changed. Choose somebody else."),
    "called_already": N_("{who} is being called by name already: nobody was called twice."),
    "heir_has_it": N_("{who} has it already: nothing was changed. Choose somebody else."),
    "person_unknown": N_("Nobody of that name is in the workspace or in the plan. Pick them with @."),
    "person_is_guest": N_("Guests can't be called: pick a colleague."),
    "role_unknown": N_("There is no such role. `/crisis who` shows the roles and who holds them."),
    "role_held": N_("{who} has that role already: nothing was changed."),
    # Changing the incident
    "not_involved": N_("Only those called to {incident}, or who joined it, can change it. Press *Join* first."),
    "status_unknown": N_("There is no such status. Choose one on the card."),
    "severity_same": N_("{incident} has that severity already: nothing was changed."),
    "severity_unknown": N_("Severity goes from 1 (gravest) to 4: `/crisis sev 2`."),
    "note_empty": N_("The note is empty: nothing was added."),
    "update_empty": N_("The update is empty: nothing was posted. Two lines are enough."),
    "task_empty": N_("Say what is to be done: `/crisis task @name call the supplier`."),
    "task_unknown": N_("There is no such task any more. The card shows those that are open."),
    "language_unknown": N_("We don't speak that language yet. Choose one in the Home tab."),
    "summary_empty": N_("The summary is empty: the old one stays."),
    "channel_unknown": N_("The bot is not in #{channel}, or there is no such channel. Invite it, then press again."),
    "channel_known": N_("This channel belongs to another incident: nothing was changed. Use a channel of its own."),
    # Speaking
    "statement_empty": N_("There are no words for customers yet: nothing was published. Write one text per language."),
    "nothing_to_repeat": N_(
        "Something has changed for {incident}: nothing was published. Say how it is now with `/crisis public`."
    ),
    "statement_unknown": N_("This statement is not on record. Open *Tell customers* and start from the draft."),
    "statement_moved_on": N_("Another statement took its place: nothing was published. Read the newest one."),
    "statement_already_published": N_("It is already out: what was said was said. Publish a correction instead."),
    "second_person_needed": N_(
        "You wrote it, so somebody else must approve it. In an emergency choose *Publish alone…*."
    ),
    "not_an_approver": N_(
        "The one who leads, the communications lead or an owner of the plan can approve. They were asked."
    ),
    "not_a_speaker": N_("{lead} speaks to customers. Ask {lead}, or whoever leads, to hand over to you."),
    "no_speaker": N_("Whoever leads or speaks to customers publishes. Take the lead, or ask to be handed over."),
    "private_needs_confirmation": N_(
        "{incident} is private, and these words go on the public page. If customers may hear of it, press again. "
        "Nothing was published yet."
    ),
    "private_told_nothing": N_(
        "{incident} is private and customers were told nothing: resolve it without a closing message. Nothing was "
        "resolved yet."
    ),
    "closing_missing": N_("Customers were told it began: tell them it is over. Nothing was resolved yet."),
    "correction_missing": N_("Customers were told of it: say that it was a false alarm. Nothing was cancelled yet."),
    "reminder_answered": N_("This reminder has been answered already: nothing was published twice."),
    "delivery_settled": N_("That delivery is settled already: nothing was sent twice."),
    "snooze_too_long": N_("Customers don't snooze: choose a time before the next word is due."),
    # Links and forms
    "link_expired": N_("This link has expired. The newest message you were sent has one that works."),
    "link_unknown": N_("This link is not one of ours, or it was cut. Open it again from the message."),
    "link_used": N_("This link was used already: nothing was changed."),
    "form_gone": N_("What you wrote in that form is no longer kept. Open it anew: nothing was changed."),
    "form_expired": N_("This form expired. What you wrote is kept: open it again."),
    "command_unknown": N_("That is not a command. `/crisis help` lists them all. Nothing was declared."),
    # The plan
    "not_an_owner": N_("Only owners of the plan can edit it. `/crisis who` shows them."),
    "contacts_for_the_team": N_("Private contacts are for the team. To have somebody called: `/crisis page @name`."),
    "contact_unknown": N_("The plan has no such contact. Ask an owner to add it."),
    "no_document": N_("There is no team document yet. `/crisis` works all the same: the owner is called."),
    "version_unknown": N_("There is no such version of the plan. The list shows those that are kept."),
    "broken_document": N_("The document has faults, so the old one stays in force. Each is listed with its line."),
}
CODES = frozenset(_SENTENCES)

_NOBODY = {"not_a_speaker": "no_speaker"}
"""What to say instead when a sentence names somebody and there is nobody."""


def refusal(_: Words, error: Refused, name: Callable[[str], str] = str) -> str:
    """Why, and what to do. ``name`` turns a person's id into their name."""
    code = error.code
    facts = {fact: one_line(name(str(value))) for fact, value in error.facts.items() if value is not None}
    if code in _NOBODY and len(facts) < len(error.facts):
        code = _NOBODY[code]
    sentence = _SENTENCES.get(code)
    whole = sentence is not None and _places(sentence) <= set(facts)
    return _(sentence, **facts) if sentence is not None and whole else _in_general(_, error)


def _places(sentence: str) -> set[str]:
    return {name for _text, name, _form, _change in Formatter().parse(sentence) if name}


def _in_general(_: Words, error: Refused) -> str:
    if isinstance(error, NotFound):
        return _("It isn't there any more, or it isn't yours to see. Nothing was changed.")
    if isinstance(error, NotAllowed):
        return _("Somebody else may do that. Ask whoever leads the incident; nothing was changed.")
    if isinstance(error, Stale):
        return _("That moment has passed: nothing was changed. Look at the newest message.")
    return _("That could not be done, and nothing was changed. Try once more, or write `/crisis help`.")


def not_recorded(_: Words, numbers: Sequence[tuple[str, str]] = ()) -> str:
    """Our own store failed: nothing was declared, and here is whom to call. ``numbers``: labels and phones."""
    news = _("*This was not recorded*: our own database is not answering. Nobody has been called.")
    if not numbers:
        return f"{news} " + _("Call whoever is in charge, then try again in a minute.")
    listed = "\n".join(f"• {one_line(label)}: *{dial(phone)}*" for label, phone in numbers)
    return f"{news} " + _("Call one of these numbers now:") + f"\n{listed}"


def something_failed(_: Words) -> str:
    """For a fault of ours that nobody foresaw: nobody is left without an answer."""
    return _("Something failed on our side, and we have been told. Try once more; if it is urgent, phone.")
