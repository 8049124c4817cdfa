"""When to try again.

Twice as long after every failure, never in step with the others, never sooner than the other side asked.
People who are being woken wait a minute at most; the rest waits ten.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clock import Ids
from bot.domain.effects import Effect, Priority
from bot.errors import AnticrisiError, NotYetDelivered

FIRST = timedelta(seconds=2)
LONGEST = timedelta(minutes=10)
LONGEST_FOR_A_PAGE = timedelta(minutes=1)
_DOUBLINGS = 12  # past this the cap has long been reached, and powers of two grow silly


def retry_at(effect: Effect, failures: int, error: AnticrisiError, *, now: datetime, ids: Ids) -> datetime:
    """``failures`` counts those before this one."""
    longest = LONGEST_FOR_A_PAGE if effect.priority <= Priority.REPEAT else LONGEST
    whole = min(FIRST * (1 << min(failures, _DOUBLINGS)), longest)
    wait = whole / 2 + ids.spread(whole / 2)
    asked = error.retry_after if isinstance(error, NotYetDelivered) else None
    return now + (max(wait, asked + ids.spread(FIRST / 2)) if asked is not None else wait)
