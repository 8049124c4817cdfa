"""When to wake whom.

Pure: given a page and the time, decide the next turn of its level, the next level, or that there is none.
Knows nothing about phones, Slack or storage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import turns
from bot.domain.page import (
    MOVES,
    WANTED,
    Acknowledgement,
    LevelFired,
    Outcome,
    Page,
    PageId,
    PageStatus,
)
from bot.domain.policy import Level
from bot.domain.slugs import PersonId

__all__ = ["MOVES", "WANTED", "Acknowledgement", "LevelFired", "Outcome", "Page", "PageId", "PageStatus"]

LOOPS = 2
BEFORE_LAST_RESORT = timedelta(minutes=5)
ASK_AGAIN_AFTER = timedelta(minutes=30)
AT_ONCE = timedelta(seconds=30)  # a level called less than that ago has hardly rung


@dataclass(frozen=True)
class Advance:
    """The decision: how the page stands now, and the turns that were fired on the way."""

    page: Page
    fired: tuple[LevelFired, ...] = ()


Reach = Callable[[Level], tuple[PersonId, ...]]
"""Who of a level can be reached at this moment, in the order in which it is their turn."""


def begin(page: Page, *, now: datetime, reach: Reach) -> Advance:
    """Fire the first level that holds somebody."""
    return advance(replace(page, due_at=now), now=now, reach=reach)


def advance(page: Page, *, now: datetime, reach: Reach, forced: bool = False) -> Advance:
    """Fire what comes next: another turn of the present level, or the next level.

    ``forced``: a person did not want to wait; the next level, whatever turns this one has left. The next wait
    counts from ``now``, not from when it should have been: after an outage the ladder goes on one step at a time.
    """
    if page.status is PageStatus.EXHAUSTED:
        return _past_the_end(page, now=now)
    if page.status is not PageStatus.OPEN:
        return Advance(page)
    if forced:
        return _climb(page, Outcome.FORCED, now=now, reach=reach)
    level = page.present_level
    people = next_turn(page, reach(level)) if level else ()
    if level and people:
        asked = (*page.asked, *_asked_in_turn(level, people))
        page = replace(page, turn=page.turn + 1, asked=asked, due_at=now + level.wait)
        return Advance(page, (_fired(page, Outcome.PAGED, people, now),))
    return _climb(page, Outcome.PAGED, now=now, reach=reach)


def next_turn(page: Page, people: Sequence[PersonId]) -> tuple[PersonId, ...]:
    """Whom the present level asks next, of its people who can be reached; nobody when its turns are over."""
    if page.present_level is None:
        return ()
    return turns.next_turn(page.present_level, _still_to_ask(page, people), turn=page.turn, asked=page.asked)


def acknowledge(page: Page, *, by: PersonId, now: datetime, asked: frozenset[PersonId] = frozenset()) -> Page:
    """Somebody has it. The first leads; a page that is not wanted, or that they have, stays as it is.

    As many as are wanted, and nobody else is woken. Until then the wait goes on; when nobody else of those
    ``asked`` now is left to answer, what comes next is due now.
    """
    if not page.wanted or by in page.taken_by:
        return page
    page = page.taken(by=by, at=now)
    if len(page.taken_by) >= page.acknowledgements_wanted or page.due_at is None:
        return _settled(page, now=now)  # without a due time nobody else is to come: one who answers is enough
    return _due_when_nobody_is_left(page, asked, now=now)


def give_back(
    page: Page, *, by: PersonId, now: datetime, reach: Reach, asked: frozenset[PersonId] = frozenset()
) -> Advance:
    """Undo an acknowledgement. Who gave it back is not asked again; whoever else has it keeps it.

    The same level is asked again; where others were still being asked, they still are.
    """
    if by not in page.taken_by or page.status is PageStatus.CLOSED:
        return Advance(page)
    if page.status is PageStatus.ACKNOWLEDGED:
        return _asked_anew(page.left(by), now=now, reach=reach)
    return Advance(_due_when_nobody_is_left(page.left(by), asked, now=now))


def ask_again(page: Page, *, now: datetime, reach: Reach) -> Advance:
    """Those who have it went quiet: the same level is asked once more, the quiet ones included."""
    if page.status is not PageStatus.ACKNOWLEDGED:
        return Advance(page)
    return _asked_anew(page.held((), declined=page.declined), now=now, reach=reach)


def wanted_anew(page: Page) -> Page:
    """Somebody has it, and a person wants the next level all the same: nobody has it any more."""
    if page.status is not PageStatus.ACKNOWLEDGED:
        return page
    page = page.held((), declined=page.declined)
    return replace(page, status=PageStatus.OPEN, epoch=page.epoch + 1, ask_again_at=None)


def decline(page: Page, *, by: PersonId, asked: frozenset[PersonId], now: datetime) -> Page:
    """One of those asked can't. When nobody of this turn is left, what comes next is due now."""
    if not page.wanted or not page.may_ask(by):
        return page
    return _due_when_nobody_is_left(replace(page, declined=(*page.declined, by)), asked, now=now)


