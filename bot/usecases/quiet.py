"""What people's quiet hours hold back, and what lets it go sooner.

Held back is an effect like any other, due when the hours end; it leaves if it is still wanted then. Every function
runs inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.effects import Effect, PageResponder
from bot.domain.escalation import Page
from bot.domain.quiet import NOISY
from bot.domain.reachability import Timed, silence_of, welcome
from bot.domain.record import Knock, Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.ports import Transaction


async def hasten(tx: Transaction, page: Page, person: PersonId, roster: Roster, *, now: datetime) -> int:
    """The person's next way that is welcome now is due now. How many ways were still to come."""
    may = welcome(person, roster, at=now, severity=page.severity)
    return await tx.outbox.hasten_knocks(page.id, person, methods=may, now=now)


async def not_held_already(
    tx: Transaction, ways: Sequence[Timed], page: Page, epoch: int, person: PersonId, now: datetime
) -> Sequence[Timed]:
    """What is held back since an earlier turn is not held back twice: a morning is not a volley."""
    if not any(knock.held for knock in ways):
        return ways
    record = await tx.record(page.incident, now=now)
    mine = (knock for knock in record.knocks if (knock.page, knock.epoch, knock.person) == (page.id, epoch, person))
    waiting = {knock.method for knock in mine if knock.state == "pending"}
    return [knock for knock in ways if not knock.held or knock.method not in waiting]


async def let_go(tx: Transaction, record: Record, severity: int) -> None:
    """It is graver now: what was held back from those whom this severity rings at any hour leaves at once."""
    freed: list[tuple[Effect, datetime]] = []
    for person in record.called:
        if silence_of(person, record.roster, severity=severity) is None:
            freed += _from_now(record, [knock for knock in _held(record) if knock.person == person])
    await tx.outbox.bring_forward(freed)


async def hold_back(tx: Transaction, record: Record, severity: int) -> None:
    """It is less grave now: whom this severity does not ring in their quiet hours is not rung before these end."""
    later: list[tuple[Effect, datetime]] = []
    planned = sorted((knock for knock, _page in _noisy(record)), key=lambda knock: knock.due_at)
    for person in record.called:
        silence = silence_of(person, record.roster, severity=severity)
        over = silence.over(record.now) if silence else None
        if silence is None or over is None:
            continue
        due = [knock for knock in planned if knock.person == person]
        mine = [knock for knock in due if silence.covers(max(knock.due_at, record.now))]
        later += [(_effect(record, knock), over + (knock.due_at - mine[0].due_at)) for knock in mine]
    await tx.outbox.put_off(later)


def _held(record: Record) -> Iterable[Knock]:
    """What would make a noise, and waits for the end of its person's quiet hours."""
    for knock, page in _noisy(record):
        silence = silence_of(knock.person, record.roster, severity=page.severity)
        if silence and silence.covers(record.now):
            yield knock


def _noisy(record: Record) -> Iterable[tuple[Knock, Page]]:
    """What would make a noise, has not left and is still wanted, and of which page."""
    for knock in record.knocks:
        page = record.page(knock.page)
        waits = knock.state == "pending" and knock.method in NOISY
        if waits and page and page.asks(knock.person, epoch=knock.epoch):
            yield knock, page


def _from_now(record: Record, held: Sequence[Knock]) -> list[tuple[Effect, datetime]]:
    """The first leaves now, the others as long after it as planned."""
    first = min((knock.due_at for knock in held), default=record.now)
    return [(_effect(record, knock), record.now + (knock.due_at - first)) for knock in held]


def _effect(record: Record, knock: Knock) -> PageResponder:
    turn = (knock.page, knock.epoch, knock.loop, knock.level)
    return PageResponder(record.incident.id, *turn, knock.person, knock.method, turn=knock.turn)
