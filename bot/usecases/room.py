"""The incident gets its channel: one we opened, or one that a person made because Slack wouldn't let us.

From the moment there is a channel, everything that needs one leaves side by side.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain import rights
from bot.domain.effects import (
    AddBookmark,
    Announce,
    Effect,
    InviteToRoom,
    PostCard,
    RefreshAnnouncement,
    RefreshPage,
    SetTopic,
)
from bot.domain.incident import Incident, IncidentId
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import EventKind
from bot.errors import NotAllowed, Stale
from bot.ports import Core, Transaction
from bot.usecases.telling import refresh_room, tell_room


async def use_channel(core: Core, incident: IncidentId, channel: str, name: str, *, by: str) -> Incident:
    """A person created the channel by hand; the bot is in it and takes it for the incident's own."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        record = await tx.record(incident, now=now)
        person = record.roster.person_of(by)
        if not rights.may_change(record, person):
            raise NotAllowed("not_involved", incident=record.incident.name)
        if record.incident.room.channel:
            raise Stale("channel_known", incident=record.incident.name)
        return await furnish(tx, incident, channel, name, now=now, kind=EventKind.CHANNEL_ADOPTED)


async def came_in(core: Core, incident: IncidentId, *, by: str) -> None:
    """Somebody is in the channel, however they came: they count among those involved, once."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        await tx.incident(incident, lock=True)
        record = await tx.record(incident, now=now)
        person = record.roster.person_of(by)
        if record.incident.open and not rights.involved(record, person):
            await tx.tell(incident, EventKind.JOINED, at=now, by=person)


async def archived(core: Core, incident: IncidentId, *, by: str) -> None:
    """Somebody archived the channel: the story says who. What is still said goes to people directly."""
    async with core.store.transaction() as tx:
        roster = await tx.roster()
        who = roster.person_of(by) if by else None
        await tx.tell(incident, EventKind.CHANNEL_ARCHIVED, at=core.clock.now(), by=who)


async def furnish(
    tx: Transaction,
    incident: IncidentId,
    channel: str,
    name: str,
    *,
    now: datetime,
    kind: EventKind = EventKind.CHANNEL_OPENED,
) -> Incident:
    """Store the channel and enqueue all that needs it. Inside a transaction."""
    found = await tx.incident(incident, lock=True)
    found = replace(found, room=replace(found.room, channel=channel, channel_name=name))
    await tx.save_incident(found)
    record = await tx.record(incident, now=now)
    await tx.tell(incident, kind, at=now, facts={"name": name})
    await tx.outbox.enqueue(_furniture(found, record), now=now)
    return found


async def say_who_waits_outside(
    tx: Transaction, incident: IncidentId, people: tuple[PersonId, ...], *, now: datetime
) -> None:
    """Guests whom Slack keeps out: the room is told, once for each, whom a member must add by hand."""
    record = await tx.record(incident, now=now)
    named = {person for told in record.happened(EventKind.GUESTS_KEPT_OUT) for person in told.facts["people"]}
    roster = record.roster
    new = [person for person in people if roster.is_guest(roster.slack(person) or "") and person not in named]
    if new:
        told = await tx.tell(incident, EventKind.GUESTS_KEPT_OUT, at=now, facts={"people": new})
        await tx.outbox.enqueue(tell_room(record.incident, [told]), now=now)
    await tx.outbox.enqueue(refresh_room(record.incident), now=now)


def _furniture(incident: Incident, record: Record) -> tuple[Effect, ...]:
    roster = record.roster
    wanted = (incident.reporter, *incident.also_reported_by, *incident.roles.values(), *record.involved)
    people = tuple(sorted({person for person in wanted if roster.reachable_in_slack(person)}))
    links = [] if incident.private else ["status_page"]
    if roster.document and roster.document.conference_link:
        links.append("conference")
    return (
        PostCard(incident.id),
        InviteToRoom(incident.id, people),
        SetTopic(incident.id),
        *(AddBookmark(incident.id, link) for link in links),
        *_announcement(incident),
        *_links_for_those_who_have_it(record),
        *tell_room(incident, record.events),
    )


def _announcement(incident: Incident) -> tuple[Effect, ...]:
    """Told once; when that was before there was a channel, the link is added to what was told."""
    if incident.private:
        return ()
    return (RefreshAnnouncement(incident.id),) if incident.room.announcement_ts else (Announce(incident.id),)


def _links_for_those_who_have_it(record: Record) -> tuple[Effect, ...]:
    """Who answered before there was a channel finds the way to it in their page; the others are still asked."""
    answered = {page.id for page in record.pages if not page.wanted}
    sent = (knock for knock in record.knocks if knock.page in answered and knock.provider_id)
    return tuple(RefreshPage(record.incident.id, knock.page, knock.person) for knock in sent)