def heard_from(page: Page, *, until: datetime) -> Page:
    """Whoever has it has shown life: ask them again later than that."""
    return replace(page, ask_again_at=until)


def handed_over(page: Page, *, by: PersonId, now: datetime) -> Page:
    """The one who hands over is not asked again, and the heir is given the level's whole wait.

    Who has it already keeps it until the heir answers.
    """
    level = page.present_level
    if page.status is not PageStatus.OPEN or level is None or by in page.taken_by:
        return page
    return replace(page, declined=(*page.declined, by), due_at=max(page.due_at or now, now + level.wait))


def taken_over(page: Page, *, by: PersonId, giver: PersonId | None = None, now: datetime) -> Page:
    """Whoever it was handed to has it: instead of the giver, if they had it, else as one more.

    A page that enough others have meanwhile is theirs from now on.
    """
    if by in page.taken_by:
        return page
    if giver not in page.taken_by and page.wanted:
        return acknowledge(page, by=by, now=now)
    if giver not in page.taken_by and page.short:
        return replace(page.taken(by=by, at=now), ask_again_at=now + ASK_AGAIN_AFTER)
    gives = giver if giver in page.taken_by else page.acknowledged_by
    heir = Acknowledgement(by, now)
    held = [heir if each.by == gives else each for each in page.acknowledgements] or [heir]
    page = page.held(held, declined=page.declined_without(by))  # they can after all
    return page if page.wanted else replace(page, ask_again_at=now + ASK_AGAIN_AFTER)


def close(page: Page) -> Page:
    """It no longer matters. Closed always wins."""
    return replace(page, status=PageStatus.CLOSED, due_at=None, ask_again_at=None)


def ladder_position(page: Page) -> tuple[int, int]:
    """The level reached and how many there are, as people count them."""
    return min(max(page.level, 1), len(page.policy.levels)), len(page.policy.levels)


def _climb(page: Page, outcome: Outcome, *, now: datetime, reach: Reach) -> Advance:
    """Fire the next level. One with nobody to ask is skipped at once, for at most one whole loop."""
    fired: list[LevelFired] = []
    for _ in page.policy.levels:
        step = _next_step(page)
        if step is None:
            break
        loop, number = step
        level = page.policy.levels[number - 1]
        able = _still_to_ask(page, reach(level))
        people = turns.first_turn(level, able)
        page = replace(
            page,
            loop=loop,
            level=number,
            turn=1,
            asked=_asked_in_turn(level, people),
            acknowledgements_wanted=_wanted(page, level, able),
            due_at=now + level.wait if people else page.due_at,
        )
        if people:
            return Advance(page, (*fired, _fired(page, outcome, people, now)))
        fired.append(_fired(page, Outcome.EMPTY, (), now))
    return _everyone(page, tuple(fired), now=now, reach=reach)


