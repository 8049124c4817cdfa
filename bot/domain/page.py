"""One attempt to get an incident taken: how it stands, who has it, what became of each level's turns.

Pure values; the decisions are the escalation's. What an acknowledgement counts for is said here, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.incident import IncidentId
from bot.domain.policy import Level, Policy
from bot.domain.slugs import PersonId

PageId = NewType("PageId", int)


class PageStatus(StrEnum):
    """Who has a page."""

    OPEN = "open"  # not enough people yet; the next turn or level is due at ``due_at``
    EXHAUSTED = "exhausted"  # the ladder ended; everyone on it was asked, answers are still wanted
    ACKNOWLEDGED = "acknowledged"  # somebody has it, or as many as were wanted; nobody else is woken
    CLOSED = "closed"  # it no longer matters: resolved, cancelled, merged, or it was handed over and is another's now


WANTED = frozenset({PageStatus.OPEN, PageStatus.EXHAUSTED})

MOVES: dict[PageStatus, frozenset[PageStatus]] = {
    PageStatus.OPEN: frozenset({PageStatus.ACKNOWLEDGED, PageStatus.EXHAUSTED, PageStatus.CLOSED}),
    PageStatus.EXHAUSTED: frozenset({PageStatus.ACKNOWLEDGED, PageStatus.CLOSED}),
    PageStatus.ACKNOWLEDGED: frozenset({PageStatus.OPEN, PageStatus.CLOSED}),  # given back, or asked again
    PageStatus.CLOSED: frozenset(),  # closed always wins: a late answer changes nothing
}


class Outcome(StrEnum):
    """What became of one turn of a level."""

    PAGED = "paged"
    EMPTY = "empty"  # it held nobody who can be reached: skipped at once
    FORCED = "forced"  # a person did not want to wait for it
    EVERYONE = "everyone"  # past the end: all of the ladder at once
    LAST_RESORT = "last_resort"  # nobody answered: the reporter gets the numbers


@dataclass(frozen=True)
class Acknowledgement:
    """Somebody has it, since then."""

    by: PersonId
    at: datetime


@dataclass(frozen=True)
class Page:
    """One attempt to get one person to take one incident, or as many as its levels want. Times are aware UTC.

    A level that wants several acknowledgements wants them of the page: those of other levels count. A page wants
    as many as the most demanding level it has reached, and a level never more than there are people: those it
    can ask when it begins, and those who have the page already.
    """

    id: PageId
    incident: IncidentId
    policy: Policy
    severity: int
    status: PageStatus
    started_at: datetime
    epoch: int = 1  # grows each time the page is asked anew
    loop: int = 1
    level: int = 0  # the last level fired; 0 before the first
    due_at: datetime | None = None
    acknowledged_by: PersonId | None = None  # the first of those who have it
    acknowledged_at: datetime | None = None
    ask_again_at: datetime | None = None
    declined: tuple[PersonId, ...] = ()
    manual: bool = False  # somebody was paged by name, beside the ladder
    stands_for: PageId | None = None  # handed over: who takes this page takes that one too
    version: int = 1
    turn: int = 1  # which turn of the level was fired last
    asked: tuple[PersonId, ...] = ()  # ``round_robin``: who of the level has had their turn, in order
    acknowledgements_wanted: int = 1
    also_acknowledged: tuple[Acknowledgement, ...] = ()  # those beyond the first, where several are wanted

    @property
    def wanted(self) -> bool:
        return self.status in WANTED

    @property
    def acknowledgements(self) -> tuple[Acknowledgement, ...]:
        """Everyone who has it, the first first."""
        if self.acknowledged_by is None:
            return ()
        return (Acknowledgement(self.acknowledged_by, self.acknowledged_at or self.started_at), *self.also_acknowledged)

    @property
    def taken_by(self) -> tuple[PersonId, ...]:
        """The people who have it, the first first."""
        return tuple(each.by for each in self.acknowledgements)

    @property
    def missing(self) -> int:
        """How many more people are wanted; 0 when nobody else is asked."""
        return max(self.acknowledgements_wanted - len(self.taken_by), 1) if self.wanted else 0

    @property
    def present_level(self) -> Level | None:
        """The level reached; nothing before the first and past the last."""
        return self.policy.levels[self.level - 1] if 0 < self.level <= len(self.policy.levels) else None

    @property
    def short(self) -> bool:
        """The ladder has ended, and fewer people have it than it wanted."""
        return self.status is PageStatus.ACKNOWLEDGED and len(self.taken_by) < self.acknowledgements_wanted

    @property
    def at_its_end(self) -> bool:
        """Everyone was called and stayed silent; nobody else is to come, and an answer is still wanted."""
        return self.status is PageStatus.EXHAUSTED and self.due_at is None

    @property
    def in_vain(self) -> bool:
        """Whoever was called by name has stayed silent, and is called no more: the ladder beside goes on."""
        return self.manual and self.at_its_end

    def asks(self, person: PersonId, *, epoch: int) -> bool:
        """Whether what was sent in that epoch still waits for this person's answer."""
        return self.wanted and self.epoch == epoch and self.may_ask(person)

    def may_ask(self, person: PersonId) -> bool:
        """Neither have they got it, nor have they said that they can't."""
        return person not in self.declined and person not in self.taken_by

    def taken(self, *, by: PersonId, at: datetime) -> Page:
        """With one more person who has it; saying so takes back that they can't."""
        return self.held([*self.acknowledgements, Acknowledgement(by, at)], declined=self.declined_without(by))

    def left(self, by: PersonId) -> Page:
        """Without somebody who had it, and is not asked again."""
        rest = (each for each in self.acknowledgements if each.by != by)
        return self.held(rest, declined=(*self.declined_without(by), by))

    def held(self, acknowledgements: Iterable[Acknowledgement], *, declined: tuple[PersonId, ...]) -> Page:
        """With these people on it, and no others."""
        held = tuple(acknowledgements)
        first = held[0] if held else None
        return replace(
            self,
            acknowledged_by=first.by if first else None,
            acknowledged_at=first.at if first else None,
            also_acknowledged=held[1:],
            declined=declined,
        )

    def declined_without(self, person: PersonId) -> tuple[PersonId, ...]:
        return tuple(each for each in self.declined if each != person)


def ladder_of(pages: Sequence[Page]) -> Page | None:
    """Of an incident's pages, that of its policy (not those of people called by name); once reopened, the newest."""
    return next((page for page in reversed(pages) if not page.manual), None)


@dataclass(frozen=True)
class LevelFired:
    """A level's turn. Page, epoch, loop, level and turn are its key: it happens once."""

    page: PageId
    epoch: int
    loop: int
    level: int
    outcome: Outcome
    people: tuple[PersonId, ...]
    at: datetime
    turn: int = 1

    def is_present(self, page: Page) -> bool:
        """Whether the page still stands at this turn."""
        mine, its = (self.epoch, self.loop, self.level, self.turn), (page.epoch, page.loop, page.level, page.turn)
        return mine == its


def asked_by(levels: Iterable[LevelFired]) -> tuple[PersonId, ...]:
    """Everyone whom these turns asked, each once, in the order in which they were."""
    return tuple(dict.fromkeys(person for level in levels for person in level.people))
