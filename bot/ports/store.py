"""The record, as the core sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.domain.cadence import Audience, Deadline
from bot.domain.escalation import LevelFired, Page, PageId
from bot.domain.incident import Incident, IncidentId, Report
from bot.domain.record import Record, Task
from bot.domain.roster import Roster, SlackUser
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.statement import Statement, StatementId
from bot.domain.team import TeamDocument
from bot.domain.timeline import Event, EventKind
from bot.domain.traces import Trace
from bot.ports.outbox import Outbox


@dataclass(frozen=True)
class DocumentVersion:
    """One version of the team document."""

    number: int
    saved_at: datetime
    saved_by: str
    note: str
    document: TeamDocument


class Transaction(Protocol):
    """One unit of work: everything in it is stored together or not at all."""

    outbox: Outbox

    async def first_time(self, gesture: str, *, now: datetime) -> bool:
        """Whether this delivery is new. Slack and providers may deliver one thing three times."""

    async def remember(self, gesture: str, result: str) -> None:
        """Keep what a gesture led to, for its later deliveries."""

    async def result_of(self, gesture: str) -> str | None: ...

    async def lock(self, name: str) -> None:
        """Hold a named lock until the end of the transaction."""

    async def prune(self, trace: Trace, *, before: datetime, limit: int) -> int:
        """Of one kind of trace, take away the oldest that are older than this. How many went."""

    # People and the plan
    async def roster(self) -> Roster: ...
    async def save_document(self, document: TeamDocument, *, by: str, note: str, now: datetime) -> int: ...
    async def document_versions(self) -> tuple[DocumentVersion, ...]: ...
    async def save_users(self, users: Iterable[SlackUser]) -> None: ...
    async def save_group(self, group: str, members: tuple[str, ...]) -> None: ...
    async def choose_language(self, slack: str, language: str) -> None: ...

    # Incidents
    async def add_incident(self, report: Report, incident: Mapping[str, Any]) -> Incident: ...
    async def incident(self, incident: IncidentId, *, lock: bool = False) -> Incident: ...
    async def incidents(self, incidents: Iterable[IncidentId]) -> dict[IncidentId, Incident]: ...
    async def save_incident(self, incident: Incident) -> None: ...
    async def open_incidents(self) -> tuple[Incident, ...]: ...
    async def gravest_incidents(self, limit: int | None = None, *, skip: int = 0) -> tuple[Incident, ...]:
        """Those not over yet, gravest and oldest first, beginning after so many."""

    async def recent_incidents(self, limit: int) -> tuple[Incident, ...]: ...
    async def spoken_incidents(self, limit: int) -> tuple[Incident, ...]:
        """Incidents with a published statement and not private, newest first."""

    async def incident_of_channel(self, channel: str) -> Incident | None: ...
    async def incident_by_public_id(self, public_id: str) -> Incident | None: ...
    async def record(self, incident: IncidentId, *, now: datetime) -> Record: ...
    async def records(self, incidents: Iterable[IncidentId], *, now: datetime) -> dict[IncidentId, Record]:
        """Those of them that there are, in the order of their numbers."""

    # Pages
    async def add_page(self, page: Page) -> Page: ...
    async def page(self, page: PageId, *, lock: bool = False) -> Page: ...
    async def pages_of(self, incident: IncidentId, *, lock: bool = False) -> tuple[Page, ...]: ...
    async def claim_due_pages(self, *, now: datetime, limit: int) -> tuple[Page, ...]: ...
    async def claim_quiet_pages(self, *, now: datetime, limit: int) -> tuple[Page, ...]: ...
    async def save_pages(self, pages: Sequence[Page]) -> None: ...
    async def add_levels(self, levels: Sequence[LevelFired]) -> tuple[LevelFired, ...]: ...
    async def wanted_pages_of(self, person: PersonId) -> tuple[Page, ...]:
        """Pages still wanted in which this person was asked, oldest first."""

    async def held_pages_of(self, person: PersonId) -> tuple[Page, ...]:
        """Pages that nobody else is asked about and this person has, oldest first."""

    async def levels_of(self, page: PageId) -> tuple[LevelFired, ...]: ...
    async def rotation(self, policy: PolicyId) -> Mapping[int, PersonId]:
        """By level: who was asked first the last time it began. Read under the lock that keeps turns apart."""

    async def save_rotation(self, policy: PolicyId, level: int, first: PersonId) -> None: ...
    async def add_token(
        self, token_hash: str, *, page: PageId, person: PersonId, expires: datetime, method: str
    ) -> None: ...
    async def token(self, token_hash: str) -> Mapping[str, Any] | None: ...
    async def use_token(self, token_hash: str, *, now: datetime) -> bool: ...

    # Speaking
    async def add_statement(self, statement: Statement) -> Statement: ...
    async def statement(self, statement: StatementId, *, lock: bool = False) -> Statement: ...
    async def save_statement(self, statement: Statement) -> None: ...
    async def deadline(self, incident: IncidentId, audience: Audience) -> Deadline | None: ...
    async def save_deadline(self, deadline: Deadline) -> None: ...
    async def drop_deadlines(self, incident: IncidentId, audience: Audience | None = None) -> None: ...
    async def claim_due_deadlines(self, *, now: datetime, limit: int) -> tuple[Deadline, ...]: ...

    # The story
    async def tell(
        self,
        incident: IncidentId,
        kind: EventKind,
        *,
        at: datetime,
        by: PersonId | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Event: ...
    async def audit(
        self,
        kind: EventKind,
        *,
        at: datetime,
        by: PersonId,
        incident: IncidentId | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        """A row that says who saw or changed what; kept apart from the incidents' stories."""

    async def tell_all(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Append many at once; the given ``seq`` is ignored, the returned events carry theirs, in order."""

    async def add_task(self, task: Task) -> Task: ...
    async def finish_task(self, task: int, *, now: datetime) -> Task: ...
    async def keep_form(self, key: str, content: Mapping[str, Any], *, now: datetime) -> None: ...
    async def kept_form(self, key: str) -> Mapping[str, Any] | None: ...


class Store(Protocol):
    """The record. Opens transactions; wakes the dispatcher when one that enqueued effects commits."""

    def transaction(self, *, gesture: bool = True) -> AbstractAsyncContextManager[Transaction]:
        """Begin; commit on leaving, roll back on an error. A person's gesture goes before ticks.

        Raises ``NotRecorded`` when the database cannot be reached or written in time.
        """

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """The same for reading only; never waits for writers."""

    async def next_wake(self) -> datetime | None:
        """When the next page, deadline or effect is due."""
