"""SQL written once a run instead of once a test: all engines of a kind compile into one and the same cache.

An engine's cache dies with it, and a test's engines die with the test; writing the same statements again for the
next one is a tenth of what a test costs. What is executed is the same, and so is the product, which keeps its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Dialect, Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.default import DefaultDialect

_written: dict[Any, Any] = {}
_spoken: dict[type[Dialect], Dialect] = {}


class Remembering(DefaultDialect):
    """A cache is looked up by the way of speaking, so all engines share one that has met a database."""

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        spoken = _spoken.setdefault(cls, engine.dialect)
        if spoken.server_version_info is not None:
            engine.dialect = spoken
        engine.update_execution_options(compiled_cache=_written)


class Sqlite(Remembering, SQLiteDialect_pysqlite):
    """As a database in a file is spoken to."""

    supports_statement_cache = True


class Replicas(Remembering, PGDialectAsync_psycopg):
    """As the product's replicas speak to PostgreSQL."""

    supports_statement_cache = True


class Postgres(PGDialect_psycopg):
    """As commands and tests do, a few times each: nothing to remember."""

    supports_statement_cache = True

    @classmethod
    def get_async_dialect_cls(cls, url: URL) -> type[Dialect]:
        return Replicas


def write_once() -> None:
    """From now on, in this process."""
    registry.register("sqlite", __name__, Sqlite.__name__)
    registry.register("postgresql.psycopg", __name__, Postgres.__name__)
