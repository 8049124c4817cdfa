"""PostgreSQL, where any number of replicas stand: a pool, and a channel on which they wake each other.

READ COMMITTED for writing, one snapshot for reading. Connections recover by themselves when the server comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from time import monotonic
from typing import Any

import psycopg
import structlog
from sqlalchemy import URL, Engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

log = structlog.get_logger(__name__)

CHANNEL = "anticrisi"
POOL = 10
TICKS_AT_ONCE = 4  # of our own transactions; a person's gesture finds a free connection at any time
_OPTIONS = "-c idle_in_transaction_session_timeout=10s"  # a replica that stands still lets its locks go
RESTED = 1.0  # seconds after which a connection is asked whether it still stands, before somebody relies on it
RECONNECT = 1.0  # seconds between two tries to listen again


class Postgres:
    """Any number of replicas. The database does the locking."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine = create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=POOL,
            pool_timeout=2,
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": 2, "application_name": "anticrisi", "options": _OPTIONS},
        )
        _ask_after_a_rest(self._engine.sync_engine)
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


def _ask_after_a_rest(engine: Engine) -> None:
    """After a restart of the server, the first gesture must not pay for it; while there is much to do, nobody pays
    for being asked."""

    def rests(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    def is_wanted(connection: Any, record: Any, _proxy: Any) -> None:
        if monotonic() - record.info.get("rests_since", monotonic()) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as gone:
            raise InvalidatePoolError from gone

    event.listen(engine, "checkin", rests)
    event.listen(engine, "checkout", is_wanted)
