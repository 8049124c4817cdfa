"""One claimed effect, carried out: checked, sent, recorded.

Promises that a check is no older than a quarter of a second when the send starts, that nothing is sent on a
lease that would not outlast the call, and that what happened is recorded as long as the lease lasts, however
the database behaves. Refuses to raise: whatever goes wrong is recorded or logged, and the lease runs out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol, TypeVar

import structlog

from bot.domain.destinations import destination
from bot.domain.effects import Door, PublishStatement
from bot.engine import failpoints
from bot.engine.backoff import retry_at
from bot.engine.limits import Limits
from bot.engine.together import Together
from bot.errors import AnticrisiError, NotRecorded, NotYetDelivered, OutcomeUnknown, Stale, Undeliverable
from bot.ports import USUAL_PATIENCE, Brief, Claimed, Core, DoorKeeper, Receipt

log = structlog.get_logger(__name__)

CALL = timedelta(seconds=USUAL_PATIENCE.call)
MARGIN = timedelta(seconds=5)  # what a lease holds beyond that, for the check before and the record after
FRESH = 0.25  # seconds after which a check is repeated
CHECKS = 3  # with a database so slow, the third check is as good as any: people wait
CHECKED_TOGETHER = 24  # how many in one transaction: some ten milliseconds of everybody's time
RECORDED_TOGETHER = 32
GATHERED = 0.04  # seconds in which receipts join the first, if more can: what follows from another's goes before them
PATIENCE = 2.0  # seconds an effect waits for its destination in our hands; longer, and it goes back
_PAUSE = 0.2  # seconds between two tries to record

_T = TypeVar("_T")
Observe = Callable[[str, str], None]
"""Told of every try: the effect's kind and the outcome's name. For counting."""


class Deliveries(Protocol):
    """What is asked before sending, and told after: ``bot.usecases.deliveries``."""

    async def prepare(self, core: Core, claimed: Sequence[Claimed]) -> Sequence[Brief | None]: ...
    async def settle(self, core: Core, receipts: Sequence[tuple[Claimed, Receipt]]) -> None: ...
    def has_consequences(self, claimed: Claimed) -> bool: ...
    async def failed(self, core: Core, claimed: Claimed, error: AnticrisiError, *, retry_at: datetime) -> None: ...


class Sender:
    """Carries claimed effects out, any number side by side."""

    def __init__(
        self,
        core: Core,
        doors: Mapping[Door, DoorKeeper],
        deliveries: Deliveries,
        limits: Limits,
        *,
        call: timedelta = CALL,
        margin: timedelta = MARGIN,
        leaves: Callable[[Claimed], None] = lambda claimed: None,
        lands: Callable[[Claimed], None] = lambda claimed: None,
        observe: Observe = lambda kind, outcome: None,
    ) -> None:
        self._observe = observe
        self._core = core
        self._doors = doors
        self._deliveries = deliveries
        self._limits = limits
        self._leaves = leaves
        self._lands = lands
        self._call = call.total_seconds()
        self.lease = call + margin
        self.largest_lag = timedelta(0)
        self.carried: set[str] = set()  # the keys of what is in our hands, also of what was taken along
        self._checks = Together(self._prepare, most=CHECKED_TOGETHER)
        self._on_the_way: set[int] = set()  # whose receipts may yet come
        self._receipts = Together(
            self._settle_together, most=RECORDED_TOGETHER, gather=GATHERED, coming=lambda: bool(self._on_the_way)
        )

    async def carry_out(self, claimed: Claimed, *, held_until: float) -> None:
        """Do it. ``held_until`` is the end of the lease on the monotonic clock, which a turned clock leaves alone."""
        self._on_the_way.add(claimed.id)
        try:
            await self._wait_check_and_send(claimed, held_until=held_until)
        finally:
            self._on_the_way.discard(claimed.id)
            self._receipts.look_who_is_coming()

    async def _wait_check_and_send(self, claimed: Claimed, *, held_until: float) -> None:
        wait = self._limits.take(destination(claimed.effect), within=PATIENCE)
        if wait > PATIENCE:
            await self._wait_behind_limit(claimed, timedelta(seconds=wait), held_until=held_until)
            return
        if wait > 0:
            self._leaves(claimed)  # who waits for a destination does not keep others from theirs
            await asyncio.sleep(wait)
        brief = await self._checked(claimed, held_until=held_until)
        if brief is None:
            return
        together = (claimed, *(each.claimed for each in brief.together))
        if monotonic() + self._call > held_until:
            for each in together:
                await self._give_back(each, "late", held_until=held_until)
            return
        with self._carrying(together):
            outcome = await self._send(claimed, brief)
            self._lands(claimed)
            again = self._when_again(claimed, outcome)  # the same for all: what failed together is tried together
            await asyncio.gather(*(self._record(each, outcome, again, held_until=held_until) for each in together))

    @contextmanager
    def _carrying(self, together: Sequence[Claimed]) -> Iterator[None]:
        """What leaves in one message is ours until all of it is recorded."""
        keys = {each.effect.key for each in together}
        self.carried |= keys
        try:
            yield
        finally:
            self.carried -= keys

    async def _checked(self, claimed: Claimed, *, held_until: float) -> Brief | None:
        """The facts of this very moment, or nothing when it is no longer wanted."""
        brief: Brief | None = None
        for _ in range(CHECKS):
            failpoints.reach("before_check", claimed.attempt)
            asked, brief = await self._insist(lambda: self._checks.ask(claimed), held_until=held_until)
            failpoints.reach("after_check", claimed.attempt)
            if brief is None or monotonic() - asked <= FRESH:
                break
        return brief

    async def _prepare(self, claimed: Sequence[Claimed]) -> list[tuple[float, Brief | None]]:
        await self._core.gestures.pass_first()
        asked = monotonic()
        return [(asked, brief) for brief in await self._deliveries.prepare(self._core, claimed)]

    async def _send(self, claimed: Claimed, brief: Brief) -> Receipt | AnticrisiError:
        door = self._doors.get(claimed.effect.door)
        if door is None:
            return Undeliverable("not_connected")
        self._note_lag(claimed)
        self._leaves(claimed)
        failpoints.reach("before_send", claimed.attempt)
        try:
            async with asyncio.timeout(self._call):
                receipt = await door.perform(brief)
        except (NotYetDelivered, Undeliverable, OutcomeUnknown) as error:
            return error
        except TimeoutError:
            return OutcomeUnknown("timeout")
        except Exception as bug:
            log.exception("adapter_failed", kind=claimed.effect.kind, effect=claimed.id)
            return _unforeseen(claimed, bug)
        failpoints.reach("after_send", claimed.attempt)
        return receipt

    def _when_again(self, claimed: Claimed, outcome: Receipt | AnticrisiError) -> datetime:
        now = self._core.clock.now()
        if isinstance(outcome, Receipt):
            return now
        return retry_at(claimed.effect, claimed.failures, outcome, now=now, ids=self._core.ids)

    async def _record(
        self, claimed: Claimed, outcome: Receipt | AnticrisiError, again: datetime, *, held_until: float
    ) -> None:
        failpoints.reach("before_record", claimed.attempt)
        self._observe(claimed.effect.kind, "sent" if isinstance(outcome, Receipt) else type(outcome).__name__)
        if isinstance(outcome, Receipt):
            await self._settle(claimed, outcome, held_until=held_until)
            log.info("effect_sent", kind=claimed.effect.kind, effect=claimed.id, attempt=claimed.attempt)
        else:
            await self._failed(claimed, outcome, again, held_until=held_until)
        failpoints.reach("after_record", claimed.attempt)

    async def _settle(self, claimed: Claimed, receipt: Receipt, *, held_until: float) -> None:
        """Record the receipt with all that follows from it, or, when that is impossible, at least the receipt:
        what has happened must not happen again."""
        try:
            await self._insist(lambda: self._settle_in_turn(claimed, receipt), held_until=held_until)
        except Exception:
            log.exception("receipt_misunderstood", kind=claimed.effect.kind, effect=claimed.id)
            await self._insist(lambda: self._settle_alone(claimed, receipt), held_until=held_until)

    async def _settle_in_turn(self, claimed: Claimed, receipt: Receipt) -> None:
        if self._deliveries.has_consequences(claimed):  # it needs rows that a gesture may be holding: alone
            await self._settle_together([(claimed, receipt)])
        else:
            self._on_the_way.discard(claimed.id)
            await self._receipts.ask((claimed, receipt))

    async def _settle_together(self, receipts: Sequence[tuple[Claimed, Receipt]]) -> Sequence[None]:
        await self._core.gestures.pass_first()
        await self._deliveries.settle(self._core, receipts)
        return [None] * len(receipts)

    async def _settle_alone(self, claimed: Claimed, receipt: Receipt) -> None:
        async with self._core.store.transaction(gesture=False) as tx:
            await tx.outbox.settle(claimed, receipt, now=self._core.clock.now())

    async def _failed(self, claimed: Claimed, error: AnticrisiError, again: datetime, *, held_until: float) -> None:
        log.warning("effect_failed", kind=claimed.effect.kind, effect=claimed.id, error=str(error))
        if isinstance(error, NotYetDelivered) and error.retry_after is not None:
            self._limits.pause(destination(claimed.effect), error.retry_after.total_seconds())
        if isinstance(error, OutcomeUnknown):
            claimed = replace(claimed, uncertain=True)
        await self._insist(
            lambda: self._deliveries.failed(self._core, claimed, error, retry_at=again), held_until=held_until
        )

    async def _wait_behind_limit(self, claimed: Claimed, wait: timedelta, *, held_until: float) -> None:
        """Our own limit, or one that the other side has named to somebody before: not asked again until it ends."""
        error = NotYetDelivered("rate_limited", retry_after=wait)
        await self._insist(
            lambda: self._deliveries.failed(self._core, claimed, error, retry_at=self._core.clock.now() + wait),
            held_until=held_until,
        )

    async def _give_back(self, claimed: Claimed, why: str, *, held_until: float) -> None:
        async def postpone() -> None:
            now = self._core.clock.now()
            async with self._core.store.transaction(gesture=False) as tx:
                await tx.outbox.postpone(claimed, why, until=now, now=now)

        await self._insist(postpone, held_until=held_until)

    async def _insist(self, ask: Callable[[], Awaitable[_T]], *, held_until: float) -> _T:
        """Ask the store until it answers; a lease that has run out is somebody else's business."""
        while True:
            try:
                return await ask()
            except (NotRecorded, Stale):
                if monotonic() + _PAUSE > held_until:
                    raise
                await asyncio.sleep(_PAUSE)

    def _note_lag(self, claimed: Claimed) -> None:
        self.largest_lag = max(self.largest_lag, self._core.clock.now() - claimed.due_at)


def _unforeseen(claimed: Claimed, bug: Exception) -> AnticrisiError:
    """Another way may work where this one is broken; but what customers may have read is not repeated blindly."""
    code = f"internal_error:{type(bug).__name__}"
    return OutcomeUnknown(code) if isinstance(claimed.effect, PublishStatement) else Undeliverable(code)
