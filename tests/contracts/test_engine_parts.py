"""Limits, shares, back-off and the tick: the engine's parts, each by itself."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.clock import SystemIds
from bot.domain import effects
from bot.domain.destinations import destination, one_at_a_time
from bot.domain.effects import Effect, OpenChannel, PageResponder, RefreshCard, TellPerson, TellRoom, TextPerson
from bot.domain.incident import IncidentId
from bot.domain.slugs import PersonId
from bot.engine.backoff import LONGEST, LONGEST_FOR_PEOPLE, ROOM_IN_A_HURRY, retry_at
from bot.engine.limits import UNSEEN, Budget, Limits, unlimited
from bot.engine.scheduler import Scheduler
from bot.engine.shares import Shares
from bot.errors import NotRecorded, NotYetDelivered, OutcomeUnknown
from bot.ports import Gestures
from tests.contracts.given import NOW, SECOND

ROOM = "slack:room:1"
IDLE: Any = SimpleNamespace(gestures=Gestures())  # the little of a core that ticks look at
KNOCK = PageResponder(IncidentId(1), 1, 1, 1, 1, PersonId("bruno"), "sms")


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


def test_a_conversation_takes_a_few_at_once_and_then_one_a_second(seconds: Seconds):
    limits = Limits(seconds=seconds)
    assert [limits.take(ROOM) for _ in range(3)] == [0, 0, 0]
    assert limits.busy() == {ROOM}

    assert limits.take(ROOM) == pytest.approx(1)
    assert limits.take(ROOM) == pytest.approx(2)

    seconds.now += 3
    assert limits.busy() == frozenset()
    assert limits.take(ROOM) == 0


def test_conversations_do_not_wait_for_each_other(seconds: Seconds):
    limits = Limits(seconds=seconds)
    for _ in range(4):
        limits.take(ROOM)

    assert limits.take("slack:room:2") == 0


def test_replicas_share_one_budget(seconds: Seconds):
    limits = Limits({"paging:sms": Budget(2.0, burst=1)}, seconds=seconds)
    limits.share(4)
    limits.take("paging:sms")

    assert limits.take("paging:sms") == pytest.approx(2)


def test_who_asked_for_quiet_gets_it(seconds: Seconds):
    limits = Limits(seconds=seconds)
    limits.pause("paging:sms", UNSEEN)
    assert limits.busy() == {"paging:sms"}
    assert limits.next_free() == pytest.approx(UNSEEN)

    seconds.now += UNSEEN
    assert limits.busy() == frozenset()
    assert limits.next_free() is None


def test_a_long_quiet_is_not_hidden_from_whoever_waits_for_it(seconds: Seconds):
    limits = Limits(seconds=seconds)
    limits.pause("paging:sms", 40)

    assert limits.busy() == frozenset()
    assert limits.next_free() is None
    assert [limits.take("paging:sms", within=2) for _ in range(3)] == [40, 40, 40]

    seconds.now += 40
    assert limits.take("paging:sms", within=2) == 0


def test_whoever_goes_away_takes_nothing_from_those_who_stay(seconds: Seconds):
    limits = Limits({"paging:sms": Budget(1.0, burst=1)}, seconds=seconds)
    limits.take("paging:sms")

    assert limits.take("paging:sms", within=0.5) == pytest.approx(1)
    assert limits.take("paging:sms", within=2) == pytest.approx(1)


def test_where_nothing_is_limited_nothing_waits():
    limits = unlimited()
    limits.pause(ROOM, 30)

    assert [limits.take(ROOM) for _ in range(100)] == [0] * 100
    assert limits.busy() == frozenset()


def test_half_the_lines_are_slacks_and_no_more():
    shares = Shares(10)

    assert shares.open([]) == (4, frozenset())
    assert shares.open(["slack:room:1"] * 5) == (4, frozenset({"slack:*"}))
    assert shares.open(["slack:dm:1"] * 5 + ["paging:sms"] * 4) == (1, frozenset({"slack:*", "paging:sms"}))
    assert shares.open(["slack:dm:1"] * 4) == (1, frozenset())
    assert shares.open([f"paging:{way}" for way in range(10)])[0] == 0


def test_failures_are_tried_ever_later_but_people_are_woken_within_a_minute():
    def waits(effect: Effect) -> list[timedelta]:
        return [retry_at(effect, failures, error, now=NOW, ids=ids) - NOW for failures in range(150)]

    ids, error = SystemIds(), OutcomeUnknown("timeout")
    page, room, line = waits(KNOCK), waits(OpenChannel(IncidentId(1))), waits(TellRoom(IncidentId(1), 1))

    assert SECOND <= min(page[0], room[0], line[0]) <= max(page[0], room[0], line[0]) <= 2 * SECOND
    assert max(page) <= LONGEST_FOR_PEOPLE
    assert max(room[:ROOM_IN_A_HURRY]) <= LONGEST_FOR_PEOPLE
    assert all(LONGEST / 2 <= wait <= LONGEST for wait in (*room[ROOM_IN_A_HURRY:], *line[12:]))


def test_a_retry_is_never_sooner_than_asked():
    error = NotYetDelivered("ratelimited", retry_after=timedelta(seconds=90))

    assert retry_at(KNOCK, 0, error, now=NOW, ids=SystemIds()) >= NOW + timedelta(seconds=90)


def test_things_said_to_one_person_or_room_keep_their_order():
    letter = TellPerson(IncidentId(1), PersonId("bruno"), "note", "1")

    assert destination(letter) == destination(PageResponder(IncidentId(2), 1, 1, 1, 1, PersonId("bruno"), "slack_dm"))
    assert one_at_a_time(destination(letter))
    assert one_at_a_time(destination(RefreshCard(IncidentId(1))))
    assert not one_at_a_time(destination(KNOCK))


def test_a_text_goes_to_the_phone_and_not_to_slack():
    assert destination(TextPerson(IncidentId(1), PersonId("bruno"), "note", "1")) == "paging:sms"


def test_every_kind_of_effect_has_a_destination():
    for kind in effects.ALL.values():
        names = [part.name for part in fields(kind) if part.name != "facts"]
        made: Any = kind
        effect = made(**dict.fromkeys(names, "x"))

        assert destination(effect).startswith(("slack:", "paging:", "publishing:")), kind


@dataclass(frozen=True)
class Result:
    advanced: int = 0
    reminded: int = 0
    more: bool = False


class Bell:
    """Stands where a dispatcher would."""

    def __init__(self) -> None:
        self.rung = 0

    def wake(self) -> None:
        self.rung += 1

    async def drain(self) -> None:
        self.rung += 100


async def test_a_tick_goes_on_while_there_is_more_and_wakes_the_dispatcher():
    results = [Result(advanced=100, more=True), Result(advanced=3)]
    bell = Bell()
    scheduler = Scheduler(IDLE, bell, tick=lambda core: _next(results))  # type: ignore[arg-type]

    await scheduler.tick()

    assert results == []
    assert bell.rung == 2
    assert scheduler.on_time


async def test_a_tick_that_fails_does_not_stop_the_next():
    calls: list[str] = []

    async def tick(core: object) -> Result:
        calls.append("tick")
        if len(calls) == 1:
            raise NotRecorded
        if len(calls) == 2:
            raise ZeroDivisionError
        return Result()

    scheduler = Scheduler(IDLE, Bell(), tick=tick)  # type: ignore[arg-type]

    for _ in range(3):
        await scheduler.tick()

    assert len(calls) == 3


async def test_two_ticks_never_overlap():
    inside, gate = asyncio.Event(), asyncio.Event()
    calls: list[str] = []

    async def tick(core: object) -> Result:
        calls.append("tick")
        inside.set()
        await gate.wait()
        return Result()

    scheduler = Scheduler(IDLE, Bell(), tick=tick)  # type: ignore[arg-type]
    first = asyncio.create_task(scheduler.tick())
    await inside.wait()
    await scheduler.tick()
    gate.set()
    await first

    assert calls == ["tick"]


async def test_the_clock_ticks_until_it_is_stopped():
    ticked = asyncio.Event()
    calls: list[str] = []

    async def tick(core: object) -> Result:
        calls.append("tick")
        if len(calls) == 3:
            ticked.set()
        return Result()

    bell = Bell()
    scheduler = Scheduler(IDLE, bell, tick=tick, every=0.01)  # type: ignore[arg-type]
    scheduler.start()
    async with asyncio.timeout(60):
        await ticked.wait()

    scheduler.pause()
    await scheduler.drain()
    await scheduler.stop()
    after = len(calls)
    await asyncio.sleep(0)

    assert len(calls) == after
    assert bell.rung == 100


async def test_what_falls_due_between_two_ticks_is_not_kept_waiting_for_the_second():
    ticked_again = asyncio.Event()
    dues = [NOW + SECOND, NOW + 30 * SECOND, None]
    core: Any = SimpleNamespace(gestures=Gestures(), clock=SimpleNamespace(now=lambda: NOW))
    calls: list[str] = []

    async def tick(_: object) -> Result:
        calls.append("tick")
        if len(calls) == 2:
            ticked_again.set()
        return Result()

    async def next_due() -> datetime | None:
        return dues.pop(0)

    scheduler = Scheduler(core, Bell(), tick=tick, next_due=next_due, every=1000)  # type: ignore[arg-type]
    await scheduler.tick()
    async with asyncio.timeout(60):
        await ticked_again.wait()
    await scheduler.stop()

    assert calls == ["tick", "tick"]


async def _next(results: list[Result]) -> Result:
    return results.pop(0)
