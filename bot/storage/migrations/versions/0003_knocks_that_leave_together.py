"""Knocks that leave together: in whose message an attempt was set off, and what is near one person's door."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_WAITING = sa.text("state IN ('pending', 'sending') AND person IS NOT NULL")
_LEFT = sa.text("sent_at IS NOT NULL AND person IS NOT NULL")


def upgrade() -> None:
    op.add_column("attempt", sa.Column("carrier", sa.Integer(), nullable=True))
    op.create_index(
        "ix_effect_door",
        "effect",
        ["person", "destination"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_effect_left",
        "effect",
        ["person", "destination", "sent_at"],
        unique=False,
        sqlite_where=_LEFT,
        postgresql_where=_LEFT,
    )


def downgrade() -> None:
    op.drop_index("ix_effect_left", table_name="effect")
    op.drop_index("ix_effect_door", table_name="effect")
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_column("carrier")
