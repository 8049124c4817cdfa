"""What the house keeps for itself: what was taken in, which replicas live, what caches are checked by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from bot.storage.columns import UtcTime
from bot.storage.tables.making import table_of


class SeenRow(SQLModel, table=True):
    """A delivery that was taken in, and what it led to."""

    __tablename__ = "seen"

    gesture: str = Field(primary_key=True)
    at: datetime = Field(index=True, sa_type=UtcTime)
    result: str | None = None


class BeatRow(SQLModel, table=True):
    """That a replica lives, how late it ran at worst, and whether it hears Slack."""

    __tablename__ = "beat"

    replica: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    largest_lag: float = 0.0  # seconds
    hears: bool = False


class RevisionRow(SQLModel, table=True):
    """A number that grows whenever what a name stands for has changed: what caches are checked by."""

    __tablename__ = "revision"

    name: str = Field(primary_key=True)
    number: int


class KeptFormRow(SQLModel, table=True):
    """What somebody had typed when their form could not be taken; sealed, it may hold a number."""

    __tablename__ = "kept_form"

    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    content: bytes = Field(sa_type=LargeBinary)


seen = table_of(SeenRow)
beat = table_of(BeatRow)
revision = table_of(RevisionRow)
kept_form = table_of(KeptFormRow)
