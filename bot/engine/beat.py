"""That this replica lives, how late it ran, whether it hears Slack, and how many live beside it.

A row each few seconds; from the others' rows follows this replica's share of every rate limit, and whether Slack is
heard at all where this replica is deaf. A replica whose database another release has migrated stands aside: it would
misread what the others write.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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

    async def beat(self, *, now: datetime, largest_lag: timedelta, hears: bool) -> None: ...
    async def live_replicas(self, *, since: datetime) -> int: ...
    async def heard_elsewhere(self, *, since: datetime) -> bool: ...
    async def is_ours(self) -> bool: ...


async def _deaf() -> bool:
    return False


class Beat:
    """One replica's beat. ``hears`` says whether Slack reaches it."""

    def __init__(
        self,
        pulse: Pulse,
        clock: Clock,
        limits: Limits,
        lag: Callable[[], timedelta],
        *,
        hears: Callable[[], Awaitable[bool]] = _deaf,
        aside: Callable[[], None] = lambda: None,
    ) -> None:
        self._pulse = pulse
        self._clock = clock
        self._limits = limits
        self._lag = lag
        self._hears = hears
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
            await self._pulse.beat(now=now, largest_lag=self.largest_lag, hears=await self._hears())
            self._limits.share(await self._pulse.live_replicas(since=now - ALIVE))
        except NotRecorded:
            log.warning("beat_missed")
        return True

    async def others_hear(self) -> bool:
        """Whether a replica that lives beside us hears Slack. Raises ``NotRecorded``."""
        return await self._pulse.heard_elsewhere(since=self._clock.now() - ALIVE)
