"""The form that changes how grave an incident is."""

from __future__ import annotations

from bot.domain.record import Record
from messages import actions as ids
from messages.blocks import View, context, input_block, modal, section, text_input
from messages.forms.fields import incident_line, severity_field
from messages.words import Words


def severity_form(_: Words, record: Record, *, severity: int | None = None) -> View:
    """What each step means stands beside it."""
    return modal(
        _("Change the severity"),
        (
            section(incident_line(_, record)),
            severity_field(_, record.roster, initial=severity or record.incident.severity),
            input_block(_("Why"), text_input(longest=300), block_id=ids.FIELD_REASON, optional=True),
            context(_("It changes how hard we knock and how often customers hear from us.")),
        ),
        callback_id=ids.FORM_SEVERITY,
        submit=_("Change"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id),
    )
