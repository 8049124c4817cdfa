"""What is due leaves once, urgent things first, and no silence or crash of the other side changes that."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest

from bot.clock import SystemIds, TurnableClock
from bot.domain.effects import Door, Effect, OpenChannel, PublishStatement, RefreshCard, TellRoom
from bot.domain.escalation import Page
from bot.domain.incident import IncidentId
from bot.engine.dispatcher import Dispatcher
from bot.engine.limits import Limits, unlimited
from bot.errors import AnticrisiError, NotRecorded, NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Brief, Claimed, Core, Receipt
from bot.storage.store import SqlStore
from tests.contracts.given import MINUTE, NOW, SECOND, a_knock, stored_page


class OtherSide:
    """Takes what arrives; says what it is told to say, and holds what it is told to hold."""

    def __init__(self) -> None:
        self.arrived: list[Effect] = []
        self.says: Callable[[Brief], Receipt] = lambda brief: Receipt("id")
        self.gate = asyncio.Event()
        self.gate.set()
        self.somebody_waits = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    async def perform(self, brief: Brief) -> Receipt:
        self.arrived.append(brief.effect)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.somebody_waits.set()
        try:
            await self.gate.wait()
        finally:
            self.at_once -= 1
        return self.says(brief)


class PlainDeliveries:
    """Wants everything, and records without further consequences."""

    def __init__(self) -> None:
        self.wanted = True
        self.checks = 0
        self.refuses = 0  # how many more times the store is away when a receipt comes

    async def prepare(self, core: Core, claimed: Sequence[Claimed]) -> list[Brief | None]:
        self.checks += len(claimed)
        if not self.wanted:
            async with core.store.transaction(gesture=False) as tx:
                for each in claimed:
                    await tx.outbox.drop(each, now=core.clock.now())
            return [None] * len(claimed)
        async with core.store.reading() as tx:
            roster = await tx.roster()
        now = core.clock.now()
        return [Brief(each.effect, roster, now, None, each.attempt, each.uncertain) for each in claimed]

    def has_consequences(self, claimed: Claimed) -> bool:
        return False

    async def settle(self, core: Core, receipts: Sequence[tuple[Claimed, Receipt]]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise NotRecorded
        async with core.store.transaction(gesture=False) as tx:
            await tx.outbox.settle_all(receipts, now=core.clock.now())

    async def failed(self, core: Core, claimed: Claimed, error: AnticrisiError, *, retry_at: datetime) -> None:
        async with core.store.transaction(gesture=False) as tx:
            now = core.clock.now()
            match error:
                case Undeliverable(code=code):
                    await tx.outbox.fail(claimed, code, now=now)
                case OutcomeUnknown(code=code) if isinstance(claimed.effect, PublishStatement):
                    await tx.outbox.doubt(claimed, code, now=now)
                case _:
                    await tx.outbox.postpone(claimed, str(error), until=retry_at, now=now)


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock(NOW, frozen=True)


@pytest.fixture
def other_side() -> OtherSide:
    return OtherSide()


@pytest.fixture
def deliveries() -> PlainDeliveries:
    return PlainDeliveries()


@pytest.fixture
async def page(store: SqlStore) -> Page:
    return await stored_page(store, due_at=None)


@pytest.fixture
def dispatcher(store: SqlStore, clock, other_side, deliveries) -> Dispatcher:
    return a_dispatcher(store, clock, other_side, deliveries)


def a_dispatcher(store, clock, other_side, deliveries, *, limits: Limits | None = None, **options) -> Dispatcher:
    doors = dict.fromkeys(Door, other_side)
    core = Core(store, clock, SystemIds())
    return Dispatcher(core, doors, deliveries=deliveries, limits=limits or unlimited(), **options)


async def enqueue(store: SqlStore, *effects: Effect) -> None:
    async with store.transaction() as tx:
        await tx.outbox.enqueue(effects, now=NOW)


async def attempts(store: SqlStore, page: Page) -> list[tuple[str, str | None]]:
    async with store.reading() as tx:
        return [(knock.state, knock.error) for knock in (await tx.record(page.incident, now=NOW)).knocks]


async def test_everything_due_leaves_once(store, dispatcher, other_side, page):
    effects = [a_knock(page, method) for method in ("sms", "voice", "email")]
    await enqueue(store, *effects)

    await dispatcher.drain()
    await dispatcher.drain()

    assert sorted(effect.key for effect in other_side.arrived) == sorted(effect.key for effect in effects)
    assert await attempts(store, page) == [("accepted", None)] * 3


async def test_a_commit_makes_it_leave_at_once(store, dispatcher, other_side, page):
    store.on_commit(dispatcher.wake)
    running = asyncio.create_task(dispatcher.run())

    await enqueue(store, a_knock(page))
    async with asyncio.timeout(60):
        await other_side.somebody_waits.wait()

    await dispatcher.stop()
    await running
    assert await attempts(store, page) == [("accepted", None)]


async def test_what_is_no_longer_wanted_does_not_leave(store, dispatcher, other_side, deliveries, page):
    await enqueue(store, a_knock(page))
    deliveries.wanted = False

    await dispatcher.drain()

    assert other_side.arrived == []
    assert await attempts(store, page) == [("cancelled", None)]


async def test_a_passing_failure_is_tried_again_later_and_not_sooner(store, dispatcher, other_side, clock, page):
    def not_now(brief: Brief) -> Receipt:
        raise NotYetDelivered("ratelimited", retry_after=30 * SECOND)

    other_side.says = not_now
    await enqueue(store, a_knock(page))
    await dispatcher.drain()
    other_side.says = lambda brief: Receipt("id")

    clock.turn(29 * SECOND)
    await dispatcher.drain()
    assert len(other_side.arrived) == 1

    clock.turn(3 * SECOND)
    await dispatcher.drain()
    assert len(other_side.arrived) == 2
    assert await attempts(store, page) == [("accepted", None)]


async def test_what_is_due_while_the_other_side_asks_for_a_long_quiet_is_put_off_by_name(
    store, clock, other_side, deliveries, page
):
    limits = Limits()
    limits.pause("paging:sms", 40)
    dispatcher = a_dispatcher(store, clock, other_side, deliveries, limits=limits)
    await enqueue(store, a_knock(page), a_knock(page, "voice"))

    await dispatcher.drain()

    assert [effect.key for effect in other_side.arrived] == [a_knock(page, "voice").key]
    async with store.reading() as tx:
        [text] = [each for each in (await tx.record(page.incident, now=NOW)).knocks if each.method == "sms"]
    assert (text.state, text.error) == ("pending", "rate_limited")
    assert 39 * SECOND < text.due_at - NOW <= 40 * SECOND


async def test_a_lasting_failure_is_told_and_not_repeated(store, dispatcher, other_side, clock, page):
    def never(brief: Brief) -> Receipt:
        raise Undeliverable("no_such_number")

    other_side.says = never
    await enqueue(store, a_knock(page))
    await dispatcher.drain()
    clock.turn(60 * MINUTE)
    await dispatcher.drain()

    assert len(other_side.arrived) == 1
    assert await attempts(store, page) == [("failed", "no_such_number")]


async def test_the_next_attempt_after_an_unknown_outcome_looks_first(store, dispatcher, other_side, clock, page):
    looked: list[bool] = []

    def lost(brief: Brief) -> Receipt:
        looked.append(brief.uncertain)
        raise OutcomeUnknown("connection_lost")

    other_side.says = lost
    await enqueue(store, OpenChannel(page.incident))
    await dispatcher.drain()
    clock.turn(MINUTE)
    await dispatcher.drain()

    assert looked == [False, True]


async def test_an_adapters_mistake_is_a_failure_of_that_way_only(store, dispatcher, other_side, page):
    def mistaken(brief: Brief) -> Receipt:
        if brief.effect.key.endswith("sms"):
            raise KeyError("sid")
        return Receipt("id")

    other_side.says = mistaken
    await enqueue(store, a_knock(page, "sms"), a_knock(page, "voice"), PublishStatement(page.incident, 1, "page"))

    await dispatcher.drain()

    assert await attempts(store, page) == [("failed", "internal_error:KeyError"), ("accepted", None)]


async def test_a_call_that_never_ends_is_given_up_and_its_statement_left_in_doubt(
    store, clock, other_side, deliveries, page
):
    dispatcher = a_dispatcher(store, clock, other_side, deliveries, call=timedelta(milliseconds=50))
    other_side.gate.clear()
    await enqueue(store, PublishStatement(page.incident, 1, "page"))

    await dispatcher.drain()

    async with store.reading() as tx:
        (delivery,) = (await tx.record(page.incident, now=NOW)).deliveries
    assert (delivery.state, delivery.error) == ("uncertain", "timeout")


async def test_a_receipt_is_recorded_as_soon_as_the_database_is_back(store, dispatcher, other_side, deliveries, page):
    deliveries.refuses = 2
    await enqueue(store, a_knock(page))

    await dispatcher.drain()

    assert len(other_side.arrived) == 1
    assert await attempts(store, page) == [("accepted", None)]


async def test_a_receipt_is_kept_even_when_its_consequences_fail(store, clock, other_side, page):
    class Clumsy(PlainDeliveries):
        async def settle(self, core: Core, receipts: Sequence[tuple[Claimed, Receipt]]) -> None:
            raise LookupError("no such room")

    await enqueue(store, a_knock(page))

    await a_dispatcher(store, clock, other_side, Clumsy()).drain()

    assert await attempts(store, page) == [("accepted", None)]


async def test_a_turned_clock_does_not_double_what_is_on_its_way(store, dispatcher, other_side, clock, page):
    other_side.gate.clear()
    await enqueue(store, a_knock(page))
    draining = asyncio.create_task(dispatcher.drain())
    await other_side.somebody_waits.wait()

    clock.turn(60 * MINUTE)
    dispatcher.wake()
    running = asyncio.create_task(dispatcher.run())
    other_side.gate.set()
    await draining
    await dispatcher.stop()
    await running

    assert len(other_side.arrived) == 1


async def test_a_silent_slack_does_not_hold_the_phones_lines(store, clock, other_side, deliveries, page):
    phones = OtherSide()
    core = Core(store, clock, SystemIds())
    doors = {Door.SLACK: other_side, Door.PAGING: phones}
    dispatcher = Dispatcher(core, doors, deliveries=deliveries, limits=unlimited(), concurrency=10)
    other_side.gate.clear()
    await enqueue(store, *(OpenChannel(IncidentId(incident)) for incident in range(100, 130)))
    running = asyncio.create_task(dispatcher.run())
    await other_side.somebody_waits.wait()

    await enqueue(store, a_knock(page))
    dispatcher.wake()
    async with asyncio.timeout(60):
        await phones.somebody_waits.wait()

    assert other_side.most_at_once <= 5
    other_side.gate.set()
    await dispatcher.stop()
    await running


async def test_two_edits_of_one_message_never_race(store, dispatcher, other_side, page):
    other_side.gate.clear()
    await enqueue(store, RefreshCard(page.incident))
    draining = asyncio.create_task(dispatcher.drain())
    await other_side.somebody_waits.wait()

    await enqueue(store, RefreshCard(page.incident))
    other_side.gate.set()
    await draining

    assert len(other_side.arrived) == 2
    assert other_side.most_at_once == 1


async def test_a_conversation_hears_things_in_order_one_at_a_time(store, dispatcher, other_side, page):
    lines = [TellRoom(page.incident, seq) for seq in range(1, 6)]
    await enqueue(store, *lines)

    await dispatcher.drain()

    assert other_side.arrived == lines
    assert other_side.most_at_once == 1


async def test_two_dispatchers_never_send_one_thing_twice(store, open_store, clock, other_side, deliveries, page):
    other = await open_store()
    pair = [a_dispatcher(each, clock, other_side, deliveries) for each in (store, other)]
    await enqueue(store, *(a_knock(page, level=level) for level in range(40)))

    await asyncio.gather(*(dispatcher.drain() for dispatcher in pair))

    keys = [effect.key for effect in other_side.arrived]
    assert len(keys) == len(set(keys)) == 40


async def test_how_late_things_left_is_known(store, dispatcher, clock, page):
    await enqueue(store, a_knock(page))
    clock.turn(7 * SECOND)

    await dispatcher.drain()

    assert dispatcher.take_largest_lag() == 7 * SECOND
    assert dispatcher.take_largest_lag() == timedelta(0)
