"""A replica whose database another release has migrated stands aside, and one that cannot know it does not start."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from bot.app import App
from bot.engine.beat import Beat
from bot.errors import Misconfigured, NotRecorded
from bot.storage import migrations
from bot.storage.database import normalised
from tests.promises.test_settings import COMPLETE
from tests.world import World


def migrated_to(revision: str, database_url: str) -> None:
    """As if the program of that release had been here."""
    engine = create_engine(normalised(database_url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :to"), {"to": revision})
    engine.dispose()


def taken_back_to(revision: str, database_url: str) -> None:
    """The tables, and what is in them, as a release of that revision had them."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = create_engine(normalised(database_url))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()


async def next_beat(world: World) -> bool:
    app = world.stage.app
    beat = Beat(app.store, world.clock, app.dispatcher.limits, app.dispatcher.take_largest_lag, aside=app.stand_aside)
    return await beat.beat()


async def test_a_replica_of_another_release_hears_nothing_pages_nobody_and_says_so(any_world: World):
    world, app = any_world, any_world.stage.app
    await world.person("marta").types("/crisis adesso casse bloccate")
    before = len(world.pages("bruno"))

    migrated_to("9999", app.settings.database_url)
    assert not await next_beat(world)
    await app.silence()
    world.clock.turn(timedelta(minutes=30))
    await app.scheduler.tick()

    heard = await world.person("marta").in_slack.types("/crisis aiuto", "general")

    assert not heard.ok
    assert len(world.pages("bruno")) == before
    with pytest.raises(NotRecorded):
        async with app.store.transaction() as tx:
            await tx.first_time("gesture", now=world.clock.now())
    async with httpx.AsyncClient() as http:
        ready, alive = await http.get(f"{app.public_url}/readyz"), await http.get(f"{app.public_url}/healthz")
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert ready.json()["checks"]["schema"] == "another release has migrated the database"


async def test_a_replica_that_is_being_stopped_says_that_and_nothing_of_other_releases(world: World):
    app = world.stage.app

    await app.silence()

    async with httpx.AsyncClient() as http:
        ready = await http.get(f"{app.public_url}/readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"stopping": "what was begun ends, nothing new is heard"}


async def test_what_it_left_is_done_by_the_replica_that_knows_the_schema(any_world: World):
    world = any_world
    await world.person("marta").types("/crisis adesso casse bloccate")
    migrated_to("9999", world.stage.app.settings.database_url)
    await next_beat(world)
    await world.stage.app.stop()

    migrated_to(migrations.newest(), world.stage.app.settings.database_url)
    await world.starts_again()
    world.clock.turn(timedelta(minutes=6))
    await world.settles()

    record = await world.newest()
    assert [(fired.loop, fired.level) for fired in record.levels] == [(1, 1), (1, 2)]


@pytest.mark.parametrize("revision", migrations.known()[:-1])
async def test_what_an_older_release_left_open_goes_on(any_world: World, revision: str):
    world = any_world
    await world.person("marta").types("/crisis adesso casse bloccate")
    before, paged = await world.newest(), len(world.pages("bruno"))
    await world.stage.app.stop()

    await asyncio.to_thread(taken_back_to, revision, world.stage.app.settings.database_url)
    await world.starts_again()
    world.clock.turn(timedelta(minutes=6))
    await world.settles()

    record = await world.newest()
    assert [(fired.loop, fired.level) for fired in record.levels] == [(1, 1), (1, 2)]
    assert record.events[: len(before.events)] == before.events
    assert record.roster.document == before.roster.document
    assert len(world.pages("bruno")) == paged == 1


async def test_a_release_that_is_too_old_does_not_start(any_world: World):
    settings = any_world.stage.app.settings
    migrated_to("9999", settings.database_url)

    with pytest.raises(Misconfigured, match="a later release has migrated the database, run that release"):
        await App.build(settings.model_copy(update={"http_port": 0}))
    with pytest.raises(Misconfigured, match="a later release has migrated the database"):
        await App.build(settings.model_copy(update={"http_port": 0}), migrate=False)


@pytest.mark.parametrize(
    ("revision", "state", "words"),
    [
        ("9999", "wrong", "a later release has migrated the database, run that release"),
        (migrations.known()[0], "off", "of an older release: serve migrates it, or anticrisi migrate"),
    ],
)
def test_check_says_how_the_schema_stands(anticrisi, database_url, revision, state, words):
    migrated_to(revision, database_url)

    checked = anticrisi("check", **COMPLETE, DATABASE_URL=database_url)
    served = anticrisi("serve", "--no-migrate", **COMPLETE, DATABASE_URL=database_url)

    (line,) = [line for line in checked.stdout.splitlines() if " database " in line]
    assert line.startswith(state)
    assert words in line
    assert served.returncode == 1
    assert len(served.stderr.splitlines()) == 1
    assert "DATABASE_URL" in served.stderr


def test_an_empty_database_is_not_served_unmigrated(anticrisi, tmp_path):
    ended = anticrisi("serve", "--no-migrate", **COMPLETE, DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["DATABASE_URL: the database is still empty, run anticrisi migrate"]
