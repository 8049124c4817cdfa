"""The form that gives somebody a role in an incident."""

from __future__ import annotations

from bot.domain.incident import COMMANDER
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import actions as ids
from messages.blocks import View, modal, section
from messages.forms.fields import incident_line, person_field, role_field
from messages.words import Words


def role_form(_: Words, record: Record, *, role: str | None = None, person: PersonId | None = None) -> View:
    """Whoever is chosen is told what the role asks of them."""
    return modal(
        _("Give a role"),
        (
            section(incident_line(_, record)),
            role_field(_, _("Role"), record.roster, initial=role or COMMANDER),
            person_field(
                _, _("To whom"), record.roster, initial=person, hint=_("They are told what the role asks of them.")
            ),
        ),
        callback_id=ids.FORM_ROLE,
        submit=_("Give the role"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id),
    )
