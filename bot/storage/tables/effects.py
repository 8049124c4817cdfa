"""The outbox: effects, and each try at one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from bot.storage.columns import Json, UtcTime
from bot.storage.tables.making import partial, table_of

PENDING = "state = 'pending'"
SENDING = "state = 'sending'"
WAITING = "state IN ('pending', 'sending') AND person IS NOT NULL"
LEFT = "sent_at IS NOT NULL AND person IS NOT NULL"


class EffectRow(SQLModel, table=True):
    """The outbox: what must happen outside, from the commit that caused it to the receipt.

    ``lane`` is set where the other side wants one thing at a time; ``again`` when an edit was asked
    for anew while it was being made; ``uncertain`` when an attempt ended without an answer; ``arrived_at``
    where the other side told us later.
    """

    __tablename__ = "effect"
    __table_args__ = (
        partial("ix_effect_next", "next_at", where=PENDING),
        partial("ix_effect_turn", "priority", "next_at", "id", where=PENDING),
        partial("ix_effect_lane", "lane", "priority", "next_at", "id", where=f"{PENDING} AND lane IS NOT NULL"),
        partial("ix_effect_lease", "lease_until", where=SENDING),
        partial("ix_effect_page", "page", "person", where="page IS NOT NULL"),
        partial("ix_effect_provider", "provider_id", where="provider_id IS NOT NULL"),
        partial("ix_effect_door", "person", "destination", where=WAITING),
        partial("ix_effect_left", "person", "destination", "sent_at", where=LEFT),
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
    arrived_at: datetime | None = Field(default=None, sa_type=UtcTime)
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


effect = table_of(EffectRow)
attempt = table_of(AttemptRow)
