"""When customers, and the room itself, must hear something.

Pure: given a severity and the time, the next deadline and the reminders before and after it.
The graver, the more often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.effects import Reminder
from bot.domain.incident import IncidentId
from bot.domain.severity import Severity
from bot.domain.team import TeamDocument

FIRST_STATEMENT = {1: timedelta(minutes=10), 2: timedelta(minutes=15), 3: timedelta(minutes=60)}
PUBLIC_UPDATES = {1: timedelta(minutes=30), 2: timedelta(minutes=60), 3: timedelta(hours=4)}
ROOM_UPDATES = {1: timedelta(minutes=15), 2: timedelta(minutes=30), 3: timedelta(hours=2)}
AHEAD = timedelta(minutes=10)

AFTER_DEADLINE: dict[Reminder, timedelta] = {
    Reminder.DRAFT: -AHEAD,
    Reminder.LEAD: timedelta(0),
    Reminder.DEPUTY: timedelta(minutes=5),
    Reminder.COMMANDER: timedelta(minutes=10),
}
ORDER = tuple(AFTER_DEADLINE)


class Audience(StrEnum):
    """Who is waiting for word."""

    CUSTOMERS = "customers"
    ROOM = "room"


@dataclass(frozen=True)
class Deadline:
    """One promise of word to one audience. ``wake_at`` is when the next reminder leaves."""

    incident: IncidentId
    audience: Audience
    round: int
    due_at: datetime
    stage: Reminder | None  # the next reminder to send; None when all have been sent
    wake_at: datetime | None


@dataclass(frozen=True)
class Rhythm:
    """How often to speak. Nothing means: on change only."""

    first: timedelta | None
    every: timedelta | None
    room: timedelta | None


def rhythm(severity: int, document: TeamDocument | None = None) -> Rhythm:
    """The company's own rhythm where its document has one, the usual one elsewhere."""
    own = document.cadence.get(Severity(severity)) if document else None
    room = document.procedure.updates_every.get(Severity(severity)) if document else None
    return Rhythm(
        first=(own and own.first) or FIRST_STATEMENT.get(severity),
        every=(own and own.every) or PUBLIC_UPDATES.get(severity),
        room=room or ROOM_UPDATES.get(severity),
    )


def promise_customers(incident: IncidentId, wait: timedelta | None, *, round: int, now: datetime) -> Deadline | None:
    """Customers hear something within ``wait``; the reminder comes ten minutes ahead, or at once."""
    if wait is None:
        return None
    due = now + wait
    return Deadline(incident, Audience.CUSTOMERS, round, due, Reminder.DRAFT, max(due - AHEAD, now))


def promise_room(incident: IncidentId, wait: timedelta | None, *, round: int, now: datetime) -> Deadline | None:
    """The room is asked for its own update once ``wait`` has passed."""
    if wait is None:
        return None
    return Deadline(incident, Audience.ROOM, round, now + wait, Reminder.LEAD, now + wait)


def kept_by(deadline: Deadline, moment: datetime, *, now: datetime) -> Deadline:
    """The deadline no later than the time that customers read: whoever was promised 10:32 counts from that."""
    if moment >= deadline.due_at.replace(second=0, microsecond=0):
        return deadline
    return replace(deadline, due_at=moment, wake_at=max(moment - AHEAD, now))


def reminded(deadline: Deadline, *, now: datetime) -> Deadline:
    """The reminder of the present stage has left: when does the next one?

    Stages whose time has already passed (a restart, a turned clock) are walked one at a
    time, the next at least a minute later, so that nobody is blamed for a reminder they never got.
    """
    if deadline.stage is None:
        return deadline
    position = ORDER.index(deadline.stage) + 1
    if deadline.audience is Audience.ROOM or position == len(ORDER):
        return replace(deadline, stage=None, wake_at=None)
    stage = ORDER[position]
    wake = max(deadline.due_at + AFTER_DEADLINE[stage], now + timedelta(minutes=1))
    return replace(deadline, stage=stage, wake_at=wake)


def snoozed(deadline: Deadline, *, until: datetime) -> Deadline:
    """Ask again later, but never past the deadline: customers don't snooze."""
    wake = min(until, deadline.due_at)
    return replace(deadline, stage=Reminder.LEAD if wake == deadline.due_at else Reminder.DRAFT, wake_at=wake)


def lateness(due_at: datetime | None, published_at: datetime) -> timedelta:
    """How late a statement was; zero when on time or promised to nobody."""
    return max(published_at - due_at, timedelta(0)) if due_at else timedelta(0)
