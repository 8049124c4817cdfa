"""What one person is told outside the channel: that it is over, that a role is theirs, that something needs them.

Promises a sentence for each notice, with the next step last; a notice it does not know says calmly where to look.
Refuses to show a private number anywhere but in the answer to whoever is owed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.effects import TellPerson
from bot.domain.incident import Status, channel_name, incident_name
from bot.domain.patience import CAPPED
from bot.domain.record import Record
from bot.domain.statement import Statement, StatementState
from messages import gsm, ladder
from messages.actions import DELIVERY_RETRY, DELIVERY_VOUCH, INCIDENT_PUBLIC, TASK_DONE, USE_CHANNEL, pack
from messages.blocks import Message, actions, button, context, section
from messages.channels import channel_name as public_channel
from messages.climb import climbed, climbed_sms
from messages.duties import duties_of
from messages.marks import clean, dial, one_line, quoted, spaced
from messages.names import heading, name, room
from messages.outlook import how_it_ended, lines, sentences
from messages.phone import Mail
from messages.room import approval_buttons, decided, quotation
from messages.troubles import why
from messages.waits import asked_for, capped
from messages.words import Words


def notice(_: Words, record: Record | None, effect: TellPerson) -> Message:
    """The message for one person; about no incident, it is of a wait that they asked for."""
    if record is None:
        return Message.of(asked_for(_, None, effect.facts))
    return _NOTICES.get(effect.notice, _look)(_, record, effect.facts)


def notice_sms(_: Words, record: Record, effect: TellPerson) -> str:
    """The same in one text message, for those whom Slack does not reach."""
    incident = record.incident
    if effect.notice == "last_resort":
        numbers = ", ".join(f"{label} {phone}" for label, phone in _numbers(effect.facts))
        return gsm.segment(
            _("{incident}: nobody has answered. Call {numbers}", incident=incident.name, numbers=numbers)
        )
    news = how_it_ended(_, record) if effect.notice == "over" else _short(_, record, effect)
    return gsm.segment(f"{incident.name}. {news}")


def _short(_: Words, record: Record, effect: TellPerson) -> str:
    if effect.notice == "climbed":
        return climbed_sms(_, record, effect.facts)
    if effect.notice == "role":
        document = record.roster.document
        return _("You are {role} now.", role=_.role(str(effect.facts.get("role")), document))
    return _("It needs you: open Slack.")


# It is over, or nobody came


def _over(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    head, news = heading(_, record.incident), how_it_ended(_, record)
    merged = record.incident.status is Status.MERGED  # it goes on, perhaps with the very same people
    thanks = "" if merged else _("You were called for it: thank you. Nothing more is asked of you.")
    number = context(record.incident.name)  # two incidents may have one title
    return Message.of(sentences(head, news, thanks), section(lines(f"*{head}*", news, thanks)), number)


def _last_resort(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    head, numbers = heading(_, record.incident), _numbers(facts)
    if not numbers:
        news = _("Nobody has answered, and the plan names no number to call. Go to whoever is in charge near you.")
        return Message.of(sentences(head, news), section(lines(f"*{head}*", news)))
    news = (
        _("Nobody has it yet. Call one of these numbers now.")
        if ladder.everyone_wanted_by(record)
        else _("Nobody has answered. Call one of these numbers now.")
    )
    listed = "\n".join(f"• {one_line(label)}: *{dial(phone)}*" for label, phone in numbers)
    plainly = ", ".join(f"{one_line(label)} {spaced(phone)}" for label, phone in numbers)
    still = _("They are for this emergency: showing them to you is on record. We go on waiting for an answer.")
    return Message.of(sentences(head, news, plainly), section(lines(f"*{head}*", news, listed)), context(still))


def _numbers(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    listed = facts.get("numbers") or ()
    return [(clean(str(each.get("label", ""))), clean(str(each.get("phone", "")))) for each in listed]


# It is yours


def _role(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    role = str(facts.get("role", ""))
    shown = one_line(_.role(role, record.roster.document))
    head, news = heading(_, record.incident), _("You are {role} now.", role=shown)
    duties = duties_of(_, record, role)
    return Message.of(
        sentences(head, news),
        section(lines(f"*{head}*", f"{news} → {room(record)}")),
        section(duties) if duties else None,
    )


def _task(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    task = next((each for each in record.tasks if each.id == facts.get("task")), None)
    text = quoted(task.text if task else str(facts.get("text") or "–"), 500)
    head = heading(_, record.incident)
    news = _("{who} asks you: {text}", who=name(record.roster, task.added_by), text=text) if task else text
    done = button(_("Done"), TASK_DONE, pack(incident=record.incident.id, task=task.id)) if task else None
    open_task = task is not None and task.done_at is None
    return Message.of(
        sentences(head, _("There is something for you to do.") if record.incident.private else news),
        section(lines(f"*{head}*", f"{news} → {room(record)}")),
        actions(done) if open_task else context(_("Done: thank you.")),
    )


def _approve(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    statement = _statement(record, facts)
    head = heading(_, record.incident)
    if statement is None or statement.state is not StatementState.AWAITING_APPROVAL:
        news = decided(_, record, statement)
        return Message.of(sentences(head, news), section(lines(f"*{head}*", news)))
    author = name(record.roster, statement.author)
    news = _("{who} wrote to customers. Read it: it goes out when you approve.", who=author)
    approve, change, _alone = approval_buttons(_, statement)
    return Message.of(
        sentences(head, news, "" if record.incident.private else quoted(statement.text(_.language))),
        section(lines(f"*{head}*", news)),
        quotation(_, statement),
        actions(approve, change),
        context(_waiting(_, record)),
    )


def _waiting(_: Words, record: Record) -> str:
    due = record.customers_deadline
    if due is None:
        return ""
    if due.due_at <= record.now:
        return _("Customers have been waiting for {duration}.", duration=_.whole(record.now - due.due_at))
    return _("Customers expect word {until}.", until=_.by(due.due_at, record.now))


def _statement(record: Record, facts: Mapping[str, Any]) -> Statement | None:
    return next((each for each in record.statements if each.id == facts.get("statement")), None)


# Something did not work


def _channel_refused(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    incident = record.incident
    wanted = channel_name(incident.id, incident.title, fallback=incident.scenario or "incident")
    reason = why(_, str(facts.get("code") or ""))
    news = _("Slack wouldn't create the channel ({why}).", why=reason)
    saved = _("{incident} is declared and {names}.", incident=incident.name, names=_who_has_it(_, record))
    step = _("Create #{channel}, invite the bot and press *Use this channel*.", channel=wanted)
    use = button(_("Use this channel"), USE_CHANNEL, pack(incident=incident.id, channel=wanted))
    return Message.of(sentences(news, saved, step), section(lines(f"{news} {saved}", step)), actions(use))


def _who_has_it(_: Words, record: Record) -> str:
    page = record.ladder
    if page is not None and page.acknowledged_by is not None:
        return _("{who} has it", who=name(record.roster, page.acknowledged_by))
    people = record.called
    shown = _.people([name(record.roster, person) for person in people])
    return _.plural("{names} is being called", "{names} are being called", len(people), names=shown or "–")


def _no_document(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    head = heading(_, record.incident)
    reporter = name(record.roster, record.incident.reporter)
    news = _("{who} declared this. There is no team document yet, so only you are being called.", who=reporter)
    step = _("When it is over, open the Home tab: the document says who is called, for what, and in which order.")
    return Message.of(
        sentences(head, news, step), section(lines(f"*{head}*", f"{news} → {room(record)}")), context(step)
    )


def _delivery_uncertain(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    channel = str(facts.get("channel") or "")
    shown = public_channel(_, channel)
    news = _("We can't tell whether the statement went out on {channel}: the connection was lost.", channel=shown)
    step = _("Look there first, so that customers don't read it twice.")
    value = pack(incident=record.incident.id, statement=int(facts.get("statement") or 0), channel=channel)
    statement = _statement(record, facts)
    return Message.of(
        sentences(record.incident.name, news, step),
        section(lines(f"*{heading(_, record.incident)}*", f"{news} {step}")),
        quotation(_, statement) if statement else None,
        actions(button(_("It is there"), DELIVERY_VOUCH, value), button(_("Send again"), DELIVERY_RETRY, value)),
    )


def _waiting_behind_limit(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    return Message.of(sentences(record.incident.name, asked_for(_, record, facts)))


def _daily_cap(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    return Message.of(capped(_, record, facts))


def _owner_alarm(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    news = _("Something on our side needs a hand: {why}.", why=why(_, str(facts.get("code") or "")))
    step = _("Incidents are still recorded and people still called. Run `anticrisi check` on the server.")
    return Message.of(sentences(news, step.replace("`", "")), section(lines(news, step)))


def _closing_missing(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    head = heading(_, record.incident)
    news = _("It is solved, but customers have not had the closing message: what happened and what changes.")
    tell = button(_("Tell customers"), INCIDENT_PUBLIC, pack(incident=record.incident.id), style="primary")
    return Message.of(sentences(head, news), section(lines(f"*{head}*", news)), actions(tell))


def _ring(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    return ring_test(_)


def _look(_: Words, record: Record, facts: Mapping[str, Any]) -> Message:
    head = heading(_, record.incident)
    news = _("There is news of {incident}.", incident=incident_name(record.incident.id))
    return Message.of(sentences(head, news), section(lines(f"*{head}*", f"{news} → {room(record)}")))


_NOTICES: dict[str, Callable[[Words, Record, Mapping[str, Any]], Message]] = {
    "over": _over,
    "climbed": climbed,
    "last_resort": _last_resort,
    "role": _role,
    "task": _task,
    "approve": _approve,
    "channel_refused": _channel_refused,
    "no_document": _no_document,
    "delivery_uncertain": _delivery_uncertain,
    "waiting_behind_limit": _waiting_behind_limit,
    CAPPED: _daily_cap,
    "owner_alarm": _owner_alarm,
    "closing_missing": _closing_missing,
    "ring_test": _ring,
}
NOTICES = frozenset(_NOTICES)


# Ring me now


def ring_test(_: Words) -> Message:
    """The trial message of "Ring me now", in Slack."""
    return Message.of(_("A trial: this is how a page from Anticrisi reaches you here. Nothing is on fire."))


def ring_test_sms(_: Words) -> str:
    return gsm.segment(_("Anticrisi: a trial, nothing is on fire. This is how a page reaches you here."))


def ring_test_voice(_: Words) -> str:
    return _("Anticrisi. This is a trial: nothing is on fire. This is how a page sounds. You can hang up.")


def ring_test_mail(_: Words) -> Mail:
    """The trial as a letter."""
    trial = _("Anticrisi: a trial, nothing is on fire")
    return Mail(trial, _("A trial: this is how a page from Anticrisi reaches you here. Nothing is on fire.") + "\n")
