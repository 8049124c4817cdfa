"""Knocks that leave together: claimed, checked and recorded one by one, whoever looks at the same door at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot.clock import SystemIds, TurnableClock
from bot.domain.bundling import WINDOW
from bot.domain.effects import Door, Effect, PageResponder, StopRinging
from bot.domain.escalation import Page, PageStatus
from bot.domain.slugs import PersonId
from bot.engine.dispatcher import Dispatcher
from bot.engine.limits import unlimited
from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable
from bot.ports import Brief, Claimed, Core, Receipt
from bot.storage.store import SqlStore
from bot.usecases import deliveries
from tests.contracts.given import LEASE, MINUTE, NOW, SECOND, a_knock, a_page, an_incident, claim

MARTA = PersonId("marta")


class Provider:
    """Takes pages: each arrival is the keys of what one message tells of."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, ...]] = []
        self.fails: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked = asyncio.Event()

    async def perform(self, brief: Brief) -> Receipt:
        if not isinstance(brief.effect, PageResponder):
            return Receipt()
        self.asked.set()
        await self.gate.wait()
        if self.fails:
            raise self.fails.pop(0)
        told = (brief.effect.key, *(each.claimed.effect.key for each in brief.together))
        self.arrived.append(tuple(sorted(told)))
        return Receipt(f"SM{len(self.arrived)}")


class Counting:
    """``usecases.deliveries``, remembering how many receipts were stored at a time."""

    def __init__(self) -> None:
        self.settled: list[int] = []
        self.prepare = deliveries.prepare
        self.has_consequences = deliveries.has_consequences
        self.failed = deliveries.failed

    async def settle(self, core: Core, receipts: Sequence[tuple[Claimed, Receipt]]) -> None:
        self.settled.append(len(receipts))
        await deliveries.settle(core, receipts)


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock(NOW, frozen=True)


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
async def pages(store: SqlStore) -> list[Page]:
    async with store.transaction() as tx:
        incidents = [await an_incident(tx, public_id=f"public-{number}") for number in range(4)]
        return [await a_page(tx, incident, due_at=None) for incident in incidents]


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """Every question to the database, as it is asked."""
    questions: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        questions.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield questions
    event.remove(Engine, "before_cursor_execute", note)


def core_of(store: SqlStore, clock: TurnableClock, **options: Any) -> Core:
    return Core(store, clock, SystemIds(), **{"bundle_within": WINDOW, **options})


def a_dispatcher(store: SqlStore, clock: TurnableClock, provider: Provider, **options: Any) -> Dispatcher:
    return Dispatcher(core_of(store, clock, **options), dict.fromkeys(Door, provider), limits=unlimited())


@pytest.fixture
def dispatcher(store: SqlStore, clock: TurnableClock, provider: Provider) -> Dispatcher:
    return a_dispatcher(store, clock, provider)


async def enqueue(store: SqlStore, *effects: Effect, after: timedelta = timedelta(0)) -> None:
    async with store.transaction() as tx:
        await tx.outbox.enqueue(effects, now=NOW, after=after)


async def states(store: SqlStore, pages: Sequence[Page]) -> list[str]:
    async with store.reading() as tx:
        records = await tx.records([page.incident for page in pages], now=NOW)
    return [knock.state for page in pages for knock in records[page.incident].knocks]


async def acknowledged(store: SqlStore, page: Page) -> None:
    async with store.transaction() as tx:
        found = await tx.page(page.id, lock=True)
        await tx.save_pages([replace(found, status=PageStatus.ACKNOWLEDGED)])
        await tx.outbox.cancel_knocks(page.id)


def keys(*knocks: PageResponder) -> tuple[str, ...]:
    return tuple(sorted(knock.key for knock in knocks))


async def test_what_is_due_together_leaves_once_and_each_has_its_receipt(store, dispatcher, provider, pages):
    knocks = [a_knock(page) for page in pages]
    await enqueue(store, *knocks)

    await dispatcher.drain()

    assert provider.arrived == [keys(*knocks)]
    assert await states(store, pages) == ["accepted"] * 4
    async with store.transaction(gesture=False) as tx:
        told = await tx.outbox.delivered("SM1", "delivered", None, now=NOW)
    assert keys(*told) == keys(*knocks)


async def test_what_left_together_is_recorded_together(store, clock, provider, pages):
    """One receipt after the other, a message for many outlasted its lease, and left again."""
    counting = Counting()
    core = core_of(store, clock)
    dispatcher = Dispatcher(core, dict.fromkeys(Door, provider), deliveries=counting, limits=unlimited())
    await enqueue(store, *(a_knock(page) for page in pages))

    await dispatcher.drain()

    assert counting.settled == [4]


