"""The form that gives the word to customers to somebody else."""

from __future__ import annotations

from bot.domain.incident import COMMUNICATIONS
from bot.domain.record import Record
from messages import actions as ids
from messages.blocks import View, modal, section
from messages.forms.fields import incident_line, person_field
from messages.words import Words


def speak_hand_over_form(_: Words, record: Record, *, round: int = 0) -> View:
    """The lead's deputy is suggested."""
    lead = record.incident.communications_lead
    deputy = record.roster.deputy_of(lead, role=COMMUNICATIONS) if lead else None
    return modal(
        _("Who speaks now"),
        (
            section(incident_line(_, record)),
            person_field(
                _,
                _("To whom"),
                record.roster,
                initial=deputy,
                hint=_("They become communications lead and get the draft at once."),
            ),
        ),
        callback_id=ids.FORM_SPEAK_HAND_OVER,
        submit=_("Hand over"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id, round=round),
    )
