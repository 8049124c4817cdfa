"""Somebody who was paged answers: has it, can't, gives back; or somebody does not want to wait for answers.

The first acknowledgement leads, and the last that was wanted cancels, in its own commit, everything still
pending for the page. Locks are always taken in one order: turns, incident, page, effects.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain import escalation
from bot.domain.effects import Effect, InviteToRoom, RingMe, TellPerson, TextPerson
from bot.domain.escalation import Page, PageId, PageStatus
from bot.domain.incident import COMMANDER, Incident, IncidentId, with_role
from bot.domain.page import ladder_of
from bot.domain.policy import Method
from bot.domain.reachability import ways
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from bot.errors import NotAllowed, Refused, Stale
from bot.ports import Core, Transaction
from bot.usecases import heirs
from bot.usecases.paging import carry_out, hush, keep_turns_apart, reach_of
from bot.usecases.scene import Answered, Result, Scene, is_due, move_on_if_due, open_scene, too_late
from bot.usecases.telling import settle_with, tell_room

__all__ = [
    "Answered",
    "First",
    "Result",
    "acknowledge",
    "decline",
    "escalate",
    "escalate_unless_just_called",
    "give_back",
    "ring_me",
    "seen_at_work",
]

_A_MINUTE = timedelta(minutes=1)

First = Callable[[Transaction], Awaitable[None]]
"""What must hold in the same commit, or the answer is not taken: a link spent, a reply not heard before."""

_May = Callable[[Transaction, Page, datetime], Awaitable[None]]
"""Raises ``Stale`` when the ladder stands elsewhere than whoever would climb it believes."""


async def acknowledge(
    core: Core, page: PageId, *, by: str, method: str = Method.SLACK_DM, first: First | None = None
) -> Answered:
    """They have it. Once as many have as are wanted, nobody else is woken for this page from that commit on."""
    async with core.store.transaction() as tx:
        if first:
            await first(tx)
        scene = await open_scene(core, tx, page, by)
        return await _take(core, tx, scene, method=method)


async def decline(
    core: Core, page: PageId, *, by: str, method: str = Method.SLACK_DM, first: First | None = None
) -> Answered:
    """They can't. When nobody of this turn of the level is left, whoever comes next is woken now."""
    async with core.store.transaction() as tx:
        if first:
            await first(tx)
        scene = await open_scene(core, tx, page, by)
        if not scene.page.wanted:
            return too_late(scene)
        if scene.person in scene.page.taken_by:
            return Answered(Result.ALREADY_YOURS, scene.page, scene.incident)
        declined = escalation.decline(scene.page, by=scene.person, asked=scene.asked_now, now=scene.now)
        if declined is scene.page:
            return Answered(Result.DECLINED, scene.page, scene.incident)
        told = await tx.tell(
            scene.incident.id, EventKind.DECLINED, at=scene.now, by=scene.person, facts={"method": str(method)}
        )
        await tx.outbox.cancel_knocks(page, person=scene.person)
        effects = (*tell_room(scene.incident, [told]), *settle_with(scene.incident, declined, [scene.person]))
        await tx.outbox.enqueue((*effects, *hush(core, declined)), now=scene.now)
        after = await move_on_if_due(core, tx, scene, declined)
        return Answered(Result.DECLINED, after, scene.incident)


async def give_back(core: Core, page: PageId, *, by: str, first: First | None = None) -> Answered:
    """Undo an acknowledgement: the same level is asked again. Whoever else has it keeps it, and leads.

    An heir gives back what was handed over to them.
    """
    async with core.store.transaction() as tx:
        if first:
            await first(tx)
        scene = await open_scene(core, tx, await heirs.origin(tx, page), by)
        if scene.person not in scene.page.taken_by:
            if scene.page.status is PageStatus.ACKNOWLEDGED:
                raise NotAllowed("not_your_page", who=scene.page.acknowledged_by)
            return too_late(scene)
        if scene.page.status is PageStatus.CLOSED:
            return too_late(scene)
        told = [await tx.tell(scene.incident.id, EventKind.GIVEN_BACK, at=scene.now, by=scene.person)]
        left = scene.page.left(scene.person)
        incident = await _leads_instead(tx, scene, left, told)
        await heirs.had_no_more(core, tx, scene.page, [scene.person], incident, now=scene.now)
        reach = await reach_of(core, tx, scene.page, scene.roster, scene.now)
        again = escalation.give_back(scene.page, by=scene.person, now=scene.now, reach=reach, asked=scene.asked_now)
        scene = replace(scene, incident=incident)
        if again.fired:
            await carry_out(core, tx, [again], incidents={incident.id: incident}, roster=scene.roster, now=scene.now)
        after = again.page if again.fired else await move_on_if_due(core, tx, scene, again.page)
        effects = (*tell_room(incident, told), *settle_with(incident, after, scene.asked))
        await tx.outbox.enqueue(effects, now=scene.now)
        return Answered(Result.GIVEN_BACK, after, incident)


