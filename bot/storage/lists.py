"""A list as one parameter, however long: the statement's text stays the same, so it is put together once.

SQLite reads it as JSON, PostgreSQL as an array.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json
from sqlalchemy import ARRAY, Column, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NULLTYPE, TypeEngine


class among(FunctionElement[bool]):  # noqa: N801 - it reads as the word it is
    """Whether a column's value is in the list that is given under this name."""

    inherit_cache = True
    # A boolean would be compared with 1 on SQLite, and no index be used.
    type: TypeEngine[Any] = NULLTYPE

    def __init__(self, column: Column[Any], name: str) -> None:
        super().__init__(column, bindparam(name, type_=_Listed(column.type)))


class _Listed(TypeDecorator[Any]):
    """Values of one type, as each database takes a list of them."""

    impl = Text
    cache_ok = True

    def __init__(self, each: TypeEngine[Any]) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.each))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return to_json(value).decode() if dialect.name == "sqlite" else list(value)


def _sides(element: among) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    column, values = element.clauses
    return column, values


@compiles(among, "sqlite")
def _among_json(element: among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(side, **given) for side in _sides(element))
    return f"({column} IN (SELECT value FROM json_each({values})))"  # noqa: S608 - what it is made of is compiled


@compiles(among, "postgresql")
def _among_array(element: among, compiler: SQLCompiler, **given: Any) -> str:
    column, values = (compiler.process(side, **given) for side in _sides(element))
    return f"({column} = ANY ({values}))"
