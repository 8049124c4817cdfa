"""The form that puts a reminder off, never past the deadline."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.record import Record
from messages import actions as ids
from messages.blocks import View, input_block, modal, radio, section
from messages.forms.fields import incident_line
from messages.words import Words

_CHOICES = (2, 5, 10, 15, 30)


def snooze_form(_: Words, record: Record, *, round: int = 0) -> View:
    """Customers don't snooze: only waits that end before the deadline are offered, and the deadline itself."""
    deadline = record.customers_deadline
    left = deadline.due_at - record.now if deadline else timedelta(minutes=_CHOICES[-1])
    minutes = [each for each in _CHOICES if timedelta(minutes=each) < left]
    options = [(_.until(record.now + timedelta(minutes=each), record.now), str(each)) for each in minutes]
    last = max(round_up(left), 1)
    if deadline and left > timedelta(0):
        at = _("at the deadline, {time}", time=_.clock(deadline.due_at, record.now))
        options.append((at, str(last)))
    shown = options or [(_.until(record.now + timedelta(minutes=1), record.now), "1")]
    return modal(
        _("Remind me later"),
        (
            section(incident_line(_, record)),
            input_block(
                _("When"),
                radio(ids.VALUE, shown, initial=shown[0][1]),
                block_id=ids.FIELD_MINUTES,
                hint=_("Customers still expect word at the time they were given."),
            ),
        ),
        callback_id=ids.FORM_SNOOZE,
        submit=_("Remind me"),
        close=_("Not now"),
        private_metadata=ids.pack(incident=record.incident.id, round=round),
    )


def round_up(length: timedelta) -> int:
    """Whole minutes, never fewer than it takes."""
    return -int(-length.total_seconds() // 60)
