"""A batch is one statement on both databases, and what it holds comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, select, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from bot.storage.batches import ROWS, adding, given
from bot.storage.database import normalised
from bot.storage.tables import effect
from tests.contracts.given import NOW

PLAIN: dict[str, Any] = {
    "key": "page:1",
    "kind": "PageResponder",
    "payload": {"person": "bruno"},
    "incident": 1,
    "destination": "paging:sms",
    "person": None,
    "priority": 0,
    "state": "pending",
    "again": False,
    "uncertain": True,
    "attempt": 0,
    "failures": 0,
    "next_at": NOW,
    "facts": None,
}
NAMES = tuple(PLAIN)
UNUSUAL: list[dict[str, Any]] = [
    {"key": "'; DROP TABLE effect; --"},
    {"key": 'è "così" \\ 火\n\t🔥'},
    {"key": "null"},
    {"key": '{"a": 1}'},
    {"person": ""},
    {"person": "null"},
    {"payload": {"b": 1, "a": [None, True, 2.5, "è", {"nested": {}}]}},
    {"payload": {}},
    {"facts": []},
    {"facts": {"a": None}},
    {"next_at": NOW + timedelta(microseconds=1)},
    {"next_at": NOW.astimezone(None)},
    {"again": True, "uncertain": False},
    {"incident": 2**31 - 1},
]


@pytest.fixture
def line(any_database_url: str) -> Iterator[Connection]:
    engine = create_engine(normalised(any_database_url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def add(line: Connection, *rows: dict[str, Any]) -> list[str]:
    """The keys of those that were new."""
    new = adding(effect, NAMES, line.dialect.name == "postgresql", (effect.c.key,))
    return list(line.execute(new, {ROWS: rows}).scalars())


def kept(line: Connection) -> list[dict[str, Any]]:
    chosen = select(*(effect.c[name] for name in NAMES)).order_by(effect.c.id)
    return [dict(row) for row in line.execute(chosen).mappings()]


@pytest.mark.parametrize("unusual", UNUSUAL, ids=ascii)
def test_whatever_a_row_holds_comes_back(line: Connection, unusual: dict[str, Any]):
    row = {**PLAIN, **unusual}

    assert add(line, row) == [row["key"]]

    assert kept(line) == [row]
    if "payload" in unusual:
        assert list(kept(line)[0]["payload"]) == list(unusual["payload"])  # their order too


def test_a_batch_is_stored_in_its_order_and_what_is_there_is_left_alone(line: Connection):
    first, second, third = ({**PLAIN, "key": f"page:{number}"} for number in range(3))
    assert add(line, second) == ["page:1"]

    assert add(line, third, {**second, "state": "cancelled"}, first, third) == ["page:2", "page:0"]

    assert [row["key"] for row in kept(line)] == ["page:1", "page:2", "page:0"]
    assert {row["state"] for row in kept(line)} == {"pending"}


def test_no_rows_are_none(line: Connection):
    assert add(line) == []
    assert kept(line) == []


def test_a_value_too_many_is_left_aside_and_one_too_few_is_refused(line: Connection):
    assert add(line, {**PLAIN, "colour": "red"}) == ["page:1"]
    for name in PLAIN:
        with pytest.raises(StatementError, match=name):
            add(line, {other: value for other, value in PLAIN.items() if other != name})


def test_each_row_is_changed_by_what_is_given_for_it(line: Connection):
    add(line, *({**PLAIN, "key": f"page:{number}"} for number in range(3)))
    changes = given(which=effect.c.key, later=effect.c.next_at, told=effect.c.facts)
    statement = (
        update(effect).where(effect.c.key == changes.c.which).values(next_at=changes.c.later, facts=changes.c.told)
    )
    moved = [
        {"which": "page:0", "later": NOW + timedelta(hours=1), "told": {"a": 1}},
        {"which": "page:2", "later": NOW + timedelta(hours=2), "told": None},
        {"which": "page:9", "later": NOW, "told": None},
    ]

    assert line.execute(statement, {ROWS: moved}).rowcount == 2

    told = {row["key"]: (row["next_at"] - NOW, row["facts"]) for row in kept(line)}
    unmoved = timedelta(0)
    assert told == {
        "page:0": (timedelta(hours=1), {"a": 1}),
        "page:1": (unmoved, None),
        "page:2": (timedelta(hours=2), None),
    }


def test_rows_to_change_are_sought_and_not_gone_through(database_url: str):
    changes = given(which=effect.c.id, state=effect.c.state)
    statement = update(effect).where(effect.c.id == changes.c.which).values(state=changes.c.state)
    written = str(statement.compile(dialect=sqlite.dialect())).replace("?", ":rows")
    engine = create_engine(normalised(database_url))
    with engine.connect() as line:
        plan = [row[-1] for row in line.execute(text(f"EXPLAIN QUERY PLAN {written}"), {ROWS: "[]"})]
    engine.dispose()

    assert any(step.startswith("SEARCH effect USING INTEGER PRIMARY KEY") for step in plan), plan
