"""What customers are told, and by when an audience must hear something."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from bot.storage.columns import Json, UtcTime
from bot.storage.tables.making import partial, table_of


class StatementRow(SQLModel, table=True):
    """One thing said, or about to be said, to customers."""

    __tablename__ = "statement"

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(index=True)
    kind: str
    state: str
    texts: dict[str, str] = Field(sa_type=Json)
    drafted_at: datetime = Field(sa_type=UtcTime)
    author: str | None = None
    approver: str | None = None
    self_approved: bool = False
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcTime)
    next_update_at: datetime | None = Field(default=None, sa_type=UtcTime)
    public_status: str = ""
    facts: dict[str, str] = Field(sa_type=Json)


class DeadlineRow(SQLModel, table=True):
    """A promise of word to one audience."""

    __tablename__ = "deadline"
    __table_args__ = (partial("ix_deadline_wake", "wake_at", where="wake_at IS NOT NULL"),)

    incident: int = Field(primary_key=True)
    audience: str = Field(primary_key=True)
    round: int
    due_at: datetime = Field(sa_type=UtcTime)
    stage: str | None = None
    wake_at: datetime | None = Field(default=None, sa_type=UtcTime)


statement = table_of(StatementRow)
deadline = table_of(DeadlineRow)
