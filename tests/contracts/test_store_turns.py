"""Whose turn it is, kept: over restarts, between replicas, and over the change from levels of one turn."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, text

from bot.clock import SystemIds, TurnableClock
from bot.domain.effects import PageResponder
from bot.domain.escalation import Acknowledgement, Outcome, PageId, PageStatus
from bot.domain.incident import Report
from bot.domain.people import Person
from bot.domain.policy import Level, Policy, Target
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.team import TeamDocument
from bot.domain.text import Text
from bot.ports import Core
from bot.storage import migrations
from bot.storage.database import normalised
from bot.storage.store import SqlStore
from bot.usecases import plan
from bot.usecases.declare import declare
from bot.usecases.respond import decline
from bot.usecases.tick import tick
from tests.contracts.given import BRUNO, LEASE, NOW, a_level, stored_page

PEOPLE = tuple(PersonId(name) for name in ("anna", "bruno", "carla", "dario"))
LADDER = PolicyId("ladder")
WAIT = timedelta(minutes=5)


def document() -> TeamDocument:
    """A ladder whose second level asks one person at a time."""
    people = tuple(Person(id=person, name=person.title(), slack=f"U0{person.upper()}") for person in PEOPLE)
    first = Level(name=Text.of(en="First"), targets=(Target.person(PEOPLE[0]),), wait=WAIT)
    targets = tuple(Target.person(person) for person in PEOPLE)
    turns = Level(name=Text.of(en="Turns"), targets=targets, wait=WAIT, mode="round_robin")
    ladder = Policy(id=LADDER, name=Text.of(en="Ladder"), levels=(first, turns))
    return TeamDocument(company="Turns", owners=(PEOPLE[0],), people=people, policies=(ladder,))


async def test_a_rotation_is_kept_by_policy_and_level(store: SqlStore):
    async with store.transaction() as tx:
        assert await tx.rotation(LADDER) == {}
        await tx.save_rotation(LADDER, 1, PEOPLE[0])
        await tx.save_rotation(LADDER, 2, PEOPLE[1])
        await tx.save_rotation(LADDER, 2, PEOPLE[2])
        await tx.save_rotation(PolicyId("other"), 2, PEOPLE[3])

    async with store.reading() as tx:
        assert await tx.rotation(LADDER) == {1: PEOPLE[0], 2: PEOPLE[2]}


async def test_a_page_keeps_its_turn_and_everyone_who_has_it(store: SqlStore):
    page = await stored_page(store)
    async with store.transaction() as tx:
        page = await tx.page(page.id, lock=True)
        held = (Acknowledgement(PEOPLE[0], NOW), Acknowledgement(PEOPLE[1], NOW + WAIT))
        page = page.held(held, declined=(PEOPLE[2],))
        await tx.save_pages([page])

    async with store.reading() as tx:
        found = await tx.page(page.id)

    assert found.acknowledgements == held
    assert found.taken_by == PEOPLE[:2]


async def test_each_turn_of_a_level_is_stored_once(store: SqlStore):
    page = await stored_page(store)
    first, second = a_level(page), a_level(page, turn=2)
    async with store.transaction() as tx:
        assert await tx.add_levels([first]) == (first,)
        assert await tx.add_levels([first, second]) == (second,)

    async with store.reading() as tx:
        assert await tx.levels_of(page.id) == (first, second)


async def test_pages_that_begin_a_level_at_once_on_several_replicas_begin_with_different_people(
    open_store: Callable[..., object],
):
    stores: list[SqlStore] = [await open_store() for _ in range(3)]  # type: ignore[misc]
    clock = TurnableClock(NOW, frozen=True)
    cores = [Core(store, clock, SystemIds()) for store in stores]
    await plan.save_document(cores[0], document(), by="tests")
    titles = ("tills are down", "printers are silent", "no light in the store", "the website is slow")
    for title in titles:
        await declare(cores[0], Report(title, severity=1), by="U0DARIO", gesture=title)
    clock.turn(WAIT)

    await asyncio.gather(*(tick(core) for core in cores))
    await tick(cores[0])

    async with stores[0].reading() as tx:
        begun = [(await tx.levels_of(PageId(number)))[-1] for number in range(1, 5)]
    assert [(each.level, each.turn) for each in begun] == [(2, 1)] * 4
    assert sorted(person for each in begun for person in each.people) == sorted(PEOPLE)


async def test_gestures_and_ticks_that_meet_on_a_turn_all_end_and_none_is_lost(open_store: Callable[..., object]):
    stores: list[SqlStore] = [await open_store() for _ in range(3)]  # type: ignore[misc]
    clock = TurnableClock(NOW, frozen=True)
    cores = [Core(store, clock, SystemIds()) for store in stores]
    await plan.save_document(cores[0], document(), by="tests")
    for title in ("tills are down", "printers are silent", "no light in the store"):
        await declare(cores[0], Report(title, severity=1), by="U0DARIO", gesture=title)
    clock.turn(WAIT)
    declining = [decline(core, PageId(number), by="U0ANNA") for number, core in enumerate(cores, 1)]

    await asyncio.gather(*declining, *(tick(core) for core in cores))

    async with stores[0].reading() as tx:
        for number in range(1, 4):
            levels = await tx.levels_of(PageId(number))
            assert [(each.level, each.turn) for each in levels[:2]] == [(1, 1), (2, 1)]
            assert all(each.people != (PEOPLE[0],) for each in levels[2:])


# Over the change from levels of one turn


@pytest.fixture(params=["sqlite", "postgresql"])
def any_empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url: str = (
        request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/a.db"
    )
    return url


@pytest.fixture
def before_turns(any_empty_url: str) -> Iterator[Engine]:
    """A database as the earlier release left it."""
    url = normalised(any_empty_url)
    plain = url.set(drivername="sqlite") if url.get_backend_name() == "sqlite" else url
    engine = create_engine(plain)
    with engine.connect() as connection:
        _migrate(connection, "0001")
        connection.commit()
    yield engine
    engine.dispose()


def _migrate(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


OLD_KNOCK = {"incident": 1, "page": 1, "epoch": 1, "loop": 1, "level": 1, "person": "bruno", "method": "sms"}


OLD_ROWS = """
INSERT INTO incident (public_id, title, severity, status, reporter, declared_at, started_at, impact, private,
    also_reported_by, roles, summary, version)
