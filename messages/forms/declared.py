"""What the form turns into once the incident is recorded: who is being called, and what comes next.

Promises that whoever declared can close it knowing that help is on its way, or what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.escalation import ladder_position
from bot.domain.incident import Room
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from messages.blocks import Block, View, channel, context, modal, section
from messages.forms.fields import incident_line
from messages.ladder import still_asked
from messages.names import name
from messages.outlook import have_it, if_silent, sentences
from messages.troubles import why
from messages.words import Words


def declared_view(_: Words, record: Record, *, joined: bool = False) -> View:
    """After the form; `joined` when somebody had already declared the same thing."""
    incident = record.incident
    title = (
        _("{incident} was open", incident=incident.name) if joined else _("{incident} declared", incident=incident.name)
    )
    blocks = (
        section(incident_line(_, record)),
        section(_joined(_, record)) if joined else None,
        *_calling(_, record),
        section(_room(_, incident.room)),
        *_customers(_, record),
        context(_("Private: only those who are called can see it.")) if incident.private else None,
        *_missing(_, record),
    )
    return modal(title, blocks, callback_id="declared", close=_("Close"))


def _joined(_: Words, record: Record) -> str:
    reporter = name(record.roster, record.incident.reporter)
    if record.incident.also_reported_by:
        return _(
            "{person} had just declared the same thing. You are both credited; nobody was called twice.",
            person=f"*{reporter}*",
        )
    return _("You have joined it. Nobody was called twice.")


def _calling(_: Words, record: Record) -> Iterator[Block]:
    page = record.ladder
    if page is None:
        return
    if page.acknowledged_by and not page.wanted:
        yield section(_("*{person}* has it.", person=name(record.roster, page.acknowledged_by)))
        return
    level, levels = ladder_position(page)
    calling = still_asked(record, page) if page.wanted else ()
    if calling:
        now = _(
            "Calling {people} now: level {level} of {levels}.",
            people=_bold(_, record, calling),
            level=level,
            levels=levels,
        )
        yield section(sentences(have_it(_, record, page), now, if_silent(_, record, page)))
    elif not record.called:
        yield section(_("Nobody on the ladder can be reached right now. Call somebody you know."))


def _bold(_: Words, record: Record, people: Sequence[PersonId]) -> str:
    return _.people([f"*{name(record.roster, person)}*" for person in people])


def _room(_: Words, room: Room) -> str:
    if room.channel:
        return _("The channel: {channel}", channel=channel(room.channel))
    return _("The channel is being opened; you'll be invited. Calls don't wait for it.")


def _customers(_: Words, record: Record) -> Iterator[Block]:
    deadline = record.customers_deadline
    if deadline is None or record.incident.private:
        return
    speaker = record.incident.communications_lead
    due = _.clock(deadline.due_at, record.now)
    if speaker:
        who = name(record.roster, speaker)
        yield section(_("Customers should hear from us by {time}. *{person}* has the draft.", time=due, person=who))
    else:
        yield section(_("Customers should hear from us by {time}. A draft is ready in the channel.", time=due))


def _missing(_: Words, record: Record) -> Iterator[Block | None]:
    if record.roster.document is None:
        yield section(
            _("*There is no team document yet*, so there are no levels to call. The owner was told what is missing.")
        )
    if code := record.fact(EventKind.CHANNEL_REFUSED, "code"):
        yield context(_("Slack wouldn't create the channel: {why}. Everything else goes on.", why=why(_, str(code))))
