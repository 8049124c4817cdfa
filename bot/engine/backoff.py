"""When to try again.

Twice as long after every failure, never in step with the others, never sooner than the other side asked.
People who are being woken wait a minute at most, and so does their room for the first hour; the rest waits ten.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Ids
from bot.domain.effects import CEREMONY, Effect, Priority
from bot.errors import AnticrisiError, NotYetDelivered

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=10)
LONGEST_FOR_PEOPLE = timedelta(minutes=1)
ROOM_IN_A_HURRY = 60  # failures, a minute apart
_DOUBLINGS = 12  # past this the cap has long been reached, and powers of two grow silly


def retry_at(effect: Effect, failures: int, error: AnticrisiError, *, now: datetime, ids: Ids) -> datetime:
    """``failures`` counts those before this one."""
    whole = min(FIRST * (1 << min(failures, _DOUBLINGS)), _longest(effect, failures))
    wait = whole / 2 + ids.spread(whole / 2)
    asked = error.retry_after if isinstance(error, NotYetDelivered) else None
    return now + (max(wait, asked + ids.spread(FIRST / 2)) if asked is not None else wait)


def _longest(effect: Effect, failures: int) -> timedelta:
    room = isinstance(effect, CEREMONY) and failures < ROOM_IN_A_HURRY
    return LONGEST_FOR_PEOPLE if room or effect.priority <= Priority.REPEAT else LONGEST
