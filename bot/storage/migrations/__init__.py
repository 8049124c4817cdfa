"""The schema's history, and the way to its present.

``upgrade`` is safe to run at every start and from several replicas at once: a database that is current
costs one query, and PostgreSQL lets one replica at a time migrate.
"""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, pool, text

from bot.storage.database import normalised

_LOCK = 0x616E7469  # "anti": any number will do, as long as it is always the same

_one_at_a_time = threading.Lock()  # alembic keeps what it is doing in module globals


def upgrade(url: str) -> None:
    """Bring the database to the current schema. Blocks: call it from a thread of its own."""
    address = normalised(url)
    sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(address, poolclass=pool.NullPool)
    config = _config()
    newest = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if sqlite:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        else:
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        if _revision(connection) != newest:
            connection.commit()
            config.attributes["connection"] = connection
            with _one_at_a_time:
                command.upgrade(config, "head")
        if not sqlite:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()
    engine.dispose()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
