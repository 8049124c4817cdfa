"""Ten thousand pages due at once: planned, and their effects claimed, beside the bare driver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter, process_time

from bot.clock import SystemClock
from bot.engine.dispatcher import AHEAD
from bot.ports import Core
from bot.storage.store import SqlStore
from bot.usecases.tick import PAGES_UNDISTURBED, advance_pages
from tests.bench.crowd import ask
from tests.bench.figures import Figure, Told, milliseconds
from tests.bench.house import House
from tests.bench.replay import Statement, recorded, replay
from tests.bench.ticking import core_on

TITLE = "Pages due at once: planned and claimed"
MEANING = (
    "Every page fires its level in the batches of a tick, then the outbox is claimed as the dispatcher does. Beside it "
    "a bare loop over the driver (sqlite3, psycopg) that runs the very same statements with the same parameters in the "
    "same transactions, and decides nothing. Wall time, and the process's own processor time."
)
TARGET = 2.0
PEOPLE = 50
LEASE = timedelta(minutes=30)


@dataclass(frozen=True)
class Spent:
    """How long something took, and how much of it was this process's work."""

    seconds: float
    cpu: float


async def measure(house: House) -> Told:
    figures = []
    for kind in house.kinds:
        ours, bare, statements = await beside_the_driver(house, kind)
        figures += _figures(kind, house.sizes.pages, ours, bare, statements)
    return Told(TITLE, MEANING, tuple(figures))


async def beside_the_driver(house: House, kind: str) -> tuple[Spent, Spent, int]:
    """Ours, the bare driver's, and how many statements each ran: three runs on three equal databases."""
    with house.database(kind) as prepared:
        async with core_on(prepared, people=PEOPLE) as core:
            now = core.clock.now()
        ask(prepared, pages=house.sizes.pages, people=PEOPLE, due_at=now)
        with house.copy(prepared) as first, house.copy(prepared) as second, house.copy(prepared) as third:
            ours = await _plan(first)
            statements = await _listen(second)
            return ours, await _bare(third, statements), len(statements)


async def _plan(url: str) -> Spent:
    async with core_on(url, people=PEOPLE) as core:
        began, cpu = perf_counter(), process_time()
        await plan_and_claim(core)
        return Spent(perf_counter() - began, process_time() - cpu)


async def _listen(url: str) -> list[Statement]:
    async with core_on(url, people=PEOPLE) as core:
        assert isinstance(core.store, SqlStore)
        with recorded(core.store) as statements:
            await plan_and_claim(core)
        return statements


async def _bare(url: str, statements: list[Statement]) -> Spent:
    began, cpu = perf_counter(), process_time()
    await replay(url, statements)
    return Spent(perf_counter() - began, process_time() - cpu)


async def plan_and_claim(core: Core) -> None:
    """Everything that is due, to the point where it could leave."""
    while await advance_pages(core, limit=PAGES_UNDISTURBED):
        pass
    claimed = True
    while claimed:
        async with core.store.transaction(gesture=False) as tx:
            now = SystemClock().now()
            found = await tx.outbox.claim(now=now, limit=AHEAD, lease=LEASE, busy=frozenset())
        claimed = bool(found)


def _figures(kind: str, pages: int, ours: Spent, bare: Spent, statements: int) -> list[Figure]:
    ratio = ours.seconds / bare.seconds
    here = f"{milliseconds(ours.seconds)}, {pages / ours.seconds:,.0f}/s"
    beside = f"{milliseconds(bare.seconds)}, {statements:,} statements"
    return [
        Figure(f"{kind}, {pages:,} pages", here, beside, ratio, f"≤ {TARGET:g}", ratio <= TARGET),
        Figure(f"{kind}, processor time", milliseconds(ours.cpu), milliseconds(bare.cpu), ours.cpu / bare.cpu),
    ]