VALUES ('p', 'Tills', 1, 'investigating', 'marta', :now, :now, '', :no, '[]', '{}', '', 1);
INSERT INTO page (incident, policy, severity, status, started_at, epoch, loop, level, due_at, declined, manual,
    version)
VALUES (1, :policy, 1, 'open', :now, 1, 1, 1, :now, '[]', :no, 1);
INSERT INTO level_fired (page, epoch, loop, level, outcome, people, at)
VALUES (1, 1, 1, 1, 'paged', '["bruno"]', :now);
INSERT INTO effect (key, kind, payload, incident, page, person, destination, priority, state, again, uncertain,
    attempt, failures, next_at)
VALUES ('page:1:1:1:1:bruno:sms', 'PageResponder', :knock, 1, 1, 'bruno', 'sms:bruno', 0, 'pending', :no, :no,
    0, 0, :now)
"""


def _remember(engine: Engine) -> None:
    """An incident whose first level was fired, with a knock that waits, in the words of that release."""
    policy = document().policies[0]
    now = NOW if engine.dialect.name == "postgresql" else NOW.replace(tzinfo=None)
    facts = {"now": now, "no": False, "policy": policy.model_dump_json(), "knock": json.dumps(OLD_KNOCK)}
    with engine.begin() as connection:
        for row in OLD_ROWS.split(";"):
            wanted = {name: value for name, value in facts.items() if f":{name}" in row}
            connection.execute(text(row), wanted)


async def test_pages_levels_and_waiting_knocks_of_the_earlier_release_go_on(before_turns: Engine, any_empty_url: str):
    _remember(before_turns)

    store = await SqlStore.open(any_empty_url, secret_keys=("a long random string",), public_url="https://a.example")
    try:
        async with store.transaction() as tx:
            page = await tx.page(PageId(1))
            [level] = await tx.levels_of(page.id)
            record = await tx.record(page.incident, now=NOW)
            [claimed] = await tx.outbox.claim(now=NOW, limit=10, lease=LEASE, busy=frozenset())
            again = await tx.add_levels([level])
    finally:
        await store.close()

    assert (page.status, page.turn, page.asked, page.acknowledgements_wanted) == (PageStatus.OPEN, 1, (), 1)
    assert page.taken_by == ()
    assert (level.turn, level.people, level.outcome) == (1, (BRUNO,), Outcome.PAGED)
    assert again == ()
    assert claimed.effect == PageResponder(page.incident, 1, 1, 1, 1, BRUNO, "sms")
    assert claimed.effect.key == "page:1:1:1:1:bruno:sms"
    assert [knock.turn for knock in record.knocks] == [1]


def test_a_replica_of_the_earlier_release_still_writes_its_rows(before_turns: Engine):
    with before_turns.connect() as connection:
        _migrate(connection, "0002")
        connection.commit()

    _remember(before_turns)

    with before_turns.connect() as connection:
        assert connection.execute(text("SELECT turn FROM level_fired")).scalar_one() == 1
        assert connection.execute(text("SELECT turn FROM page")).scalar_one() == 1


def test_a_first_turn_is_written_as_the_earlier_release_reads_it():
    knock = PageResponder(1, 1, 1, 1, 1, BRUNO, "sms")  # type: ignore[arg-type]

    assert knock.payload() == OLD_KNOCK
    assert PageResponder(1, 1, 1, 1, 1, BRUNO, "sms", turn=2).key == "page:1:1:1:1.2:bruno:sms"  # type: ignore[arg-type]
