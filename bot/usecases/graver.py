"""An incident turns out graver while people are being called: they are called as hard as its severity wants.

Promises that whoever was asked without a noise, and has not answered, is rung as if the severity had been right from
their level's beginning; what left already leaves no second time. Runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.effects import Effect, PageResponder
from bot.domain.escalation import LevelFired, Page
from bot.domain.policy import Level
from bot.domain.reachability import Timed, knocks, timed_knocks
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.ports import Core, Transaction


async def knock_harder(core: Core, tx: Transaction, record: Record, severity: int) -> None:
    """What the graver severity adds to the ways of everyone who is still asked, and what it wants sooner."""
    due: list[tuple[Effect, datetime]] = []
    for page in record.pages:
        for person, fired in _still_asked(record, page).items():
            ways = _ways(core, record, fired, person, severity=severity, level=_level(page, fired))
            place = (record.incident.id, page.id, fired.epoch, fired.loop, fired.level, person)
            due += [(PageResponder(*place, way.method, turn=fired.turn), way.at) for way in ways]
    await tx.outbox.schedule(due, now=record.now)
    await tx.outbox.bring_forward(due)


def _still_asked(record: Record, page: Page) -> dict[PersonId, LevelFired]:
    """Whose answer the page waits for, and the last turn in which they were asked."""
    turns = (level for level in record.levels if level.page == page.id)
    asked = ((person, turn) for turn in turns for person in turn.people)
    return {person: turn for person, turn in asked if page.asks(person, epoch=turn.epoch)}


def _ways(
    core: Core, record: Record, fired: LevelFired, person: PersonId, *, severity: int, level: Level | None
) -> Sequence[Timed]:
    """Those that have not left, the first of them now if its time has passed, the others as far from it as planned."""
    roster, left = record.roster, _left(record, fired, person)
    steps = knocks(person, roster, severity=severity, level=level, methods=core.methods)
    first = next((after for method, after in steps if method not in left), None)
    if first is None:
        return ()
    begun = max(fired.at, record.now - first)
    planned = timed_knocks(person, roster, at=begun, severity=severity, level=level, methods=core.methods)
    return [way for way in planned if way.method not in left]


def _left(record: Record, fired: LevelFired, person: PersonId) -> frozenset[str]:
    """The ways in which this turn has reached the person already, or tried to."""
    turn = (fired.page, fired.epoch, fired.loop, fired.level, fired.turn, person)
    return frozenset(
        knock.method
        for knock in record.knocks
        if (knock.page, knock.epoch, knock.loop, knock.level, knock.turn, knock.person) == turn
        and knock.state != "pending"
    )


def _level(page: Page, fired: LevelFired) -> Level | None:
    return page.policy.levels[fired.level - 1] if 0 < fired.level <= len(page.policy.levels) else None
