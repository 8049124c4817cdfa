"""A night on call, one step at a time: the real use cases and the real store, and nothing between them but us.

``Night`` does what the engine does, cut into its steps: claim, check, send, record. Between any two of them
anything else may happen: an answer, another replica, the death of the process. What leaves is written into a
list; no socket is opened and nobody sleeps. What must hold is said in ``night_watch``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, RowMapping, Select, bindparam, select
from sqlmodel import SQLModel

from bot.clock import TurnableClock
from bot.domain.bundling import JOINS
from bot.domain.effects import OpenChannel
from bot.domain.escalation import LevelFired, Page, PageId
from bot.domain.incident import IncidentId, Report
from bot.domain.team import TeamDocument
from bot.engine.backoff import retry_at
from bot.errors import AnticrisiError, OutcomeUnknown, Refused
from bot.ports import Brief, Core, Receipt
from bot.storage.store import SqlStore
from bot.storage.tables import effect
from bot.usecases import by_name, deliveries, ending, hear, plan, respond
from bot.usecases.declare import declare
from bot.usecases.tick import advance_pages, ask_quiet_pages
from tests.contracts.given import LEASE, NOW
from tests.contracts.night_flight import Flight, Outcome
from tests.contracts.night_team import REPORTER, slack

METHODS = frozenset({"slack_dm", "sms"})
_KEPT = ("team_version", "revision")  # no version's number is given twice: a roster is remembered by it

_DOOR = ("person", "destination")
_STATES = select(effect.c.key, effect.c.state).where(effect.c.kind == "PageResponder")
_ATTEMPTS = select(effect.c.key, effect.c.attempt)
_HOLDING = select(effect.c.id).where(
    effect.c.key == bindparam("key"), effect.c.attempt == bindparam("attempt"), effect.c.state == "sending"
)
_KNOCKS = select(effect).where(effect.c.page == bindparam("page"), effect.c.kind == "PageResponder")
_WAITING = (effect.c.error == JOINS) & (effect.c.next_at > bindparam("now", type_=effect.c.next_at.type))
_WAITING_OR_GONE = select(*(effect.c[name] for name in (*_DOOR, "key", "incident", "state", "next_at"))).where(
    effect.c.kind == "PageResponder",
    effect.c.state.in_(("accepted", "delivered")) | ((effect.c.state == "pending") & _WAITING),
)
_NOTICES = select(effect.c.payload, effect.c.state).where(effect.c.kind == "TellPerson")


class Evenly:
    """No chance at all: half of every spread, and names in a row."""

    def __init__(self) -> None:
        self._count = 0

    def token(self) -> str:
        return f"token-{self.name()}"

    def name(self) -> str:
        self._count += 1
        return str(self._count)

    def spread(self, span: timedelta) -> timedelta:
        return span / 2


@dataclass
class Night:
    """One database, one clock, the outside, and what is on its way."""

    store: SqlStore
    engine: Engine
    clock: TurnableClock = field(default_factory=lambda: TurnableClock(NOW, frozen=True))
    sent: list[Flight] = field(default_factory=list)
    on_their_way: list[Flight] = field(default_factory=list)
    arrived: Counter[str] = field(default_factory=Counter)
    interrupted: Counter[str] = field(default_factory=Counter)
    unrecorded: set[str] = field(default_factory=set)
    set_off: list[Flight] = field(default_factory=list)  # knocks that were found wanted, and may have left
    provider_ids: list[str] = field(default_factory=list)
    gestures: int = 0

    def __post_init__(self) -> None:
        self.ids = Evenly()
        self.core = Core(self.store, self.clock, self.ids, methods=METHODS)

    async def begin(self, document: TeamDocument, *, bundle_within: timedelta = timedelta(0)) -> None:
        """An empty database with a team in it."""
        self.core = replace(self.core, bundle_within=bundle_within)
        with self.engine.begin() as connection:
            for table in reversed(SQLModel.metadata.sorted_tables):
                if table.name not in _KEPT:
                    connection.execute(table.delete())
        await plan.save_document(self.core, document, by=slack("anna"))

    # The engine, in steps -----------------------------------------------------------------------

    async def tick(self) -> None:
        """Everything that the clock makes due."""
        while await advance_pages(self.core) or await ask_quiet_pages(self.core):
            pass

    async def claim(self, limit: int = 50) -> list[Flight]:
        """Take what is due, as one of several replicas: what others dropped is taken over."""
        async with self.store.transaction(gesture=False) as tx:
            claimed = await tx.outbox.claim(now=self.clock.now(), limit=limit, lease=LEASE, busy=frozenset())
        for each in claimed:
            if each.effect.key in self.unrecorded:
                self.interrupted[each.effect.key] += 1
            self.unrecorded.add(each.effect.key)
        flights = [Flight(each) for each in claimed]
        self.on_their_way += flights
        return flights

    async def check(self, flights: Sequence[Flight]) -> None:
        """Are they still wanted, and who comes along?"""
        briefs = await deliveries.prepare(self.core, [flight.claimed for flight in flights])
        for flight, brief in zip(flights, briefs, strict=True):
            self._board(flight, brief)
        self._land([flight for flight in flights if flight.brief is None])

    def _board(self, flight: Flight, brief: Brief | None) -> None:
        """Whoever comes along is on its way too; who was found unwanted by a second check gets out."""
        aboard = {each.claimed.id: each for each in flight.company}
        company = [each.claimed for each in brief.together] if brief else []
        flight.brief = brief
        flight.company = [
            aboard.pop(each.id) if each.id in aboard else Flight(each, brief, leader=flight) for each in company
        ]
        self._land(list(aboard.values()))
        joining = [each for each in flight.company if each not in self.on_their_way]
        self.on_their_way += joining
        self.unrecorded |= {each.effect.key for each in joining}
        self.set_off = [each for each in self.set_off if each not in (flight, *aboard.values())]
        if brief and flight.knock:
            self.set_off += [flight, *joining]

    def send(self, flight: Flight, outcome: Outcome) -> None:
        """Nothing is asked any more: it leaves, with its company."""
        for each in flight.message:
            each.outcome = Outcome.NEVER if isinstance(each.effect, OpenChannel) else outcome
            if each.outcome in (Outcome.TAKEN, Outcome.SILENCE):
                self.arrived[each.effect.key] += 1
            if each.outcome is Outcome.SILENCE:
                self.interrupted[each.effect.key] += 1
            self.sent.append(each)

    async def record(self, flights: Sequence[Flight]) -> None:
        """What became of them is stored, where this attempt still holds them."""
        taken = [flight for flight in flights if flight.outcome is Outcome.TAKEN]
        receipts = [(flight.claimed, Receipt(flight.provider_id, {"snoozed": False})) for flight in taken]
        if receipts:
            await deliveries.settle(self.core, receipts)
            named = dict.fromkeys(flight.provider_id for flight in taken if flight.knock)
            self.provider_ids += [each for each in named if each not in self.provider_ids]
        for flight in flights:
            flight.landed_at = self.clock.now()
            if error := flight.outcome and flight.outcome.error:
                await self._fail(flight, error)
        self._land(flights)

    async def drain(self, *, checked: Callable[[Flight], None]) -> None:
        """Everything due leaves and arrives, until nothing is due."""
        while flights := await self.claim():
            await self.check(flights)
            for flight in flights:
                checked(flight)
            leaving = [flight for flight in flights if flight.brief]
            for flight in leaving:
                self.send(flight, Outcome.TAKEN)
            await self.record([each for flight in leaving for each in flight.message])

    def crash(self) -> None:
        """The process is gone, with everything in its hands. Their leases run out by themselves."""
        self.on_their_way.clear()

    async def reported(self, provider_id: str, fate: hear.Fate) -> None:
        """A provider calls back: late, twice or in the wrong order, as it likes.

        What it does not know yet it is not asked to wait for: here nothing is recorded meanwhile.
        """
        async with self.store.transaction(gesture=False) as tx:
            moved = await tx.outbox.delivered(provider_id, str(fate), "busy", now=self.clock.now())
            for each in moved:
                if fate is hear.Fate.FAILED:
                    await deliveries.next_way(tx, each, "busy", now=self.clock.now())

    async def _fail(self, flight: Flight, error: AnticrisiError) -> None:
        """What failed together is tried again together."""
        leader, claimed = (flight.leader or flight).claimed, flight.claimed
        at = retry_at(leader.effect, leader.failures, error, now=self.clock.now(), ids=self.ids)
        claimed = replace(claimed, uncertain=True) if isinstance(error, OutcomeUnknown) else claimed
        await deliveries.failed(self.core, claimed, error, retry_at=at)

    def _land(self, flights: Sequence[Flight]) -> None:
        """They are over. Those that somebody has taken over meanwhile are still that one's to record."""
        attempts = self._attempts() if flights else {}
        for flight in flights:
            self.on_their_way.remove(flight)
            if attempts[flight.effect.key] == flight.claimed.attempt:
                self.unrecorded.discard(flight.effect.key)

    # People ---------------------------------------------------------------------------------------

    async def declares(self) -> IncidentId:
        title = ("payments are down", "parcels are lost", "the shop is flooded")[self.gestures % 3]
        declared = await declare(self.core, Report(title, severity=1), by=slack(REPORTER), gesture=self._gesture())
        return declared.incident

    async def takes(self, page: PageId, person: str) -> respond.Result:
        return (await respond.acknowledge(self.core, page, by=slack(person))).result

    async def declines(self, page: PageId, person: str) -> respond.Result:
        return (await respond.decline(self.core, page, by=slack(person))).result

    async def gives_back(self, page: PageId, person: str) -> respond.Result | None:
        """Nothing, when it was not theirs to give."""
        try:
            return (await respond.give_back(self.core, page, by=slack(person))).result
        except Refused:
            return None

    async def hands_over(self, page: PageId, person: str, to: str) -> respond.Result | None:
        """Nothing, when they can't be given it."""
        gesture = self._gesture()
        try:
            return (await by_name.hand_over(self.core, page, by=slack(person), to=slack(to), gesture=gesture)).result
        except Refused:
            return None

    async def does_not_wait(self, incident: IncidentId, *, seen_level: int | None) -> bool:
        """Whether the press did anything."""
        try:
            await respond.escalate(
                self.core, incident, by=slack(REPORTER), gesture=self._gesture(), seen_level=seen_level
            )
        except Refused:
            return False
        return True

    async def resolves(self, incident: IncidentId) -> None:
        await ending.resolve(
            self.core, incident, by=slack(REPORTER), summary="fixed", closing={}, gesture=self._gesture()
        )

    async def edits(self, document: TeamDocument) -> None:
        await plan.save_document(self.core, document, by=slack("anna"))

    def _gesture(self) -> str:
        self.gestures += 1
        return f"gesture-{self.gestures}"

    # What is on record ------------------------------------------------------------------------------

    async def pages(self, incidents: Iterable[IncidentId]) -> dict[PageId, Page]:
        async with self.store.reading() as tx:
            return {page.id: page for incident in incidents for page in await tx.pages_of(incident)}

    async def levels(self, pages: Iterable[PageId]) -> dict[PageId, tuple[LevelFired, ...]]:
        async with self.store.reading() as tx:
            return {page: await tx.levels_of(page) for page in pages}

    def holds(self, flight: Flight) -> bool:
        """Whether nobody has taken it over meanwhile."""
        return self._read(_HOLDING, key=flight.effect.key, attempt=flight.claimed.attempt) != []

    def states(self) -> dict[str, str]:
        """Of every knock, by key."""
        return {row["key"]: row["state"] for row in self._read(_STATES)}

    def rows(self, page: PageId) -> list[RowMapping]:
        """The page's knocks."""
        return self._read(_KNOCKS, page=page)

    def waiting_or_gone(self) -> list[RowMapping]:
        """Every knock that does not leave yet, for the sake of others; and every one that is said to have left."""
        return self._read(_WAITING_OR_GONE, now=self.clock.now())

    def last_resorts(self) -> list[RowMapping]:
        """Every notice that nobody answered."""
        return [row for row in self._read(_NOTICES) if row["payload"]["notice"] == "last_resort"]

    def _attempts(self) -> dict[str, int]:
        return {row["key"]: row["attempt"] for row in self._read(_ATTEMPTS)}

    def _read(self, chosen: Select[Any], **values: object) -> list[RowMapping]:
        with self.engine.connect() as connection:
            return list(connection.execute(chosen, values).mappings())
