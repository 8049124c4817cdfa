"""The form in which a person writes the summary that opens the post-mortem."""

from __future__ import annotations

from bot.domain.record import Record
from messages import actions as ids
from messages.blocks import View, input_block, modal, section, text_input
from messages.forms.fields import incident_line
from messages.words import Words


def summary_form(_: Words, record: Record) -> View:
    element = text_input(initial=record.incident.summary, multiline=True, focus=True)
    return modal(
        _("Summary"),
        (
            section(incident_line(_, record)),
            input_block(
                _("What happened, in five lines"),
                element,
                block_id=ids.FIELD_SUMMARY,
                hint=_("For somebody who wasn't there. Facts, no culprits."),
            ),
        ),
        callback_id=ids.FORM_SUMMARY,
        submit=_("Save"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id),
    )
