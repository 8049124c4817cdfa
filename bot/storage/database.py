"""The two databases behind one face.

Promises writing and reading connections that recover by themselves when the database comes back; each database
is in a file of its own.
Refuses SQLite without a file: readers could not see it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import Misconfigured
from bot.storage.sqlite import LocalConnection, Sqlite

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

Line: TypeAlias = "AsyncConnection | LocalConnection"


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
    """The address as SQLAlchemy wants it: our drivers, whatever the provider wrote. Raises ``Misconfigured``."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError of its own
        raise Misconfigured("DATABASE_URL is neither sqlite:///… nor postgresql://…") from error
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
    if url.get_backend_name() == "sqlite":
        return Sqlite(url)

    from bot.storage.postgres import Postgres  # its driver is not loaded for a database in a file

    return Postgres(url)
