"""A store on each database: the same suite must pass on both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from bot.storage.store import SqlStore

KEYS = ("a long random string",)


@pytest.fixture
async def open_store(any_database_url: str) -> AsyncIterator[Callable[..., object]]:
    """Open as many stores as a test needs on one database, as replicas and restarts do."""
    async with AsyncExitStack() as stack:

        async def opened(*, secret_keys: tuple[str, ...] = KEYS) -> SqlStore:
            store = await SqlStore.open(any_database_url, secret_keys=secret_keys, public_url="https://help.example/")
            stack.push_async_callback(store.close)
            return store

        yield opened


@pytest.fixture
async def store(open_store: Callable[..., object]) -> SqlStore:
    opened: SqlStore = await open_store()  # type: ignore[misc]
    return opened
