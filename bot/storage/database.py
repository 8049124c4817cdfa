"""The two databases behind one face.

Promises writing and reading connections that recover by themselves when the database comes back.
SQLite is in a file of its own. PostgreSQL: a pool, READ COMMITTED for writing, one snapshot for reading, and
a channel on which replicas wake each other.
Refuses SQLite without a file: readers could not see it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from typing import Any, Protocol

import psycopg
import structlog
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from bot.errors import Misconfigured
from bot.storage.sqlite import LocalConnection, Sqlite

log = structlog.get_logger(__name__)

CHANNEL = "anticrisi"
POOL = 10
TICKS_AT_ONCE = 4  # of our own transactions; a person's gesture finds a free connection at any time
RECONNECT = 1.0  # seconds between two tries to listen again

Line = AsyncConnection | LocalConnection


class Database(Protocol):
    """Where the rows are."""

    def writing(self, *, gesture: bool) -> AbstractAsyncContextManager[Line]:
        """A transaction: committed on leaving, rolled back on an error."""

    def reading(self) -> AbstractAsyncContextManager[Line]:
        """A snapshot nobody waits for."""

    async def announce(self, connection: Any, sender: str) -> None:
        """With this commit, the other replicas have work."""

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call ``heard`` with the sender of every announcement, from now on."""

    async def listening(self) -> None:
        """Until announcements are heard for the first time."""

    async def close(self) -> None: ...


def normalised(address: str) -> URL:
    """The address as SQLAlchemy wants it: our drivers, whatever the provider wrote."""
    url = make_url(address)
    match url.get_backend_name():
        case "postgres" | "postgresql":
            return url.set(drivername="postgresql+psycopg")
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(drivername="sqlite")
        case "sqlite":
            raise Misconfigured("DATABASE_URL names no file: write sqlite:///anticrisi.db")
    raise Misconfigured(f"DATABASE_URL begins with {url.drivername}: use sqlite:///… or postgresql://…")


def connect(address: str) -> Database:
    """The database at this address. Nothing is opened before it is needed."""
    url = normalised(address)
    return Sqlite(url) if url.get_backend_name() == "sqlite" else Postgres(url)


class Postgres:
    """Any number of replicas. The database does the locking."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=POOL,
            pool_pre_ping=True,  # after a restart of the server, the first gesture must not pay for it
            pool_timeout=2,
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": 2, "application_name": "anticrisi"},
        )
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._ticks = asyncio.Semaphore(TICKS_AT_ONCE)
        self._listening: asyncio.Task[None] | None = None
        self._hears = asyncio.Event()

    @asynccontextmanager
    async def writing(self, *, gesture: bool) -> AsyncIterator[AsyncConnection]:
        async with nullcontext() if gesture else self._ticks, self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        async with self._snapshots.begin() as connection:
            yield connection

    async def announce(self, connection: AsyncConnection, sender: str) -> None:
        await connection.execute(text("SELECT pg_notify(:channel, :sender)"), {"channel": CHANNEL, "sender": sender})

    def listen(self, heard: Callable[[str], None]) -> None:
        if self._listening is None:
            self._listening = asyncio.create_task(self._hear(heard), name="listen")

    async def listening(self) -> None:
        await self._hears.wait()

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
        await self._engine.dispose()

    async def _hear(self, heard: Callable[[str], None]) -> None:
        """Listen for ever. While the line is down, the tick finds the work."""
        while True:
            try:
                await self._hear_until_cut(heard)
            except (psycopg.Error, OSError) as error:
                log.info("listening_interrupted", error=type(error).__name__)
            await asyncio.sleep(RECONNECT)

    async def _hear_until_cut(self, heard: Callable[[str], None]) -> None:
        address = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        async with await psycopg.AsyncConnection.connect(address, autocommit=True, connect_timeout=2) as line:
            await line.execute(f"LISTEN {CHANNEL}")
            self._hears.set()
            async for message in line.notifies():
                heard(message.payload)
