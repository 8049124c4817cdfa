"""What a store's tests begin with: an incident, a page, a knock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.effects import PageResponder
from bot.domain.escalation import LevelFired, Outcome, Page, PageId, PageStatus
from bot.domain.incident import Incident, Report, Status
from bot.domain.policy import DEFAULT_POLICY
from bot.domain.slugs import PersonId
from bot.ports import Claimed, Transaction
from bot.storage.store import SqlStore

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=15)
BRUNO = PersonId("bruno")
MARTA = PersonId("marta")


async def an_incident(tx: Transaction, **fields: Any) -> Incident:
    first = {
        "status": Status.INVESTIGATING,
        "reporter": MARTA,
        "declared_at": NOW,
        "started_at": NOW,
        "public_id": "public",
    }
    return await tx.add_incident(Report("Payments are down", severity=1), {**first, **fields})


async def a_page(tx: Transaction, incident: Incident, **fields: Any) -> Page:
    first = {"status": PageStatus.OPEN, "started_at": NOW, "due_at": NOW}
    return await tx.add_page(
        Page(id=PageId(0), incident=incident.id, policy=DEFAULT_POLICY, severity=1, **{**first, **fields})
    )


def a_knock(page: Page, method: str = "sms", person: PersonId = BRUNO, level: int = 1) -> PageResponder:
    return PageResponder(page.incident, page.id, page.epoch, page.loop, level, person, method)


def a_level(page: Page, level: int = 1, **fields: Any) -> LevelFired:
    return LevelFired(
        page.id, page.epoch, page.loop, level, **{"outcome": Outcome.PAGED, "people": (BRUNO,), "at": NOW, **fields}
    )


async def stored_page(store: SqlStore, **fields: Any) -> Page:
    async with store.transaction() as tx:
        return await a_page(tx, await an_incident(tx), **fields)


async def claim(
    store: SqlStore, *, now: datetime = NOW, limit: int = 10, busy: frozenset[str] = frozenset()
) -> tuple[Claimed, ...]:
    async with store.transaction(gesture=False) as tx:
        return await tx.outbox.claim(now=now, limit=limit, lease=LEASE, busy=busy)
