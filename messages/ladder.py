"""Where a page stands on its ladder, as those on it see it.

Pure. Says who was asked when and who would be next; the words are made by those who ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.escalation import LOOPS, LevelFired, Page, PageStatus
from bot.domain.policy import Level, Method
from bot.domain.reachability import reach
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind

EVERY_WAY = frozenset(str(method) for method in Method)


def turn_of(record: Record, page: Page, person: PersonId) -> LevelFired | None:
    """The last time this person was asked, in the present epoch."""
    mine = (fired for fired in record.levels if fired.page == page.id and fired.epoch == page.epoch)
    return max((fired for fired in mine if person in fired.people), key=_place, default=None)


def is_present(fired: LevelFired, page: Page) -> bool:
    """Whether the page still stands at this level."""
    return _place(fired) == (page.loop, page.level)


def asked_now(record: Record, page: Page) -> tuple[PersonId, ...]:
    """Who is being asked at this moment."""
    turns = [
        fired
        for fired in record.levels
        if fired.page == page.id and fired.epoch == page.epoch and is_present(fired, page) and fired.people
    ]
    return turns[-1].people if turns else ()


def asked_next(record: Record, page: Page) -> tuple[PersonId, ...]:
    """Who is called if nobody answers: the next level that holds somebody. Empty: everyone at once, or nobody."""
    if page.status is not PageStatus.OPEN or page.due_at is None:
        return ()
    for level in _levels_to_come(page):
        people = reach(level, record.roster, at=page.due_at, methods=EVERY_WAY)
        wanted = tuple(person for person in people if person not in page.declined)
        if wanted:
            return wanted
    return ()


def everyone_wanted_by(record: Record) -> PersonId | None:
    """Who asked for everyone on the ladder, if it was not silence that did."""
    called = record.happened(EventKind.EVERYONE_PAGED)
    return called[-1].by if called else None


def answered_after(record: Record, page: Page) -> float:
    """How many seconds the page waited for its answer."""
    return (page.acknowledged_at - page.started_at).total_seconds() if page.acknowledged_at else 0.0


def _levels_to_come(page: Page) -> Iterator[Level]:
    yield from page.policy.levels[page.level :]
    if page.loop < (1 if page.manual else LOOPS):
        yield from page.policy.levels


def _place(fired: LevelFired) -> tuple[int, int]:
    return fired.loop, fired.level
