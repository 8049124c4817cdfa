"""When to wake whom.

Pure: given a page and the time, decide the next level, or that there is none.
Knows nothing about phones, Slack or storage.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from bot.domain.incident import IncidentId
from bot.domain.policy import Level, Policy
from bot.domain.slugs import PersonId

PageId = NewType("PageId", int)

LOOPS = 2
BEFORE_LAST_RESORT = timedelta(minutes=5)
ASK_AGAIN_AFTER = timedelta(minutes=30)


class PageStatus(StrEnum):
    """Who has a page."""

    OPEN = "open"  # nobody yet; the next level is due at ``due_at``
    EXHAUSTED = "exhausted"  # the ladder ended; everyone on it was asked, answers are still wanted
    ACKNOWLEDGED = "acknowledged"  # somebody has it; nobody else is woken
    CLOSED = "closed"  # it no longer matters: resolved, cancelled or merged


WANTED = frozenset({PageStatus.OPEN, PageStatus.EXHAUSTED})

MOVES: dict[PageStatus, frozenset[PageStatus]] = {
    PageStatus.OPEN: frozenset({PageStatus.ACKNOWLEDGED, PageStatus.EXHAUSTED, PageStatus.CLOSED}),
    PageStatus.EXHAUSTED: frozenset({PageStatus.ACKNOWLEDGED, PageStatus.CLOSED}),
    PageStatus.ACKNOWLEDGED: frozenset({PageStatus.OPEN, PageStatus.CLOSED}),  # given back, or asked again
    PageStatus.CLOSED: frozenset(),  # closed always wins: a late answer changes nothing
}


class Outcome(StrEnum):
    """What became of one level."""

    PAGED = "paged"
    EMPTY = "empty"  # it held nobody who can be reached: skipped at once
    FORCED = "forced"  # a person did not want to wait for it
    EVERYONE = "everyone"  # past the end: all of the ladder at once
    LAST_RESORT = "last_resort"  # nobody answered: the reporter gets the numbers


@dataclass(frozen=True)
class Page:
    """One attempt to get one person to take one incident. Times are aware UTC."""

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
    acknowledged_by: PersonId | None = None
    acknowledged_at: datetime | None = None
    ask_again_at: datetime | None = None
    declined: tuple[PersonId, ...] = ()
    manual: bool = False  # somebody was paged by name, beside the ladder
    stands_for: PageId | None = None  # handed over: who takes this page takes that one too
    version: int = 1

    @property
    def wanted(self) -> bool:
        return self.status in WANTED

    def asks(self, person: PersonId, *, epoch: int) -> bool:
        """Whether what was sent in that epoch still waits for this person's answer."""
        return self.wanted and self.epoch == epoch and person not in self.declined


@dataclass(frozen=True)
class LevelFired:
    """A level's turn. Its first four fields are its key: it happens once."""

    page: PageId
    epoch: int
    loop: int
    level: int
    outcome: Outcome
    people: tuple[PersonId, ...]
    at: datetime


@dataclass(frozen=True)
class Advance:
    """The decision: how the page stands now, and the levels that were fired on the way."""

    page: Page
    fired: tuple[LevelFired, ...] = ()


Reach = Callable[[Level], tuple[PersonId, ...]]
"""Who of a level can be reached at this moment."""


def begin(page: Page, *, now: datetime, reach: Reach) -> Advance:
    """Fire the first level that holds somebody."""
    return advance(replace(page, due_at=now), now=now, reach=reach)


def advance(page: Page, *, now: datetime, reach: Reach, forced: bool = False) -> Advance:
    """Fire the next level. An empty one is skipped at once, for at most one whole loop.

    The next wait counts from ``now``, not from when it should have been: after an outage
    the ladder goes on one step at a time.
    """
    if page.status is PageStatus.EXHAUSTED:
        return _last_resort(page, now=now)
    if page.status is not PageStatus.OPEN:
        return Advance(page)
    fired: list[LevelFired] = []
    for _ in page.policy.levels:
        step = _next_step(page)
        if step is None:
            break
        page = replace(page, loop=step[0], level=step[1])
        level = page.policy.levels[page.level - 1]
        people = tuple(person for person in reach(level) if person not in page.declined)
        if people:
            outcome = Outcome.FORCED if forced else Outcome.PAGED
            fired.append(_fired(page, outcome, people, now))
            return Advance(replace(page, due_at=now + level.wait), tuple(fired))
        fired.append(_fired(page, Outcome.EMPTY, (), now))
    return _everyone(page, tuple(fired), now=now, reach=reach)


