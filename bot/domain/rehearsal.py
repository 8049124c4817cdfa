"""Who would be called, how and when, if something were declared at a given moment and nobody answered.

Pure: the ladder itself decides, once round, as it would that night. Fires nothing and remembers nobody's turn: a
level that asks one person at a time begins with its first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation import LevelFired, Page, PageId, PageStatus, Reach, advance
from bot.domain.incident import IncidentId
from bot.domain.policy import Level, Policy
from bot.domain.reachability import Timed, reach, seats, timed_knocks
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId


@dataclass(frozen=True)
class Asked:
    """One person's turn, and every way in which they would be tried."""

    person: PersonId
    knocks: tuple[Timed, ...]


@dataclass(frozen=True)
class Turn:
    """One turn of a level: whom it asks, and who of its people cannot be reached then."""

    number: int
    level: Level
    at: datetime
    asked: tuple[Asked, ...]
    missing: tuple[PersonId, ...]


@dataclass(frozen=True)
class Rehearsal:
    """A severity on a ladder, with the ways that are connected."""

    policy: Policy
    roster: Roster
    severity: int
    methods: frozenset[str]

    def turns(self, at: datetime) -> tuple[Turn, ...]:
        """Every turn of the ladder's first round, the empty ones too."""
        return tuple(self._turn(fired) for fired in self._fired(at))

    def _fired(self, at: datetime) -> Iterator[LevelFired]:
        """What the ladder fires until its second round, or its end."""
        policy, severity = self.policy, self.severity
        page = Page(PageId(0), IncidentId(0), policy, severity, PageStatus.OPEN, started_at=at, due_at=at)
        while page.status is PageStatus.OPEN and page.due_at is not None:
            moved = advance(page, now=page.due_at, reach=self._reach(page.due_at))
            fired = [each for each in moved.fired if each.loop == 1 and 0 < each.level <= len(policy.levels)]
            if not fired:
                return
            yield from fired
            page = moved.page

    def _reach(self, at: datetime) -> Reach:
        return lambda level: reach(level, self.roster, at=at, severity=self.severity, methods=self.methods)

    def _turn(self, fired: LevelFired) -> Turn:
        level = self.policy.levels[fired.level - 1]
        there = self._reach(fired.at)(level)
        missing = tuple(person for person in seats(level, self.roster) if person not in there)
        asked = tuple(Asked(person, self._knocks(person, level, fired.at)) for person in fired.people)
        return Turn(fired.level, level, fired.at, asked, missing)

    def _knocks(self, person: PersonId, level: Level, at: datetime) -> tuple[Timed, ...]:
        severity, methods = self.severity, self.methods
        return timed_knocks(person, self.roster, at=at, severity=severity, level=level, methods=methods)
