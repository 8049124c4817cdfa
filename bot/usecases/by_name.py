"""People are called by name, beside the ladder: because a colleague wants them, or a page is handed over to them.

Promises that whoever is called can be: of somebody who can't be reached, a deputy is called in their place, and
where there is none nothing is changed. Refuses to hand a page over to oneself, or to whoever has it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain import escalation
from bot.domain.effects import InviteToRoom
from bot.domain.escalation import Page, PageId, PageStatus
from bot.domain.incident import Incident, IncidentId
from bot.domain.reachability import policy_of_people
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from bot.errors import Refused
from bot.ports import Core, Transaction
from bot.usecases import heirs
from bot.usecases.paging import carry_out, hush, reach_now, reach_of
from bot.usecases.scene import Answered, Result, Scene, open_scene, too_late
from bot.usecases.telling import settle_with, tell_room


async def call(core: Core, incident: IncidentId, people: Sequence[str], *, by: str, gesture: str) -> Page:
    """Page people by name. Raises ``Refused`` when none of them, and nobody who stands in, can be reached."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        found = await tx.incident(incident, lock=True)
        if not found.open:
            raise Refused("incident_over", incident=found.name)
        if not await tx.first_time(gesture, now=now):
            return await tx.page(PageId(int(await tx.result_of(gesture) or 0)))
        roster = await tx.roster()
        named = await _not_yet(tx, incident, [roster.person_of(each) for each in people])
        if not _who_is_called(core, roster, found, named, now):
            raise Refused("nobody_reachable" if len(named) == 1 else "none_reachable", who=named[0])
        page = await _call(core, tx, found, named, roster=roster, now=now, by=roster.person_of(by))
        await tx.remember(gesture, str(page.id))
        return page


async def _not_yet(tx: Transaction, incident: IncidentId, named: Sequence[PersonId]) -> Sequence[PersonId]:
    """Those of them who neither have it nor are being called by name at this moment."""
    pages = await tx.pages_of(incident, lock=True)
    calling = (page for page in pages if page.manual and page.status is PageStatus.OPEN)
    rung = {
        target.id for page in calling for target in page.policy.levels[0].targets if page.may_ask(PersonId(target.id))
    }
    held = {person for page in pages if page.status is not PageStatus.CLOSED for person in page.taken_by}
    left = [each for each in named if each not in rung | held]
    if not left:
        raise Refused("heir_has_it" if named[0] in held else "called_already", who=named[0])
    return left


async def hand_over(core: Core, page: PageId, *, by: str, to: str, gesture: str) -> Answered:
    """Somebody else is asked by name, now; the one who hands over is not asked again."""
    async with core.store.transaction() as tx:
        scene = await open_scene(core, tx, page, by)
        if not await tx.first_time(gesture, now=scene.now):
            return Answered(Result.HANDED_OVER, scene.page, scene.incident)
        if scene.page.status is PageStatus.CLOSED:
            return too_late(scene)
        if scene.page.status is PageStatus.ACKNOWLEDGED and scene.person not in scene.page.taken_by:
            return too_late(scene)
        heir = scene.roster.person_of(to)
        facts = {"to": heir, "called": await _who_takes_it(core, tx, scene, heir)}
        told = await tx.tell(scene.incident.id, EventKind.HANDED_OVER, at=scene.now, by=scene.person, facts=facts)
        waiting = escalation.handed_over(scene.page, by=scene.person, now=scene.now)
        if waiting is not scene.page:
            await tx.save_pages([waiting])
            await tx.outbox.cancel_knocks(page, person=scene.person)
        effects = (*tell_room(scene.incident, [told]), *settle_with(scene.incident, waiting, [scene.person]))
        await tx.outbox.enqueue((*effects, *hush(core, waiting)), now=scene.now)
        await _call(core, tx, scene.incident, [heir], roster=scene.roster, now=scene.now, stands_for=page)
        return Answered(Result.HANDED_OVER, waiting, scene.incident)


async def _who_takes_it(core: Core, tx: Transaction, scene: Scene, heir: PersonId) -> PersonId:
    """The heir, or who stands in for them: somebody who has not got it, and does not give it away."""
    if heir == scene.person:
        raise Refused("handed_to_yourself")
    origin = await tx.page(await heirs.origin(tx, scene.page.id))
    if heir in origin.taken_by:
        raise Refused("heir_has_it", who=heir)
    called = _who_is_called(core, scene.roster, scene.incident, [heir], scene.now)
    if not called or called[0] in (scene.person, *origin.taken_by):
        raise Refused("nobody_reachable", who=heir)
    return called[0]


def _who_is_called(
    core: Core, roster: Roster, incident: Incident, named: Sequence[PersonId], now: datetime
) -> tuple[PersonId, ...]:
    """Those of them who can be reached, and who stands in for the others."""
    return reach_now(core, roster, now, incident.severity)(policy_of_people(named).levels[0])


async def _call(
    core: Core,
    tx: Transaction,
    incident: Incident,
    people: Sequence[PersonId],
    *,
    roster: Roster,
    now: datetime,
    stands_for: PageId | None = None,
    by: PersonId | None = None,
) -> Page:
    asked = Page(
        PageId(0),
        incident.id,
        policy_of_people(people),
        incident.severity,
        PageStatus.OPEN,
        started_at=now,
        due_at=now,
        manual=True,
        stands_for=stands_for,
    )
    page = await tx.add_page(asked)
    first = escalation.begin(page, now=now, reach=await reach_of(core, tx, page, roster, now))
    await carry_out(core, tx, [first], incidents={incident.id: incident}, roster=roster, now=now, by=by)
    if incident.room.channel:
        called = (person for level in first.fired for person in level.people)
        await tx.outbox.enqueue([InviteToRoom(incident.id, tuple(dict.fromkeys((*people, *called))))], now=now)
    return first.page
