"""That this replica lives, how late it ran, and how many live beside it.

A row each few seconds; from the others' rows follows this replica's share of every rate limit. A replica whose
database another release has migrated stands aside: it would misread what the others write.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.engine.limits import Limits
from bot.errors import NotRecorded

log = structlog.get_logger(__name__)

EVERY = 5.0  # seconds
ALIVE = timedelta(seconds=15)


class Pulse(Protocol):
    """Where beats are kept."""

    async def beat(self, *, now: datetime, largest_lag: timedelta) -> None: ...
    async def live_replicas(self, *, since: datetime) -> int: ...
    async def is_ours(self) -> bool: ...


class Beat:
    """One replica's beat."""

    def __init__(
        self,
        pulse: Pulse,
        clock: Clock,
        limits: Limits,
        lag: Callable[[], timedelta],
        *,
        aside: Callable[[], None] = lambda: None,
    ) -> None:
        self._pulse = pulse
        self._clock = clock
        self._limits = limits
        self._lag = lag
        self._aside = aside
        self._last: float | None = None
        self.largest_lag = timedelta(0)

    async def beat(self) -> bool:
        """If it is time: say that we live, and see who else does. False when we stand aside."""
        if self._last is not None and monotonic() - self._last < EVERY:
            return True
        self._last = monotonic()
        self.largest_lag = self._lag()
        now = self._clock.now()
        try:
            if not await self._pulse.is_ours():
                self._aside()
                return False
            await self._pulse.beat(now=now, largest_lag=self.largest_lag)
            self._limits.share(await self._pulse.live_replicas(since=now - ALIVE))
        except NotRecorded:
            log.warning("beat_missed")
        return True
