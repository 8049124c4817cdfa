"""The reminder that customers wait for word.

Promises that the answer is one click: the draft is there, and so is "nothing has changed". Once answered the
message says so and keeps no button, so that nobody answers twice.
"""

from __future__ import annotations

from bot.domain import cadence
from bot.domain.cadence import Deadline
from bot.domain.effects import Reminder
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement, StatementKind
from messages.actions import INCIDENT_UPDATE, SPEAK_HAND_OVER, SPEAK_NO_CHANGE, SPEAK_PUBLISH, SPEAK_SNOOZE, pack
from messages.blocks import Block, Element, Message, actions, button, confirmation, context, section
from messages.drafts import advice, draft, to_mend
from messages.marks import cut, escape, quoted
from messages.names import heading, name, room
from messages.outlook import lines, sentences
from messages.second_reader import reader_wanted, reading_buttons
from messages.words import Words

_DRAFT = 1500
_NEVER_CAME = frozenset({"failed", "cancelled", "superseded"})


def reminder(_: Words, record: Record, *, stage: str, person: PersonId, round: int, asked: str = "") -> Message:
    """Asks for word: the draft ahead of time, then with growing urgency."""
    deadline = record.customers_deadline
    if deadline is None or deadline.round != round:
        return answered(_, record, person=person, round=round, asked=asked)
    unread = record.unread
    if unread is not None:
        return reader_wanted(_, record, unread, person=person)
    head = heading(_, record.incident)
    lead = _lead(_, record, deadline, Reminder(stage), person)
    proposal = _draft(_, record)
    return Message.of(
        sentences(head, lead, _("A draft is ready.")),
        section(lines(f"*{head}*", lead, _last(_, record))),
        _quotation(_, proposal),
        context(*_advice(_, record, proposal)),
        actions(*_buttons(_, record, deadline)),
    )


def answered(_: Words, record: Record, *, person: PersonId, round: int, asked: str = "") -> Message:
    """The same message once it has been answered: what was done, by whom, and when word is due next.

    ``asked`` says which of this person's reminders it is: one that a later one has followed asks for nothing.
    """
    head, deadline = heading(_, record.incident), record.customers_deadline
    later = deadline if deadline and deadline.round == round and record.incident.open else None
    if later and not record.unread and _followed(record, person, round, asked):
        return _superseded(_, record, head)
    done = _put_off(_, record, later, person) if later else _what_was_done(_, record)
    return Message.of(
        sentences(head, done),
        section(lines(f"*{head}*", done)),
        actions(*_still(_, record, later, person)),
        context(_next(_, record), room(record)),
    )


def _still(_: Words, record: Record, later: Deadline | None, person: PersonId) -> tuple[Element | None, ...]:
    """What is left to press: for whoever put it off, and for whoever wrote what awaits a reader."""
    if record.unread:
        return reading_buttons(_, record, record.unread, person) if person == record.unread.author else ()
    mine = later is not None and record.incident.communications_lead == person
    return _buttons(_, record, later) if later and mine else ()


def _superseded(_: Words, record: Record, head: str) -> Message:
    news = _("A later reminder has followed this one: answer that.")
    return Message.of(sentences(head, news), section(lines(f"*{head}*", news)), context(_next(_, record), room(record)))


def _followed(record: Record, person: PersonId, round: int, asked: str) -> bool:
    """Whether this person was reminded of the same deadline again, by a message that has come or may still."""
    mine = [each for each in record.reminders if (each.person, each.round) == (person, round)]
    arriving = [each.asked for each in mine if each.state not in _NEVER_CAME]
    return bool(arriving) and arriving[-1] != asked


def room_reminder(_: Words, record: Record) -> Message:
    """The room owes itself an update."""
    value = pack(incident=record.incident.id)
    rhythm = cadence.rhythm(record.incident.severity, record.roster.document).room
    every = _("every {duration}", duration=_.whole(rhythm)) if rhythm else ""
    ask = _("How do things stand? Two lines for the room: what we know, what we are doing, who does what.")
    return Message.of(
        ask,
        section(ask),
        actions(button(_("Update the room"), INCIDENT_UPDATE, value)),
        context(_("Asked {every}", every=every) if every else ""),
    )


def _lead(_: Words, record: Record, deadline: Deadline, stage: Reminder, person: PersonId) -> str:
    late = _.whole(record.now - deadline.due_at)
    lead = record.incident.communications_lead
    if stage in (Reminder.DEPUTY, Reminder.COMMANDER) and lead and lead != person:
        facts = {"who": name(record.roster, lead), "duration": late}
        if stage is Reminder.DEPUTY:
            return _(
                "{who} didn't answer. *Customers are waiting: word is {duration} late.* You stand in: it's yours now.",
                **facts,
            )
        return _(
            "{who} and the deputy didn't answer. *Customers are waiting: word is {duration} late.* It's yours now.",
            **facts,
        )
    if record.now >= deadline.due_at:
        return _("*Customers expect word now* ({every}).", every=_every(_, record))
    until = _.by(deadline.due_at, record.now)
    return _("*Customers expect word {until}* ({every}).", until=until, every=_every(_, record))


