"""Turn fired levels into what must happen: rows, events for the story, knocks at doors.

Shared by every use case that makes a page move. Runs inside the caller's transaction, which has taken the lock on
turns (``keep_turns_apart``) before any other if somebody's turn is to be decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.domain.effects import (
    AskSnoozed,
    Effect,
    PageResponder,
    RefreshPage,
    RelayPage,
    StopRinging,
    TellPerson,
    TextPerson,
)
from bot.domain.escalation import Advance, LevelFired, Outcome, Page, Reach
from bot.domain.incident import Incident, IncidentId
from bot.domain.page import asked_by, ladder_of
from bot.domain.policy import Level, Method, Policy
from bot.domain.reachability import reach, timed_knocks, ways
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from bot.domain.turns import ONE_AT_A_TIME, in_rotation, rotating
from bot.ports import Core, Transaction
from bot.usecases.quiet import not_held_already
from bot.usecases.telling import refresh_room, tell_room

_STORY = {
    Outcome.PAGED: EventKind.LEVEL_PAGED,
    Outcome.FORCED: EventKind.LEVEL_PAGED,
    Outcome.EMPTY: EventKind.LEVEL_EMPTY,
    Outcome.EVERYONE: EventKind.EVERYONE_PAGED,
    Outcome.LAST_RESORT: EventKind.LAST_RESORT,
}

_TURNS = "turns"  # the lock under which whose turn it is is read and kept

SECOND_LINE = "relay_"
"""How the names of the company's second lines begin, among the ways that are connected."""


def reach_now(core: Core, roster: Roster, now: datetime, severity: int) -> Reach:
    """Found out once for each level: many pages of one plan may begin theirs at this moment."""
    known: dict[int, tuple[Level, tuple[PersonId, ...]]] = {}  # by identity, which is a level's own while it is held

    def able(level: Level) -> tuple[PersonId, ...]:
        if id(level) not in known:
            people = reach(level, roster, at=now, severity=severity, methods=core.methods)
            known[id(level)] = (level, people)
        return known[id(level)][1]

    return able


async def keep_turns_apart(tx: Transaction, policy: Policy | None = None) -> None:
    """Of two pages that begin one level at once, each begins with somebody else. The first of all locks.

    ``policy``: where it is known by then, so that one which has no turns to keep waits for nobody.
    """
    if policy is None or rotating(policy):
        await tx.lock(_TURNS)


async def reach_of(core: Core, tx: Transaction, page: Page, roster: Roster, now: datetime) -> Reach:
    """The same for one page: where a level asks one person at a time, in the order of their turns."""
    able = reach_now(core, roster, now, page.severity)
    if not rotating(page.policy):
        return able
    rotation = await tx.rotation(page.policy.id)
    return lambda level: able(in_rotation(page.policy, level, roster, rotation))


async def carry_out(
    core: Core,
    tx: Transaction,
    advances: Sequence[Advance],
    *,
    incidents: dict[IncidentId, Incident],
    roster: Roster,
    now: datetime,
    by: PersonId | None = None,
) -> None:
    """Store how pages stand now, and everything that their newly fired turns cause."""
    await tx.save_pages([advance.page for advance in advances])
    fired = await tx.add_levels([level for advance in advances for level in advance.fired])
    pages = {advance.page.id: advance.page for advance in advances}
    settled = [page for page in pages.values() if page.short]
    in_vain = [page for page in pages.values() if page.in_vain]
    told = [_event(level, pages[level.page], by) for level in fired if _is_news(level, pages[level.page])]
    stay = [*settled, *[await _beside(tx, page) for page in in_vain]]
    events = await tx.tell_all([*told, *(_stays_with(page, now) for page in stay if not page.wanted)])
    due: list[tuple[Effect, datetime]] = []
    for level in fired:
        if level.outcome is Outcome.LAST_RESORT:
            await _record_reveal(tx, incidents[pages[level.page].incident], now=now)
        due += await _knocks(core, tx, level, pages[level.page], incidents[pages[level.page].incident], roster, now)
        await _keep_rotation(tx, level, pages[level.page])
        due += [(copy, now) for copy in _copies(core, level, pages[level.page])]
        due += [(edit, now) for edit in await _asked_before(tx, level, pages[level.page])]
    for page in settled:
        due += [(effect, now) for effect in await _let_go(core, tx, page)]
    for page in in_vain:
        due += [(edit, now) for edit in await _asked_ever(tx, page)]
    due += [(line, now) for event in events for line in tell_room(incidents[event.incident], [event])]
    due += [(edit, now) for incident in incidents.values() for edit in refresh_room(incident)]
    await tx.outbox.schedule(due, now=now)


async def _beside(tx: Transaction, page: Page) -> Page:
    """The ladder beside somebody called by name, which goes on, or which somebody has; while others are still being
    called by name, their page."""
    pages = await tx.pages_of(page.incident)
    others = (each for each in pages if each.manual and each.wanted and not each.in_vain)
    return next(others, None) or ladder_of(pages) or page


async def _record_reveal(tx: Transaction, incident: Incident, *, now: datetime) -> None:
    """The reporter is about to be shown numbers: who saw them is on record before they are."""
    facts = {"of": "last_resort"}
    await tx.audit(EventKind.CONTACTS_REVEALED, at=now, by=incident.reporter, incident=incident.id, facts=facts)


