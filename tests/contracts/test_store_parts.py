"""Several selections are one statement on both databases, and each part holds what it would hold alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.dialects.postgresql import psycopg

from bot.storage.database import normalised
from bot.storage.parts import parts
from bot.storage.records import WHOLE
from bot.storage.tables import effect, page
from tests.contracts.given import NOW
from tests.contracts.test_store_batches import PLAIN, UNUSUAL


@pytest.fixture
def line(any_database_url: str) -> Iterator[Connection]:
    engine = create_engine(normalised(any_database_url))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize("unusual", UNUSUAL, ids=ascii)
def test_whatever_a_row_holds_is_told_as_alone(line: Connection, unusual: dict[str, Any]):
    line.execute(insert(effect).values({**PLAIN, **unusual}))
    alone = select(effect)

    told = line.execute(parts(effects=alone)).one()

    assert told.effects == [dict(row) for row in line.execute(alone).mappings()]
    assert [type(value) for value in told.effects[0].values()] == [type(value) for value in line.execute(alone).one()]


def test_parts_keep_their_order_and_one_without_rows_is_empty(line: Connection):
    line.execute(insert(effect), [{**PLAIN, "key": key} for key in ("b", "c", "a")])

    told = line.execute(parts(sorted=select(effect.c.key).order_by(effect.c.key.desc()), pages=select(page))).one()

    assert [row["key"] for row in told.sorted] == ["c", "b", "a"]
    assert told.pages == []


def test_an_instant_is_told_in_utc_whatever_zone_the_database_speaks(line: Connection):
    if line.dialect.name == "postgresql":
        line.execute(text("SET TIME ZONE 'Asia/Kolkata'"))
    moment = (NOW + timedelta(microseconds=7)).astimezone(timezone(timedelta(hours=-3)))
    line.execute(insert(effect).values({**PLAIN, "next_at": moment}))

    told = line.execute(parts(effects=select(effect.c.next_at))).one()

    assert [row["next_at"] for row in told.effects] == [moment]
    assert told.effects[0]["next_at"].utcoffset() == timedelta(0)


def test_a_record_is_one_statement_that_the_driver_keeps_taken_apart():
    written = str(WHOLE.compile(dialect=psycopg.dialect()))

    assert len(written) < 4096, "psycopg takes a longer one apart anew each time"
