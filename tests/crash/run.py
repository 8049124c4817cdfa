"""One crash run: replicas at work, a fate for one of them, somebody taking pages meanwhile; then the verdict."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
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
from tests.crash import scene
from tests.crash.cases import Case
from tests.crash.receiver import Receiver
from tests.crash.replica import Replica, Stuck
from tests.crash.scene import Scene
from tests.crash.verdict import Acknowledged, Verdict, judge
from tests.crash.worker import Orders

PATIENCE = 240.0  # seconds until a run that has not come to rest is given up
LOOK = 0.1
PATIENT = Patience(gesture=20.0, unattended=20.0)  # people may wait: what is measured are the replicas
OUTAGE_AFTER = 2.0  # seconds from the start of a run


@dataclass
class House:
    """What a run has to hand: the harness's own line to the database, the other side, and what is known so far."""

    url: str
    core: Core
    engine: Engine
    receiver: Receiver
    scene: Scene
    pages: dict[PageId, IncidentId] = field(default_factory=dict)
    acknowledged: dict[PageId, Acknowledged] = field(default_factory=dict)

    async def declare(self, number: int) -> tuple[PageId, ...]:
        """One incident more. Its pages."""
        declared = await self.scene.declare(self.core, number)
        self.pages |= declared
        return tuple(declared)

    async def take(self, taken: PageId) -> None:
        """Somebody takes a page, however often they must ask."""
        while taken not in self.acknowledged:
            try:
                answered = await acknowledge(self.core, taken, by=scene.slack_id(1))
            except (NotRecorded, Stale):
                await asyncio.sleep(LOOK)
            else:
                self.acknowledged[taken] = Acknowledged(answered.page.epoch, monotonic_ns())

    def replica(self, number: int, **orders: object) -> Orders:
        return Orders(f"replica-{number}", self.url, self.receiver.url, harness=os.getpid(), **orders)  # type: ignore[arg-type]

    def judged(self, *, kills: list[int]) -> Verdict:
        return judge(self.engine, self.scene, self.pages, self.receiver.arrivals(), self.acknowledged, kills)


async def run(case: Case, url: str, folder: Path) -> tuple[Verdict, bool]:
    """The verdict, and whether the fate was met at all. Raises ``Stuck``."""
    async with house(url, folder, Scene(), takes_from=case.takes_from) as here:
        taken = [page for n in range(here.scene.incidents) for page in await here.declare(n) if scene.is_taken(n)]
        replicas = [Replica(_orders(case, here, number)) for number in range(case.replicas)]
        async with running(replicas):
            taking = asyncio.create_task(_take_pages(here, taken))
            breaking = asyncio.create_task(_break(case, url))
            await come_to_rest(here.engine, replicas, patience=PATIENCE)
            await breaking
            await taking
            kills = [] if case.steps else [death for replica in replicas for death in replica.deaths]
            met = not case.failpoint or any(replica.met_its_fate for replica in replicas)
            return here.judged(kills=sorted(kills)), met


@asynccontextmanager
async def house(url: str, folder: Path, played: Scene, *, takes_from: int = 1) -> AsyncIterator[House]:
    """Open, with the team document saved."""
    address = normalised(url)
    engine = create_engine(address.set(drivername="sqlite") if "sqlite" in url else address, pool_pre_ping=True)
    try:
        async with Receiver(folder / "arrivals.jsonl", takes_from=takes_from) as receiver:
            store = await SqlStore.open(url, secret_keys=("crash",), public_url="http://crash", patience=PATIENT)
            try:
                core = Core(store, SystemClock(), SystemIds(), methods=frozenset({"slack_dm", "sms"}))
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
    any_may_get_it = "advance" in case.failpoint
    return here.replica(
        number,
        failpoint=case.failpoint if number == 0 or any_may_get_it else "",
        steps=case.steps if number == 0 else (),
    )


async def _break(case: Case, url: str) -> None:
    if case.outage is not None:
        await asyncio.sleep(OUTAGE_AFTER)
        await asyncio.to_thread(case.outage, url)


async def _take_pages(here: House, pages: list[PageId]) -> None:
    """One after the other, while things break."""
    for number, taken in enumerate(pages):
        await asyncio.sleep(0.3 + 0.5 * number)
        await here.take(taken)


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
