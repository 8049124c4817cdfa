"""How people and incidents are called in a message.

Promises dead text: a name or a title that somebody typed does nothing in Slack. Mentions are for the room,
where they are links; names are for everything that is read elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.domain.incident import Incident
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from messages.marks import channel, link, mention, one_line
from messages.words import Words


def name(roster: Roster, person: PersonId | str | None) -> str:
    """Their name, escaped; a dash for nobody."""
    return one_line(roster.name(PersonId(person))) if person else "–"


def called(roster: Roster, person: PersonId | str | None) -> str:
    """A mention of somebody who is in the workspace, else their name."""
    slack = roster.slack(PersonId(person)) if person else None
    is_id = slack is not None and "@" not in slack
    return mention(slack) if slack and is_id else name(roster, person)


def names(_: Words, roster: Roster, people: Iterable[PersonId | str]) -> str:
    """`Anna, Bruno and Luca`."""
    return _.people([name(roster, person) for person in people])


def and_more(_: Words, left_out: int) -> str:
    """What follows a list that was cut short; nothing when it was not."""
    return _.plural(" and one more", " and {n} more", left_out, n=left_out) if left_out > 0 else ""


_UNMARKED: Final = str.maketrans({"*": "∗", "`": "'"})  # either would end the bold in which a title stands


def title(incident: Incident) -> str:
    """What somebody called it, escaped, and fit to stand in bold."""
    return one_line(incident.title).translate(_UNMARKED)


def heading(_: Words, incident: Incident) -> str:
    """`SEV1 · Tills down in every store`; nothing of a private incident's content."""
    if incident.private:
        return _("{severity} · {incident} · private", severity=_.severity(incident.severity), incident=incident.name)
    return f"{_.severity(incident.severity)} · {title(incident)}"


def room(record: Record) -> str:
    """A link to the incident's channel, or its number while there is none."""
    found = record.incident.room.channel
    return channel(found) if found else record.incident.name


def conference(_: Words, record: Record) -> str:
    """A link to the call that the document names, or nothing."""
    document = record.roster.document
    return link(document.conference_link, _("Join the call")) if document and document.conference_link else ""
