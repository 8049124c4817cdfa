"""What a tick costs when nothing is due: with a hundred incidents in the past, and with a hundred thousand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from time import perf_counter, process_time

from bot.clock import SystemClock, SystemIds
from bot.demo.stage import SECRET
from bot.ports import Core
from bot.storage.store import SqlStore
from bot.usecases.tick import tick
from tests.bench.crowd import document, remember
from tests.bench.figures import Figure, Told, milliseconds
from tests.bench.house import House

TITLE = "A tick beside a long past"
MEANING = (
    "One idle round of the engine: the tick, the dispatcher's claim and its question when to wake next. Beside it "
    "the same with a hundred closed incidents. Medians; the two databases are asked in turns, so that the machine's "
    "moods fall on both."
)
TARGET = 1.2
LEASE = timedelta(seconds=15)
BLOCK = 10  # rounds on one database before it is the other's turn


@dataclass
class Rounds:
    """What each round took, and how much of it was ours."""

    seconds: list[float]
    cpu: list[float]


async def measure(house: House) -> Told:
    figures = []
    for kind in house.kinds:
        few, many = await rounds(house, kind)
        figures += _figures(house, kind, few, many)
    return Told(TITLE, MEANING, tuple(figures))


async def rounds(house: House, kind: str) -> tuple[Rounds, Rounds]:
    """Idle rounds on a database with few closed incidents, and on one with many."""
    with house.database(kind) as young, house.database(kind) as old:
        remember(young, closed=house.sizes.few_closed)
        remember(old, closed=house.sizes.many_closed)
        async with core_on(young) as first, core_on(old) as second:
            told = (Rounds([], []), Rounds([], []))
            await _several(first, Rounds([], []))
            await _several(second, Rounds([], []))
            for _ in range(max(house.sizes.ticks // BLOCK, 1)):
                await _several(first, told[0])
                await _several(second, told[1])
            return told


@asynccontextmanager
async def core_on(url: str, *, people: int = 20) -> AsyncIterator[Core]:
    """The product without ears or doors, with a plan."""
    store = await SqlStore.open(url, secret_keys=(SECRET,), public_url="http://bench", migrate=False)
    core = Core(store, SystemClock(), SystemIds())
    try:
        async with store.transaction() as tx:
            await tx.save_document(document(people), by="bench", note="", now=core.clock.now())
        async with store.reading() as tx:
            await tx.roster()
        yield core
    finally:
        await store.close()


async def _several(core: Core, told: Rounds) -> None:
    cpu = process_time()
    for _ in range(BLOCK):
        began = perf_counter()
        await _round(core)
        told.seconds.append(perf_counter() - began)
    told.cpu.append((process_time() - cpu) / BLOCK)


async def _round(core: Core) -> None:
    await tick(core)
    async with core.store.transaction(gesture=False) as tx:
        await tx.outbox.claim(now=core.clock.now(), limit=25, lease=LEASE, busy=frozenset())
    await core.store.next_wake()


def _figures(house: House, kind: str, few: Rounds, many: Rounds) -> list[Figure]:
    sizes = f"{house.sizes.many_closed:,} closed against {house.sizes.few_closed}"
    ratio = median(many.seconds) / median(few.seconds)
    work = median(many.cpu) / median(few.cpu)
    here, beside = milliseconds(median(many.seconds)), milliseconds(median(few.seconds))
    return [
        Figure(f"{kind}, {sizes}", here, beside, ratio, f"≤ {TARGET}", ratio <= TARGET),
        Figure(f"{kind}, its processor time", milliseconds(median(many.cpu)), milliseconds(median(few.cpu)), work),
    ]
