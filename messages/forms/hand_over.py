"""The form that passes a page to somebody else."""

from __future__ import annotations

from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import actions as ids
from messages.blocks import View, modal, section
from messages.forms.fields import incident_line, person_field
from messages.words import Words


def hand_over_form(_: Words, record: Record, page_id: int, *, me: PersonId | None = None) -> View:
    """My deputy is suggested. Whoever is chosen is called at once."""
    known = record.roster.person(me) if me else None
    return modal(
        _("Hand over"),
        (
            section(incident_line(_, record)),
            person_field(
                _,
                _("To whom"),
                record.roster,
                initial=known.deputies[0] if known and known.deputies else None,
                hint=_("They are called at once. If they don't answer, the ladder goes on."),
            ),
        ),
        callback_id=ids.FORM_HAND_OVER,
        submit=_("Hand over"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id, page=page_id),
    )
