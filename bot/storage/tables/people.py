"""Who people are, in Slack and in the plan; contacts are sealed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from bot.storage.columns import Json, UtcTime
from bot.storage.tables.making import table_of


class SlackUserRow(SQLModel, table=True):
    """What Slack says of somebody; their address is sealed."""

    __tablename__ = "slack_user"

    id: str = Field(primary_key=True)
    name: str
    locale: str
    time_zone: str
    is_admin: bool
    is_guest: bool
    deleted: bool
    is_bot: bool
    email: bytes = Field(sa_type=LargeBinary)


class SlackGroupRow(SQLModel, table=True):
    """Who is in a Slack user group."""

    __tablename__ = "slack_group"

    id: str = Field(primary_key=True)
    members: list[str] = Field(sa_type=Json)


class LanguageChoiceRow(SQLModel, table=True):
    """The language somebody chose for themselves."""

    __tablename__ = "language_choice"

    slack: str = Field(primary_key=True)
    language: str


class TeamVersionRow(SQLModel, table=True):
    """One version of the team document: what everyone may know, and the sealed contacts."""

    __tablename__ = "team_version"

    number: int = Field(primary_key=True)
    saved_at: datetime = Field(sa_type=UtcTime)
    saved_by: str
    note: str
    document: dict[str, Any] = Field(sa_type=Json)
    contacts: bytes = Field(sa_type=LargeBinary)


slack_user = table_of(SlackUserRow)
slack_group = table_of(SlackGroupRow)
language_choice = table_of(LanguageChoiceRow)
team_version = table_of(TeamVersionRow)