def _every(_: Words, record: Record) -> str:
    rhythm = cadence.rhythm(record.incident.severity, record.roster.document)
    severity = _.severity(record.incident.severity)
    if not record.published:
        return _("{severity}: the first word", severity=severity)
    if rhythm.every is None:
        return _("{severity}: as they were promised", severity=severity)
    return _("{severity}: every {duration}", severity=severity, duration=_.whole(rhythm.every))


def _last(_: Words, record: Record) -> str:
    told = record.last_published
    if told is None or told.published_at is None:
        return _("They have not been told anything yet.")
    facts = {"time": _.clock(told.published_at, record.now), "text": quoted(told.text(_main_language(record)))}
    return _("Last, {time}: “{text}”", **facts)


def _main_language(record: Record) -> str:
    return record.roster.public_languages()[0]


def _draft(_: Words, record: Record) -> tuple[str, StatementKind]:
    """What we would say, in the company's main language: what somebody has begun, or our own draft."""
    kind, begun = record.next_kind, record.draft
    if begun is not None:
        return begun.text(_main_language(record)), begun.kind
    return draft(
        _main_language(record),
        kind,
        record,
        next_update_at=record.next_update,
        time_zone=record.roster.company_zone(),
    ), kind


def _quotation(_: Words, proposal: tuple[str, StatementKind]) -> Block:
    shown = "\n".join(f"> {line}" for line in cut(escape(proposal[0]), _DRAFT).splitlines())
    return section(lines(_("Draft:"), shown))


def _advice(_: Words, record: Record, proposal: tuple[str, StatementKind]) -> tuple[str, ...]:
    text, kind = proposal
    found = to_mend(text, _main_language(record), kind, next_update_at=record.next_update)
    return tuple(advice(_, each) for each in found)


def _buttons(_: Words, record: Record, deadline: Deadline) -> tuple[Element | None, ...]:
    value = pack(incident=record.incident.id, round=deadline.round)
    sure = confirmation(
        _("Tell customers that nothing has changed?"),
        _("It is published at once: we are sorry, nothing is new, we are still on it, when the next word comes."),
        _("Publish"),
        _("Not yet"),
    )
    unchanged = button(
        _("No change, still on it"), SPEAK_NO_CHANGE, value, confirm=sure if record.incident.private else None
    )
    return (
        button(_("Publish…"), SPEAK_PUBLISH, value, style="primary"),
        unchanged if record.goes_on_as_told else None,
        button(_("Snooze…"), SPEAK_SNOOZE, value) if deadline.due_at > record.now else None,
        button(_("Hand over…"), SPEAK_HAND_OVER, value),
    )


def _put_off(_: Words, record: Record, deadline: Deadline, person: PersonId) -> str:
    """Not answered yet: snoozed, or given to somebody else."""
    lead = record.incident.communications_lead
    if record.unread:
        return _what_was_done(_, record)
    if lead != person:
        return _("{who} speaks to customers now.", who=name(record.roster, lead))
    if deadline.wake_at is not None and deadline.wake_at > record.now:
        return _("Put off: you are asked again at {time}.", time=_.clock(deadline.wake_at, record.now))
    return _("Customers still expect word.")


def _what_was_done(_: Words, record: Record) -> str:
    told = record.last_published
    unread = record.unread
    if unread is not None:
        return _("{who} wrote it; it awaits approval.", who=name(record.roster, unread.author))
    if told is not None and told.published_at is not None:
        return _told(_, record, told)
    if not record.incident.open:
        return _("The incident is over.")
    if record.customers_deadline is None:
        severity = _.severity(record.incident.severity)
        return _("{severity}: customers are told when something changes. Nothing is due now.", severity=severity)
    return _("{who} speaks to customers now.", who=name(record.roster, record.incident.communications_lead))


def _told(_: Words, record: Record, told: Statement) -> str:
    facts = {
        "time": _.clock(told.published_at or told.drafted_at, record.now),
        "who": name(record.roster, told.author),
        "text": quoted(told.text(_main_language(record))),
    }
    return _("Customers were told at {time} by {who}: “{text}”", **facts)


def _next(_: Words, record: Record) -> str:
    due = record.customers_deadline
    if due is None:
        return ""
    time = _.clock(due.due_at, record.now)
    return _("Next word to customers by {time}.", time=time)
