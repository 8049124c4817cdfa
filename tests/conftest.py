"""What every test may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from bot.clock import TurnableClock
from bot.demo.stage import Stage
from tests.world import TUESDAY_MORNING, World

Worlds = Callable[..., "object"]


@asynccontextmanager
async def world_on(database_url: str, **options: object) -> AsyncIterator[World]:
    """A world on a database of its own, with a clock that stands still between turns."""
    clock = TurnableClock(TUESDAY_MORNING, frozen=True)
    stage = await Stage.raised(database_url=database_url, clock=clock, **options)
    try:
        yield World(stage)
    finally:
        await stage.struck()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same promise on each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/anticrisi.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/anticrisi.db"


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with world_on(database_url) as made:
        yield made


@pytest.fixture
async def any_world(any_database_url: str) -> AsyncIterator[World]:
    async with world_on(any_database_url) as made:
        yield made


@pytest.fixture
async def worlds(tmp_path: Path) -> AsyncIterator[Callable[..., object]]:
    """Make a world with options: ``await worlds(document=None, sms=False)``."""
    async with AsyncExitStack() as stack:
        count = 0

        async def make(**options: object) -> World:
            nonlocal count
            count += 1
            url = options.pop("database_url", f"sqlite:///{tmp_path}/anticrisi-{count}.db")
            return await stack.enter_async_context(world_on(str(url), **options))

        yield make
