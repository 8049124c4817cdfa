"""What is pruned is found by its age."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_answer_token_expires", "answer_token", ["expires"], unique=False)
    op.create_index("ix_attempt_started", "attempt", ["started"], unique=False)
    op.create_index("ix_seen_at", "seen", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_seen_at", table_name="seen")
    op.drop_index("ix_attempt_started", table_name="attempt")
    op.drop_index("ix_answer_token_expires", table_name="answer_token")
