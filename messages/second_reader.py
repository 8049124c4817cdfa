"""The reminder while words to customers wait for the person who must read them first.

Promises that whoever may let them leave finds them there with the button, and that their author is not told to
write what is written. Blames nobody for not answering: the words are there, a reader is not.
"""

from __future__ import annotations

from bot.domain import rights
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement
from messages.blocks import Element, Message, actions, context, section
from messages.names import heading, name, room
from messages.outlook import lines, sentences
from messages.room import approval_buttons, quotation
from messages.words import Words


def reader_wanted(_: Words, record: Record, statement: Statement, *, person: PersonId) -> Message:
    """Word is due, and all that is missing is somebody who reads it."""
    head, due, ask = heading(_, record.incident), _due(_, record), _ask(_, record, statement, person)
    return Message.of(
        sentences(head, due, ask),
        section(lines(f"*{head}*", due, ask)),
        quotation(_, statement),
        actions(*reading_buttons(_, record, statement, person)),
        context(room(record)),
    )


def reading_buttons(_: Words, record: Record, statement: Statement, person: PersonId) -> tuple[Element, ...]:
    """What this person can do with words that wait: read them, or leave alone with their own."""
    approve, change, alone = approval_buttons(_, statement)
    if person == statement.author:
        return change, alone
    return (approve, change) if rights.may_approve(record, statement, person) else ()


def _due(_: Words, record: Record) -> str:
    deadline = record.customers_deadline
    if deadline is None:
        return ""
    if record.now < deadline.due_at:
        return _("*Customers expect word {until}.*", until=_.by(deadline.due_at, record.now))
    late = record.now - deadline.due_at
    if late.total_seconds() < 60:
        return _("*Customers expect word now.*")
    return _("*Customers are waiting: word is {duration} late.*", duration=_.whole(late))


def _ask(_: Words, record: Record, statement: Statement, person: PersonId) -> str:
    if person == statement.author:
        return _("You wrote it, and nobody has read it yet. If nobody can, publish it alone: that is recorded.")
    author = name(record.roster, statement.author)
    if rights.may_approve(record, statement, person):
        return _("{who} wrote it; nobody has read it yet. Read it: it goes out when you approve.", who=author)
    return _("{who} wrote it; it awaits approval.", who=author)