async def _leads_instead(tx: Transaction, scene: Scene, left: Page, told: list[Event]) -> Incident:
    """Who led gives it back: whoever else has it leads, or nobody."""
    incident = scene.incident
    if incident.commander != scene.person:
        return incident
    heir = left.acknowledged_by
    roles = {role: who for role, who in incident.roles.items() if role != COMMANDER}
    incident = with_role(replace(incident, roles=roles), COMMANDER, heir) if heir else replace(incident, roles=roles)
    await tx.save_incident(incident)
    if heir:
        facts = {"role": COMMANDER, "person": heir}
        told.append(await tx.tell(incident.id, EventKind.ROLE_ASSIGNED, at=scene.now, facts=facts))
    return incident


async def escalate(
    core: Core, incident: IncidentId, *, by: str, gesture: str, seen_level: int | None = None
) -> Answered:
    """Don't wait: the next level now. A button drawn for an earlier level does nothing and says so."""

    async def as_drawn(tx: Transaction, page: Page, now: datetime) -> None:
        if seen_level is not None and seen_level != page.level:
            raise Stale("page_moved_on" if page.present_level else "everyone_called", level=page.level)

    return await _escalate(core, incident, by=by, gesture=gesture, may=as_drawn)


async def escalate_unless_just_called(core: Core, incident: IncidentId, *, by: str, gesture: str) -> Answered:
    """The same, typed: nobody can see for which level. One that was called in the last half minute stands."""

    async def not_at_once(tx: Transaction, page: Page, now: datetime) -> None:
        last = (await tx.record(incident, now=now)).last_climb
        if last and last.at >= page.started_at and now - last.at < escalation.AT_ONCE:
            raise Stale("level_just_called")

    return await _escalate(core, incident, by=by, gesture=gesture, may=not_at_once)


async def _escalate(core: Core, incident: IncidentId, *, by: str, gesture: str, may: _May) -> Answered:
    async with core.store.transaction() as tx:
        now = core.clock.now()
        ladder = ladder_of(await tx.pages_of(incident))
        if ladder:
            await keep_turns_apart(tx, ladder.policy)
        found = await tx.incident(incident, lock=True)
        roster = await tx.roster()
        page = ladder_of(await tx.pages_of(incident, lock=True))
        if page is None or page.status is PageStatus.CLOSED:
            raise Refused("incident_over", incident=found.name)
        if not await tx.first_time(gesture, now=now):
            return Answered(Result.MOVED_ON, page, found)
        await may(tx, page, now)
        if page.at_its_end:
            raise Refused("ladder_ended", who=found.reporter)
        had_it = page.taken_by if page.status is PageStatus.ACKNOWLEDGED else ()
        if had_it:
            await heirs.had_no_more(core, tx, page, had_it, found, now=now)
        page = escalation.wanted_anew(page)
        moved = escalation.advance(page, now=now, reach=await reach_of(core, tx, page, roster, now), forced=True)
        incidents = {found.id: found}
        climber = roster.person_of(by)
        await carry_out(core, tx, [moved], incidents=incidents, roster=roster, now=now, by=climber)
        await tx.outbox.enqueue(_passed_over(core, moved.page, had_it, roster, by=climber), now=now)
        return Answered(Result.MOVED_ON, moved.page, found)


def _passed_over(
    core: Core, page: Page, had_it: Sequence[PersonId], roster: Roster, *, by: PersonId
) -> Iterator[TellPerson]:
    """Whoever had it hears that a colleague did not wait; by text where Slack does not reach them."""
    facts = {"by": by, "page": int(page.id), "had_it": list(had_it)}
    for person in had_it:
        letter = (page.incident, person, "climbed", f"{page.id}:{page.epoch}", facts)
        if person == by:
            continue
        if roster.reachable_in_slack(person):
            yield TellPerson(*letter)
        elif Method.SMS in ways(person, roster, methods=core.methods):
            yield TextPerson(*letter)


