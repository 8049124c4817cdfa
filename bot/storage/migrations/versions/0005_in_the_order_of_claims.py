"""What is claimed is found in the order in which it is claimed, to the number: nothing is sorted, and who is first of
those that wait for one conversation is seen at a look."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_DUE = "due_at IS NOT NULL"
_PENDING = "state = 'pending'"
_LANE = f"{_PENDING} AND lane IS NOT NULL"


def upgrade() -> None:
    _instead("ix_page_due", "page", ["due_at", "id"], _DUE)
    _instead("ix_effect_turn", "effect", ["priority", "next_at", "id"], _PENDING)
    _instead("ix_effect_lane", "effect", ["lane", "priority", "next_at", "id"], _LANE)


def downgrade() -> None:
    _instead("ix_effect_lane", "effect", ["lane", "next_at"], _LANE)
    _instead("ix_effect_turn", "effect", ["priority", "next_at"], _PENDING)
    _instead("ix_page_due", "page", ["due_at"], _DUE)


def _instead(name: str, table: str, columns: list[str], where: str) -> None:
    op.drop_index(name, table_name=table)
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=False, sqlite_where=condition, postgresql_where=condition)
