"""The form that calls somebody by name or by role, beside the ladder."""

from __future__ import annotations

from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import actions as ids
from messages.blocks import View, context, modal, section
from messages.forms.fields import incident_line, person_field, role_field
from messages.words import Words


def page_form(_: Words, record: Record, *, person: PersonId | None = None, role: str | None = None) -> View:
    """A person or a role: one of the two is enough."""
    return modal(
        _("Page someone"),
        (
            section(incident_line(_, record)),
            person_field(_, _("Who"), record.roster, initial=person, optional=True),
            role_field(_, _("Or everyone in a role"), record.roster, initial=role, optional=True),
            context(_("They are called as their contact plan says, beside the ladder, which goes on by itself.")),
        ),
        callback_id=ids.FORM_PAGE,
        submit=_("Call them"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id),
    )
