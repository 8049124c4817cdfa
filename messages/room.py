"""What is posted in the incident's channel when something happens.

Promises one line, with the words it is about below it and the buttons that follow from it beside it: whoever
reads that a statement awaits approval can approve it there.
"""

from __future__ import annotations

from bot.domain.record import Record
from bot.domain.statement import Statement, StatementState
from bot.domain.timeline import Event, EventKind
from messages.actions import (
    DELIVERY_RETRY,
    INCIDENT_ESCALATE,
    STATEMENT_APPROVE,
    STATEMENT_CHANGE,
    STATEMENT_SELF_APPROVE,
    TASK_DONE,
    pack,
)
from messages.blocks import Block, Element, Message, actions, button, confirmation, context, section
from messages.marks import cut, escape
from messages.names import name
from messages.story import event_line
from messages.words import Words

_LONGEST_QUOTE = 1200


def event(_: Words, record: Record, event: Event) -> Message:
    """What the room is told of an event."""
    statement = _statement(record, event)
    waits = statement is not None and statement.state is StatementState.AWAITING_APPROVAL
    asked = event.kind is EventKind.APPROVAL_ASKED
    return Message.of(
        event_line(_, record, event, named=True),
        section(event_line(_, record, event, named=False)),
        quotation(_, statement) if statement and (waits or not asked) else None,
        context(decided(_, record, statement)) if asked and not waits else None,
        actions(*_buttons(_, record, event, statement)),
    )


def called_just_now(_: Words, record: Record) -> Message:
    """For whoever wants the next level a moment after it was called: which it was, and a button that goes on."""
    last, page = record.last_climb, record.ladder
    if last is None or page is None:
        return Message.of(_("A level was called just now: nothing was changed."))
    when = _("That was {ago}: nobody else was called.", ago=_.ago(last.at, record.now))
    value = pack(incident=record.incident.id, level=page.level)
    onwards = None if page.at_its_end else button(_("Call the next level now"), INCIDENT_ESCALATE, value)
    return Message.of(
        f"{event_line(_, record, last, named=True)} {when}",
        section(f"{event_line(_, record, last, named=False)} {when}"),
        actions(onwards),
    )


def decided(_: Words, record: Record, statement: Statement | None) -> str:
    """What became of words that awaited a second reader."""
    if statement is not None and statement.state is StatementState.WITHDRAWN:
        return _("This statement was withdrawn: it never went out.")
    if statement is None or statement.published_at is None or statement.approver is None:
        return _("This statement no longer awaits approval.")
    facts = {
        "time": _.clock(statement.published_at, record.now),
        "author": name(record.roster, statement.author),
        "approver": name(record.roster, statement.approver),
    }
    if statement.self_approved:
        return _("It went out at {time}: {author} published it alone, in an emergency.", **facts)
    return _("It went out at {time}: written by {author}, read by {approver}.", **facts)


def quotation(_: Words, statement: Statement) -> Block:
    """What customers were told, or would be: every language, as it is."""
    texts = (cut(escape(text.strip()), _LONGEST_QUOTE) for text in statement.texts.values())
    return section("\n\n".join("\n".join(f"> {line}" for line in text.splitlines()) for text in texts))


def approval_buttons(_: Words, statement: Statement) -> tuple[Element, ...]:
    """For the second person; and for the author, when there is no second person to be had."""
    value = pack(incident=statement.incident, statement=statement.id)
    alone = confirmation(
        _("Publish without a second reader?"),
        _("Only in an emergency. The record will say that you approved your own words."),
        _("Publish"),
        _("Wait"),
    )
    return (
        button(_("Approve and publish"), STATEMENT_APPROVE, value, style="primary"),
        button(_("Change it…"), STATEMENT_CHANGE, value),
        button(_("Publish alone…"), STATEMENT_SELF_APPROVE, value, confirm=alone),
    )


def _buttons(_: Words, record: Record, event: Event, statement: Statement | None) -> tuple[Element, ...]:
    if event.kind is EventKind.APPROVAL_ASKED and statement:
        waiting = statement.state is StatementState.AWAITING_APPROVAL
        return approval_buttons(_, statement) if waiting else ()
    if event.kind is EventKind.STATEMENT_FAILED and event.facts.get("statement"):
        value = pack(
            incident=event.incident, statement=int(event.facts["statement"]), channel=str(event.facts.get("channel"))
        )
        return (button(_("Send again"), DELIVERY_RETRY, value),)
    if event.kind is EventKind.TASK_ADDED and _is_open(record, event):
        return (button(_("Done"), TASK_DONE, pack(incident=event.incident, task=int(event.facts["task"]))),)
    return ()


def _is_open(record: Record, event: Event) -> bool:
    task = next((task for task in record.tasks if task.id == event.facts.get("task")), None)
    return task is not None and task.done_at is None


def _statement(record: Record, event: Event) -> Statement | None:
    """The words an event is about."""
    if event.kind not in (EventKind.APPROVAL_ASKED, EventKind.STATEMENT_PUBLISHED):
        return None
    return next((each for each in record.statements if each.id == event.facts.get("statement")), None)
