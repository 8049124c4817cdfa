"""The clock moved: whatever is due is decided, a bounded batch at a time.

Every step is guarded by a row's own state, so that two replicas, or a restart in the middle,
do each thing once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain import cadence, escalation
from bot.domain.cadence import Audience
from bot.domain.effects import Effect, RemindRoom
from bot.domain.escalation import Page, PageStatus
from bot.domain.incident import Incident, IncidentId
from bot.domain.timeline import EventKind
from bot.domain.turns import rotating
from bot.ports import Core, Transaction
from bot.usecases import heirs
from bot.usecases.paging import carry_out, keep_turns_apart, reach_now, reach_of
from bot.usecases.reminding import remind
from bot.usecases.telling import settle_with, tell_room

PAGES_AT_ONCE = 25  # some ten milliseconds of everybody's time: gestures pass between two batches
PAGES_UNDISTURBED = 100  # the same while nobody asks for anything: one gesture at most waits for as many
DEADLINES_AT_ONCE = 50


@dataclass(frozen=True)
class TickResult:
    """How much was due; ``more`` when a batch was full, and there may be another."""

    advanced: int = 0
    reminded: int = 0
    more: bool = False


async def tick(core: Core) -> TickResult:
    """One batch of each kind of due work, each in a transaction of its own; of pages alone while there are many."""
    bite = PAGES_AT_ONCE if core.gestures.lately else PAGES_UNDISTURBED
    advanced = await advance_pages(core, limit=bite)
    if advanced == bite:
        return TickResult(advanced, more=True)
    quiet = await ask_quiet_pages(core)
    reminded = await remind_speakers(core)
    more = quiet == PAGES_AT_ONCE or reminded == DEADLINES_AT_ONCE
    return TickResult(advanced + quiet, reminded, more)


async def advance_pages(core: Core, *, limit: int = PAGES_AT_ONCE) -> int:
    """Fire what comes next of pages whose wait is over."""
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        pages = await tx.claim_due_pages(now=now, limit=limit)
        alike = [page for page in pages if not rotating(page.policy)]
        if alike:
            roster = await tx.roster()
            able = {gravity: reach_now(core, roster, now, gravity) for gravity in {page.severity for page in alike}}
            moved = [escalation.advance(page, now=now, reach=able[page.severity]) for page in alike]
            await carry_out(core, tx, moved, incidents=await _incidents(tx, alike), roster=roster, now=now)
    for page in pages:
        if rotating(page.policy):
            await _advance_in_turn(core, page)
    return len(pages)


async def ask_quiet_pages(core: Core, *, limit: int = PAGES_AT_ONCE) -> int:
    """Ask a level again that took a page and then went quiet; one that has shown life is left alone."""
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        pages = await tx.claim_quiet_pages(now=now, limit=limit)
    for page in pages:
        await _ask_under_lock(core, page)
    return len(pages)


async def remind_speakers(core: Core, *, limit: int = DEADLINES_AT_ONCE) -> int:
    """Send the reminders whose time has come, to customers' speakers and to rooms."""
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        deadlines = await tx.claim_due_deadlines(now=now, limit=limit)
        if not deadlines:
            return 0
        roster = await tx.roster()
        for deadline in deadlines:
            incident = await tx.incident(deadline.incident)
            if deadline.audience is Audience.CUSTOMERS:
                await remind(tx, incident, deadline, roster, now=now)
                continue
            rhythm = cadence.rhythm(incident.severity, roster.document)
            following = cadence.promise_room(incident.id, rhythm.room, round=deadline.round + 1, now=now)
            await tx.save_deadline(following or cadence.reminded(deadline, now=now))
            if incident.room.channel:
                await tx.outbox.enqueue([RemindRoom(incident.id, deadline.round)], now=now)
        return len(deadlines)


async def _advance_in_turn(core: Core, page: Page) -> None:
    """One whose turn it is has to be found out: in a transaction of its own, under the lock on turns."""
    async with core.store.transaction(gesture=False) as tx:
        now = core.clock.now()
        found = await _under_lock(tx, page)
        if not found.wanted or found.due_at is None or found.due_at > now:
            return  # somebody answered since it was claimed
        roster = await tx.roster()
        moved = escalation.advance(found, now=now, reach=await reach_of(core, tx, found, roster, now))
        await carry_out(core, tx, [moved], incidents=await _incidents(tx, [found]), roster=roster, now=now)


async def _ask_under_lock(core: Core, page: Page) -> None:
    """In a transaction of its own: heirs of the page are locked too, after the incident as by everybody."""
    async with core.store.transaction(gesture=False) as tx:
        found = await _under_lock(tx, page)
        quiet = found.status is PageStatus.ACKNOWLEDGED and found.ask_again_at
        if quiet and quiet <= core.clock.now():
            await _ask_unless_alive(core, tx, found)


async def _under_lock(tx: Transaction, page: Page) -> Page:
    """The page as it stands now, locked in the order of everybody: turns, incident, page."""
    await keep_turns_apart(tx, page.policy)
    await tx.incident(page.incident, lock=True)
    return await tx.page(page.id, lock=True)


async def _ask_unless_alive(core: Core, tx: Transaction, page: Page) -> None:
    now = core.clock.now()
    incident = await tx.incident(page.incident)
    roster = await tx.roster()
    record = await tx.record(page.incident, now=now)
    holder = page.acknowledged_by
    last_sign = max((event.at for event in record.events if event.by in page.taken_by), default=page.started_at)
    alive_until = last_sign + escalation.ASK_AGAIN_AFTER
    if alive_until > now:
        await tx.save_pages([escalation.heard_from(page, until=alive_until)])
        return
    told = await tx.tell(incident.id, EventKind.ASKED_AGAIN, at=now, by=holder, facts={"level": page.level})
    await heirs.had_no_more(core, tx, page, page.taken_by, incident, now=now)
    again = escalation.ask_again(page, now=now, reach=await reach_of(core, tx, page, roster, now))
    await carry_out(core, tx, [again], incidents={incident.id: incident}, roster=roster, now=now)
    effects: tuple[Effect, ...] = (*tell_room(incident, [told]), *settle_with(incident, again.page, record.called))
    await tx.outbox.enqueue(effects, now=now)


async def _incidents(tx: Transaction, pages: Sequence[Page]) -> dict[IncidentId, Incident]:
    return await tx.incidents({page.incident for page in pages})
