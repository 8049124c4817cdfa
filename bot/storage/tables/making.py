"""How a table is made from its row, and how its constraints and partial indexes are named."""

from __future__ import annotations

from sqlalchemy import Index, Table, text
from sqlmodel import SQLModel

metadata = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def partial(name: str, *columns: str, where: str) -> Index:
    """The migrations make it so on both. Naming PostgreSQL here would load its dialect for a database in a file."""
    return Index(name, *columns, sqlite_where=text(where))


def table_of(row: type[SQLModel]) -> Table:
    """The table behind a row, for statements that are written once."""
    return metadata.tables[str(row.__tablename__)]
