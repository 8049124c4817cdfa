"""The form that gives somebody something to do before the incident is over."""

from __future__ import annotations

from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import actions as ids
from messages.blocks import View, input_block, modal, section, text_input
from messages.forms.fields import incident_line, person_field
from messages.words import Words


def task_form(_: Words, record: Record, *, text: str = "", person: PersonId | None = None) -> View:
    element = text_input(initial=text, placeholder=_("Renew the certificate"), longest=300, focus=True)
    return modal(
        _("Add a task"),
        (
            section(incident_line(_, record)),
            input_block(_("What must be done"), element, block_id=ids.FIELD_TEXT),
            person_field(_, _("Who does it"), record.roster, initial=person, optional=True),
        ),
        callback_id=ids.FORM_TASK,
        submit=_("Add"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id),
    )
