"""The form that asks which incident a command means."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.record import Record
from messages import actions as ids
from messages.blocks import View, clean, cut, input_block, modal, section, select
from messages.words import Words


def pick_form(_: Words, records: Sequence[Record], command: str, text: str = "") -> View:
    """The newest is chosen already. With none open, it says so."""
    if not records:
        return modal(
            _("Which incident"),
            (section(_("No incident is open. Nothing was changed.")),),
            callback_id=ids.FORM_PICK,
            close=_("Close"),
        )
    newest_first = sorted(records, key=lambda record: record.incident.id, reverse=True)
    options = [(_name(_, record), str(record.incident.id)) for record in newest_first]
    return modal(
        _("Which incident"),
        (
            input_block(
                _("Incident"),
                select(ids.INCIDENT_PICK, _("Choose an incident"), options, initial=options[0][1]),
                block_id=ids.FIELD_INCIDENT,
                hint=_("For “/crisis {command}”. Used in the incident's channel, it doesn't ask.", command=command),
            ),
        ),
        callback_id=ids.FORM_PICK,
        submit=_("Go on"),
        close=_("Not now"),
        private_metadata=ids.pack(command=command, text=cut(clean(text), 1500)),
    )


def _name(_: Words, record: Record) -> str:
    incident = record.incident
    title = _("private") if incident.private else clean(incident.title)
    return cut(f"{incident.name} · {_.severity(incident.severity)} · {title}", 75)
