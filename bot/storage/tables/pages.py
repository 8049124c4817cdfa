"""Pages, the turns of their levels, whose turn comes next, and the links that answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from bot.domain.policy import Policy
from bot.storage.columns import Json, PolicyJson, UtcTime
from bot.storage.tables.making import partial, table_of

WANTED = "status IN ('open', 'exhausted')"


class PageRow(SQLModel, table=True):
    """One attempt to get one person to take one incident."""

    __tablename__ = "page"
    __table_args__ = (
        partial("ix_page_due", "due_at", "id", where="due_at IS NOT NULL"),
        partial("ix_page_wanted", "id", where=WANTED),
        partial("ix_page_quiet", "ask_again_at", where="ask_again_at IS NOT NULL"),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(index=True)
    policy: Policy = Field(sa_type=PolicyJson)
    severity: int
    status: str
    started_at: datetime = Field(sa_type=UtcTime)
    epoch: int
    loop: int
    level: int
    due_at: datetime | None = Field(default=None, sa_type=UtcTime)
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ask_again_at: datetime | None = Field(default=None, sa_type=UtcTime)
    declined: list[str] = Field(sa_type=Json)
    manual: bool = False
    stands_for: int | None = None
    version: int = 1
    turn: int = 1
    asked: list[str] = Field(sa_type=Json, default=[])
    acknowledgements_wanted: int = 1
    also_acknowledged: list[dict[str, Any]] = Field(sa_type=Json, default=[])


class LevelFiredRow(SQLModel, table=True):
    """A level's turn. The primary key is the promise that it comes once."""

    __tablename__ = "level_fired"

    page: int = Field(primary_key=True)
    epoch: int = Field(primary_key=True)
    loop: int = Field(primary_key=True)
    level: int = Field(primary_key=True)
    turn: int = Field(default=1, primary_key=True)
    outcome: str
    people: list[str] = Field(sa_type=Json)
    at: datetime = Field(sa_type=UtcTime)


class RotationRow(SQLModel, table=True):
    """Who of a level that asks one person at a time was asked first the last time it began."""

    __tablename__ = "rotation"

    policy: str = Field(primary_key=True)
    level: int = Field(primary_key=True)
    person: str


class AnswerTokenRow(SQLModel, table=True):
    """A link or a key press that answers for one person. Only the hash of it is known."""

    __tablename__ = "answer_token"

    hash: str = Field(primary_key=True)
    page: int
    person: str
    method: str
    expires: datetime = Field(index=True, sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


page = table_of(PageRow)
level_fired = table_of(LevelFiredRow)
rotation = table_of(RotationRow)
answer_token = table_of(AnswerTokenRow)
