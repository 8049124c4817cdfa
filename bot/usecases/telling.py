"""What an incident's channel is told, and which messages are edited when something changes.

Pure: effects out, for the caller's transaction to schedule.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.effects import Effect, RefreshCard, RefreshLetter, RefreshLine, RefreshPage, TellRoom
from bot.domain.escalation import Page
from bot.domain.incident import Incident
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.timeline import Event, EventKind

HEARD_IN_THE_ROOM = frozenset(
    {
        EventKind.ALSO_REPORTED,
        EventKind.EVERYONE_PAGED,
        EventKind.LAST_RESORT,
        EventKind.PERSON_PAGED,
        EventKind.ACKNOWLEDGED,
        EventKind.STAYS_WITH,
        EventKind.DECLINED,
        EventKind.HANDED_OVER,
        EventKind.GIVEN_BACK,
        EventKind.ASKED_AGAIN,
        EventKind.ALL_METHODS_FAILED,
        EventKind.GUESTS_KEPT_OUT,
        EventKind.STATUS_CHANGED,
        EventKind.SEVERITY_CHANGED,
        EventKind.ROLE_ASSIGNED,
        EventKind.ROOM_UPDATED,
        EventKind.TASK_ADDED,
        EventKind.TASK_DONE,
        EventKind.APPROVAL_ASKED,
        EventKind.STATEMENT_PUBLISHED,
        EventKind.STATEMENT_FAILED,
        EventKind.DEADLINE_MISSED,
        EventKind.CADENCE_HANDED_OVER,
        EventKind.RESOLVED,
        EventKind.CANCELLED,
        EventKind.REOPENED,
        EventKind.MERGED,
    }
)
"""What the room is told in a line of its own. The rest is on the card, or in the story only."""


def heard(event: Event) -> bool:
    """A second level or turn is news for the room; the first is on the card already."""
    if event.kind is EventKind.LEVEL_PAGED:
        return any(int(event.facts.get(name, 1)) > 1 for name in ("loop", "level", "turn"))
    return event.kind in HEARD_IN_THE_ROOM


def tell_room(incident: Incident, events: Iterable[Event]) -> tuple[Effect, ...]:
    """Lines for the channel, if there is one; until there is, the receipt of its opening catches up."""
    if incident.room.channel is None:
        return ()
    return tuple(TellRoom(incident.id, event.seq) for event in events if heard(event))


def settle_with(incident: Incident, page: Page, people: Iterable[PersonId]) -> tuple[Effect, ...]:
    """Let everyone who was asked see how the page stands now."""
    refreshed = tuple(RefreshPage(incident.id, page.id, person) for person in people)
    return (*refreshed, *refresh_room(incident))


def settle_letters(record: Record, notice: str, **facts: object) -> tuple[Effect, ...]:
    """Edits of every notice of this kind about these facts: what it asked for is done."""
    return tuple(
        RefreshLetter(record.incident.id, letter.person, letter.notice, letter.occasion)
        for letter in record.letters
        if letter.notice == notice and all(letter.facts.get(name) == value for name, value in facts.items())
    )


def settle_lines(record: Record, kind: EventKind, **facts: object) -> tuple[Effect, ...]:
    """Edits of every line in the channel about these facts: its buttons have done their work."""
    events = (each for each in record.happened(kind) if all(each.facts.get(name) == v for name, v in facts.items()))
    posted = {line.seq for line in record.lines if line.provider_id}
    return tuple(RefreshLine(record.incident.id, event.seq) for event in events if event.seq in posted)


def refresh_room(incident: Incident) -> tuple[Effect, ...]:
    """The card, if it has been posted."""
    return (RefreshCard(incident.id),) if incident.room.card_ts else ()
