"""SQLite, where we stand: statements of some tens of microseconds run in the event loop itself.

Handing each of them to a thread costs many times what it does; only a commit that waits for the disk
goes to one. One writer at a time, in turns; readers see the last commit and never wait.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Dialect, Engine, Executable, create_engine, event
from sqlalchemy.exc import OperationalError

from bot.storage.turns import Turns

BUSY = 1.5  # seconds another process may hold the file before we give up; below a gesture's two
_LOOK = 0.01  # seconds between two looks whether it still does


class LocalConnection:
    """A connection with the face of an asynchronous one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters, execution_options=execution_options)

    async def exec_driver_sql(self, statement: str) -> CursorResult[Any]:
        return self._connection.exec_driver_sql(statement)


class Sqlite:
    """One file and one process, which `lock` holds it to."""

    def __init__(self, url: URL) -> None:
        address = url.set(drivername="sqlite")
        self._turns = Turns()
        self._committing: set[asyncio.Task[None]] = set()
        self._writer = _engine(address, "synchronous=FULL", "busy_timeout=0")  # waiting is done without blocking
        self._readers = _engine(address, "query_only=ON", f"busy_timeout={int(BUSY * 1000)}")

    @asynccontextmanager
    async def writing(self, *, gesture: bool) -> AsyncIterator[LocalConnection]:
        async with self._turns.turn(gesture=gesture):
            connection = self._writer.connect()
            try:
                await _begin(connection)
                before = _changes(connection)
                yield LocalConnection(connection)
            except BaseException:
                connection.close()  # rolls back
                raise
            if _changes(connection) == before:
                connection.close()  # nothing was due, as most often: there is no disk to wait for
                await asyncio.sleep(0)  # who looks again and again must not keep others from what is looked for
            else:
                await self._commit(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[LocalConnection]:
        with self._readers.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            yield LocalConnection(connection)

    async def announce(self, connection: object, sender: str) -> None:
        """There is nobody else."""

    def listen(self, heard: Callable[[str], None]) -> None:
        """There is nobody else."""

    async def listening(self) -> None:
        """There is nobody else."""

    async def close(self) -> None:
        await asyncio.gather(*self._committing, return_exceptions=True)
        self._readers.dispose()
        self._writer.dispose()

    async def _commit(self, connection: Connection) -> None:
        """Wait for the disk in a thread. Whoever stops waiting leaves the connection to it."""
        committing = asyncio.create_task(asyncio.to_thread(connection.commit))
        self._committing.add(committing)

        def committed(done: asyncio.Task[None]) -> None:
            self._committing.discard(done)
            connection.close()  # rolls back what could not be committed
            if not done.cancelled():
                done.exception()  # whoever still waits has it

        committing.add_done_callback(committed)
        await asyncio.shield(committing)


def _changes(connection: Connection) -> int:
    """How many rows were ever written here."""
    driver: Any = connection.connection.driver_connection
    return int(driver.total_changes)


async def _begin(connection: Connection) -> None:
    """Take the file's write lock, waiting a little for another process: a command about the document, say."""
    deadline = monotonic() + BUSY
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            busy = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or monotonic() > deadline:
                raise
            connection.rollback()
            await asyncio.sleep(_LOOK)
        else:
            return


def _engine(address: URL, *pragmas: str) -> Engine:
    engine = create_engine(
        address,
        pool_size=1,
        max_overflow=-1,
        connect_args={"check_same_thread": False, "isolation_level": None},  # nothing begins by itself: we say BEGIN
    )

    def prepare(connection: sqlite3.Connection, _: object) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", prepare)
    return engine
