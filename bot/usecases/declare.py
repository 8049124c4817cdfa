"""Somebody says that something is on fire.

One commit: the incident, its page with the first level fired, the first draft for customers,
the deadlines, the story's first lines and every effect. Nothing waits for Slack.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.domain.effects import Effect, InviteToRoom, OpenChannel, TellPerson
from bot.domain.escalation import Page, PageId, PageStatus, begin
from bot.domain.incident import (
    COMMUNICATIONS,
    Incident,
    IncidentId,
    Report,
    Status,
    clean_title,
    incident_name,
    same_event,
)
from bot.domain.reachability import policy_for, stand_in
from bot.domain.roster import Roster
from bot.domain.scenario import suggest, suggest_severity
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind
from bot.errors import Refused, Stale
from bot.ports import Core, Transaction
from bot.usecases.paging import carry_out, keep_turns_apart, reach_of
from bot.usecases.reminding import promise
from bot.usecases.telling import refresh_room, tell_room

_DECLARING = "declaring"


@dataclass(frozen=True)
class Declared:
    """What became of a report: a new incident, or one that somebody had just declared."""

    incident: IncidentId
    joined: bool = False


def report_in_words(text: str, roster: Roster) -> Report:
    """What the words themselves tell: the likeliest scenario and, when unsure, the graver severity."""
    scenario = suggest(text, roster.document.scenarios) if roster.document else None
    severity = int(suggest_severity(text, scenario))
    return Report(title=text, severity=severity, scenario=str(scenario.id) if scenario else None)


async def declare(core: Core, report: Report, *, by: str, gesture: str, said: str = "") -> Declared:
    """Record the report and let help leave at once. ``by`` is a Slack user id or a person id.

    The same gesture delivered again leads to the same incident; two reports of one event too. ``said`` is a print of
    what was said, where a gesture's name is the caller's own: raises ``Stale`` when it has said something else before.
    """
    impact = report.impact.replace("\x00", " ").strip()  # PostgreSQL keeps no such character in a text
    report = replace(report, title=clean_title(report.title), impact=impact)
    if not report.title:
        raise Refused("title_missing")
    async with core.store.transaction() as tx:
        now = core.clock.now()
        if not await tx.first_time(gesture, now=now):
            return await _declared_before(tx, gesture, said)
        await tx.lock(_DECLARING)
        roster = await tx.roster()
        person = roster.person_of(by)
        twin = next((each for each in await tx.open_incidents() if same_event(report, each, now=now)), None)
        incident = twin or await _begin(core, tx, report, roster, by=person, now=now)
        if twin:
            await _credit(tx, twin, report, by=person, now=now)
        await tx.remember(gesture, str(incident.id))
        if said and await tx.first_time(_print_of(gesture), now=now):
            await tx.remember(_print_of(gesture), said)
        return Declared(incident.id, joined=twin is not None)


async def _declared_before(tx: Transaction, gesture: str, said: str) -> Declared:
    incident = IncidentId(int(await tx.result_of(gesture) or 0))
    if said and await tx.result_of(_print_of(gesture)) not in (None, said):
        raise Stale("key_reused", incident=incident_name(incident))
    return Declared(incident)


def _print_of(gesture: str) -> str:
    return f"said:{gesture}"


async def join(core: Core, incident: IncidentId, *, by: str) -> Incident:
    """Somebody wants to help: they are brought into the channel and counted among those involved."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        found = await tx.incident(incident, lock=True)
        if not found.open:
            raise Refused("incident_over", incident=found.name)
        roster = await tx.roster()
        person = roster.person_of(by)
        record = await tx.record(incident, now=now)
        if found.private and person not in record.involved and not roster.is_owner(person):
            raise Refused("incident_private", incident=found.name)
        if roster.is_guest(by) and roster.person(person) is None:
            who = found.commander or found.reporter  # Slack refuses the invitation, and a colleague's it takes
            raise Refused("guest_cannot_join", incident=found.name, who=who)
        told = await tx.tell(found.id, EventKind.JOINED, at=now, by=person)
        await tx.outbox.enqueue(_bring_in(found, person, told), now=now)
        return found


def _bring_in(incident: Incident, person: PersonId, told: Event) -> tuple[Effect, ...]:
    return (InviteToRoom(incident.id, (person,), asked=told.seq),) if incident.room.channel else ()


async def _begin(
    core: Core, tx: Transaction, report: Report, roster: Roster, *, by: PersonId, now: datetime
) -> Incident:
    incident = await tx.add_incident(report, _first_facts(core, report, roster, by=by, now=now))
    declared = await tx.tell(
        incident.id, EventKind.DECLARED, at=now, by=by, facts={"title": incident.title, "severity": incident.severity}
    )
    await wake(core, tx, incident, roster, now=now)
    await promise(tx, incident, roster, now=now)
    await tx.outbox.enqueue(_opening(incident, roster), now=now)
    await tx.outbox.enqueue(tell_room(incident, [declared]), now=now)
    return incident


async def wake(core: Core, tx: Transaction, incident: Incident, roster: Roster, *, now: datetime) -> None:
    """Open a page on the incident's ladder and fire its first level. Inside a transaction."""
    policy = policy_for(roster, scenario=incident.scenario, severity=incident.severity)
    await keep_turns_apart(tx, policy)
    page = await tx.add_page(
        Page(PageId(0), incident.id, policy, incident.severity, PageStatus.OPEN, started_at=now, due_at=now)
    )
    first = begin(page, now=now, reach=await reach_of(core, tx, page, roster, now))
    await carry_out(core, tx, [first], incidents={incident.id: incident}, roster=roster, now=now)


def _first_facts(core: Core, report: Report, roster: Roster, *, by: PersonId, now: datetime) -> dict[str, Any]:
    speakers = roster.document.holders(COMMUNICATIONS) if roster.document else ()
    present = (stand_in(person, roster, at=now, severity=report.severity, methods=core.methods) for person in speakers)
    speaker = next((person for person in present if person), speakers[0] if speakers else None)
    return {
        "title": report.title,
        "severity": report.severity,
        "status": Status.INVESTIGATING,
        "reporter": by,
        "declared_at": now,
        "started_at": now,
        "public_id": core.ids.token(),
        "scenario": report.scenario,
        "impact": report.impact.strip(),
        "private": report.private,
        "roles": {COMMUNICATIONS: speaker} if speaker else {},
    }


def _opening(incident: Incident, roster: Roster) -> tuple[Effect, ...]:
    missing = (
        ()
        if roster.document
        else tuple(TellPerson(incident.id, owner, "no_document", "declared") for owner in roster.owners())
    )
    return (OpenChannel(incident.id), *missing)


async def _credit(tx: Transaction, incident: Incident, report: Report, *, by: PersonId, now: datetime) -> None:
    locked = await tx.incident(incident.id, lock=True)
    if by != locked.reporter and by not in locked.also_reported_by:
        locked = replace(locked, also_reported_by=(*locked.also_reported_by, by))
        await tx.save_incident(locked)
    told = await tx.tell(locked.id, EventKind.ALSO_REPORTED, at=now, by=by, facts={"title": report.title})
    effects = (*tell_room(locked, [told]), *_bring_in(locked, by, told), *refresh_room(locked))
    await tx.outbox.enqueue(effects, now=now)