async def test_several_dispatchers_at_one_door_send_one_message(store, open_store, clock, provider, pages):
    stores = [store, await open_store(), await open_store()]
    knocks = [a_knock(page) for page in pages]
    await enqueue(store, *knocks)

    await asyncio.gather(*(a_dispatcher(each, clock, provider).drain() for each in stores))

    assert provider.arrived == [keys(*knocks)]
    assert await states(store, pages) == ["accepted"] * 4


async def test_one_claimed_elsewhere_is_taken_along_and_its_first_claim_is_void(store, dispatcher, provider, pages):
    first, second = a_knock(pages[0]), a_knock(pages[1])
    await enqueue(store, first)
    (elsewhere,) = await claim(store)
    await enqueue(store, second)

    await dispatcher.drain()

    assert provider.arrived == [keys(first, second)]
    core = core_of(store, TurnableClock(NOW, frozen=True))
    assert await deliveries.prepare(core, [elsewhere]) == [None]
    async with store.transaction(gesture=False) as tx:
        assert not await tx.outbox.settle(elsewhere, Receipt("late"), now=NOW)
    assert await states(store, pages) == ["accepted"] * 2


async def test_who_comes_while_another_is_leaving_waits_for_the_end_of_the_window(
    store, dispatcher, provider, clock, pages
):
    provider.gate.clear()
    await enqueue(store, a_knock(pages[0]))
    draining = asyncio.create_task(dispatcher.drain())
    await provider.asked.wait()
    await enqueue(store, a_knock(pages[1]))
    other = a_dispatcher(store, clock, provider)

    await other.drain()
    assert provider.arrived == []
    provider.gate.set()
    await draining
    clock.turn(WINDOW - SECOND)
    await other.drain()
    assert len(provider.arrived) == 1
    clock.turn(SECOND)
    await other.drain()

    assert provider.arrived == [keys(a_knock(pages[0])), keys(a_knock(pages[1]))]


@pytest.mark.parametrize("failure", [Undeliverable("21610"), NotYetDelivered("unreachable"), OutcomeUnknown("timeout")])
async def test_who_waited_for_one_that_did_not_leave_leaves_at_once(
    store, dispatcher, provider, clock, pages, failure: Exception
):
    provider.gate.clear()
    provider.fails = [failure]
    await enqueue(store, a_knock(pages[0]))
    draining = asyncio.create_task(dispatcher.drain())
    await provider.asked.wait()
    await enqueue(store, a_knock(pages[1]))
    await a_dispatcher(store, clock, provider).drain()

    provider.gate.set()
    await draining

    assert provider.arrived == [keys(a_knock(pages[1]))]


async def test_another_person_another_way_and_the_same_incident_wait_for_nothing(store, dispatcher, provider, pages):
    await enqueue(store, a_knock(pages[0]))
    await dispatcher.drain()
    others = [a_knock(pages[1], person=MARTA), a_knock(pages[1], "voice"), a_knock(pages[0], level=2)]

    await enqueue(store, *others)
    await dispatcher.drain()

    assert sorted(provider.arrived[1:]) == sorted(keys(each) for each in others)


async def test_an_answer_while_it_waits_takes_only_that_one_out(store, dispatcher, provider, clock, pages):
    await enqueue(store, a_knock(pages[0]))
    await dispatcher.drain()
    await enqueue(store, a_knock(pages[1]), a_knock(pages[2]), a_knock(pages[3]))
    await dispatcher.drain()

    await acknowledged(store, pages[2])
    clock.turn(WINDOW)
    await dispatcher.drain()

    assert provider.arrived[1:] == [keys(a_knock(pages[1]), a_knock(pages[3]))]


async def test_a_repeated_check_lets_out_who_has_answered_meanwhile(store, clock, pages):
    await enqueue(store, *(a_knock(page) for page in pages[:3]))
    claimed = await claim(store)
    core = core_of(store, clock)
    (brief, *rest) = await deliveries.prepare(core, claimed)
    assert brief is not None
    assert rest == [None, None]
    assert len(brief.together) == 2

    await acknowledged(store, pages[1])
    (again,) = await deliveries.prepare(core, claimed[:1])

    assert again is not None
    assert [each.claimed.effect for each in again.together] == [a_knock(pages[2])]
    assert await states(store, pages) == ["sending", "cancelled", "sending"]


async def test_when_the_leader_s_own_page_is_answered_before_it_leaves_its_company_goes_on_alone(
    store, dispatcher, provider, clock, pages
):
    await enqueue(store, a_knock(pages[0]), a_knock(pages[1]))
    claimed = await claim(store)
    core = core_of(store, clock)
    assert (await deliveries.prepare(core, claimed))[0] is not None

    await acknowledged(store, pages[0])
    assert await deliveries.prepare(core, claimed[:1]) == [None]
    await dispatcher.drain()

    assert provider.arrived == [keys(a_knock(pages[1]))]
    assert await states(store, pages) == ["cancelled", "accepted"]


