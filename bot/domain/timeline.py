"""The incident's story: facts in the past tense, in the order they happened.

Append-only. An event names who and what; the words come from ``messages``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.incident import IncidentId
from bot.domain.slugs import PersonId


class EventKind(StrEnum):
    """What happened. ``facts`` are listed behind each."""

    DECLARED = "declared"  # title, severity
    ALSO_REPORTED = "also_reported"  # title
    JOINED = "joined"
    LEVEL_PAGED = "level_paged"  # level, levels, people, loop, turn, mode, forced, taken_by
    LEVEL_EMPTY = "level_empty"  # level, levels, taken_by
    EVERYONE_PAGED = "everyone_paged"  # people, taken_by
    LAST_RESORT = "last_resort"
    PERSON_PAGED = "person_paged"  # people, named: by name, beside the ladder; a deputy for whom can't be reached
    ACKNOWLEDGED = "acknowledged"  # after (seconds), by which method; where several are wanted: have, wanted
    STAYS_WITH = "stays_with"  # people: fewer than were wanted, and nobody is left to ask
    DECLINED = "declined"
    HANDED_OVER = "handed_over"  # to, called: the same, or who stands in for them
    GIVEN_BACK = "given_back"
    ASKED_AGAIN = "asked_again"  # level
    ALL_METHODS_FAILED = "all_methods_failed"  # person
    STATUS_CHANGED = "status_changed"  # from, to
    SEVERITY_CHANGED = "severity_changed"  # from, to
    ROLE_ASSIGNED = "role_assigned"  # role, person
    ROOM_UPDATED = "room_updated"  # text
    NOTED = "noted"  # text, author, at (original time), link
    UNNOTED = "unnoted"  # message: the mark was taken away
    TASK_ADDED = "task_added"  # task, text, assignee
    TASK_DONE = "task_done"  # task, text
    STATEMENT_DRAFTED = "statement_drafted"  # statement, kind
    APPROVAL_ASKED = "approval_asked"  # statement
    STATEMENT_PUBLISHED = "statement_published"  # statement, kind, late (seconds), self_approved
    STATEMENT_FAILED = "statement_failed"  # statement, channel, code
    DEADLINE_MISSED = "deadline_missed"  # due, stage, person; unread: who wrote what nobody has read
    CADENCE_HANDED_OVER = "cadence_handed_over"  # to
    RESOLVED = "resolved"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    MERGED = "merged"  # into
    CHANNEL_OPENED = "channel_opened"  # name
    CHANNEL_REFUSED = "channel_refused"  # code, name
    CHANNEL_ADOPTED = "channel_adopted"  # name
    CHANNEL_ARCHIVED = "channel_archived"
    GUESTS_KEPT_OUT = "guests_kept_out"  # people
    REVIEW_COMPILED = "review_compiled"  # revision
    CONTACTS_REVEALED = "contacts_revealed"  # to
    CONTACTS_ERASED = "contacts_erased"  # of


CLIMBS = (EventKind.LEVEL_PAGED, EventKind.LEVEL_EMPTY, EventKind.EVERYONE_PAGED, EventKind.LAST_RESORT)
"""What the ladder does when it goes on."""


@dataclass(frozen=True)
class Event:
    """One fact. ``at`` is when it happened, which for a marked message is when it was written."""

    incident: IncidentId
    seq: int
    at: datetime
    kind: EventKind
    by: PersonId | None = None
    facts: dict[str, Any] = field(default_factory=dict)
