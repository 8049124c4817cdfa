"""How alembic reaches the database: over the connection it is handed, or the one its command line names."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from bot.storage.database import normalised
from bot.storage.tables import metadata


def run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    address = normalised(context.get_x_argument(as_dictionary=True)["url"])
    sqlite = address.get_backend_name() == "sqlite"
    with create_engine(address).connect() as own:
        run(own)
        own.commit()