@pytest.mark.parametrize("sent", [False, True])
async def test_a_death_in_the_middle_loses_none_and_doubles_all_once_at_most(store, provider, clock, pages, sent: bool):
    """The process is gone between claim and record: before the provider had it, or after."""
    knocks = [a_knock(page) for page in pages]
    await enqueue(store, *knocks)
    claimed = await claim(store)
    core = core_of(store, clock)
    (brief, *_rest) = await deliveries.prepare(core, claimed)
    assert brief is not None
    if sent:
        await provider.perform(brief)

    clock.turn(LEASE)
    await a_dispatcher(store, clock, provider).drain()

    assert provider.arrived == [keys(*knocks)] * (2 if sent else 1)
    assert await states(store, pages) == ["accepted"] * 4


async def test_a_message_that_fails_is_tried_again_with_the_same_company(store, dispatcher, provider, clock, pages):
    provider.fails = [NotYetDelivered("ratelimited", retry_after=20 * SECOND)]
    await enqueue(store, a_knock(pages[0]), a_knock(pages[1]))
    await dispatcher.drain()
    assert await states(store, pages) == ["pending"] * 2

    clock.turn(25 * SECOND)
    await dispatcher.drain()

    assert provider.arrived == [keys(a_knock(pages[0]), a_knock(pages[1]))]


async def test_a_call_is_not_hung_up_while_another_page_rings_with_it(store, dispatcher, provider, clock, pages):
    await enqueue(store, a_knock(pages[0], "voice"), a_knock(pages[1], "voice"))
    await dispatcher.drain()
    await acknowledged(store, pages[0])
    await enqueue(store, StopRinging(pages[0].incident, pages[0].id))
    (stop,) = await claim(store)

    (brief,) = await deliveries.prepare(core_of(store, clock), [stop])

    assert brief is not None
    assert brief.still_wanted == {"SM1"}


async def test_before_hanging_up_a_call_for_many_we_ask_no_more_than_for_a_call_for_two(
    store, dispatcher, provider, clock, pages, asked
):
    """A hundred calls for forty pages each took longer than a transaction may, and kept everybody else waiting."""
    await enqueue(store, *(a_knock(page, "voice") for page in pages[:2]))
    await dispatcher.drain()
    of_two = await asked_before_hanging_up(store, clock, pages[0], asked)
    clock.turn(WINDOW)
    await enqueue(store, *(a_knock(page, "voice", level=2) for page in pages))
    await dispatcher.drain()

    of_many = await asked_before_hanging_up(store, clock, pages[1], asked)

    assert provider.arrived[1:] == [keys(*(a_knock(page, "voice", level=2) for page in pages))]
    assert of_many == of_two


async def asked_before_hanging_up(store: SqlStore, clock: TurnableClock, page: Page, asked: list[str]) -> int:
    """How many questions to the database."""
    await enqueue(store, StopRinging(page.incident, page.id))
    (stop,) = await claim(store, now=clock.now(), limit=1)
    asked.clear()
    assert await deliveries.prepare(core_of(store, clock), [stop]) != [None]
    return len(asked)


async def test_the_cap_delays_a_repeat_until_the_oldest_is_a_day_old(store, provider, clock, pages):
    dispatcher = a_dispatcher(store, clock, provider, daily_caps={"sms": 2}, bundle_within=timedelta(0))
    for number, page in enumerate(pages[:2]):
        await enqueue(store, a_knock(page))
        await dispatcher.drain()
        clock.turn(MINUTE * (number + 1))
    await enqueue(store, a_knock(pages[0], level=2), a_knock(pages[2]))

    await dispatcher.drain()
    assert provider.arrived[2:] == [keys(a_knock(pages[2]))]  # a page's first text waits for nothing
    clock.turn_to(NOW + timedelta(hours=24) + MINUTE - SECOND)
    await dispatcher.drain()
    assert len(provider.arrived) == 3
    clock.turn(SECOND)
    await dispatcher.drain()

    assert provider.arrived[3:] == [keys(a_knock(pages[0], level=2))]


async def test_one_message_for_many_counts_once_towards_the_cap(store, provider, clock, pages):
    dispatcher = a_dispatcher(store, clock, provider, daily_caps={"sms": 2})
    await enqueue(store, *(a_knock(page) for page in pages))
    await dispatcher.drain()
    await enqueue(store, a_knock(pages[0], level=2))
    clock.turn(WINDOW)

    await dispatcher.drain()

    assert provider.arrived[1:] == [keys(a_knock(pages[0], level=2))]
