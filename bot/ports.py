"""What the core needs from outside, as Protocols, and the values that cross.

A use case holds a ``Core``: a store, a clock, ids. It holds no gateway, so nothing slow or
outward can happen while a row is locked. The dispatcher holds ``Doors``: adapters that carry
effects out and answer with a receipt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.clock import Clock, Ids
from bot.domain.cadence import Audience, Deadline
from bot.domain.effects import Effect
from bot.domain.escalation import LevelFired, Page, PageId
from bot.domain.incident import Incident, IncidentId, Report
from bot.domain.record import Record, Task
from bot.domain.roster import Roster, SlackUser
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement, StatementId
from bot.domain.team import TeamDocument
from bot.domain.timeline import Event, EventKind


@dataclass(frozen=True)
class DocumentVersion:
    """One version of the team document."""

    number: int
    saved_at: datetime
    saved_by: str
    note: str
    document: TeamDocument


@dataclass(frozen=True)
class Claimed:
    """An effect that this dispatcher may carry out until ``lease_until``.

    ``attempt`` is the fencing token: a receipt for another attempt is not recorded.
    """

    id: int
    effect: Effect
    attempt: int
    failures: int
    lease_until: datetime
    due_at: datetime
    uncertain: bool = False  # an earlier attempt was interrupted: look before repeating


@dataclass(frozen=True)
class Receipt:
    """What the other side said. ``provider_id`` finds it again; ``facts`` are the effect's own."""

    provider_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    delivered: bool = False  # the other side vouches that it arrived, not only that it was taken
    worked: bool = True  # False: it stood down, because the moment had passed


@dataclass(frozen=True)
class Brief:
    """What an adapter is given with an effect: the facts of this moment."""

    effect: Effect
    roster: Roster
    now: datetime
    incident_record: Record | None  # None for what belongs to no incident
    attempt: int
    uncertain: bool
    answer_url: str = ""  # PageResponder: a link whose page answers for this recipient alone
    answer_prefix: str = ""  # PageResponder: what a reply begins with when several pages are open
    posted: str | None = None  # edits: "channel:ts" of what is to be edited
    posted_before: tuple[str, ...] = ()  # RefreshPage: older messages of the page, which lose their buttons

    @property
    def record(self) -> Record:
        """The incident's record, for effects that belong to one."""
        if self.incident_record is None:
            raise LookupError(f"{self.effect.kind} belongs to no incident")
        return self.incident_record


class DoorKeeper(Protocol):
    """Carries effects of one kind of door out.

    Raises ``NotYetDelivered``, ``Undeliverable`` or ``OutcomeUnknown``; anything else is our bug.
    """

    async def perform(self, brief: Brief) -> Receipt:
        """Do it, within the call time-out."""


class Outbox(Protocol):
    """Effects, from the commit that caused them to the receipt."""

    async def enqueue(self, effects: Iterable[Effect], *, now: datetime, after: timedelta = timedelta(0)) -> None:
        """Store effects; those whose key is known are one with it (or re-arm it, for edits)."""

    async def schedule(self, effects: Sequence[tuple[Effect, datetime]], *, now: datetime) -> None:
        """Store effects, each due at its own time."""

    async def cancel_knocks(self, page: PageId, *, person: PersonId | None = None) -> None:
        """Nothing more of this page leaves (to this person)."""

    async def hasten_knocks(self, page: PageId, person: PersonId, *, now: datetime) -> int:
        """The person's next pending knock is due now. How many knocks were still pending."""

    async def retry(self, effect_key: str, *, now: datetime) -> bool:
        """A person asks to try a failed or uncertain effect again."""

    async def accept(self, effect_key: str, *, now: datetime) -> bool:
        """A person vouches that an uncertain effect did happen."""

    # The dispatcher's side
    async def claim(self, *, now: datetime, limit: int, lease: timedelta, busy: frozenset[str]) -> tuple[Claimed, ...]:
        """Take what is due, by priority and then age: state ``sending``, attempt + 1, lease from ``now``.

        Expired leases are taken over (``uncertain=True``); an expired public statement becomes
        ``uncertain`` instead and waits for a person. ``busy`` destinations are left for later.
        """

    async def settle(self, claimed: Claimed, receipt: Receipt, *, now: datetime) -> bool:
        """Record what the other side said. False when this attempt no longer holds the effect."""

    async def settle_all(self, receipts: Sequence[tuple[Claimed, Receipt]], *, now: datetime) -> frozenset[int]:
        """The same for many. The numbers of the effects that their attempts still held."""

    async def postpone(
        self, claimed: Claimed, error: str, *, until: datetime, now: datetime, uncertain: bool = False
    ) -> bool:
        """It failed for now: pending again at ``until``. ``uncertain``: it may have happened, look first."""

    async def fail(self, claimed: Claimed, error: str, *, now: datetime) -> bool:
        """It will never work this way."""

    async def doubt(self, claimed: Claimed, error: str, *, now: datetime) -> bool:
        """Nobody knows whether it happened; a person decides."""

    async def drop(self, claimed: Claimed, *, now: datetime) -> bool:
        """It is no longer wanted: cancelled before it left."""

    async def delivered(self, provider_id: str, state: str, error: str | None, *, now: datetime) -> Effect | None:
        """A provider's call-back: moves a state forward only. The effect, when the call-back told something new."""


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

    async def levels_of(self, page: PageId) -> tuple[LevelFired, ...]: ...
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


class Gestures:
    """Who is waiting for an answer at this moment. The engine lets them pass, and they don't hold it up for long."""

    def __init__(self) -> None:
        self._waiting = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Somebody waits, until this is left."""
        self._begin()
        try:
            yield
        finally:
            self._end()

    def arrives(self, *, read_within: float = 0.05) -> None:
        """Something has come in and is being read: somebody waits, before we know who and for what."""
        self._begin()
        asyncio.get_running_loop().call_later(read_within, self._end)

    async def pass_first(self, *, within: float = 0.05) -> None:
        """Return when nobody waits, or after so many seconds: pages matter as much as answers."""
        if self._waiting == 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._nobody.wait()

    def _begin(self) -> None:
        self._waiting += 1
        self._nobody.clear()

    def _end(self) -> None:
        self._waiting -= 1
        if self._waiting == 0:
            self._nobody.set()


@dataclass(frozen=True)
class Patience:
    """How long something may take before whoever waits for it is told that it failed, in seconds."""

    gesture: float = 2.0  # a person's gesture at the database, all in all
    unattended: float = 10.0  # the same for what nobody is looking at
    answer: float = 2.3  # a gesture until its answer; Slack waits three, the person was promised two and a half


USUAL_PATIENCE = Patience()


@dataclass(frozen=True)
class Core:
    """What every use case holds."""

    store: Store
    clock: Clock
    ids: Ids
    methods: frozenset[str] = frozenset({"slack_dm"})  # the ways of paging that are connected
    publishing: tuple[str, ...] = ("status_page",)  # the public channels that are connected
    default_language: str = "en"
    gestures: Gestures = field(default_factory=Gestures)
    patience: Patience = USUAL_PATIENCE
