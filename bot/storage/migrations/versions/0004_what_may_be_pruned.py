"""What is pruned is found by its age; and a replica's beat says whether it hears Slack.

A replica of the earlier release does not say: it counts as deaf for the seconds until it stands aside.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_answer_token_expires", "answer_token", ["expires"], unique=False)
    op.create_index("ix_attempt_started", "attempt", ["started"], unique=False)
    op.create_index("ix_seen_at", "seen", ["at"], unique=False)
    with op.batch_alter_table("beat") as beat:
        beat.add_column(sa.Column("hears", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("beat") as beat:
        beat.drop_column("hears")
    op.drop_index("ix_seen_at", table_name="seen")
    op.drop_index("ix_attempt_started", table_name="attempt")
    op.drop_index("ix_answer_token_expires", table_name="answer_token")
