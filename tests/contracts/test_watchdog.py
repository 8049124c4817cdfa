"""The watchdog: what it takes for a trouble, whom it tells, by what, and how often."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select
from structlog.testing import capture_logs

from bot.adapters.paging.email import Email
from bot.adapters.paging.relay import Relay
from bot.adapters.paging.slack_dm import SlackDm
from bot.adapters.paging.sms import Sms
from bot.clock import SystemIds, TurnableClock
from bot.domain.effects import WarnOwner, restore
from bot.domain.incident import IncidentId
from bot.domain.own_trouble import OwnTrouble
from bot.domain.people import Person
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.engine.watchdog import EVERY, Watchdog
from bot.errors import NotRecorded, NotYetDelivered, Undeliverable
from bot.ports import Brief, Core
from bot.storage.database import normalised
from bot.storage.store import SqlStore
from bot.storage.tables import effect
from bot.usecases import deliveries
from messages import gsm, watch
from messages.words import words_for
from tests.contracts.given import MINUTE, NOW, SECOND, a_knock, claim, stored_page
from tests.domain.example_company import VENTURA
from tests.second_line import QUIET_APPRISE, second_line

pytestmark = pytest.mark.filterwarnings(QUIET_APPRISE)
EVERY_WAY = frozenset({"slack_dm", "sms", "voice", "email", "relay_1"})
STEP = timedelta(seconds=EVERY)
OWNER = PersonId("ada")


def ventura(**of_the_owner: Any):
    """The example company, whose owner is Ada."""
    people = tuple(
        person.model_copy(update=of_the_owner) if person.id == OWNER else person for person in VENTURA.people
    )
    return VENTURA.revised(owners=(OWNER,), people=people)


@dataclass
class House:
    """One process, as far as a watchdog sees it, and the clock that all of them share."""

    store: SqlStore
    clock: TurnableClock
    methods: frozenset[str] = EVERY_WAY
    hears: bool = True
    known: bool = True
    on_time: bool = True
    shown: list[tuple[dict[str, bool], timedelta]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.core = Core(self.store, self.clock, SystemIds(), methods=self.methods)
        self.dog = Watchdog(
            self.core,
            oldest_due=self._oldest_due,
            on_time=lambda: self.on_time,
            hears=self._hears,
            known=self._known,
            observe=lambda troubles, oldest: self.shown.append((dict(troubles), oldest)),
        )
        self.database_away = False

    async def _hears(self) -> bool:
        return self.hears

    async def _known(self) -> bool:
        return self.known

    async def _oldest_due(self) -> datetime | None:
        if self.database_away:
            raise NotRecorded("away")
        return await self.store.oldest_due()

    async def looks_for(self, span: timedelta) -> None:
        """Look as often as it would in this time, which passes."""
        await self.dog.look()
        for _ in range(span // STEP):
            self.clock.turn(STEP)
            await self.dog.look()


def told(url: str) -> list[WarnOwner]:
    """Every warning in the outbox, oldest first."""
    engine = create_engine(normalised(url))
    with engine.connect() as connection:
        rows = connection.execute(select(effect.c.kind, effect.c.payload).order_by(effect.c.id)).all()
    engine.dispose()
    warnings = [restore(kind, payload) for kind, payload in rows if kind == WarnOwner.__name__]
    return [each for each in warnings if isinstance(each, WarnOwner)]


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock(NOW, frozen=True)


async def saved(store: SqlStore, **of_the_owner: Any) -> None:
    async with store.transaction() as tx:
        await tx.save_document(ventura(**of_the_owner), by="test", note="", now=NOW)


@pytest.fixture
async def house(store: SqlStore, clock: TurnableClock) -> House:
    await saved(store)
    return House(store, clock)


async def test_a_trouble_is_logged_once_when_it_begins_and_once_when_it_ends(house: House):
    house.on_time = False
    with capture_logs() as logged:
        await house.looks_for(2 * MINUTE)
        house.on_time = True
        await house.looks_for(MINUTE)

    lines = [line for line in logged if line["event"].startswith("trouble_")]
    assert [(line["event"], line["trouble"]) for line in lines] == [("trouble_begun", "tick"), ("trouble_over", "tick")]
    assert lines[0]["since"] == NOW.isoformat()


async def test_every_look_is_shown_to_whoever_counts(house: House):
    await stored_page(house.store, due_at=NOW)
    house.clock.turn(31 * SECOND)

    await house.dog.look()

    [(troubles, oldest)] = house.shown
    assert troubles == {"slack": False, "refused": False, "tick": False, "pages": True, "database": False}
    assert oldest == house.dog.oldest_due == 31 * SECOND
    assert list(house.dog.troubles) == [OwnTrouble.PAGES]


async def test_slack_may_be_away_for_half_a_minute_as_when_it_renews_a_connection(house: House):
    house.hears = False
    await house.looks_for(25 * SECOND)
    assert house.dog.troubles == {}

    await house.looks_for(STEP)

    assert house.dog.troubles == {OwnTrouble.SLACK: NOW}


async def test_a_page_or_knock_is_late_after_half_a_minute_and_not_before(house: House):
    page = await stored_page(house.store, due_at=None)
    async with house.store.transaction() as tx:
        await tx.outbox.enqueue([a_knock(page)], now=NOW)
    house.clock.turn(30 * SECOND)
    assert await house.dog.due_work_on_time()

    house.clock.turn(SECOND)

    assert not await house.dog.due_work_on_time()
    await claim(house.store, now=house.clock.now())
    assert await house.dog.due_work_on_time()


async def test_due_work_is_not_on_time_while_the_tick_is_late_or_the_database_away(house: House):
    house.on_time = False
    assert not await house.dog.due_work_on_time()

    house.on_time, house.database_away = True, True

    assert not await house.dog.due_work_on_time()


async def test_owners_are_told_after_a_minute_and_once(house: House, any_database_url: str):
    house.on_time = False
    await house.looks_for(55 * SECOND)
    assert told(any_database_url) == []

    await house.looks_for(STEP)
    await house.looks_for(30 * MINUTE)

    [warning] = told(any_database_url)
    assert (warning.person, warning.trouble, warning.since) == (OWNER, "tick", NOW.isoformat())
    assert (warning.method, warning.otherwise) == ("slack_dm", ("sms", "email"))


async def test_and_once_more_when_it_is_over(house: House, any_database_url: str):
    house.on_time = False
    await house.looks_for(MINUTE)

    house.on_time = True
    await house.looks_for(5 * MINUTE)

    begun, over = told(any_database_url)
    assert not begun.until
    assert (over.person, over.method, over.until) == (OWNER, "slack_dm", (NOW + MINUTE).isoformat())
    assert over.since == begun.since


async def test_what_is_over_within_a_minute_is_told_to_nobody(house: House, any_database_url: str):
    house.hears = house.on_time = False
    await house.looks_for(55 * SECOND)

    house.hears = house.on_time = True
    await house.looks_for(10 * MINUTE)

    assert told(any_database_url) == []


async def test_a_clock_set_forward_is_no_minute_of_trouble(house: House, any_database_url: str):
    house.hears = house.on_time = False
    await house.dog.look()
    house.clock.turn(timedelta(hours=1))

    await house.dog.look()

    assert told(any_database_url) == []
    assert set(house.dog.troubles) == {OwnTrouble.SLACK, OwnTrouble.TICK}


async def test_with_slack_deaf_the_news_goes_round_it_and_so_does_the_end(house: House, any_database_url: str):
    house.hears = False
    await house.looks_for(MINUTE)
    house.hears = True
    await house.looks_for(STEP)

    begun, over = told(any_database_url)
    for warning in (begun, over):
        assert (warning.method, warning.otherwise) == ("sms", ("email", "slack_dm"))


async def test_a_token_that_slack_refuses_is_told_round_it(house: House, any_database_url: str):
    house.known = False

    await house.looks_for(MINUTE)

    [warning] = told(any_database_url)
    assert (warning.trouble, warning.method) == ("refused", "sms")


async def test_other_troubles_go_round_a_deaf_slack_too(house: House, any_database_url: str):
    house.hears = house.on_time = False

    await house.looks_for(MINUTE)

    assert {(each.trouble, each.method) for each in told(any_database_url)} == {("slack", "sms"), ("tick", "sms")}


async def test_an_owner_without_a_phone_is_written_to(store: SqlStore, clock: TurnableClock, any_database_url: str):
    await saved(store, phones=())
    house = House(store, clock)
    house.hears = False

    await house.looks_for(MINUTE)

    assert [(each.person, each.method) for each in told(any_database_url)] == [(OWNER, "email")]


async def test_where_no_owner_has_another_way_the_second_lines_are_told(
    store: SqlStore, clock: TurnableClock, any_database_url: str
):
    await saved(store, phones=(), email=None)
    house = House(store, clock)
    house.hears = False

    await house.looks_for(MINUTE)

    warnings = [(each.person, each.method) for each in told(any_database_url)]
    assert warnings == [(OWNER, "slack_dm"), (None, "relay_1")]  # a deaf bot can often still speak


async def test_two_replicas_tell_once(house: House, any_database_url: str):
    other = House(house.store, house.clock)
    for one in (house, other):
        one.hears = False
    for _ in range(20):
        await house.dog.look()
        house.clock.turn(STEP)
        await other.dog.look()
    for one in (house, other):
        one.hears = True
        await one.dog.look()

    assert [bool(each.until) for each in told(any_database_url)] == [False, True]


async def test_two_replicas_each_with_its_own_store_that_look_at_once_tell_once(
    open_store: Any, clock: TurnableClock, any_database_url: str
):
    houses = [House(await open_store(), clock) for _ in range(2)]
    await saved(houses[0].store)
    for one in houses:
        one.on_time = False
    for _ in range(15):
        await asyncio.gather(*(one.dog.look() for one in houses))
        clock.turn(STEP)

    assert len(told(any_database_url)) == 1


async def test_a_restart_does_not_tell_again_and_tells_the_end_that_nobody_saw(house: House, any_database_url: str):
    house.hears = False
    await house.looks_for(MINUTE)
    restarted = House(house.store, house.clock)
    restarted.hears = False
    await restarted.looks_for(5 * MINUTE)
    assert len(told(any_database_url)) == 1

    again = House(house.store, house.clock)
    await again.looks_for(MINUTE)

    assert [bool(each.until) for each in told(any_database_url)] == [False, True]


async def test_a_trouble_that_comes_and_goes_is_told_every_ten_minutes_at_most(house: House, any_database_url: str):
    for _ in range(6):
        house.on_time = False
        await house.looks_for(90 * SECOND)
        house.on_time = True
        await house.looks_for(30 * SECOND)

    assert [bool(each.until) for each in told(any_database_url)] == [False, True, False, True]


async def test_with_the_database_away_it_is_logged_and_shown_and_nobody_told(house: House, any_database_url: str):
    house.database_away, house.on_time = True, False  # no tick can end without it
    with capture_logs() as logged:
        await house.looks_for(5 * MINUTE)
        assert list(house.dog.troubles) == [OwnTrouble.DATABASE]
        house.database_away, house.on_time = False, True
        await house.looks_for(5 * MINUTE)

    assert [line["event"] for line in logged if "trouble" in line] == ["trouble_begun", "trouble_over"]
    assert told(any_database_url) == []


@pytest.mark.parametrize("error", [Undeliverable("user_not_found"), NotYetDelivered("http_500")])
async def test_a_way_that_fails_makes_the_next_due_at_once_and_the_last_is_repeated(
    house: House, any_database_url: str, error: Any
):
    house.on_time = False
    await house.looks_for(MINUTE)
    now = house.clock.now()

    tried = []
    for _ in range(3):
        [claimed] = await claim(house.store, now=now)
        tried.append(claimed.effect)
        await deliveries.failed(house.core, claimed, error, retry_at=now + MINUTE)

    assert [each.method for each in tried if isinstance(each, WarnOwner)] == ["slack_dm", "sms", "email"]
    again = [each.effect.key for each in await claim(house.store, now=now + MINUTE)]
    assert again == ([tried[-1].key] if isinstance(error, NotYetDelivered) else [])


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("trouble", ["slack", "tick", "pages"])
@pytest.mark.parametrize("until", ["", (NOW + timedelta(days=2, hours=3)).isoformat()])
def test_a_text_arrives_whole_in_one_piece(language: str, trouble: str, until: str):
    warning = WarnOwner(IncidentId(0), OWNER, "sms", (), trouble, NOW.isoformat(), until)

    text = watch.warning_sms(words_for(language, "Europe/Rome"), warning, NOW + timedelta(days=2))

    assert gsm.fits(text), text
    assert text.startswith("Anticrisi: ")
    assert text.endswith((".", "min.", "h."))
    assert not text.endswith("..")


async def test_a_second_line_is_told_in_the_company_s_language():
    async with second_line() as line:
        warning = WarnOwner(IncidentId(0), None, "relay_1", (), "slack", NOW.isoformat())
        roster = Roster(ventura(), languages=("en", "it"))

        await Relay(line.url).page(Brief(warning, roster, NOW + MINUTE, None, 1, False))

    [news] = line.told
    assert news["title"] == "Anticrisi stesso ha un problema"
    assert "non sentiamo più Slack dalle 10:00" in news["message"]


@pytest.mark.parametrize("pager", [SlackDm, Sms, Email])
async def test_what_is_for_a_second_line_is_nothing_for_a_person(pager: Any):
    warning = WarnOwner(IncidentId(0), None, "sms", (), "slack", NOW.isoformat())
    stranger = pager.__new__(pager)  # refused before anything of it is used

    with pytest.raises(Undeliverable, match="no_such_effect"):
        await stranger.page(Brief(warning, Roster(ventura()), NOW, None, 1, False))


def test_the_example_owner_has_every_way():
    ada: Person | None = ventura().person(OWNER)
    assert ada is not None
    assert {"slack_dm", "sms", "email"} <= set(ada.methods)
