"""The form that updates the room."""

from __future__ import annotations

from bot.domain.record import Record
from messages import actions as ids
from messages.blocks import View, input_block, modal, section, text_input
from messages.forms.fields import incident_line, status_field
from messages.words import Words


def update_form(_: Words, record: Record, *, text: str = "") -> View:
    """What we know now, for those who are working on it."""
    element = text_input(
        initial=text,
        placeholder=_("What we know, what we are trying, what we need"),
        multiline=True,
        focus=True,
    )
    return modal(
        _("Update the room"),
        (
            section(incident_line(_, record)),
            input_block(_("What is new"), element, block_id=ids.FIELD_TEXT),
            status_field(_, record.incident.status),
        ),
        callback_id=ids.FORM_UPDATE,
        submit=_("Post"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id),
    )
