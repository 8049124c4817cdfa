"""One crash run: replicas at work, one of them meeting its fate, somebody taking pages meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic, monotonic_ns

from sqlalchemy import Engine, create_engine, func, select

from bot.clock import SystemClock, SystemIds
from bot.domain.escalation import PageId
from bot.errors import NotRecorded
from bot.ports import Core
from bot.storage.database import normalised
from bot.storage.store import SqlStore
from bot.storage.tables import effect, page
from bot.usecases.respond import acknowledge
from tests.crash import scene
from tests.crash.receiver import Receiver
from tests.crash.verdict import Verdict, judge
from tests.crash.worker import LEASE, Orders, work

PATIENCE = 240.0  # seconds until a run that has not come to rest is given up
LOOK = 0.1
OUTAGE_AFTER = 2.0  # seconds from the start of a run

_processes = get_context("forkserver")
_processes.set_forkserver_preload(["tests.crash.worker"])


class Stuck(Exception):
    """The run did not come to rest: something due was never done."""


@dataclass(frozen=True)
class Case:
    """What is done to whom. ``outage`` is called with the database's address in the middle of the run."""

    name: str
    database: str  # sqlite or postgresql
    replicas: int = 1
    failpoint: str = ""
    steps_back: bool = False
    restarts: bool = False  # the database's server does, in the middle of the run
    outage: Callable[[str], None] | None = None


@dataclass
class Replica:
    """A process that is replaced when it dies."""

    orders: Orders
    process: BaseProcess = field(init=False)
    stopped_at: float | None = None
    met_its_fate: bool = False

    def start(self) -> None:
        self.process = _processes.Process(target=work, args=(self.orders,), daemon=True)
        self.process.start()

    def look_after(self) -> None:
        """Replace it when it was killed, and let it go on when it was stopped for longer than a lease."""
        if self.process.exitcode not in (None, -signal.SIGKILL):
            raise Stuck(f"{self.orders.name} ended by itself: {self.process.exitcode}")
        if self.process.exitcode is not None:
            self.met_its_fate = True
            self.orders = Orders(f"{self.orders.name}+", self.orders.database, self.orders.receiver)
            self.start()
        elif self.stopped_at is not None and monotonic() - self.stopped_at > 2 * LEASE.total_seconds():
            os.kill(self.process.pid or 0, signal.SIGCONT)
            self.stopped_at = None
        elif self.orders.failpoint.endswith("stop") and not self.met_its_fate and _is_stopped(self.process.pid or 0):
            self.met_its_fate = True
            self.stopped_at = monotonic()

    def end(self) -> None:
        self.process.kill()
        self.process.join()


async def run(case: Case, url: str, folder: Path) -> tuple[Verdict, bool]:
    """The verdict, and whether the fate was met at all. Raises ``Stuck``."""
    address = normalised(url)
    sync = address.set(drivername="sqlite") if case.database == "sqlite" else address
    engine = create_engine(sync, pool_pre_ping=True)
    async with AsyncExitStack() as stack:
        stack.callback(engine.dispose)
        receiver = await stack.enter_async_context(Receiver(folder / "arrivals.jsonl"))
        store = await SqlStore.open(url, secret_keys=("crash",), public_url="http://crash")
        stack.push_async_callback(store.close)
        core = Core(store, SystemClock(), SystemIds(), methods=frozenset({"slack_dm", "sms"}))
        pages = await scene.begin(core)
        replicas = [
            Replica(
                Orders(
                    name=f"replica-{number}",
                    database=url,
                    receiver=receiver.url,
                    failpoint=case.failpoint if number == 0 or "advance" in case.failpoint else "",  # any may get it
                    steps_back_after=1.5 if case.steps_back and number == 0 else None,
                )
            )
            for number in range(case.replicas)
        ]
        for replica in replicas:
            replica.start()
            stack.callback(replica.end)
        taking = asyncio.create_task(_take_pages(core, scene.taken(pages)))
        breaking = asyncio.create_task(_break(case, url))
        await _come_to_rest(engine, replicas)
        await breaking
        verdict = judge(engine, pages, receiver.arrivals(), await taking)
        met = not case.failpoint or any(replica.met_its_fate for replica in replicas)
        return verdict, met


async def _break(case: Case, url: str) -> None:
    if case.outage is not None:
        await asyncio.sleep(OUTAGE_AFTER)
        await asyncio.to_thread(case.outage, url)


async def _take_pages(core: Core, pages: tuple[PageId, ...]) -> dict[PageId, int]:
    """Somebody takes some of the pages, one after the other, while things break. When each surely was taken."""
    acknowledged: dict[PageId, int] = {}
    for number, taken in enumerate(pages):
        await asyncio.sleep(0.3 + 0.5 * number)
        while taken not in acknowledged:
            try:
                await acknowledge(core, taken, by=scene.slack_id(1))
            except NotRecorded:
                await asyncio.sleep(LOOK)
            else:
                acknowledged[taken] = monotonic_ns()
    return acknowledged


async def _come_to_rest(engine: Engine, replicas: list[Replica]) -> None:
    deadline = monotonic() + PATIENCE
    while not await asyncio.to_thread(_at_rest, engine):
        for replica in replicas:
            replica.look_after()
        if monotonic() > deadline:
            raise Stuck(await asyncio.to_thread(_left, engine))
        await asyncio.sleep(LOOK)


def _at_rest(engine: Engine) -> bool:
    try:
        return not _left(engine)
    except Exception:  # noqa: BLE001 - the database is away for a moment, on purpose
        return False


def _left(engine: Engine) -> str:
    """What is still to be done, in words; nothing when all is done."""
    climbing = select(func.count()).where(page.c.status == "open")
    leaving = select(effect.c.kind, effect.c.state, func.count()).where(effect.c.state.in_(("pending", "sending")))
    with engine.connect() as connection:
        pages = connection.execute(climbing).scalar_one()
        effects = connection.execute(leaving.group_by(effect.c.kind, effect.c.state)).all()
    return f"{pages} pages, {effects}" if pages or effects else ""


def _is_stopped(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state in ("T", "t")
