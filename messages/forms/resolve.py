"""The form that resolves: how it was solved, and the last word to customers.

Promises a closing message already begun in each public language; asked for whenever customers were told anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.record import Record
from bot.domain.statement import StatementKind, needs_approval
from messages import actions as ids
from messages.blocks import Block, View, context, input_block, modal, section, text_input
from messages.forms.fields import incident_line, text_fields, unread_line
from messages.words import Words


def resolve_form(_: Words, record: Record, *, texts: Mapping[str, str], solution: str = "") -> View:
    """`texts`: the closing message by language, from `drafts`."""
    told = bool(record.published)
    element = text_input(
        initial=solution or record.incident.summary,
        placeholder=_("The certificate had expired; it was renewed at 12:15"),
        multiline=True,
        focus=True,
    )
    blocks = (
        section(incident_line(_, record)),
        input_block(
            _("How it was solved"),
            element,
            block_id=ids.FIELD_SOLUTION,
            hint=_("For the team: it opens the post-mortem."),
        ),
        context(_to_customers(_, record)),
        unread_line(_, record),
        *(
            ()
            if record.incident.private and not told
            else text_fields(
                _,
                texts if told else dict.fromkeys(texts, ""),
                label=_("Closing message to customers"),
                kind=StatementKind.CLOSING,
                next_update_at=None,
                hint=_("Add what happened, how you handled it, what changes, and what you do for those who lost out."),
                optional=not told,
            )
        ),
        *_open_tasks(_, record),
    )
    return modal(
        _("Resolve {incident}", incident=record.incident.name),
        blocks,
        callback_id=ids.FORM_RESOLVE,
        submit=_("Resolve"),
        close=_("Not yet"),
        private_metadata=ids.pack(incident=record.incident.id),
    )


def _to_customers(_: Words, record: Record) -> str:
    if not record.published and record.incident.private:
        return _("It is private and customers were told nothing: they are told nothing now.")
    if not record.published:
        return _("Customers were told nothing. If they noticed nothing, leave the closing message empty.")
    if needs_approval(record.incident.severity):
        return _("Customers were told, so they are told how it ended. A second person approves the closing message.")
    return _("Customers were told, so they are told how it ended.")


def _open_tasks(_: Words, record: Record) -> Iterator[Block | None]:
    waiting = [task for task in record.tasks if task.done_at is None]
    if waiting:
        yield context(
            _.plural(
                "{n} task is still open: it becomes an action of the post-mortem.",
                "{n} tasks are still open: they become actions of the post-mortem.",
                len(waiting),
                n=len(waiting),
            )
        )
