"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
import structlog

from bot.clock import TurnableClock
from bot.demo.stage import Stage
from bot.domain.team import TeamDocument
from bot.shipped import EXAMPLE
from bot.storage import migrations
from bot.usecases import plan
from tests.commands import CommandLine, command_line
from tests.memory import roomy
from tests.plans import read
from tests.statements import write_once
from tests.world import PATIENT, TUESDAY_MORNING, World

LONGEST = frozenset({"test_ladder_machine.py", "test_slack_down.py", "test_the_demo.py"})


def pytest_configure() -> None:
    """The tests' files are in memory where there is room, and no test learns its SQL anew."""
    if memory := roomy():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    write_once()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In any order, but the longest first: whoever began one last would keep everybody waiting for it."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


def pytest_collection_finish() -> None:
    """What was imported stays: the collector need not go through all of it again, thousands of times."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def logs_as_tests_want_them() -> None:
    """Plain lines to wherever this test's output goes; a command under test may have set them up otherwise."""
    structlog.reset_defaults()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback, colors=False),
        ]
    )


def ventura() -> TeamDocument:
    """The example company."""
    return read(EXAMPLE.read_text(encoding="utf-8"))


@asynccontextmanager
async def world_on(database_url: str, *, plan_saved: bool = True, **options: object) -> AsyncIterator[World]:
    """A world on a database of its own, with a clock that stands still between turns."""
    clock = TurnableClock(TUESDAY_MORNING, frozen=True)
    settings = {"document": None, "patience": PATIENT, **options}
    stage = await Stage.raised(database_url=database_url, clock=clock, **settings)
    try:
        if plan_saved:
            await plan.save_document(stage.app.core, ventura(), by="tests")
        yield World(stage)
    finally:
        await stage.struck()


@pytest.fixture(scope="session")
def current_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with the current schema, to be copied."""
    file = tmp_path_factory.mktemp("schema") / "current.db"
    migrations.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def postgres_ready(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL database of its own with the current schema."""
    server = request.getfixturevalue("postgres_server")
    with server.database(template=server.template("current_schema", migrations.upgrade)) as url:
        yield url


@pytest.fixture
def database_url(tmp_path: Path, current_schema: Path) -> str:
    file = tmp_path / "anticrisi.db"
    shutil.copy(current_schema, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database_url(request: pytest.FixtureRequest) -> str:
    """The same promise on each database."""
    url: str = request.getfixturevalue("database_url" if request.param == "sqlite" else "postgres_ready")
    return url


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with world_on(database_url) as made:
        yield made


@pytest.fixture
async def any_world(any_database_url: str) -> AsyncIterator[World]:
    async with world_on(any_database_url) as made:
        yield made


@pytest.fixture
async def worlds(tmp_path: Path, current_schema: Path) -> AsyncIterator[Callable[..., Awaitable[World]]]:
    """Make a world with options: ``await worlds(plan_saved=False, ways=Ways(phone=False))``."""
    async with AsyncExitStack() as stack:
        count = 0

        async def make(**options: object) -> World:
            nonlocal count
            count += 1
            file = tmp_path / f"anticrisi-{count}.db"
            shutil.copy(current_schema, file)
            url = options.pop("database_url", f"sqlite:///{file}")
            return await stack.enter_async_context(world_on(str(url), **options))

        yield make


@pytest.fixture(scope="session")
def commands() -> Iterator[CommandLine]:
    """The run's one command line, ready to become any command."""
    with command_line() as ready:
        yield ready


@pytest.fixture
def anticrisi(commands: CommandLine, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The command, in an empty folder, with these settings and no others: ``anticrisi("check", SECRET_KEY="…")``."""

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return commands.run(*arguments, folder=tmp_path, settings=settings)

    return run