def acknowledge(page: Page, *, by: PersonId, now: datetime) -> Page:
    """Somebody has it. The first acknowledgement wins; a page that is not wanted stays as it is."""
    if not page.wanted:
        return page
    return replace(
        page,
        status=PageStatus.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_at=now,
        due_at=None,
        ask_again_at=None if page.manual else now + ASK_AGAIN_AFTER,
    )


def give_back(page: Page, *, by: PersonId, now: datetime, reach: Reach) -> Advance:
    """Undo an acknowledgement: the same level is asked again, without the one who gave it back."""
    if page.status is not PageStatus.ACKNOWLEDGED:
        return Advance(page)
    return _asked_anew(replace(page, declined=(*page.declined, by)), now=now, reach=reach)


def ask_again(page: Page, *, now: datetime, reach: Reach) -> Advance:
    """The level that has it went quiet: the same level is asked once more, the quiet one included."""
    if page.status is not PageStatus.ACKNOWLEDGED:
        return Advance(page)
    return _asked_anew(page, now=now, reach=reach)


def decline(page: Page, *, by: PersonId, asked: frozenset[PersonId], now: datetime) -> Page:
    """One of those asked can't. When all of the level can't, the next level is due now."""
    if not page.wanted or by in page.declined:
        return page
    page = replace(page, declined=(*page.declined, by))
    nobody_left = page.status is PageStatus.OPEN and asked <= set(page.declined)
    return replace(page, due_at=now) if nobody_left else page


def heard_from(page: Page, *, until: datetime) -> Page:
    """Whoever has it has shown life: ask them again later than that."""
    return replace(page, ask_again_at=until)


def handed_over(page: Page, *, by: PersonId, now: datetime) -> Page:
    """The one who hands over is not asked again, and the heir is given the level's whole wait."""
    if page.status is not PageStatus.OPEN or not 0 < page.level <= len(page.policy.levels):
        return page
    wait = page.policy.levels[page.level - 1].wait
    return replace(page, declined=(*page.declined, by), due_at=max(page.due_at or now, now + wait))


def taken_over(page: Page, *, by: PersonId, now: datetime) -> Page:
    """Whoever it was handed to has it, whether or not somebody had it before."""
    if page.wanted:
        return acknowledge(page, by=by, now=now)
    return replace(page, acknowledged_by=by, ask_again_at=now + ASK_AGAIN_AFTER)


def close(page: Page) -> Page:
    """It no longer matters. Closed always wins."""
    return replace(page, status=PageStatus.CLOSED, due_at=None, ask_again_at=None)


def ladder_position(page: Page) -> tuple[int, int]:
    """The level reached and how many there are, as people count them."""
    return min(max(page.level, 1), len(page.policy.levels)), len(page.policy.levels)


def _asked_anew(page: Page, *, now: datetime, reach: Reach) -> Advance:
    restarted = replace(
        page,
        status=PageStatus.OPEN,
        epoch=page.epoch + 1,
        level=max(page.level - 1, 0) if page.level <= len(page.policy.levels) else 0,
        acknowledged_by=None,
        acknowledged_at=None,
        ask_again_at=None,
        due_at=now,
    )
    return advance(restarted, now=now, reach=reach)


def _next_step(page: Page) -> tuple[int, int] | None:
    """The next (loop, level), or nothing past the end."""
    if page.level < len(page.policy.levels):
        return page.loop, page.level + 1
    loops = 1 if page.manual else LOOPS
    return (page.loop + 1, 1) if page.loop < loops else None


def _everyone(page: Page, fired: tuple[LevelFired, ...], *, now: datetime, reach: Reach) -> Advance:
    """The ladder ended without an answer: ask everyone on it, also those who could not before."""
    everyone = tuple(dict.fromkeys(person for level in page.policy.levels for person in reach(level)))
    page = replace(
        page,
        status=PageStatus.EXHAUSTED,
        level=len(page.policy.levels) + 1,
        declined=(),
        due_at=now + BEFORE_LAST_RESORT if everyone else now,
    )
    fired = (*fired, _fired(page, Outcome.EVERYONE if everyone else Outcome.EMPTY, everyone, now))
    if everyone:
        return Advance(page, fired)
    last = _last_resort(page, now=now)
    return Advance(last.page, (*fired, *last.fired))


def _last_resort(page: Page, *, now: datetime) -> Advance:
    """Nobody at all: the reporter is given the numbers. Answers are still wanted."""
    page = replace(page, level=len(page.policy.levels) + 2, due_at=None)
    return Advance(page, (_fired(page, Outcome.LAST_RESORT, (), now),))


def _fired(page: Page, outcome: Outcome, people: tuple[PersonId, ...], now: datetime) -> LevelFired:
    return LevelFired(page.id, page.epoch, page.loop, page.level, outcome, people, now)
