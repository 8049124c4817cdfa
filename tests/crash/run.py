"""One crash run: replicas at work, a fate for one of them, somebody taking pages meanwhile; then the verdict."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, monotonic_ns

from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import SystemClock, SystemIds
from bot.domain.escalation import PageId
from bot.domain.incident import IncidentId
from bot.errors import NotRecorded, Stale
from bot.ports import Core, Patience
from bot.storage.database import normalised
from bot.storage.store import SqlStore
from bot.storage.tables import effect, page
from bot.usecases.respond import acknowledge
from tests.crash.cases import Case
from tests.crash.receiver import Receiver
from tests.crash.replica import Replica, Stuck
from tests.crash.scene import Scene, Taker
from tests.crash.verdict import Acknowledged, Verdict, judge
from tests.crash.worker import Orders

PATIENCE = 240.0  # seconds until a run that has not come to rest is given up
LOOK = 0.1
PATIENT = Patience(gesture=20.0, unattended=20.0)  # people may wait: what is measured are the replicas
OUTAGE_AFTER = 2.0  # seconds from the start of a run
MORE_AFTER = 0.5  # seconds between two incidents that are declared meanwhile


@dataclass
class House:
    """What a run has to hand: the harness's own line to the database, the other side, and what is known so far."""

    url: str
    core: Core
    engine: Engine
    receiver: Receiver
    scene: Scene
    pages: dict[PageId, IncidentId] = field(default_factory=dict)
    acknowledged: dict[PageId, list[Acknowledged]] = field(default_factory=dict)

    async def declare(self, number: int) -> tuple[PageId, ...]:
        """One incident more. Its pages."""
        declared = await self.scene.declare(self.core, number)
        self.pages |= declared
        return tuple(declared)

    async def take(self, taken: PageId, by: Taker) -> None:
        """Somebody takes a page, however often they must ask."""
        while True:
            try:
                answered = await acknowledge(self.core, taken, by=by.slack)
            except (NotRecorded, Stale):
                await asyncio.sleep(LOOK)
            else:
                answer = Acknowledged(by.person, answered.page.epoch, monotonic_ns())
                self.acknowledged.setdefault(taken, []).append(answer)
                return

    def replica(self, number: int, **orders: object) -> Orders:
        return Orders(
            f"replica-{number}",
            self.url,
            self.receiver.url,
            harness=os.getpid(),
            methods=self.core.methods,
            bundle_within=self.scene.bundle_within,
            **orders,  # type: ignore[arg-type]
        )

    def judged(self, *, kills: list[int]) -> Verdict:
        return judge(self.engine, self.scene, self.pages, self.receiver.arrivals(), self.acknowledged, kills)


async def run(case: Case, url: str, folder: Path) -> tuple[Verdict, bool]:
    """The verdict, and whether the fate was met at all. Raises ``Stuck``."""
    async with house(url, folder, case.scene, takes_from=case.takes_from) as here:
        numbers = range(here.scene.incidents)
        now, later = numbers[: len(numbers) - here.scene.later], numbers[len(numbers) - here.scene.later :]
        taken = [(page, by) for n in now for page in await here.declare(n) for by in here.scene.takers(n)]
        replicas = [Replica(_orders(case, here, number)) for number in range(case.replicas)]
        async with running(replicas):
            meanwhile = (_take_pages(here, taken), _declare_more(here, later), _break(case, url))
            await asyncio.gather(come_to_rest(here.engine, replicas, patience=PATIENCE), *meanwhile)
            await come_to_rest(here.engine, replicas, patience=PATIENCE)
            kills = [] if case.steps else [death for replica in replicas for death in replica.deaths]
            met = not case.failpoint or any(replica.met_its_fate for replica in replicas)
            verdict = here.judged(kills=sorted(kills))
            return verdict, met and (verdict.bundled > 0 or not here.scene.bundle_within)


@asynccontextmanager
async def house(url: str, folder: Path, played: Scene, *, takes_from: int = 1) -> AsyncIterator[House]:
    """Open, with the team document saved."""
    address = normalised(url)
    engine = create_engine(address.set(drivername="sqlite") if "sqlite" in url else address, pool_pre_ping=True)
    try:
        async with Receiver(folder / "arrivals.jsonl", takes_from=takes_from) as receiver:
            store = await SqlStore.open(url, secret_keys=("crash",), public_url="http://crash", patience=PATIENT)
            try:
                core = Core(store, SystemClock(), SystemIds(), methods=frozenset(played.methods))
                await played.prepare(core)
                yield House(url, core, engine, receiver, played)
            finally:
                await store.close()
    finally:
        engine.dispose()


@asynccontextmanager
async def running(replicas: list[Replica]) -> AsyncIterator[None]:
    """All of them at work; none outlives the block."""
    try:
        for replica in replicas:
            replica.start()
        yield
    finally:
        for replica in replicas:
            replica.end()


async def come_to_rest(engine: Engine, replicas: list[Replica], *, patience: float) -> None:
    """Look after the replicas until nothing is left to do. Raises ``Stuck``."""
    deadline = monotonic() + patience
    while not await asyncio.to_thread(_at_rest, engine):
        for replica in replicas:
            replica.look_after()
        if monotonic() > deadline:
            raise Stuck(await asyncio.to_thread(_left, engine))
        await asyncio.sleep(LOOK)


def _orders(case: Case, here: House, number: int) -> Orders:
    any_may_get_it = "advance" in case.failpoint or bool(here.scene.bundle_within)
    return here.replica(
        number,
        failpoint=case.failpoint if number == 0 or any_may_get_it else "",
        in_company=bool(here.scene.bundle_within),
        steps=case.steps if number == 0 else (),
    )


async def _break(case: Case, url: str) -> None:
    if case.outage is not None:
        await asyncio.sleep(OUTAGE_AFTER)
        await asyncio.to_thread(case.outage, url)


async def _take_pages(here: House, pages: list[tuple[PageId, Taker]]) -> None:
    """One after the other, while things break."""
    for number, (taken, by) in enumerate(pages):
        await asyncio.sleep(0.3 + 0.5 * number)
        await here.take(taken, by)


async def _declare_more(here: House, numbers: Sequence[int]) -> None:
    """While things break; who takes one of them does so while it is on its way to somebody's telephone."""
    for number in numbers:
        await asyncio.sleep(MORE_AFTER)
        await _take_pages(here, [(page, by) for page in await here.declare(number) for by in here.scene.takers(number)])


def _at_rest(engine: Engine) -> bool:
    try:
        return not _left(engine)
    except SQLAlchemyError:  # the database is away for a moment, on purpose
        return False


def _left(engine: Engine) -> str:
    """What is still to be done, in words; nothing when all is done."""
    climbing = select(func.count()).where(page.c.status == "open")
    leaving = select(effect.c.kind, effect.c.state, func.count()).where(effect.c.state.in_(("pending", "sending")))
    with engine.connect() as connection:
        pages = connection.execute(climbing).scalar_one()
        effects = connection.execute(leaving.group_by(effect.c.kind, effect.c.state)).all()
    return f"{pages} pages, {effects}" if pages or effects else ""