async def seen_at_work(core: Core, incident: IncidentId, *, by: str) -> None:
    """Whoever has the page wrote in the room: no need to ask whether they are still there."""
    until = core.clock.now() + escalation.ASK_AGAIN_AFTER
    async with core.store.reading() as tx:
        if not await _asked_too_soon(tx, incident, by=by, until=until):
            return  # most of what is said in a room: a look, and nothing is written
    async with core.store.transaction(gesture=False) as tx:
        await tx.incident(incident, lock=True)
        held = await _asked_too_soon(tx, incident, by=by, until=until, lock=True)
        await tx.save_pages([escalation.heard_from(each, until=until) for each in held])


async def ring_me(core: Core, *, by: str, gesture: str) -> tuple[str, ...]:
    """Try every connected way of reaching the one who asks. The ways that will be tried."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        roster = await tx.roster()
        person = roster.person_of(by)
        methods = sorted(str(way) for way in ways(person, roster, methods=core.methods))
        if not methods:
            raise Refused("nothing_to_ring")
        await tx.outbox.enqueue([RingMe(IncidentId(0), person, way, gesture) for way in methods], now=now)
        return tuple(methods)


async def _asked_too_soon(
    tx: Transaction, incident: IncidentId, *, by: str, until: datetime, lock: bool = False
) -> tuple[Page, ...]:
    """The pages that this person holds, and would be asked about more than a minute before ``until``."""
    person = (await tx.roster()).person_of(by)
    held = (each for each in await tx.pages_of(incident, lock=lock) if person in each.taken_by)
    return tuple(
        each
        for each in held
        if each.status is PageStatus.ACKNOWLEDGED and each.ask_again_at and until - each.ask_again_at > _A_MINUTE
    )


async def _take(core: Core, tx: Transaction, scene: Scene, *, method: str) -> Answered:
    if not scene.page.wanted or scene.person in scene.page.taken_by:
        return too_late(scene)
    taken = escalation.acknowledge(scene.page, by=scene.person, now=scene.now, asked=scene.asked_now)
    await tx.save_pages([taken])
    await tx.outbox.cancel_knocks(taken.id, person=scene.person if taken.wanted else None)
    incident, passage = scene.incident, await heirs.take_over(core, tx, taken, scene)
    page, gave = passage.after, {*passage.before.taken_by} - {*passage.after.taken_by}
    leads = incident.commander is None or incident.commander in gave or await _leader_went_quiet(tx, scene)
    if leads and not page.manual:
        incident = with_role(incident, COMMANDER, scene.person)
        await tx.save_incident(incident)
    facts = {
        "after": int((scene.now - scene.page.started_at).total_seconds()),
        "method": str(method),
        "level": scene.page.level,
        "page": int(taken.id),
    }
    if page.acknowledgements_wanted > 1:
        facts |= {"have": len(page.taken_by), "wanted": page.acknowledgements_wanted}
    told = await tx.tell(incident.id, EventKind.ACKNOWLEDGED, at=scene.now, by=scene.person, facts=facts)
    effects: list[Effect] = [*tell_room(incident, [told]), *settle_with(incident, taken, (*scene.asked, scene.person))]
    effects += hush(core, taken)
    if incident.room.channel:
        effects.append(InviteToRoom(incident.id, (scene.person,)))
    await tx.outbox.enqueue(effects, now=scene.now)
    if is_due(taken, scene.now):
        taken = await move_on_if_due(core, tx, replace(scene, incident=incident), taken)
    return Answered(Result.TAKEN, taken, incident)


async def _leader_went_quiet(tx: Transaction, scene: Scene) -> bool:
    """Whether the level was asked again because whoever leads gave no sign: then the next who answers leads."""
    if scene.page.epoch == 1 or scene.page.manual:
        return False
    record = await tx.record(scene.incident.id, now=scene.now)
    answers = record.happened(EventKind.ASKED_AGAIN, EventKind.ACKNOWLEDGED)
    return bool(answers) and answers[-1].kind is EventKind.ASKED_AGAIN and answers[-1].by == scene.incident.commander
