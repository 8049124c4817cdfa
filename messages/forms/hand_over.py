"""The form that passes a page to somebody else."""

from __future__ import annotations

from bot.domain.record import Record
from bot.domain.slugs import PersonId
from messages import actions as ids
from messages.blocks import View, modal, section
from messages.forms.fields import incident_line, person_field
from messages.words import Words


def hand_over_form(_: Words, record: Record, page_id: int, *, me: PersonId | None = None) -> View:
    """My first deputy who neither has it nor has said that they can't is suggested. Whoever is chosen is called at
    once."""
    known, page = record.roster.person(me) if me else None, record.page(page_id)
    free = (each for each in (known.deputies if known else ()) if page is None or page.may_ask(each))
    mine = page is not None and me in page.taken_by
    return modal(
        _("Hand over"),
        (
            section(incident_line(_, record)),
            person_field(
                _,
                _("To whom"),
                record.roster,
                initial=next(free, None),
                hint=_("They are called at once. Until they answer, you have it.")
                if mine
                else _("They are called at once. If they don't answer, the ladder goes on."),
            ),
        ),
        callback_id=ids.FORM_HAND_OVER,
        submit=_("Hand over"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id, page=page_id),
    )