async def _knocks(
    core: Core, tx: Transaction, fired: LevelFired, page: Page, incident: Incident, roster: Roster, now: datetime
) -> list[tuple[Effect, datetime]]:
    if fired.outcome is Outcome.LAST_RESORT:
        return [(letter, now) for letter in _last_resort(core, page, incident, roster)]
    level = _level(page, fired)
    due: list[tuple[Effect, datetime]] = []
    for person in fired.people:
        planned = timed_knocks(person, roster, at=now, severity=page.severity, level=level, methods=core.methods)
        where = (page.incident, page.id, fired.epoch, fired.loop, fired.level, person)
        new = await not_held_already(tx, planned, page, fired.epoch, person, now)
        due += [(PageResponder(*where, knock.method, turn=fired.turn), knock.at) for knock in new]
        if len(planned) > 1 and any(knock.method == Method.SLACK_DM for knock in planned):
            due.append((AskSnoozed(*where, turn=fired.turn), now))
    return due


def _last_resort(core: Core, page: Page, incident: Incident, roster: Roster) -> list[Effect]:
    """The reporter is shown the numbers in Slack and, since nobody came, by text too: Slack may be what is down."""
    letter = (incident.id, incident.reporter, "last_resort", f"{page.id}:{page.epoch}")
    by_text = Method.SMS in ways(incident.reporter, roster, methods=core.methods)
    return [TellPerson(*letter), *([TextPerson(*letter)] if by_text else [])]


async def _asked_before(tx: Transaction, fired: LevelFired, page: Page) -> list[RefreshPage]:
    """Whoever was asked in an earlier turn sees that the page has moved on."""
    if not fired.people or (fired.epoch, fired.loop, fired.level, fired.turn) == (1, 1, 1, 1):
        return []
    asked = asked_by(level for level in await tx.levels_of(page.id) if level != fired)
    return [RefreshPage(page.incident, page.id, person) for person in asked]


def _copies(core: Core, fired: LevelFired, page: Page) -> list[Effect]:
    """What the second lines hear: that a page has moved on, and nobody has it."""
    moved_on = fired.level > 1 or fired.loop > 1 or fired.turn > 1
    if page.manual or page.taken_by or not moved_on or fired.outcome is Outcome.EMPTY:
        return []
    lines = sorted(method for method in core.methods if method.startswith(SECOND_LINE))
    place = (page.incident, page.id, fired.epoch, fired.loop, fired.level)
    return [RelayPage(*place, line, turn=fired.turn) for line in lines]


def hush(core: Core, page: Page) -> tuple[Effect, ...]:
    """No telephone rings for what somebody has, or for who can't."""
    return (StopRinging(page.incident, page.id),) if Method.VOICE in core.methods else ()


def _level(page: Page, fired: LevelFired) -> Level | None:
    return page.policy.levels[fired.level - 1] if 0 < fired.level <= len(page.policy.levels) else None


def _is_news(fired: LevelFired, page: Page) -> bool:
    """Whoever is called by name has one level, of which nothing need be told when nobody is left on it; and whoever
    handed it over was told to have done so, and to whom."""
    handed = page.stands_for is not None and (fired.epoch, fired.loop, fired.level) == (1, 1, 1)
    return not handed and (not page.manual or bool(fired.people))


def _event(fired: LevelFired, page: Page, by: PersonId | None) -> Event:
    kind = EventKind.PERSON_PAGED if page.manual and fired.people else _STORY[fired.outcome]
    level = _level(page, fired)
    facts: dict[str, Any] = {
        "level": fired.level,
        "levels": len(page.policy.levels),
        "loop": fired.loop,
        "turn": fired.turn,
        "mode": level.mode if level else "all",
        "people": list(fired.people),
        "forced": fired.outcome is Outcome.FORCED,
        "taken_by": list(page.taken_by),
    }
    if page.manual:
        facts["named"] = [target.id for target in page.policy.levels[0].targets]
    return Event(page.incident, 0, fired.at, kind, by=by, facts=facts)


def _stays_with(page: Page, now: datetime) -> Event:
    """More people were wanted than answered, and nobody is left to ask."""
    return Event(page.incident, 0, now, EventKind.STAYS_WITH, facts={"people": list(page.taken_by)})


async def _let_go(core: Core, tx: Transaction, page: Page) -> tuple[Effect, ...]:
    """Nobody else is woken for this page; everyone who was, or who is called beside it, sees how it stands."""
    await tx.outbox.cancel_knocks(page.id)
    beside = [each for each in await tx.pages_of(page.incident) if each.wanted]
    seen = [edit for each in (page, *beside) for edit in await _asked_ever(tx, each)]
    return (*seen, *hush(core, page))


async def _asked_ever(tx: Transaction, page: Page) -> tuple[RefreshPage, ...]:
    people = asked_by(await tx.levels_of(page.id))
    return tuple(RefreshPage(page.incident, page.id, person) for person in people)


async def _keep_rotation(tx: Transaction, fired: LevelFired, page: Page) -> None:
    """The next time this level begins, it does so with somebody else."""
    level = _level(page, fired)
    if level and level.mode == ONE_AT_A_TIME and fired.turn == 1 and fired.people:
        await tx.save_rotation(page.policy.id, fired.level, fired.people[0])
