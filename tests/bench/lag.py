"""From the moment a page is due to the start of its send, when many are due at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.effects import Door, PageResponder
from bot.engine.dispatcher import Dispatcher
from bot.engine.limits import unlimited
from bot.engine.scheduler import Scheduler
from bot.ports import Brief, Core, Receipt
from bot.storage.store import SqlStore
from tests.bench.crowd import ask
from tests.bench.figures import Figure, Told, milliseconds, percentile
from tests.bench.house import House
from tests.bench.ticking import core_on

TITLE = "From due to send-start"
MEANING = (
    "Pages of as many people fall due in one instant, and the other side answers every call after 20 ms. Beside it "
    "stands what is left when the engine itself takes no time: a call that begins as soon as one of its lines is free."
)
LIMITS = {50: 1.0, 99: 2.0}
"""Seconds within which that share of the sends has begun."""
ANSWER = 0.02
LINES = 25
HEAD_START = timedelta(seconds=2)


class Stopwatch:
    """A door that notes when each page's send began."""

    def __init__(self, core: Core, due_at: datetime, expected: int) -> None:
        self._core = core
        self._due_at = due_at
        self._expected = expected
        self.lags: list[float] = []
        self.all_sent = asyncio.Event()

    async def perform(self, brief: Brief) -> Receipt:
        if isinstance(brief.effect, PageResponder):
            self.lags.append((self._core.clock.now() - self._due_at).total_seconds())
        if len(self.lags) == self._expected:
            self.all_sent.set()
        await asyncio.sleep(ANSWER)
        return Receipt(f"D1:{brief.effect.key}")


async def measure(house: House) -> Told:
    figures = []
    for kind in house.kinds:
        figures += _figures(kind, await lags(house, kind))
    return Told(TITLE, MEANING, tuple(figures))


async def lags(house: House, kind: str) -> list[float]:
    """Seconds from due to send-start, for each page."""
    count = house.sizes.due_at_once
    with house.database(kind) as url:
        async with core_on(url, people=count) as core:
            assert isinstance(core.store, SqlStore)
            due_at = core.clock.now() + HEAD_START
            await asyncio.to_thread(ask, url, pages=count, people=count, due_at=due_at)
            door = Stopwatch(core, due_at, count)
            dispatcher = Dispatcher(core, dict.fromkeys(Door, door), limits=unlimited())
            core.store.on_commit(dispatcher.wake)
            scheduler = Scheduler(core, dispatcher, next_due=core.store.next_due)
            running = asyncio.create_task(dispatcher.run())
            scheduler.start()
            await door.all_sent.wait()
            await scheduler.stop()
            await dispatcher.stop()
            with suppress(asyncio.CancelledError):
                await running
            return door.lags


def _figures(kind: str, lags: list[float]) -> list[Figure]:
    count = len(lags)
    least = [ANSWER * (place // LINES) for place in range(count)]
    return [
        Figure(
            f"{kind}, {count} due at once, p{rank}",
            milliseconds(percentile(lags, rank)),
            milliseconds(percentile(least, rank)),
            target=f"< {limit:g} s",
            met=percentile(lags, rank) < limit,
        )
        for rank, limit in LIMITS.items()
    ]
