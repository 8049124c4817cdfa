"""SQL written once a run instead of once a test: every SQLite engine compiles into one and the same cache.

An engine's cache dies with it, and a test's engines die with the test; writing the same statements again for the
next one is a tenth of what a test costs. What is executed is the same, and so is the product, which keeps its own.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

_written: dict[Any, Any] = {}
_spoken: list[SQLiteDialect_pysqlite] = []


class Remembering(SQLiteDialect_pysqlite):
    """SQLite's own way of speaking. A cache is looked up by it, so all engines share one that has met a database."""

    supports_statement_cache = True

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        if _spoken:
            engine.dialect = _spoken[0]
            engine.update_execution_options(compiled_cache=_written)


def write_once() -> None:
    """From now on, in this process."""
    registry.register("sqlite", __name__, Remembering.__name__)
    met = create_engine("sqlite://")
    with met.connect():
        _spoken.append(met.dialect)  # type: ignore[arg-type]  # it is the one registered above
    met.dispose()