def _asked_in_turn(level: Level, people: tuple[PersonId, ...]) -> tuple[PersonId, ...]:
    """Who has had their turn with this, where a level asks one person at a time."""
    return people if level.mode == turns.ONE_AT_A_TIME else ()


def _wanted(page: Page, level: Level, able: Sequence[PersonId]) -> int:
    """As many as the most demanding level reached wants, and of no level more than there are people."""
    if not able:
        return page.acknowledgements_wanted
    return max(page.acknowledgements_wanted, min(level.acknowledgements_wanted, len({*able, *page.taken_by})))


def _settled(page: Page, *, now: datetime) -> Page:
    """Nobody else is woken."""
    again = None if page.manual else now + ASK_AGAIN_AFTER
    return replace(page, status=PageStatus.ACKNOWLEDGED, due_at=None, ask_again_at=again)


def _due_when_nobody_is_left(page: Page, asked: frozenset[PersonId], *, now: datetime) -> Page:
    waits = page.status is not PageStatus.OPEN or not asked or any(page.may_ask(person) for person in asked)
    return page if waits else replace(page, due_at=now)


def _still_to_ask(page: Page, people: Sequence[PersonId]) -> tuple[PersonId, ...]:
    return tuple(person for person in people if page.may_ask(person))


def _asked_anew(page: Page, *, now: datetime, reach: Reach) -> Advance:
    """The same level from its first turn, in a new epoch; from the first level, when the ladder had ended."""
    restarted = replace(
        page,
        status=PageStatus.OPEN,
        epoch=page.epoch + 1,
        level=page.level - 1 if page.present_level else 0,
        ask_again_at=None,
        due_at=now,
    )
    return _climb(restarted, Outcome.PAGED, now=now, reach=reach)


def _next_step(page: Page) -> tuple[int, int] | None:
    """The next (loop, level), or nothing past the end."""
    if page.level < len(page.policy.levels):
        return page.loop, page.level + 1
    loops = 1 if page.manual else LOOPS
    return (page.loop + 1, 1) if page.loop < loops else None


def _everyone(page: Page, fired: tuple[LevelFired, ...], *, now: datetime, reach: Reach) -> Advance:
    """The ladder ended without enough answers: ask everyone on it, also those who could not before.

    Whoever was called by name and can't is left in peace: the ladder beside goes on.
    """
    everyone = tuple(dict.fromkeys(person for level in page.policy.levels for person in reach(level)))
    page = replace(
        page,
        status=PageStatus.EXHAUSTED,
        level=len(page.policy.levels) + 1,
        turn=1,
        asked=(),
        declined=page.declined if page.manual else (),
    )
    others = _still_to_ask(page, everyone)
    if others:
        page = replace(page, due_at=now + BEFORE_LAST_RESORT)
        return Advance(page, (*fired, _fired(page, Outcome.EVERYONE, others, now)))
    fired = (*fired, _fired(page, Outcome.EMPTY, (), now))
    last = _past_the_end(page, now=now)
    return Advance(last.page, (*fired, *last.fired))


def _past_the_end(page: Page, *, now: datetime) -> Advance:
    """Nobody else answers. Those who have it are enough; if nobody has, the reporter is given the numbers.

    An answer is still wanted in that case. Of somebody called by name no number comes: the ladder beside goes on.
    """
    if page.taken_by:
        return Advance(_settled(page, now=now))
    last = len(page.policy.levels) + 2
    if page.level == last:
        return Advance(page)  # they have them
    page = replace(page, level=last, due_at=None)
    return Advance(page, () if page.manual else (_fired(page, Outcome.LAST_RESORT, (), now),))


def _fired(page: Page, outcome: Outcome, people: tuple[PersonId, ...], now: datetime) -> LevelFired:
    return LevelFired(page.id, page.epoch, page.loop, page.level, outcome, people, now, page.turn)
