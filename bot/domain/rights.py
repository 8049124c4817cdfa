"""Who may do what.

Pure: one question a function. Anyone declares, joins and looks; those involved change the
incident; the communications lead or the commander publishes; a second person approves.
"""

from __future__ import annotations

from bot.domain.incident import COMMUNICATIONS, Incident
from bot.domain.people import EXECUTIVE_SPONSOR
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.statement import Statement


def may_see(record: Record, person: PersonId) -> bool:
    """Private incidents are seen by those involved in them and by the plan's owners."""
    return not record.incident.private or involved(record, person) or record.roster.is_owner(person)


def may_change(record: Record, person: PersonId) -> bool:
    """Status, severity, roles, notes, tasks: members of the anti-crisis team and all who are involved."""
    return involved(record, person) or record.roster.is_owner(person) or record.roster.person(person) is not None


def may_publish(record: Record, person: PersonId) -> bool:
    """The communications lead or the commander of this incident; before there are any, who holds the role."""
    incident = record.incident
    if person in (incident.communications_lead, incident.commander):
        return True
    return _holds(record.roster, COMMUNICATIONS, person) or _deputises_for_speaker(record, person)


def may_approve(record: Record, statement: Statement, person: PersonId) -> bool:
    """A second person: another who may publish, the executive sponsor, or an owner of the plan."""
    if person == statement.author:
        return False
    roster = record.roster
    return may_publish(record, person) or _holds(roster, EXECUTIVE_SPONSOR, person) or roster.is_owner(person)


def approvers(record: Record, author: PersonId) -> tuple[PersonId, ...]:
    """Who is asked to approve, the nearest first: commander, communications lead, sponsors, owners."""
    roster = record.roster
    sponsors = roster.document.holders(EXECUTIVE_SPONSOR) if roster.document else ()
    speakers = roster.document.holders(COMMUNICATIONS) if roster.document else ()
    incident: Incident = record.incident
    asked = (incident.commander, incident.communications_lead, *speakers, *sponsors, *roster.owners())
    return tuple(dict.fromkeys(person for person in asked if person and person != author))


def involved(record: Record, person: PersonId) -> bool:
    """Reported it, was called to it, joined it, or holds a role in it."""
    incident = record.incident
    return (
        person in incident.roles.values()
        or person in record.involved
        or person == incident.reporter
        or person in incident.also_reported_by
    )


def _holds(roster: Roster, role: str, person: PersonId) -> bool:
    return roster.document is not None and person in roster.document.holders(role)


def _deputises_for_speaker(record: Record, person: PersonId) -> bool:
    lead = record.incident.communications_lead
    return lead is not None and person in (record.roster.document.deputies(lead) if record.roster.document else ())
