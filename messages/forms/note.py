"""The form that puts a fact on the timeline, at the time when it happened."""

from __future__ import annotations

from bot.domain.record import Record
from messages import actions as ids
from messages.blocks import View, input_block, modal, section, text_input
from messages.forms.fields import came_from, incident_line
from messages.words import Words


def note_form(
    _: Words, record: Record, *, text: str = "", message_link: str = "", message_ts: str = "", author: str = ""
) -> View:
    """`message_ts` and `author` when a message is being kept: its own time and writer stay."""
    element = text_input(initial=text, placeholder=_("The first store called at 9:55"), multiline=True, focus=True)
    return modal(
        _("Add to the timeline"),
        (
            section(incident_line(_, record)),
            came_from(_, message_link) if message_link else None,
            input_block(_("What happened"), element, block_id=ids.FIELD_TEXT),
        ),
        callback_id=ids.FORM_NOTE,
        submit=_("Add"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id, link=message_link, ts=message_ts, author=author),
    )
