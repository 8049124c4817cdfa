"""The schema's history, and the way to its present.

``upgrade`` is safe to run at every start and from several replicas at once: a database that is current
costs one query, and PostgreSQL lets one replica at a time migrate.
"""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, pool, text

from bot.storage.database import normalised

_LOCK = 0x616E7469  # "anti": any number will do, as long as it is always the same

_HERE = Path(__file__).parent

_one_at_a_time = threading.Lock()  # alembic keeps what it is doing in module globals


def upgrade(url: str) -> None:
    """Bring the database to the current schema. Blocks: call it from a thread of its own."""
    address = normalised(url)
    sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(address, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        else:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        if _revision(connection) != newest():
            connection.commit()
            _migrate(connection)
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()
    engine.dispose()


def newest() -> str:
    """The revision that a current database has. Files are named by their revision, and numbered in order."""
    last = max(file.name for file in (_HERE / "versions").glob("[0-9]*_*.py"))
    return last.partition("_")[0]


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
