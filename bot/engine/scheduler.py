"""The clock's hand: wakes the tick every second and when something falls due, and watches that it was woken.

APScheduler wakes; what is due is rows. Its defaults would drop late jobs, hence the grace, the coalescing
and the single instance. It reads the wall clock, and starves when that is set back: a watchdog on the
monotonic clock ticks in its place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine import failpoints
from bot.engine.beat import Beat
from bot.engine.dispatcher import Dispatcher
from bot.engine.pruning import Pruning
from bot.errors import NotRecorded
from bot.ports import Core
from bot.usecases import tick as usecase

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds between two ticks
SOONEST = 0.02  # seconds after one tick until what falls due may have another
PATIENCE = 20.0  # seconds one tick may take, all its batches together
OVERDUE_AFTER = 2.0  # seconds without a tick after which the watchdog ticks itself
OVERDUE = 5.0  # seconds without getting on after which we no longer call ourselves on time


class TickResult(Protocol):
    """How much was due; ``more`` when there may be another batch."""

    @property
    def advanced(self) -> int: ...
    @property
    def reminded(self) -> int: ...
    @property
    def more(self) -> bool: ...


Tick = Callable[[Core], Awaitable[TickResult]]


class Scheduler:
    """Start it after the dispatcher; pause, drain, then stop it."""

    def __init__(
        self,
        core: Core,
        dispatcher: Dispatcher,
        *,
        tick: Tick = usecase.tick,
        beat: Beat | None = None,
        pruning: Pruning | None = None,
        next_due: Callable[[], Awaitable[datetime | None]] | None = None,
        every: float = EVERY,
    ) -> None:
        self._core = core
        self._dispatcher = dispatcher
        self._tick = tick
        self._beat = beat
        self._pruning = pruning
        self._next_due = next_due
        self._every = every
        self._alarm = AsyncIOScheduler(timezone=UTC)
        self._watchdog: asyncio.Task[None] | None = None
        self._sooner: asyncio.TimerHandle | None = None
        self._extra: asyncio.Task[None] | None = None  # the tick that is not one of the clock's
        self._ticking = asyncio.Lock()
        self._paused = False
        self._started_at = monotonic()
        self._got_on_at = monotonic()

    def start(self) -> None:
        """Tick from now on."""
        self._alarm.add_job(
            self.tick, "interval", seconds=self._every, misfire_grace_time=None, coalesce=True, max_instances=1
        )
        self._alarm.start()
        self._watchdog = asyncio.create_task(self._watch(), name="watchdog")

    def pause(self) -> None:
        """Begin no further tick."""
        self._paused = True
        if self._sooner is not None:
            self._sooner.cancel()
        if self._alarm.running:
            self._alarm.pause()

    def resume(self) -> None:
        """Tick again."""
        self._paused = False
        if self._alarm.running:
            self._alarm.resume()

    async def drain(self) -> None:
        """Let the running tick end, and everything it caused leave."""
        async with self._ticking:
            pass
        await self._dispatcher.drain()

    async def stop(self) -> None:
        """No more ticks; the running one may end."""
        self.pause()
        if self._watchdog is not None:
            self._watchdog.cancel()
            with suppress(asyncio.CancelledError):
                await self._watchdog
        async with self._ticking:
            if self._alarm.running:
                self._alarm.shutdown(wait=False)  # it cancels running jobs: by now there are none

    @property
    def on_time(self) -> bool:
        """Whether a tick, or a batch of a long one, has ended lately."""
        return monotonic() - self._got_on_at < OVERDUE

    async def tick(self) -> None:
        """Decide everything that is due now, batch by batch. Never raises; one at a time."""
        if self._ticking.locked():
            return
        async with self._ticking:
            self._started_at = monotonic()
            try:
                async with asyncio.timeout(PATIENCE):
                    await self._all_batches()
            except NotRecorded:
                pass  # already logged; what is due stays due
            except TimeoutError:
                log.error("tick_too_long", seconds=PATIENCE)
            except Exception:
                log.exception("tick_stumbled")

    async def _all_batches(self) -> None:
        if self._beat is not None and not await self._beat.beat():
            return
        more = True
        while more:
            failpoints.reach("before_advance")
            result = await self._tick(self._core)
            self._got_on_at = monotonic()
            more = result.more
            if result.advanced or result.reminded:
                failpoints.reach("after_advance")
                self._dispatcher.wake()
            await self._core.gestures.pass_first()
            await asyncio.sleep(0)
        if self._pruning is not None:
            await self._pruning.prune()
        if self._next_due is not None:
            self._tick_when(await self._next_due())

    def _tick_when(self, due: datetime | None) -> None:
        """Who is to be called does not wait for the clock's next tick."""
        left = (due - self._core.clock.now()).total_seconds() if due else 0.0
        if self._sooner is not None:
            self._sooner.cancel()
        if 0 < left < self._every:
            self._sooner = asyncio.get_running_loop().call_later(max(left, SOONEST), self._tick_now)

    def _tick_now(self) -> None:
        self._extra = asyncio.create_task(self._tick_unless_paused(), name="tick")

    async def _tick_unless_paused(self) -> None:
        if not self._paused:
            await self.tick()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            if not self._paused and not self._ticking.locked() and monotonic() - self._started_at > OVERDUE_AFTER:
                log.warning("tick_overdue", seconds=round(monotonic() - self._started_at, 1))
                await self.tick()
