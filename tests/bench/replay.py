"""The statements of a run, written down, and run once more by the bare driver: the floor beneath our own time.

Listens to the engine where every statement passes with its parameters. A replay does nothing but that: no
decisions, no objects, no statement built; the rows are fetched and thrown away.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from bot.storage.postgres import Postgres
from bot.storage.sqlite import Sqlite
from bot.storage.store import SqlStore


@dataclass(frozen=True)
class Statement:
    """One statement as the driver was given it."""

    sql: str
    parameters: Any
    many: bool


COMMIT = Statement("COMMIT", (), many=False)
ROLLBACK = Statement("ROLLBACK", (), many=False)


@contextmanager
def recorded(store: SqlStore) -> Iterator[list[Statement]]:
    """What the store writes, in order, how each transaction ended included."""
    statements: list[Statement] = []
    engine = _writer(store)

    def said(_line: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        # An insert of many rows that returns something is one statement with all their values in a row.
        statements.append(Statement(sql, parameters, many and isinstance(parameters, list)))

    def committed(_line: Any) -> None:
        statements.append(COMMIT)

    def given_up(_line: Any) -> None:
        statements.append(ROLLBACK)

    heard: dict[str, Callable[..., None]] = {"before_cursor_execute": said, "commit": committed, "rollback": given_up}
    for name, listener in heard.items():
        event.listen(engine, name, listener)
    try:
        yield statements
    finally:
        for name, listener in heard.items():
            event.remove(engine, name, listener)


async def replay(url: str, statements: Sequence[Statement]) -> None:
    """Run them again on an equal database."""
    if url.startswith("sqlite"):
        _on_sqlite(url.removeprefix("sqlite:///"), statements)
    else:
        await _on_postgres(url, statements)


def _on_sqlite(file: str, statements: Sequence[Statement]) -> None:
    line = sqlite3.connect(file, isolation_level=None)
    line.execute("PRAGMA synchronous=FULL")
    for each in statements:
        if each.many:
            line.executemany(each.sql, each.parameters)
        else:
            line.execute(each.sql, each.parameters).fetchall()
    line.close()


async def _on_postgres(url: str, statements: Sequence[Statement]) -> None:
    async with await psycopg.AsyncConnection.connect(url) as line, line.cursor() as cursor:
        for each in statements:
            if each is COMMIT:
                await line.commit()
            elif each is ROLLBACK:
                await line.rollback()
            elif each.many:
                await cursor.executemany(each.sql, each.parameters)
            else:
                await cursor.execute(each.sql, each.parameters)
                if cursor.description:
                    await cursor.fetchall()
        await line.commit()


def _writer(store: SqlStore) -> Engine:
    match store._database:
        case Sqlite() as database:
            return database._writer
        case Postgres() as database:
            return database._engine.sync_engine
    raise TypeError(type(store._database).__name__)
