"""Everything known of one incident at one moment: what cards, summaries and reviews are drawn from.

Pure values; nothing here decides. If a number or a name is not in the record, nobody may say it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.cadence import Audience, Deadline, rhythm
from bot.domain.escalation import LevelFired, Page
from bot.domain.incident import Incident, IncidentId, Status
from bot.domain.page import asked_by, ladder_of
from bot.domain.roster import Roster
from bot.domain.scenario import Scenario
from bot.domain.slugs import PersonId
from bot.domain.statement import LAST_WORDS, Statement, StatementKind, StatementState
from bot.domain.timeline import CLIMBS, Event, EventKind


@dataclass(frozen=True)
class Task:
    """Something a person will do before the incident is over."""

    id: int
    incident: IncidentId
    text: str
    assignee: PersonId | None
    added_by: PersonId
    added_at: datetime
    done_at: datetime | None = None


@dataclass(frozen=True)
class Knock:
    """One attempt to reach one person: what the room sees of an effect."""

    page: int
    epoch: int
    loop: int
    level: int
    person: PersonId
    method: str
    state: str  # pending · sending · accepted · delivered · failed · cancelled · superseded · uncertain
    due_at: datetime
    sent_at: datetime | None = None
    arrived_at: datetime | None = None  # as the other side reports; of a call: when it was over
    provider_id: str | None = None  # Slack: "channel:ts"
    error: str | None = None
    turn: int = 1


@dataclass(frozen=True)
class Trouble:
    """A step of the ceremony that has not worked yet, or never will; a notice that waits behind a limit."""

    step: str  # the effect's kind
    state: str  # pending or failed
    error: str
    next_at: datetime | None
    person: PersonId | None = None  # whom a notice is for


@dataclass(frozen=True)
class Reminded:
    """One reminder to speak, as it was sent to one person."""

    person: PersonId
    round: int
    stage: str
    state: str
    provider_id: str | None = None  # Slack: "channel:ts"
    asked: str = ""  # which asking of this stage it was


@dataclass(frozen=True)
class Letter:
    """One notice to one person, as it was sent: what may have to be edited when things move on."""

    person: PersonId
    notice: str
    occasion: str
    facts: dict[str, Any]
    provider_id: str | None = None  # Slack: "channel:ts"


@dataclass(frozen=True)
class Line:
    """One event as it was posted in the channel."""

    seq: int
    provider_id: str | None = None  # Slack: "channel:ts"


@dataclass(frozen=True)
class Delivery:
    """One statement on one channel."""

    statement: int
    channel: str
    state: str
    link: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Record:
    """One incident, whole, as of ``now``."""

    incident: Incident
    roster: Roster
    now: datetime
    pages: tuple[Page, ...] = ()
    levels: tuple[LevelFired, ...] = ()
    knocks: tuple[Knock, ...] = ()
    statements: tuple[Statement, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    reminders: tuple[Reminded, ...] = ()
    letters: tuple[Letter, ...] = ()
    lines: tuple[Line, ...] = ()
    tasks: tuple[Task, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    events: tuple[Event, ...] = ()
    status_url: str = ""  # the public page of this incident
    public_url: str = ""  # where our own links begin

    @property
    def scenario(self) -> Scenario | None:
        document = self.roster.document
        return document.scenario(self.incident.scenario) if document and self.incident.scenario else None

    @property
    def ladder(self) -> Page | None:
        """The page of the escalation policy."""
        return ladder_of(self.pages)

    def page(self, page: int) -> Page | None:
        return next((each for each in self.pages if each.id == page), None)

    @property
    def customers_deadline(self) -> Deadline | None:
        return next((each for each in self.deadlines if each.audience is Audience.CUSTOMERS), None)

    @property
    def customers_rounds(self) -> int:
        """How many deadlines customers have had so far."""
        return max((sent.round for sent in self.reminders), default=0)

    @property
    def customers_round(self) -> int:
        """The one that goes on, or the next."""
        return self.customers_deadline.round if self.customers_deadline else self.customers_rounds + 1

    @property
    def room_deadline(self) -> Deadline | None:
        return next((each for each in self.deadlines if each.audience is Audience.ROOM), None)

    @property
    def published(self) -> tuple[Statement, ...]:
        """What customers were told, oldest first."""
        told = (each for each in self.statements if each.state is StatementState.PUBLISHED)
        return tuple(sorted(told, key=lambda each: each.published_at or each.drafted_at))

    @property
    def last_published(self) -> Statement | None:
        return self.published[-1] if self.published else None

    @property
    def next_update(self) -> datetime | None:
        """When customers hear again after a word said now; nothing once it is over, or where no clock asks for it."""
        every = rhythm(self.incident.severity, self.roster.document).every
        return self.now + every if every and self.incident.open else None

    @property
    def goes_on_as_told(self) -> bool:
        """Whether *nothing has changed* would be true: customers know of it, and were not told that it is over."""
        told = self.last_published
        return self.incident.open and told is not None and told.kind not in LAST_WORDS

    @property
    def draft(self) -> Statement | None:
        """The statement being prepared, the newest if several."""
        waiting = (StatementState.DRAFT, StatementState.AWAITING_APPROVAL)
        drafts = [each for each in self.statements if each.state in waiting]
        return max(drafts, key=lambda each: each.id, default=None)

    @property
    def unread(self) -> Statement | None:
        """What is written and has not left: it awaits a second person."""
        draft = self.draft
        return draft if draft is not None and draft.state is StatementState.AWAITING_APPROVAL else None

    @property
    def next_kind(self) -> StatementKind:
        """What would be said next, as things stand."""
        if self.incident.status is Status.CANCELLED:
            return StatementKind.CORRECTION
        if not self.incident.open:
            return StatementKind.CLOSING
        return StatementKind.UPDATE if self.published else StatementKind.FIRST

    @property
    def called(self) -> tuple[PersonId, ...]:
        """Everyone who was paged, in the order in which they were."""
        return asked_by(self.levels)

    @property
    def involved(self) -> frozenset[PersonId]:
        joined = (event.by for event in self.events if event.kind is EventKind.JOINED and event.by)
        return frozenset((*self.called, *joined))

    def inside(self, person: PersonId) -> bool:
        """Whether they are in the channel, or will be once there is one; as far as is on record.

        Those called before it opened are brought in; of those called later, who answers.
        """
        incident, opened = self.incident, self.happened(EventKind.CHANNEL_OPENED, EventKind.CHANNEL_ADOPTED)
        came = (each.by for each in self.happened(EventKind.JOINED, EventKind.ACKNOWLEDGED))
        before = (level for level in self.levels if not opened or level.at <= opened[0].at)
        outside = {each for told in self.happened(EventKind.GUESTS_KEPT_OUT) for each in told.facts["people"]}
        brought = {incident.reporter, *incident.also_reported_by, *incident.roles.values(), *came, *asked_by(before)}
        return person in brought - outside

    @property
    def next_revision(self) -> int:
        """The number that the post-mortem will have when it is compiled next."""
        return self.revision + 1

    @property
    def revision(self) -> int:
        """The number of the newest post-mortem; 0 before the first."""
        return len(self.happened(EventKind.RESOLVED, EventKind.REVIEW_COMPILED))

    def event(self, seq: int) -> Event | None:
        return next((each for each in self.events if each.seq == seq), None)

    @property
    def last_climb(self) -> Event | None:
        """The last time the ladder went on from where it had begun."""
        steps = reversed(self.happened(*CLIMBS))
        beyond = (each for each in steps if (each.facts.get("loop", 1), each.facts.get("level", 1)) != (1, 1))
        return next(beyond, None)

    def happened(self, *kinds: EventKind) -> tuple[Event, ...]:
        return tuple(each for each in self.events if each.kind in kinds)

    def fact(self, kind: EventKind, name: str) -> Any:
        """A fact of the last event of a kind, or nothing."""
        events = self.happened(kind)
        return events[-1].facts.get(name) if events else None
