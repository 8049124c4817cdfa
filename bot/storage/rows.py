"""The thin layer over one open connection that every part of a transaction shares.

Knows how to run a statement and how each database spells an insert that tolerates what is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import CTE, ColumnElement, Executable, Select, Table, literal_column
from sqlalchemy.dialects import sqlite

from bot.domain.roster import Roster
from bot.storage.database import Line
from bot.storage.secrets import Secrets

_COUNTED = {"preserve_rowcount": True}  # inserts forget how many rows they made, unless asked to remember

Row: TypeAlias = Mapping[str, Any]
Params: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


@dataclass
class Kept:
    """What a store remembers between transactions, each with the revision it belongs to."""

    roster: tuple[int, Roster] | None = None


@dataclass(frozen=True)
class Setting:
    """What every transaction of one store has in common."""

    secrets: Secrets
    public_url: str
    default_language: str
    time_zone: str
    languages: tuple[str, ...] = ("en",)
    kept: Kept = field(default_factory=Kept)


class Rows:
    """One open transaction's connection, and what the store lends it."""

    def __init__(self, connection: Line, setting: Setting) -> None:
        self._connection = connection
        self._setting = setting
        self._postgres = connection.dialect.name == "postgresql"

    async def _all(self, statement: Executable, params: Params = None) -> Sequence[Row]:
        found = await self._connection.execute(statement, params)
        names = tuple(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found.all()]

    async def _first(self, statement: Executable, params: Params = None) -> Row | None:
        return next(iter(await self._all(statement, params)), None)

    async def _scalar(self, statement: Executable, params: Params = None) -> Any:
        return (await self._connection.execute(statement, params)).scalar()

    async def _count(self, statement: Executable, params: Params = None) -> int:
        """Run a change; how many rows it touched."""
        return (await self._connection.execute(statement, params, execution_options=_COUNTED)).rowcount

    def _insert(self, table: Table) -> sqlite.Insert:
        """An insert that knows ON CONFLICT. Both databases spell it alike."""
        return insert_into(table, self._postgres)


def insert_into(table: Table, postgres: bool) -> sqlite.Insert:
    """An insert that knows ON CONFLICT. Both databases spell it alike."""
    if not postgres:
        return sqlite.insert(table)

    from sqlalchemy.dialects import postgresql  # not loaded for a database in a file

    insert: Callable[[Table], Any] = postgresql.insert
    statement: sqlite.Insert = insert(table)
    return statement


def claimable(chosen: Select[Any]) -> CTE:
    """The rows to claim, chosen once: a plain subquery may be run again and exceed its limit.

    PostgreSQL passes over what another replica is claiming; on SQLite the writer's turn does that.
    """
    return chosen.with_for_update(skip_locked=True).cte("due").prefix_with("MATERIALIZED")


def condition(sql: str) -> ColumnElement[bool]:
    """A condition written out, so that the planner recognises the partial index made with the same words."""
    return literal_column(sql)


def earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
