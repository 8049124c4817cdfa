"""A store on each database: the same suite must pass on both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from bot.storage.store import SqlStore
from tests.world import PATIENT

if TYPE_CHECKING:
    from tests.contracts.page_world import Screens

KEYS = ("a long random string",)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def screens() -> AsyncIterator[Screens]:
    """The run's one browser."""
    from tests.contracts.page_world import Screens, launched

    async with launched() as browser:
        yield Screens(browser)


@pytest.fixture
async def open_store(any_database_url: str) -> AsyncIterator[Callable[..., object]]:
    """Open as many stores as a test needs on one database, as replicas and restarts do."""
    async with AsyncExitStack() as stack:

        async def opened(*, secret_keys: tuple[str, ...] = KEYS) -> SqlStore:
            store = await SqlStore.open(
                any_database_url, secret_keys=secret_keys, public_url="https://help.example/", patience=PATIENT
            )
            stack.push_async_callback(store.close)
            return store

        yield opened


@pytest.fixture
async def store(open_store: Callable[..., object]) -> SqlStore:
    opened: SqlStore = await open_store()  # type: ignore[misc]
    return opened
