"""Whose the plan is, how it is changed, and one person's private contacts for somebody who needs them.

Promises that a reader without rights learns whom to ask. Refuses to show a number to anybody but the one who
asked, and was recorded asking.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.people import Person
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.team_health import Finding
from messages.blocks import Message, context, section
from messages.findings import finding, weight
from messages.marks import dial, one_line
from messages.names import called, names
from messages.outlook import lines, sentences
from messages.words import Words

_FINDINGS = 12


def about_plan(_: Words, roster: Roster, *, me: PersonId, findings: Sequence[Finding] = ()) -> Message:
    """`findings`: for owners alone, what to mend."""
    whose = _whose(_, roster)
    how = _how(_, roster, owner=roster.is_owner(me))
    return Message.of(
        sentences(whose, how.replace("`", "").replace("*", "")),
        section(lines(f"*{whose}*", _by_mention(_, roster), how)),
        section("\n".join(_to_mend(_, roster, findings))) if findings else None,
        context(_("Who is in it, and for what: `/crisis who`.")) if roster.document else None,
    )


def contacts(_: Words, person: Person) -> Message:
    """The numbers and the address, for the one who asked."""
    phones = [
        f"• {dial(phone.number.reveal())}{_good_for(_, sms=phone.sms, voice=phone.voice)}" for phone in person.phones
    ]
    address = [f"• {one_line(person.email.reveal())}"] if person.email else []
    head = _("How to reach {name}", name=one_line(person.name))
    if not phones and not address:
        return Message.of(_("The plan has no private contact of {name}.", name=one_line(person.name)))
    return Message.of(
        head,
        section(lines(f"*{head}*", *phones, *address)),
        context(_("Only you see this, and that you asked is on record.")),
    )


def _whose(_: Words, roster: Roster) -> str:
    owners = roster.owners()
    if roster.document is None:
        return _("There is no team document yet.")
    if not owners:
        return _("The plan of {company} has no owner yet.", company=one_line(roster.document.company))
    return _(
        "The plan of {company} is kept by {names}.",
        company=one_line(roster.document.company),
        names=names(_, roster, owners),
    )


def _by_mention(_: Words, roster: Roster) -> str:
    """Mentions, so that one tap writes to them."""
    return " ".join(called(roster, owner) for owner in roster.owners())


def _how(_: Words, roster: Roster, *, owner: bool) -> str:
    if roster.document is None and owner:
        return _("Declaring works all the same: you are called. To bring one in: `anticrisi doc import`.")
    if roster.document is None:
        return _("Declaring works all the same: they are called. Only they can bring one in.")
    if owner:
        return _(
            "To change it: `anticrisi doc export`, edit the file, `anticrisi doc import`. Every version is kept and "
            "can be brought back."
        )
    return _("Something in it is wrong or missing? Write to them: only they can change it.")


def _to_mend(_: Words, roster: Roster, findings: Sequence[Finding]) -> list[str]:
    shown = [f"• _{weight(_, each)}_ · {finding(_, roster, each)}" for each in findings[:_FINDINGS]]
    head = _("To mend")
    return [f"*{head}*", *shown]


def _good_for(_: Words, *, sms: bool, voice: bool) -> str:
    if sms and voice:
        return ""
    return " · " + (_("text messages only") if sms else _("calls only"))
