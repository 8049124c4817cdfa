"""Where a page stands on its ladder, as those on it see it.

Pure. Says who was asked when and who would be next; the words are made by those who ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.escalation import LOOPS, LevelFired, Page, PageStatus, next_turn
from bot.domain.policy import Level, Method
from bot.domain.reachability import reach
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from bot.domain.turns import ONE_AT_A_TIME

EVERY_WAY = frozenset(str(method) for method in Method)
_LETTING_GO = (EventKind.DECLINED, EventKind.GIVEN_BACK, EventKind.HANDED_OVER)


def turn_of(record: Record, page: Page, person: PersonId) -> LevelFired | None:
    """The last time this person was asked, in the present epoch."""
    mine = (fired for fired in record.levels if fired.page == page.id and fired.epoch == page.epoch)
    return max((fired for fired in mine if person in fired.people), key=_place, default=None)


def asked_now(record: Record, page: Page) -> tuple[PersonId, ...]:
    """Who is being asked at this moment."""
    turns = [fired for fired in record.levels if fired.page == page.id and fired.is_present(page) and fired.people]
    return turns[-1].people if turns else ()


def still_asked(record: Record, page: Page) -> tuple[PersonId, ...]:
    """Whose phones still ring: the same, without those who have it and those who can't."""
    return tuple(person for person in asked_now(record, page) if page.may_ask(person))


def heirs_asked(record: Record, page: Page) -> tuple[PersonId, ...]:
    """Who is being called because this page was handed over to them, through however many hands."""
    heirs = [each for each in record.pages if each.stands_for == page.id and each.wanted and not each.in_vain]
    asked = (person for heir in heirs for person in (*still_asked(record, heir), *heirs_asked(record, heir)))
    return tuple(dict.fromkeys(asked))


@dataclass(frozen=True)
class Coming:
    """Who is called if nobody answers. ``one_of``: only one of them, whose turn it is when the level begins."""

    people: tuple[PersonId, ...] = ()
    one_of: bool = False


def coming(record: Record, page: Page) -> Coming:
    """The level's next turn, else the next level that holds somebody. No people: everyone at once, or nobody."""
    if page.status is not PageStatus.OPEN or page.due_at is None:
        return Coming()
    level = page.present_level
    people = next_turn(page, _able(record, page, level)) if level else ()
    if people:
        return Coming(people)
    for level in _levels_to_come(page):
        wanted = tuple(person for person in _able(record, page, level) if page.may_ask(person))
        if wanted:
            return Coming(wanted, one_of=level.mode == ONE_AT_A_TIME and len(wanted) > 1)
    return Coming()


def beside(record: Record, page: Page) -> Page | None:
    """What goes on beside somebody who is called by name: what was handed over to them, else the ladder."""
    before = record.page(page.stands_for) if page.stands_for is not None else None
    if before is None:
        return record.ladder
    return before if before.stands_for is None else beside(record, before)


def place_in_turn(record: Record, page: Page, person: PersonId) -> tuple[int, int] | None:
    """Where a level asks one person at a time: which one this is, and of how many."""
    level = page.present_level
    if level is None or level.mode != ONE_AT_A_TIME or person not in page.asked:
        return None
    others = (each for each in _able(record, page, level) if page.may_ask(each))
    return page.asked.index(person) + 1, len({*page.asked, *others})


def passed_in_turn(fired: LevelFired | None, page: Page) -> bool:
    """Whether somebody had their turn at the present level, and another person has theirs now."""
    level = page.present_level
    if fired is None or level is None or level.mode != ONE_AT_A_TIME:
        return False
    return (fired.loop, fired.level) == (page.loop, page.level)


def everyone_wanted_by(record: Record) -> PersonId | None:
    """Who asked for everyone on the ladder, if it was not silence that did."""
    called = record.happened(EventKind.EVERYONE_PAGED)
    return called[-1].by if called else None


def let_go(record: Record, person: PersonId) -> Event | None:
    """How this person last said that they don't have it: can't, gave it back, handed it over."""
    return next((event for event in reversed(record.happened(*_LETTING_GO)) if event.by == person), None)


def answered_after(page: Page, person: PersonId | None = None) -> float:
    """How many seconds the page waited for its answer, or for this person's."""
    given = (each.at for each in page.acknowledgements if person in (None, each.by))
    answered = next(given, page.acknowledged_at)
    return (answered - page.started_at).total_seconds() if answered else 0.0


def _able(record: Record, page: Page, level: Level) -> tuple[PersonId, ...]:
    """Who of a level can be reached when the page's wait is over."""
    at = page.due_at or record.now
    return reach(level, record.roster, at=at, severity=page.severity, methods=EVERY_WAY)


def _levels_to_come(page: Page) -> Iterator[Level]:
    yield from page.policy.levels[page.level :]
    if page.loop < (1 if page.manual else LOOPS):
        yield from page.policy.levels


def _place(fired: LevelFired) -> tuple[int, int, int]:
    return fired.loop, fired.level, fired.turn
