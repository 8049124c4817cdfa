"""Looking changes nothing: records for cards, summaries, forms and pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain import rights
from bot.domain.incident import Incident, IncidentId
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.errors import NotFound
from bot.ports import Core, DocumentVersion

RECENT = 50


@dataclass(frozen=True)
class Overview:
    """What a person sees before choosing an incident: who they are, and what is open."""

    roster: Roster
    me: PersonId
    open: tuple[Record, ...]


async def roster(core: Core) -> Roster:
    async with core.store.reading() as tx:
        return await tx.roster()


async def record(core: Core, incident: IncidentId, *, by: str | None = None) -> Record:
    """One incident, whole. Raises ``NotFound`` when there is none, or it is not theirs to see."""
    async with core.store.reading() as tx:
        found = await tx.record(incident, now=core.clock.now())
        if by is not None and not rights.may_see(found, found.roster.person_of(by)):
            raise NotFound("incident_unknown", incident=found.incident.name)
        return found


async def overview(core: Core, *, by: str, limit: int | None = None) -> Overview:
    """Everything open that this person may see, gravest and oldest first; at most ``limit`` where one is given."""
    async with core.store.reading() as tx:
        known = await tx.roster()
        me = known.person_of(by)
        seen: list[Record] = []
        looked_at = 0
        while more := await tx.gravest_incidents(limit, skip=looked_at):
            records = await tx.records([each.id for each in more], now=core.clock.now())
            seen += [records[each.id] for each in more if rights.may_see(records[each.id], me)]
            looked_at += len(more)
            if limit is None or len(seen) >= limit:
                break
        return Overview(known, me, tuple(seen[:limit]))


async def ended_lately(core: Core, person: PersonId, *, within: timedelta) -> tuple[Record, ...]:
    """What called this person and ended less than that ago, in the order in which it was declared."""
    async with core.store.reading() as tx:
        now = core.clock.now()
        recent = await tx.recent_incidents(RECENT)
        lately = [each.id for each in recent if each.resolved_at and now - each.resolved_at < within]
        records = await tx.records(lately, now=now)
        return tuple(each for each in records.values() if person in each.called)


async def incident_here(core: Core, channel: str) -> Incident | None:
    """The incident whose channel this is."""
    async with core.store.reading() as tx:
        return await tx.incident_of_channel(channel)


async def public_record(core: Core, public_id: str) -> Record:
    """What the public page shows. Raises ``NotFound``: an incident customers were not told of does not exist here."""
    async with core.store.reading() as tx:
        incident = await tx.incident_by_public_id(public_id)
        if incident is None:
            raise NotFound("page_unknown")
        found = await tx.record(incident.id, now=core.clock.now())
        if not found.published:
            raise NotFound("page_unknown")
        return found


async def public_records(core: Core) -> tuple[Record, ...]:
    """Every incident customers were told about lately, newest first."""
    async with core.store.reading() as tx:
        spoken = [incident.id for incident in await tx.spoken_incidents(RECENT)]
        records = await tx.records(spoken, now=core.clock.now())
        return tuple(records[each] for each in spoken)


async def document_versions(core: Core) -> tuple[DocumentVersion, ...]:
    async with core.store.reading() as tx:
        return await tx.document_versions()
