"""Time in the workspace: the handed clock, message stamps, and what falls due.

Product time comes from the clock that is handed in, so turning it moves the workspace.
Waits measured against a connection (three seconds to acknowledge) use the loop's own time.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

POLL_SECONDS = 0.1
T = TypeVar("T")
Ring = Callable[[], Coroutine[Any, Any, None]]


class Clock(Protocol):
    """The product's clock: aware UTC, and it may be turned."""

    def now(self) -> datetime: ...


class Stamps:
    """Message stamps: unique, ordered, `seconds.microseconds`, even when the clock steps back."""

    STEP = 100

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        """The stamp of something that happens now."""
        earliest = int(self._clock.now().timestamp()) * 1_000_000 + self.STEP
        self._last = max(earliest, self._last + self.STEP)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


class Stir:
    """Lets whoever waits for something look again each time anything happens. Costs nothing when nobody waits."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []

    def stir(self) -> None:
        """Something happened."""
        waiting, self._waiting = self._waiting, []
        for one in waiting:
            if not one.done():
                one.set_result(None)

    async def until(self, holds: Callable[[], object], *, within: float) -> None:
        """Return once it holds; TimeoutError after so many seconds of real time."""
        async with asyncio.timeout(within):
            while not holds():
                heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._waiting.append(heard)
                await heard


class Tasks:
    """Work the workspace started and has not finished; nothing here is dropped by the collector."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start `work`; `drained` waits for it."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Start `work` whose end nobody here waits for."""
        task = self.spawn(work)
        task.add_done_callback(_raise_to_loop)

    async def drained(self) -> None:
        """Return once nothing started here is still running."""
        while self._running:
            await asyncio.wait(list(self._running))

    @property
    def idle(self) -> bool:
        return not self._running

    async def stop(self) -> None:
        """Cancel what is left and wait for it to end."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Alarm:
    """One thing that falls due; cancelling it twice is harmless."""

    def __init__(self, ring: Ring) -> None:
        self._ring: Ring | None = ring

    def cancel(self) -> None:
        self._ring = None

    async def ring(self) -> None:
        ring, self._ring = self._ring, None
        if ring is not None:
            await ring()

    @property
    def live(self) -> bool:
        return self._ring is not None


class Alarms:
    """What falls due on the product's clock: a call that rings out, a retried event."""

    def __init__(self, clock: Clock, tasks: Tasks) -> None:
        self._clock = clock
        self._tasks = tasks
        self._due: list[tuple[datetime, int, Alarm]] = []
        self._order = itertools.count()
        self._watch: asyncio.Task[None] | None = None

    def after(self, seconds: float, ring: Ring) -> Alarm:
        """Ring once, `seconds` of product time from now."""
        alarm = Alarm(ring)
        heapq.heappush(self._due, (self._clock.now() + timedelta(seconds=seconds), next(self._order), alarm))
        return alarm

    @property
    def next_due(self) -> datetime | None:
        """When the first of what is still wanted falls due."""
        return min((at for at, _, alarm in self._due if alarm.live), default=None)

    def ring_due(self) -> bool:
        """Start everything that is due; true when something was."""
        rang = False
        while self._due and (not self._due[0][2].live or self._due[0][0] <= self._clock.now()):
            alarm = heapq.heappop(self._due)[2]
            if alarm.live:
                self._tasks.begin(alarm.ring())
                rang = True
        return rang

    def start(self) -> None:
        self._watch = asyncio.create_task(self._poll())

    async def stop(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)

    async def _poll(self) -> None:
        while True:
            self.ring_due()
            await asyncio.sleep(POLL_SECONDS)


def _raise_to_loop(task: asyncio.Task[Any]) -> None:
    """A failure nobody awaits is still told: the loop's handler logs it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        task.get_loop().call_exception_handler({"message": "work of the workspace failed", "exception": error})
