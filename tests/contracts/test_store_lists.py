"""A list is one parameter on both databases, and an index is still used."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, insert, select, text
from sqlalchemy.dialects import sqlite

from bot.storage.database import normalised
from bot.storage.lists import among
from bot.storage.tables import revision

FEW_AND_NONE: list[tuple[list[str], set[str]]] = [(["a", "c", "nobody"], {"a", "c"}), ([], set())]


@pytest.mark.parametrize(("given", "found"), FEW_AND_NONE)
def test_what_is_among_them_is_found_and_the_rest_is_not(any_database_url: str, given: list[str], found: set[str]):
    engine = create_engine(normalised(any_database_url))
    with engine.begin() as line:
        line.execute(insert(revision), [{"name": name, "number": 1} for name in ("a", "b", "c")])
        inside = line.execute(select(revision.c.name).where(among(revision.c.name, "these")), {"these": given})
        outside = line.execute(select(revision.c.name).where(~among(revision.c.name, "these")), {"these": given})

        assert set(inside.scalars()) & {"a", "b", "c"} == found
        assert set(outside.scalars()) & {"a", "b", "c"} == {"a", "b", "c"} - found
    engine.dispose()


def test_rows_are_sought_and_not_gone_through(database_url: str):
    chosen = select(revision.c.number).where(among(revision.c.name, "these")).compile(dialect=sqlite.dialect())
    engine = create_engine(normalised(database_url))
    with engine.connect() as line:
        plan = [
            row[-1]
            for row in line.execute(text(f"EXPLAIN QUERY PLAN {str(chosen).replace('?', ':these')}"), {"these": "[]"})
        ]
    engine.dispose()

    assert any(step.startswith("SEARCH revision USING") for step in plan), plan
