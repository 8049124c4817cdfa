"""Our own record fails: whoever acts is told in two seconds and a half that nothing was recorded, and whom to call."""

import resource
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from bot.ports import USUAL_PATIENCE
from bot.sandbox.screen import Seen
from tests.conftest import world_on
from tests.world import World

SECONDS = 2.5
NUMBERS = ("Portineria della sede, sempre presidiata", "+39 02 5550 0100", "Elena Ventura, amministratrice delegata")


@contextmanager
def held_by_another(database: str) -> Iterator[None]:
    """Another process holds the file."""
    other = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def full(database: str) -> Iterator[None]:
    """The disk takes nothing more: no file of ours may grow."""
    assert database
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def locked(database: str) -> Iterator[None]:
    """Somebody's statement holds the tables, and ours wait for it."""
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE incident, page, effect, seen, event IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()


@contextmanager
def down(database: str) -> Iterator[None]:
    """Every connection is cut, and no new one is let in."""
    parts = urlsplit(database)
    name = parts.path.lstrip("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        try:
            yield
        finally:
            server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


FAILURES = {"sqlite held": held_by_another, "sqlite full": full, "postgresql locked": locked, "postgresql down": down}


@pytest.fixture(params=FAILURES)
def failure(request):
    return FAILURES[request.param]


@pytest.fixture
def any_database_url(request, failure):
    """The database that can fail in this way."""
    return request.getfixturevalue("database_url" if failure in (held_by_another, full) else "postgres_ready")


@pytest.fixture
async def any_world(any_database_url: str) -> AsyncIterator[World]:
    """A world in which nobody is more patient than people are."""
    async with world_on(any_database_url, patience=USUAL_PATIENCE) as made:
        yield made


async def test_a_declaration_is_answered_in_time_with_the_numbers_to_call(any_world: World, failure):
    world = any_world
    marta = world.person("marta")
    assert (await world.stage.app.readiness())["database"] == "ok"  # as whoever watches over us keeps asking

    with failure(world.stage.app.settings.database_url):
        await marta.in_slack.types("/crisis adesso casse bloccate", "general")
        await _answered(world)

    _says_not_recorded(marta.ephemerals[-1])

    await world.settles()
    assert await world.incidents() == ()  # nothing pretended to be declared, and nothing comes of it later
    assert world.pages("bruno") == []
    await marta.types("/crisis adesso casse bloccate")
    assert marta.ephemerals[-1].mentions("Stiamo chiamando Bruno Ferri")
    assert world.last_page("bruno").mentions("casse bloccate")


async def test_a_form_stays_open_with_everything_in_it_and_works_when_the_record_is_back(any_world: World, failure):
    world = any_world
    marta = world.person("marta")
    await marta.types("/crisis casse bloccate in tutti i negozi")

    with failure(world.stage.app.settings.database_url):
        errors = await marta.in_slack.submits()
        await _answered(world)

    (said,) = errors.values()
    assert "Non è stato registrato" in said
    assert all(number in said for number in NUMBERS)
    assert marta.form.values["Che cosa succede"] == "casse bloccate in tutti i negozi"

    assert await marta.submits() == {}
    assert "Stiamo chiamando" in marta.form.plain
    assert len(await world.incidents()) == 1
    assert len(world.pages("bruno")) == 1


@pytest.mark.parametrize("failure", ["sqlite held", "postgresql locked"], indirect=True)
async def test_an_answer_to_a_page_says_that_it_was_not_recorded(any_world: World, failure):
    world = any_world
    await world.declares("marta", "casse bloccate")
    anna = world.person("anna")

    with failure(world.stage.app.settings.database_url):
        await anna.in_slack.presses("Ci penso io", "dm")
        await _answered(world)
        await world.sandbox.until(lambda: anna.ephemerals)

    _says_not_recorded(anna.ephemerals[-1])
    assert await world.holder() is None

    await anna.presses("Ci penso io", "dm")
    assert await world.holder() == "anna"


async def _answered(world: World) -> None:
    ack = world.sandbox.acks[-1]
    assert ack.ok
    assert ack.latency < SECONDS


def _says_not_recorded(seen: Seen) -> None:
    assert seen.mentions("Non è stato registrato")
    assert all(seen.mentions(number) for number in NUMBERS), seen.plain
    assert "Traceback" not in seen.plain
    assert "Error" not in seen.plain
