"""What is due leaves, in order of urgency and as fast as its destination bears.

Promises to claim what can start at once and no more, to wake with the commit that has work, and to stop
without dropping what is on its way. Several dispatchers on one database share the work. Nothing here decides
what is wanted or what a failure means: ``usecases.deliveries`` does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic

import structlog

from bot.domain.destinations import destination, one_at_a_time
from bot.domain.effects import Door
from bot.engine import failpoints
from bot.engine.limits import Limits
from bot.engine.sending import CALL, MARGIN, Deliveries, Observe, Sender
from bot.engine.shares import Shares
from bot.errors import NotRecorded
from bot.ports import Claimed, Core, DoorKeeper
from bot.usecases import deliveries as usecase

log = structlog.get_logger(__name__)

CONCURRENCY = 80
AHEAD = 32  # how many may be claimed that have not started to leave: more would only grow stale
ROOM = 0.01  # seconds in which lines that fall free are gathered: many are claimed as cheaply as one
POLL = 1.0  # seconds after which we look again, woken or not
_SOONEST = 0.01


class Dispatcher:
    """Claims, sends, records. Run one per process."""

    def __init__(
        self,
        core: Core,
        doors: Mapping[Door, DoorKeeper],
        *,
        deliveries: Deliveries = usecase,
        limits: Limits | None = None,
        concurrency: int = CONCURRENCY,
        call: timedelta = CALL,
        margin: timedelta = MARGIN,
        observe: Observe = lambda kind, outcome: None,
    ) -> None:
        self.limits = limits or Limits()
        self._core = core
        self._sender = Sender(
            core,
            doors,
            deliveries,
            self.limits,
            call=call,
            margin=margin,
            leaves=self._leaves,
            lands=self._lands,
            observe=observe,
        )
        self._shares = Shares(concurrency)
        self._in_flight: dict[asyncio.Task[None], Claimed] = {}
        self._not_yet_leaving: set[int] = set()
        self._landed: set[int] = set()  # their calls are over: only their receipts are not stored yet
        self._cut_short = False  # whether the last claim left something for want of room
        self._gathering: asyncio.TimerHandle | None = None  # set while lines that fall free are gathered
        self._claiming = asyncio.Lock()
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """There may be work: look now. Safe to call at any time from the event loop."""
        self._woken.set()

    async def run(self) -> None:
        """Until stopped, whatever happens."""
        while not self._stopping:
            self._woken.clear()
            wait = await self._round()
            if wait is not None:
                await self._sleep(wait)

    async def drain(self) -> None:
        """Until nothing due is left and nothing is on its way. For turned clocks, and before stopping."""
        while not self._stopping:
            claimed = await self._claim()
            if self._in_flight:
                await asyncio.wait(tuple(self._in_flight), return_when=asyncio.FIRST_COMPLETED)
            elif not claimed:
                rest = self.limits.next_free()
                if rest is None:
                    return
                await asyncio.sleep(rest)

    async def stop(self) -> None:
        """Claim nothing more, and let what is on its way arrive."""
        self._stopping = True
        self.wake()
        if self._in_flight:
            patience = self._sender.lease.total_seconds()
            _, late = await asyncio.wait(tuple(self._in_flight), timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def in_flight(self) -> int:
        """How many effects are on their way."""
        return len(self._in_flight)

    def take_largest_lag(self) -> timedelta:
        """From due to send-start, at worst, since this was last asked."""
        worst, self._sender.largest_lag = self._sender.largest_lag, timedelta(0)
        return worst

    async def _round(self) -> float | None:
        """Claim once. How long to sleep, or nothing when there may be more to claim."""
        try:
            claimed = await self._claim()
            if claimed is None:
                return POLL  # whatever leaves or lands wakes us
            return None if claimed else await self._until_next()
        except NotRecorded:
            return POLL  # already logged; the database will be back
        except Exception:
            log.exception("dispatcher_stumbled")
            return POLL

    async def _claim(self) -> int | None:
        """Take what can start at once. How much it was; nothing, when there is no room for any."""
        await self._core.gestures.pass_first()
        async with self._claiming:
            free, full = self._room_now()
            if free <= 0:
                self._cut_short = True
                return None
            held_until = monotonic() + self._sender.lease.total_seconds()
            async with self._core.store.transaction(gesture=False) as tx:
                claimed = await tx.outbox.claim(
                    now=self._core.clock.now(), limit=free, lease=self._sender.lease, busy=self._busy() | full
                )
            self._cut_short = bool(full) or len(claimed) == free
            for each in claimed:
                failpoints.reach("after_claim", each.attempt)
                self._start(each, held_until)
            return len(claimed)

    def _room_now(self) -> tuple[int, frozenset[str]]:
        """How many may be claimed, and whose lines are all taken. None, while half of what was claimed has not left."""
        if len(self._not_yet_leaving) > AHEAD // 2:
            return 0, frozenset()
        calls = [each for each in self._in_flight.values() if each.id not in self._landed]
        free, full = self._shares.open(destination(each.effect) for each in calls)
        return min(free, AHEAD - len(self._not_yet_leaving)), full

    def _start(self, claimed: Claimed, held_until: float) -> None:
        task = asyncio.create_task(self._carry_out(claimed, held_until), name=f"effect-{claimed.id}")
        self._in_flight[task] = claimed
        self._not_yet_leaving.add(claimed.id)
        task.add_done_callback(self._arrived)

    async def _carry_out(self, claimed: Claimed, held_until: float) -> None:
        try:
            await self._sender.carry_out(claimed, held_until=held_until)
        except NotRecorded:
            log.error("effect_unrecorded", kind=claimed.effect.kind, effect=claimed.id)
        except Exception:
            log.exception("effect_stumbled", kind=claimed.effect.kind, effect=claimed.id)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        claimed = self._in_flight.pop(task)
        self._landed.discard(claimed.id)
        self._not_yet_leaving.discard(claimed.id)
        if one_at_a_time(destination(claimed.effect)):
            self._look_soon()  # something may wait for the same conversation
        self._make_room()

    def _lands(self, claimed: Claimed) -> None:
        """Its call is over, and its line free for another."""
        self._landed.add(claimed.id)
        self._make_room()

    def _leaves(self, claimed: Claimed) -> None:
        """It is on its way: there is room for another."""
        self._not_yet_leaving.discard(claimed.id)
        self._make_room()

    def _make_room(self) -> None:
        """If somebody waits for room: look."""
        if self._cut_short:
            self._look_soon()

    def _look_soon(self) -> None:
        """Look for work in a moment, when more room has come together."""
        if self._gathering is None:
            self._gathering = asyncio.get_running_loop().call_later(ROOM, self._has_room)

    def _has_room(self) -> None:
        self._gathering = None
        self.wake()

    def _busy(self) -> frozenset[str]:
        """Destinations to be left alone, and the keys of what we hold ourselves: our leases don't run out
        because somebody turned the clock."""
        held = {claimed.effect.key for claimed in self._in_flight.values()}
        where = {destination(claimed.effect) for claimed in self._in_flight.values()}
        held |= self._sender.carried
        return self.limits.busy() | held | {each for each in where if one_at_a_time(each)}

    async def _until_next(self) -> float:
        """Seconds until something is due, at most the poll."""
        rest = self.limits.next_free()
        due = await self._core.store.next_wake()
        left = (due - self._core.clock.now()).total_seconds() if due else POLL
        soonest = min(left if left > 0 else POLL, POLL if rest is None else rest)
        return max(soonest, _SOONEST)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(min(seconds, POLL)):
                await self._woken.wait()
        except TimeoutError:
            pass
