"""Several selections as one statement: each part's rows as a single value, so that a database far away is asked once.

SQLite writes the rows with ``json_group_array``, PostgreSQL with ``json_agg``. A part's rows keep their order, and
their values are those that its columns would give.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from pydantic_core import from_json
from sqlalchemy import Dialect, Select, Text, TypeDecorator, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from bot.storage.columns import Turned, UtcTime, moment_written
from bot.storage.rows import Row

_Fields: TypeAlias = tuple[tuple[str, TypeEngine[Any]], ...]


def parts(**chosen: Select[Any]) -> Select[Any]:
    """A statement of one row: by each name, the rows of that selection."""
    return select(*(_Written(each).label(name) for name, each in chosen.items()))


class _Read(TypeDecorator[Sequence[Row]]):
    """Rows, from JSON: an object each."""

    impl = Text
    cache_ok = True

    def __init__(self, fields: _Fields) -> None:
        super().__init__()
        self.fields = fields

    def result_processor(self, dialect: Dialect, coltype: object) -> Turned:
        readers = ((name, _reader(type_, dialect)) for name, type_ in self.fields)
        turned = [(name, turn) for name, turn in readers if turn is not None]

        def read(written: str | None) -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = from_json(written) if written else []
            for row in rows:
                for name, turn in turned:
                    row[name] = turn(row[name])
            return rows

        return read


class _Written(FunctionElement[Any]):
    """The rows of a selection, as JSON."""

    inherit_cache = True
    type: _Read

    def __init__(self, chosen: Select[Any]) -> None:
        self.type = _Read(tuple((each.name, each.type) for each in chosen.selected_columns))
        super().__init__(chosen.scalar_subquery())


@compiles(_Written, "sqlite")
def _written_by_sqlite(element: _Written, compiler: SQLCompiler, **how: Any) -> str:
    quoted = compiler.preparer.quote
    named = ", ".join(f"'{name}', {quoted(name)}" for name, _ in element.type.fields)
    (chosen,) = element.clauses
    rows = compiler.process(chosen, **how)
    return f"(SELECT json_group_array(json_object({named})) FROM {rows})"  # noqa: S608 - names of our columns


@compiles(_Written, "postgresql")
def _written_by_postgres(element: _Written, compiler: SQLCompiler, **how: Any) -> str:
    (chosen,) = element.clauses
    rows = compiler.process(chosen, **how)
    return f"(SELECT CAST(json_agg(part) AS TEXT) FROM {rows} AS part)"  # noqa: S608 - a selection of ours


def _reader(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes of a value in JSON the value of its column."""
    if isinstance(type_, UtcTime):
        return moment_written
    return type_.dialect_impl(dialect).result_processor(dialect, None)
