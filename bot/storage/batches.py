"""Many rows as one parameter, however many: a batch is one statement, put together and prepared once.

SQLite reads the rows with ``json_each``, PostgreSQL with ``json_to_recordset``. A value of a row is what its column
takes; what the statement does not name is left aside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from pydantic_core import to_json
from sqlalchemy import Column, Dialect, Table, Text, TypeDecorator, bindparam, column, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement, Executable, TableValuedAlias
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from bot.storage.columns import Json, Turned
from bot.storage.rows import condition, insert_into

ROWS = "rows"

_Fields: TypeAlias = tuple[tuple[str, TypeEngine[Any]], ...]


def given(**columns: Column[Any]) -> TableValuedAlias:
    """The rows that a statement is given, as something to select from: by the name of a value, a column like it."""
    fields = tuple((name, like.type) for name, like in columns.items())
    return _Given(fields).table_valued(*(column(name, type_) for name, type_ in fields), name="given")


@lru_cache(maxsize=64)
def adding(
    table: Table, names: tuple[str, ...], postgres: bool, returning: tuple[ColumnElement[Any], ...] = ()
) -> Executable:
    """Insert rows, and leave alone what is there. ``returning`` tells which rows were new."""
    statement = inserting(table, names, postgres).on_conflict_do_nothing()
    return statement.returning(*returning) if returning else statement


def inserting(table: Table, names: tuple[str, ...], postgres: bool) -> sqlite.Insert:
    """Insert rows that have values for these columns."""
    rows = given(**{name: table.c[name] for name in names})
    # The condition is for SQLite, which would take the conflict's ON for that of a join.
    return insert_into(table, postgres).from_select(names, select(*rows.c).where(condition("true")))


class _Rows(TypeDecorator[Sequence[Mapping[str, Any]]]):
    """Rows, as JSON."""

    impl = Text
    cache_ok = True

    def __init__(self, fields: _Fields) -> None:
        super().__init__()
        self.fields = fields

    def bind_processor(self, dialect: Dialect) -> Turned:
        names = tuple(name for name, _ in self.fields)
        flat = ((name, type_) for name, type_ in self.fields if not isinstance(type_, Json))  # JSON within JSON
        processors = ((name, type_.dialect_impl(dialect).bind_processor(dialect)) for name, type_ in flat)
        turned = [(name, turn) for name, turn in processors if turn is not None]

        def written(rows: Sequence[Mapping[str, Any]]) -> str:
            told = [{name: row[name] for name in names} for row in rows]
            for row in told:
                row.update({name: turn(row[name]) for name, turn in turned})
            return to_json(told).decode()

        return written


class _Given(FunctionElement[Any]):
    """A sub-select of the parameter's rows."""

    inherit_cache = True

    def __init__(self, fields: _Fields) -> None:
        super().__init__(bindparam(ROWS, type_=_Rows(fields)), *(column(name, type_) for name, type_ in fields))


@compiles(_Given, "sqlite")
def _given_by_sqlite(element: _Given, compiler: SQLCompiler, **how: Any) -> str:
    rows, *columns = element.clauses
    quoted = compiler.preparer.quote
    values = ", ".join(f"json_extract(value, '$.{each.name}') AS {quoted(each.name)}" for each in columns)
    return f"(SELECT {values} FROM json_each({compiler.process(rows, **how)}))"  # noqa: S608 - names of our columns


@compiles(_Given, "postgresql")
def _given_by_postgres(element: _Given, compiler: SQLCompiler, **how: Any) -> str:
    rows, *columns = element.clauses
    quoted, spelled = compiler.preparer.quote, compiler.dialect.type_compiler_instance.process
    names = ", ".join(f"{quoted(each.name)} {spelled(each.type)}" for each in columns)
    return f"(SELECT * FROM json_to_recordset(CAST({compiler.process(rows, **how)} AS JSON)) AS r({names}))"  # noqa: S608
