"""The form for a false alarm. When customers were told, it asks for a correction."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.record import Record
from bot.domain.statement import StatementKind
from messages import actions as ids
from messages.blocks import View, context, input_block, modal, section, text_input
from messages.forms.fields import incident_line, text_fields, unread_line
from messages.words import Words


def cancel_form(_: Words, record: Record, *, texts: Mapping[str, str]) -> View:
    """`texts`: the correction by language, from `drafts`; unused when customers were told nothing."""
    told = bool(record.published)
    reason = text_input(placeholder=_("The alarm came from a test till"), multiline=True, focus=True)
    blocks = (
        section(incident_line(_, record)),
        input_block(
            _("Why it is a false alarm"),
            reason,
            block_id=ids.FIELD_REASON,
            hint=_("Everyone who was called hears that it is over."),
        ),
        context(_("Customers were told of it: a correction goes out with this.")) if told else None,
        unread_line(_, record),
        *(
            text_fields(
                _,
                texts,
                label=_("Correction to customers"),
                kind=StatementKind.CORRECTION,
                next_update_at=None,
            )
            if told
            else ()
        ),
    )
    return modal(
        _("False alarm"),
        blocks,
        callback_id=ids.FORM_CANCEL,
        submit=_("It was a false alarm"),
        close=_("Go back"),
        private_metadata=ids.pack(incident=record.incident.id),
    )
