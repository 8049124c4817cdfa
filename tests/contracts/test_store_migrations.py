"""The tables in the code and the tables that migrations make are the same, on both databases."""

from dataclasses import fields

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, Table, create_engine, inspect, text

from bot.domain.cadence import Deadline
from bot.domain.escalation import LevelFired, Page
from bot.domain.incident import Incident, Room
from bot.domain.record import Task
from bot.domain.roster import SlackUser
from bot.domain.statement import Statement
from bot.domain.timeline import Event
from bot.storage import migrations, tables
from bot.storage.database import normalised


@pytest.fixture
def migrated(any_database_url: str):
    migrations.upgrade(any_database_url)
    address = normalised(any_database_url)
    sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(address.set(drivername="sqlite") if sqlite else address)
    yield engine
    engine.dispose()


def test_migrations_make_the_tables_of_the_code(migrated: Engine):
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def test_the_indexes_that_serve_the_clock_are_partial(migrated: Engine):
    with migrated.connect() as connection:
        catalogue = "sqlite_master" if migrated.dialect.name == "sqlite" else "pg_indexes"
        column, name = ("sql", "name") if migrated.dialect.name == "sqlite" else ("indexdef", "indexname")
        made: dict[str, str] = dict(
            connection.execute(text(f"SELECT {name}, {column} FROM {catalogue} WHERE {name} LIKE 'ix_%'")).all()
        )

    for index in (
        "ix_page_due",
        "ix_page_quiet",
        "ix_effect_next",
        "ix_effect_turn",
        "ix_effect_lease",
        "ix_deadline_wake",
    ):
        assert " WHERE " in made[index]


def test_migrating_twice_changes_nothing(migrated: Engine, any_database_url: str):
    with migrated.begin() as connection:
        connection.execute(text("INSERT INTO seen (gesture, at) VALUES ('kept', CURRENT_TIMESTAMP)"))

    migrations.upgrade(any_database_url)

    with migrated.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM seen")).scalar_one() == 1


@pytest.mark.parametrize(
    ("value", "table"),
    [
        (Incident, tables.incident),
        (Room, tables.incident),
        (Page, tables.page),
        (LevelFired, tables.level_fired),
        (Statement, tables.statement),
        (Deadline, tables.deadline),
        (Event, tables.event),
        (Task, tables.task),
        (SlackUser, tables.slack_user),
    ],
)
def test_everything_a_value_holds_has_a_column(value: type, table: Table):
    assert {part.name for part in fields(value)} - {"room"} <= set(table.columns.keys())


def test_every_table_is_there(migrated: Engine):
    assert set(inspect(migrated).get_table_names()) == {*tables.metadata.tables, "alembic_version"}
