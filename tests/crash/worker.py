"""One replica, real from the storage to the dispatcher; only its doors lead to the receiver."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic_ns

import httpx
import structlog

from bot.clock import Clock, SystemClock, SystemIds, TurnableClock
from bot.domain.effects import Door
from bot.engine import failpoints
from bot.engine.beat import Beat
from bot.engine.dispatcher import Dispatcher
from bot.engine.limits import unlimited
from bot.engine.scheduler import Scheduler
from bot.errors import AnticrisiError, NotYetDelivered, OutcomeUnknown
from bot.ports import Brief, Claimed, Core, Receipt
from bot.storage.store import SqlStore
from bot.storage.transaction import SqlTransaction
from bot.usecases import deliveries
from bot.usecases.tick import TickResult, tick

CALL = timedelta(seconds=2)
MARGIN = timedelta(seconds=4)  # a busy machine is no failure
LEASE = CALL + MARGIN
TICKS = 0.25  # seconds between two ticks

_advancing: ContextVar[bool] = ContextVar("advancing", default=False)


@dataclass(frozen=True)
class Orders:
    """What a replica is told."""

    name: str
    database: str
    receiver: str
    harness: int  # the process that gives the orders; the replica does not outlive it
    methods: frozenset[str]
    bundle_within: timedelta
    failpoint: str = ""
    in_company: bool = False  # the failpoint waits for the first message that carries several knocks
    steps: tuple[tuple[float, timedelta], ...] = ()  # after so many seconds its clock is set forward or back by this


class Fate:
    """Arms the replica's failpoint: at once, or when the first message with several knocks has come so far that
    the next to pass there finds it on its way."""

    def __init__(self, orders: Orders) -> None:
        self._waits = orders.failpoint if orders.in_company else ""
        failpoints.arm("" if orders.in_company else orders.failpoint)

    def company_checked(self) -> None:
        """Several knocks are about to leave in one message."""
        if self._waits and not self._waits.startswith(("after_send", "before_record", "after_record")):
            self.company_arrived()

    def company_arrived(self) -> None:
        """They have left, and nothing of it is recorded."""
        if self._waits:
            failpoints.arm(self._waits)
            self._waits = ""


class Tripwire:
    """The store, with failpoints right before and right after a tick's commit."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    @asynccontextmanager
    async def transaction(self, *, gesture: bool = True) -> AsyncIterator[SqlTransaction]:
        async with self._store.transaction(gesture=gesture) as tx:
            yield tx
            advanced = _advancing.get() and tx.caused_effects
            if advanced:
                failpoints.reach("before_advance_commit")
        if advanced:
            failpoints.reach("after_advance_commit")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTransaction]:
        async with self._store.reading() as tx:
            yield tx

    async def next_wake(self) -> datetime | None:
        return await self._store.next_wake()


class TimedChecks:
    """``usecases.deliveries``, remembering when each check began."""

    def __init__(self, fate: Fate) -> None:
        self.began: dict[tuple[str, int], int] = {}
        self.fate = fate

    async def prepare(self, core: Core, claimed: Sequence[Claimed]) -> Sequence[Brief | None]:
        self.began.update({(each.effect.key, each.attempt): monotonic_ns() for each in claimed})
        briefs = await deliveries.prepare(core, claimed)
        if any(brief and brief.together for brief in briefs):
            self.fate.company_checked()
        return briefs

    async def settle(self, core: Core, receipts: Sequence[tuple[Claimed, Receipt]]) -> None:
        await deliveries.settle(core, receipts)

    def has_consequences(self, claimed: Claimed) -> bool:
        return deliveries.has_consequences(claimed)

    async def failed(self, core: Core, claimed: Claimed, error: AnticrisiError, *, retry_at: datetime) -> None:
        await deliveries.failed(core, claimed, error, retry_at=retry_at)


class ToReceiver:
    """Every door at once: hands what leaves to the receiver."""

    def __init__(self, orders: Orders, checks: TimedChecks, client: httpx.AsyncClient) -> None:
        self._orders = orders
        self._checks = checks
        self._client = client

    async def perform(self, brief: Brief) -> Receipt:
        key = brief.effect.key
        together = (each.claimed for each in brief.together)
        said = {
            "knocks": [(key, brief.attempt), *((each.effect.key, each.attempt) for each in together)],
            "replica": self._orders.name,
            "checked": self._checks.began[key, brief.attempt],
        }
        try:
            answer = await self._client.post(self._orders.receiver, json=said)
        except httpx.ConnectError as error:
            raise NotYetDelivered("unreachable") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from error
        if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise NotYetDelivered("unavailable")
        if brief.together:
            self._checks.fate.company_arrived()
        return Receipt(provider_id=f"C{brief.effect.incident}:{key}", facts={"name": "room", "snoozed": False})


def work(orders: Orders) -> None:
    """Until killed."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(_work(orders))


async def _work(orders: Orders) -> None:
    store = await SqlStore.open(orders.database, secret_keys=("crash",), public_url="http://crash", migrate=False)
    clock = _clock(orders)
    core = Core(Tripwire(store), clock, SystemIds(), methods=orders.methods, bundle_within=orders.bundle_within)
    checks = TimedChecks(Fate(orders))
    async with httpx.AsyncClient(timeout=5) as client:
        door = ToReceiver(orders, checks, client)
        dispatcher = Dispatcher(
            core, dict.fromkeys(Door, door), deliveries=checks, limits=unlimited(), call=CALL, margin=MARGIN
        )
        store.on_commit(dispatcher.wake)
        beat = Beat(store, clock, dispatcher.limits, dispatcher.take_largest_lag)
        scheduler = Scheduler(core, dispatcher, tick=_traced_tick, beat=beat, every=TICKS)
        scheduler.start()
        _leave_with(orders.harness)
        await dispatcher.run()


def _leave_with(harness: int) -> None:
    """A run that was broken off leaves nothing behind."""
    try:
        os.kill(harness, 0)
    except ProcessLookupError:
        os._exit(0)
    asyncio.get_running_loop().call_later(1, _leave_with, harness)


async def _traced_tick(core: Core) -> TickResult:
    _advancing.set(True)
    try:
        return await tick(core)
    finally:
        _advancing.set(False)


def _clock(orders: Orders) -> Clock:
    if not orders.steps:
        return SystemClock()
    clock = TurnableClock(SystemClock().now())
    for after, by in orders.steps:
        asyncio.get_running_loop().call_later(after, clock.turn, by)
    return clock
