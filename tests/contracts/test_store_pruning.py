"""What can no longer matter goes, the oldest first; what still may is kept to the second."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Table, create_engine, insert, select
from sqlalchemy.dialects import sqlite

from bot.domain.traces import KEPT, Trace
from bot.storage.database import normalised
from bot.storage.pruning import PRUNING
from bot.storage.store import SqlStore
from bot.storage.tables import answer_token, attempt, beat, kept_form, seen
from bot.usecases.briefs import ANSWER_LINK_LASTS
from tests.contracts.given import NOW, SECOND

TABLES: dict[Trace, tuple[Table, Column[datetime], Callable[[int], dict[str, Any]]]] = {
    Trace.GESTURES: (seen, seen.c.at, lambda number: {"gesture": f"gesture {number}"}),
    Trace.LINKS: (
        answer_token,
        answer_token.c.expires,
        lambda number: {"hash": f"{number}", "page": 1, "person": "bruno", "method": "sms"},
    ),
    Trace.FORMS: (kept_form, kept_form.c.at, lambda number: {"key": f"{number}", "content": b""}),
    Trace.ATTEMPTS: (attempt, attempt.c.started, lambda number: {"effect": number // 2, "n": number % 2}),
    Trace.BEATS: (beat, beat.c.at, lambda number: {"replica": f"{number}", "largest_lag": 0.0, "hears": True}),
}

Opened = Callable[..., Awaitable[SqlStore]]


def add(line: Connection, trace: Trace, moments: list[datetime]) -> None:
    """One row for each of these moments."""
    table, when, key = TABLES[trace]
    line.execute(insert(table), [{**key(number), when.name: moment} for number, moment in enumerate(moments)])


def left(line: Connection, trace: Trace) -> list[datetime]:
    _, when, _ = TABLES[trace]
    return list(line.execute(select(when).order_by(when)).scalars())


@pytest.fixture
def line(store: SqlStore, any_database_url: str):
    engine = create_engine(normalised(any_database_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


async def prune(store: SqlStore, trace: Trace, **how: Any) -> int:
    async with store.transaction(gesture=False) as tx:
        return await tx.prune(trace, **{"before": NOW, "limit": 10, **how})


@pytest.mark.parametrize("trace", Trace)
async def test_what_is_past_its_time_goes_and_what_is_not_by_a_second_stays(store: SqlStore, line, trace):
    add(line, trace, [NOW - SECOND, NOW, NOW + SECOND, NOW - 100 * SECOND])

    assert await prune(store, trace) == 2

    assert left(line, trace) == [NOW, NOW + SECOND]
    assert await prune(store, trace) == 0


@pytest.mark.parametrize("trace", Trace)
async def test_the_oldest_go_first_and_no_more_at_once_than_asked(store: SqlStore, line, trace):
    ages = [5, 1, 4, 2, 3]
    add(line, trace, [NOW - age * SECOND for age in ages])

    assert await prune(store, trace, limit=3) == 3

    assert left(line, trace) == [NOW - 2 * SECOND, NOW - SECOND]


@pytest.mark.parametrize("trace", Trace)
async def test_two_replicas_at_once_prune_each_row_once(open_store: Opened, line, trace):
    add(line, trace, [NOW - age * SECOND for age in range(1, 31)])
    stores = [await open_store() for _ in range(3)]

    gone = await asyncio.gather(*(prune(each, trace, limit=10) for each in stores))

    assert sum(gone) == 30 - len(left(line, trace))
    assert all(count <= 10 for count in gone)
    assert await prune(stores[0], trace, limit=30) == 30 - sum(gone)


async def test_what_the_owners_were_told_of_our_own_troubles_is_no_gesture(store: SqlStore, line):
    line.execute(insert(seen), [{"gesture": name, "at": NOW - SECOND} for name in ("trouble:slack", "a click")])

    await prune(store, Trace.GESTURES)

    assert list(line.execute(select(seen.c.gesture)).scalars()) == ["trouble:slack"]


@pytest.mark.parametrize("trace", [Trace.GESTURES, Trace.LINKS, Trace.ATTEMPTS])
async def test_what_grows_with_every_incident_is_found_by_its_age(database_url: str, trace):
    store = await SqlStore.open(database_url, secret_keys=("key",), public_url="https://help.example")
    await store.close()
    engine = create_engine(normalised(database_url))
    table, when, _ = TABLES[trace]
    statement = PRUNING[trace].compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True})
    values = {**statement.params, "before": "2026-03-03 09:00:00", "most": 10}
    with engine.connect() as line:
        bound = tuple(values.get(name, 0) for name in statement.positiontup or ())
        plan = [row[-1] for row in line.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", bound)]
    engine.dispose()

    assert any(f"ix_{table.name}_{when.name}" in step for step in plan), plan
    assert not any(step.startswith(f"SCAN {table.name}") for step in plan), plan


def test_a_link_that_has_answered_is_remembered_for_longer_than_it_is_good():
    assert KEPT[Trace.GESTURES] > ANSWER_LINK_LASTS
    assert all(span >= timedelta(days=1) for span in KEPT.values())


def test_every_trace_has_its_time_and_its_rows_and_the_operator_is_told():
    operations = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    told = operations.split("| what | kept for |")[1].split("\n\n")[0]

    assert list(KEPT) == list(PRUNING) == list(Trace) == list(TABLES)
    assert [int(days) for days in re.findall(r"\| (\d+) day", told)] == [span.days for span in KEPT.values()]
