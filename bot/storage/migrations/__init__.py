"""The schema's history, and the way to its present.

``upgrade`` is safe to run at every start and from several replicas at once: a database that is current
costs one query, and PostgreSQL lets one replica at a time migrate. A database that a later release has migrated
is left alone.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from functools import cache
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, pool, text
from sqlalchemy.exc import DBAPIError

from bot.errors import Misconfigured, NotRecorded
from bot.storage.database import normalised
from bot.storage.failures import is_ours

_LOCK = 0x616E7469  # "anti": any number will do, as long as it is always the same

_CALL = 2  # seconds in which the database takes our call, as everywhere else

_HERE = Path(__file__).parent


class Schema(StrEnum):
    """How a database's schema stands to this release."""

    NONE = "none"  # nobody has used it yet
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"  # a later release has migrated it


REMEDIES = {
    Schema.NONE: "DATABASE_URL: the database is still empty, run anticrisi migrate",
    Schema.OLDER: "DATABASE_URL: the database has an older schema, run anticrisi migrate",
    Schema.NEWER: "DATABASE_URL: a later release has migrated the database, run that release",
}

_one_at_a_time = threading.Lock()  # alembic keeps what it is doing in module globals


def upgrade(url: str) -> None:
    """Bring the database to the current schema. Blocks: call it from a thread of its own.

    Raises ``Misconfigured`` when a later release has migrated it, ``NotRecorded`` when it does not answer
    or does not let us.
    """
    try:
        _upgrade(normalised(url))
    except DBAPIError as failure:
        if is_ours(failure):
            raise
        raise NotRecorded(type(failure.orig).__name__) from failure


def _upgrade(address: URL) -> None:
    sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(address, poolclass=pool.NullPool, connect_args={} if sqlite else {"connect_timeout": _CALL})
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        else:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        found = schema(_revision(connection))
        if found in (Schema.NONE, Schema.OLDER):
            connection.commit()
            _migrate(connection)
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()
    engine.dispose()
    if found is Schema.NEWER:
        raise Misconfigured(REMEDIES[found])


def schema(revision: str | None) -> Schema:
    """What the revision that a database bears means to us."""
    if revision is None:
        return Schema.NONE
    if revision == newest():
        return Schema.CURRENT
    return Schema.OLDER if revision in known() else Schema.NEWER


def newest() -> str:
    """The revision that a current database has."""
    return known()[-1]


@cache
def known() -> tuple[str, ...]:
    """Every revision, oldest first. Files are named by their revision, and numbered."""
    return tuple(sorted(file.name.partition("_")[0] for file in (_HERE / "versions").glob("[0-9]*_*.py")))


def _revision(connection: Connection) -> str | None:
    """Where the database stands, as alembic wrote it down; read without alembic, which most starts don't need."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, "head")
