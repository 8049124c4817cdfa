"""What an incident is and which moves it may make.

Pure: a visible table of moves, the name of its channel, the likeness of two reports.
Knows nothing about Slack beyond the alphabet of a channel's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from slugify import slugify

from bot.domain.kana import in_latin
from bot.domain.slugs import PersonId

IncidentId = NewType("IncidentId", int)

TITLE_LENGTH = 120
COMMANDER = "incident_commander"
COMMUNICATIONS = "communications_lead"
SAME_EVENT_WINDOW = timedelta(minutes=10)
_CHANNEL_LENGTH = 80  # Slack's limit for a channel's name
_SAME_EVENT_LIKENESS = 0.5
_BIDI_AND_CONTROL = re.compile(r"[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


class Status(StrEnum):
    """Where an incident stands."""

    INVESTIGATING = "investigating"  # we know that, not why
    IDENTIFIED = "identified"  # we know why
    MONITORING = "monitoring"  # mended; we watch that it holds
    RESOLVED = "resolved"  # over; complete once customers got the closing message
    CANCELLED = "cancelled"  # it was a false alarm
    MERGED = "merged"  # it was another incident that we already had


OPEN = frozenset({Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING})

MOVES: dict[Status, frozenset[Status]] = {
    Status.INVESTIGATING: OPEN | {Status.RESOLVED, Status.CANCELLED, Status.MERGED},
    Status.IDENTIFIED: OPEN | {Status.RESOLVED, Status.CANCELLED, Status.MERGED},
    Status.MONITORING: OPEN | {Status.RESOLVED, Status.CANCELLED, Status.MERGED},
    Status.RESOLVED: frozenset({Status.INVESTIGATING}),  # reopened: it came back
    Status.CANCELLED: frozenset({Status.INVESTIGATING}),  # reopened: it was real after all
    Status.MERGED: frozenset(),  # its story goes on in the other incident
}


@dataclass(frozen=True)
class Room:
    """The incident's place in Slack, as far as it has been made."""

    channel: str | None = None
    channel_name: str | None = None
    card_ts: str | None = None
    announcement_channel: str | None = None
    announcement_ts: str | None = None


@dataclass(frozen=True)
class Incident:
    """One crisis, from the first report to the last lesson. Times are aware UTC."""

    id: IncidentId
    title: str
    severity: int  # 1 (gravest) to 4
    status: Status
    reporter: PersonId
    declared_at: datetime
    started_at: datetime
    public_id: str
    scenario: str | None = None
    impact: str = ""
    private: bool = False
    also_reported_by: tuple[PersonId, ...] = ()
    roles: dict[str, PersonId] = field(default_factory=dict)
    room: Room = Room()
    resolved_at: datetime | None = None
    ended_by: PersonId | None = None
    merged_into: IncidentId | None = None
    summary: str = ""
    version: int = 1

    @property
    def name(self) -> str:
        return incident_name(self.id)

    @property
    def open(self) -> bool:
        return self.status in OPEN

    @property
    def commander(self) -> PersonId | None:
        return self.roles.get(COMMANDER)

    @property
    def communications_lead(self) -> PersonId | None:
        return self.roles.get(COMMUNICATIONS)


@dataclass(frozen=True)
class Report:
    """What somebody says is happening: the submitted form."""

    title: str
    severity: int
    scenario: str | None = None
    impact: str = ""
    private: bool = False
    already_saw: tuple[IncidentId, ...] = ()


def incident_name(incident: int) -> str:
    return f"INC-{incident}"


def may_move(current: Status, target: Status) -> bool:
    return target in MOVES[current]


def with_role(incident: Incident, role: str, person: PersonId) -> Incident:
    return replace(incident, roles={**incident.roles, role: person})


def clean_title(text: str) -> str:
    """One line of what a person typed: no controls, no direction tricks, at most 120 characters."""
    line = " ".join(_BIDI_AND_CONTROL.sub(" ", text).split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rstrip() + "…"


def channel_name(incident: int, title: str, *, fallback: str = "incident", taken: int = 0) -> str:
    """``inc-0042-casse-bloccate``: a-z, 0-9 and hyphens, at most 80 characters.

    A title that leaves no letters (only emoji, say) takes the scenario's name instead.
    ``taken`` counts the names Slack has already refused for this incident.
    """
    words = slugify(in_latin(title), max_length=48, word_boundary=True) or slugify(fallback) or "incident"
    suffix = f"-{taken + 1}" if taken else ""
    return f"inc-{incident:04d}-{words}"[: _CHANNEL_LENGTH - len(suffix)] + suffix


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in slugify(in_latin(text)).split("-") if len(word) > 2)


def likeness(left: str, right: str) -> float:
    """How alike two titles are, from 0 to 1: shared words over all words."""
    mine, theirs = _words(left), _words(right)
    if not mine or not theirs:
        return 1.0 if clean_title(left).casefold() == clean_title(right).casefold() else 0.0
    return len(mine & theirs) / len(mine | theirs)


def same_event(report: Report, incident: Incident, *, now: datetime) -> bool:
    """Whether a report made now tells of an incident that somebody has just declared.

    An incident the reporter was shown and did not join is not the same event.
    """
    if not incident.open or incident.private or report.private or incident.id in report.already_saw:
        return False
    if now - incident.declared_at > SAME_EVENT_WINDOW:
        return False
    if report.scenario and report.scenario == incident.scenario:
        return True
    return likeness(report.title, incident.title) >= _SAME_EVENT_LIKENESS
