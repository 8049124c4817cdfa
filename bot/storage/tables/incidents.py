"""An incident, its story, what is to be done in it, and who looked at what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from bot.storage.columns import Json, UtcTime
from bot.storage.tables.making import table_of


class IncidentRow(SQLModel, table=True):
    """One crisis."""

    __tablename__ = "incident"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    title: str
    severity: int
    status: str = Field(index=True)
    reporter: str
    declared_at: datetime = Field(sa_type=UtcTime)
    started_at: datetime = Field(sa_type=UtcTime)
    scenario: str | None = None
    impact: str = ""
    private: bool = False
    also_reported_by: list[str] = Field(sa_type=Json)
    roles: dict[str, str] = Field(sa_type=Json)
    channel: str | None = Field(default=None, index=True)
    channel_name: str | None = None
    card_ts: str | None = None
    announcement_channel: str | None = None
    announcement_ts: str | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=UtcTime)
    ended_by: str | None = None
    merged_into: int | None = None
    summary: str = ""
    version: int = 1


class EventRow(SQLModel, table=True):
    """One fact of an incident's story."""

    __tablename__ = "event"

    incident: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    kind: str
    by: str | None = None
    facts: dict[str, Any] = Field(sa_type=Json)


class TaskRow(SQLModel, table=True):
    """Something a person will do before the incident is over."""

    __tablename__ = "task"

    id: int | None = Field(default=None, primary_key=True)
    incident: int = Field(index=True)
    text: str
    assignee: str | None = None
    added_by: str
    added_at: datetime = Field(sa_type=UtcTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcTime)


class AuditRow(SQLModel, table=True):
    """Who saw or changed what, apart from the incidents' stories."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    kind: str
    by: str
    incident: int | None = None
    facts: dict[str, Any] = Field(sa_type=Json)


incident = table_of(IncidentRow)
event = table_of(EventRow)
task = table_of(TaskRow)
audit = table_of(AuditRow)
