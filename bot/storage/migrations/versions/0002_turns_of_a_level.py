"""Levels have turns, may want several acknowledgements, and remember whose turn it is.

Every level fired so far was its first turn, and every page wanted one acknowledgement: the columns' defaults say
so, for the rows that are there and for those that a replica of the earlier release still writes. Effects waiting
to leave name no turn; it is read as the first.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = "pk_level_fired"


def upgrade() -> None:
    with op.batch_alter_table("page") as page:
        page.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="1"))
        page.add_column(sa.Column("asked", sa.Text(), nullable=False, server_default="[]"))
        page.add_column(sa.Column("acknowledgements_wanted", sa.Integer(), nullable=False, server_default="1"))
        page.add_column(sa.Column("also_acknowledged", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("level_fired") as fired:
        fired.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("level_fired") as fired:
        fired.drop_constraint(_KEY, type_="primary")
        fired.create_primary_key(_KEY, ["page", "epoch", "loop", "level", "turn"])
    op.create_table(
        "rotation",
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("policy", "level", name=op.f("pk_rotation")),
    )


def downgrade() -> None:
    """The earlier release knows one turn of a level: what later turns did is forgotten, as it is in its record."""
    op.drop_table("rotation")
    op.execute("DELETE FROM level_fired WHERE turn > 1")
    with op.batch_alter_table("level_fired") as fired:
        fired.drop_constraint(_KEY, type_="primary")
        fired.create_primary_key(_KEY, ["page", "epoch", "loop", "level"])
    with op.batch_alter_table("level_fired") as fired:
        fired.drop_column("turn")
    with op.batch_alter_table("page") as page:
        for column in ("also_acknowledged", "acknowledgements_wanted", "asked", "turn"):
            page.drop_column(column)
