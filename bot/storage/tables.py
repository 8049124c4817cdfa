"""Every table, once. The migrations must agree; a test says so.

Indexes that serve the clock are partial, so that a thousand closed incidents cost a tick nothing.
What may identify a private contact is stored sealed (see `secrets`), never in a column of its own.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, Table, text
from sqlmodel import Field, SQLModel

from bot.domain.policy import Policy
from bot.storage.columns import Json, PolicyJson, UtcTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

PENDING = "state = 'pending'"
SENDING = "state = 'sending'"
WANTED = "status IN ('open', 'exhausted')"
WAITING = "state IN ('pending', 'sending') AND person IS NOT NULL"
LEFT = "sent_at IS NOT NULL AND person IS NOT NULL"


def _partial(name: str, *columns: str, where: str) -> Index:
    """The migrations make it so on both. Naming PostgreSQL here would load its dialect for a database in a file."""
    return Index(name, *columns, sqlite_where=text(where))


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


class PageRow(SQLModel, table=True):
    """One attempt to get one person to take one incident."""

    __tablename__ = "page"
    __table_args__ = (
        _partial("ix_page_due", "due_at", where="due_at IS NOT NULL"),
        _partial("ix_page_wanted", "id", where=WANTED),
        _partial("ix_page_quiet", "ask_again_at", where="ask_again_at IS NOT NULL"),
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


class EffectRow(SQLModel, table=True):
    """The outbox: what must happen outside, from the commit that caused it to the receipt.

    ``lane`` is set where the other side wants one thing at a time; ``again`` when an edit was asked
    for anew while it was being made; ``uncertain`` when an attempt ended without an answer.
    """

    __tablename__ = "effect"
    __table_args__ = (
        _partial("ix_effect_next", "next_at", where=PENDING),
        _partial("ix_effect_turn", "priority", "next_at", where=PENDING),
        _partial("ix_effect_lane", "lane", "next_at", where=f"{PENDING} AND lane IS NOT NULL"),
        _partial("ix_effect_lease", "lease_until", where=SENDING),
        _partial("ix_effect_page", "page", "person", where="page IS NOT NULL"),
        _partial("ix_effect_provider", "provider_id", where="provider_id IS NOT NULL"),
        _partial("ix_effect_door", "person", "destination", where=WAITING),
        _partial("ix_effect_left", "person", "destination", "sent_at", where=LEFT),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    payload: dict[str, Any] = Field(sa_type=Json)
    incident: int = Field(index=True)
    page: int | None = None
    person: str | None = None
    destination: str
    lane: str | None = None
    priority: int
    state: str
    again: bool = False
    uncertain: bool = False
    attempt: int = 0
    failures: int = 0
    next_at: datetime = Field(sa_type=UtcTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcTime)
    provider_id: str | None = None
    facts: dict[str, Any] | None = Field(default=None, sa_type=Json)
    error: str | None = None


class AttemptRow(SQLModel, table=True):
    """One try at one effect. ``carrier`` is the effect in whose message it was set off: its own number when alone."""

    __tablename__ = "attempt"

    effect: int = Field(primary_key=True)
    n: int = Field(primary_key=True)
    started: datetime = Field(index=True, sa_type=UtcTime)
    ended: datetime | None = Field(default=None, sa_type=UtcTime)
    outcome: str | None = None
    error: str | None = None
    carrier: int | None = None


class AnswerTokenRow(SQLModel, table=True):
    """A link or a key press that answers for one person. Only the hash of it is known."""

    __tablename__ = "answer_token"

    hash: str = Field(primary_key=True)
    page: int
    person: str
    method: str
    expires: datetime = Field(index=True, sa_type=UtcTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcTime)


class EventRow(SQLModel, table=True):
    """One fact of an incident's story."""

    __tablename__ = "event"

    incident: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    kind: str
    by: str | None = None
    facts: dict[str, Any] = Field(sa_type=Json)


class AuditRow(SQLModel, table=True):
    """Who saw or changed what, apart from the incidents' stories."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcTime)
    kind: str
    by: str
    incident: int | None = None
    facts: dict[str, Any] = Field(sa_type=Json)


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
    __table_args__ = (_partial("ix_deadline_wake", "wake_at", where="wake_at IS NOT NULL"),)

    incident: int = Field(primary_key=True)
    audience: str = Field(primary_key=True)
    round: int
    due_at: datetime = Field(sa_type=UtcTime)
    stage: str | None = None
    wake_at: datetime | None = Field(default=None, sa_type=UtcTime)


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


metadata = SQLModel.metadata


def _table(model: type[SQLModel]) -> Table:
    return metadata.tables[str(model.__tablename__)]


incident = _table(IncidentRow)
page = _table(PageRow)
level_fired = _table(LevelFiredRow)
rotation = _table(RotationRow)
effect = _table(EffectRow)
attempt = _table(AttemptRow)
answer_token = _table(AnswerTokenRow)
event = _table(EventRow)
audit = _table(AuditRow)
seen = _table(SeenRow)
beat = _table(BeatRow)
statement = _table(StatementRow)
deadline = _table(DeadlineRow)
task = _table(TaskRow)
slack_user = _table(SlackUserRow)
slack_group = _table(SlackGroupRow)
language_choice = _table(LanguageChoiceRow)
team_version = _table(TeamVersionRow)
revision = _table(RevisionRow)
kept_form = _table(KeptFormRow)
