"""The card's buttons and the forms behind them: severity, status, roles, tasks, notes, the end.

The room is told by an effect. Somebody who acted from elsewhere gets the same line, in their eyes alone.
"""

from __future__ import annotations

from datetime import UTC, datetime

from bot.domain.incident import COMMANDER, IncidentId, Status
from bot.domain.timeline import CLIMBS, EventKind
from bot.errors import NotRecorded, Refused
from bot.usecases import by_name, coordinate, ending, look, respond, room
from bot.usecases.telling import heard
from handlers import forms
from handlers.gesture import Gesture, Listener
from handlers.naming import colleague, people_named
from handlers.payload import Kind
from messages import actions as ids
from messages.review import review_message
from messages.room import event
from messages.status import status


def opens(form: str) -> Listener:
    """A button that opens a form about its incident."""

    async def show(gesture: Gesture) -> None:
        await forms.show(gesture, form, **dict(gesture.payload.facts))

    return show


async def confirm(gesture: Gesture, incident: IncidentId, *kinds: EventKind) -> None:
    """Answer a command with the line that the room reads; in the room itself the line is the answer."""
    try:
        record = await look.record(gesture.core, incident)
    except NotRecorded:
        await gesture.ack()
        return
    told = record.happened(*kinds)
    mine = [each for each in told if each.by == gesture.reader.person] or told
    typed = gesture.payload.kind is Kind.COMMAND and gesture.payload.channel == record.incident.room.channel
    if mine and not (typed and heard(mine[-1])):
        await gesture.tell(event(gesture.words, record, mine[-1]))
    await gesture.ack()


# Buttons


async def lead(gesture: Gesture) -> None:
    """INCIDENT_LEAD"""
    await coordinate.assign_role(gesture.core, about(gesture), COMMANDER, to=gesture.by, by=gesture.by)
    await gesture.ack()


async def escalate(gesture: Gesture) -> None:
    """From the level that the button was drawn for."""
    facts = gesture.payload.facts
    level = gesture.payload.number("level") if "level" in facts else None
    await respond.escalate(gesture.core, about(gesture), by=gesture.by, gesture=gesture.key, seen_level=level)
    await gesture.ack()


async def escalate_all_the_same(gesture: Gesture) -> None:
    """INCIDENT_ESCALATE, offered in one person's eyes alone: whoever presses it elsewhere reads what it did."""
    await escalate(gesture)
    record = await look.record(gesture.core, about(gesture))
    if gesture.payload.channel != record.incident.room.channel:
        await confirm(gesture, about(gesture), *CLIMBS)


async def reopen(gesture: Gesture) -> None:
    await ending.reopen(gesture.core, about(gesture), by=gesture.by)
    await gesture.ack()


async def show_status(gesture: Gesture) -> None:
    """INCIDENT_STATUS and HOME_INCIDENT"""
    record = await look.record(gesture.core, about(gesture), by=gesture.by)
    await gesture.tell(status(gesture.words, record, me=gesture.reader.person))


async def show_review(gesture: Gesture) -> None:
    record = await look.record(gesture.core, about(gesture), by=gesture.by)
    await gesture.tell(review_message(gesture.words, record))


async def more(gesture: Gesture) -> None:
    """INCIDENT_MORE: the card's overflow."""
    listener = MORE.get(str(gesture.payload.facts.get("do", "")))
    if listener is not None:
        await listener(gesture)


async def finish_task(gesture: Gesture) -> None:
    """TASK_DONE"""
    await coordinate.finish_task(gesture.core, about(gesture), gesture.payload.number("task"), by=gesture.by)
    await gesture.ack()


async def use_channel(gesture: Gesture) -> None:
    """USE_CHANNEL: somebody made the channel by hand and invited us; Slack is asked which it is."""
    wanted = str(gesture.payload.facts.get("channel", ""))
    await gesture.ack()
    listed = await gesture.desk.slack.users_conversations(
        types="public_channel,private_channel", exclude_archived=True, limit=1000
    )
    found = next((each for each in listed.get("channels") or () if each.get("name") == wanted), None)
    if found is None:
        raise Refused("channel_unknown", channel=wanted)
    await room.use_channel(gesture.core, about(gesture), str(found["id"]), wanted, by=gesture.by)


MORE: dict[str, Listener] = {
    ids.MORE_SEVERITY: opens(ids.FORM_SEVERITY),
    ids.MORE_ROLE: opens(ids.FORM_ROLE),
    ids.MORE_TASK: opens(ids.FORM_TASK),
    ids.MORE_NOTE: opens(ids.FORM_NOTE),
    ids.MORE_CANCEL: opens(ids.FORM_CANCEL),
    ids.MORE_ESCALATE: escalate,
    ids.MORE_REOPEN: reopen,
    ids.MORE_STATUS: show_status,
    ids.MORE_POSTMORTEM: show_review,
}


# Forms


async def submit_role(gesture: Gesture) -> None:
    """FORM_ROLE"""
    role, person = gesture.payload.field(ids.FIELD_ROLE), gesture.payload.field(ids.FIELD_PERSON)
    if not role or not person:
        raise Refused("person_unknown" if role else "role_unknown")
    await coordinate.assign_role(gesture.core, about(gesture), role, to=person, by=gesture.by)
    await gesture.ack()


async def submit_page(gesture: Gesture) -> None:
    """FORM_PAGE: a person, a role, or both."""
    role, person = gesture.payload.field(ids.FIELD_ROLE), gesture.payload.field(ids.FIELD_PERSON)
    held = people_named(gesture.reader.roster, f"role:{role}") if role else ()
    named = (colleague(gesture.reader.roster, person),) if person else ()
    people = tuple(dict.fromkeys((*named, *held)))
    if not people:
        raise Refused("nobody_to_call")
    await by_name.call(gesture.core, about(gesture), people, by=gesture.by, gesture=gesture.key)
    await gesture.ack()


async def submit_severity(gesture: Gesture) -> None:
    """FORM_SEVERITY; why is kept in the story."""
    severity, why = gesture.payload.field(ids.FIELD_SEVERITY), gesture.payload.field(ids.FIELD_REASON)
    if severity not in ("1", "2", "3", "4"):
        raise Refused("severity_unknown")
    await coordinate.set_severity(gesture.core, about(gesture), int(severity), by=gesture.by)
    if why:
        await coordinate.note(gesture.core, about(gesture), why, by=gesture.by, message=gesture.key)
    await gesture.ack()


async def submit_update(gesture: Gesture) -> None:
    """FORM_UPDATE: the words, and where it stands if that changed."""
    text, stands = gesture.payload.field(ids.FIELD_TEXT), gesture.payload.field(ids.FIELD_STATUS)
    found = await coordinate.update_room(gesture.core, about(gesture), text, by=gesture.by, gesture=gesture.key)
    if stands in list(Status) and stands != found.status:
        await coordinate.set_status(gesture.core, about(gesture), Status(stands), by=gesture.by)
    await gesture.ack()


async def submit_task(gesture: Gesture) -> None:
    """FORM_TASK"""
    text, person = gesture.payload.field(ids.FIELD_TEXT), gesture.payload.field(ids.FIELD_PERSON)
    await coordinate.add_task(
        gesture.core, about(gesture), text, assignee=person or None, by=gesture.by, gesture=gesture.key
    )
    await gesture.ack()


async def submit_note(gesture: Gesture) -> None:
    """FORM_NOTE: of a message that is kept, its own writer and time stay."""
    facts = gesture.payload.facts
    ts, author = str(facts.get("ts", "")), str(facts.get("author", ""))
    await coordinate.note(
        gesture.core,
        about(gesture),
        gesture.payload.field(ids.FIELD_TEXT),
        by=gesture.by,
        author=author or None,
        at=moment(ts),
        message=ts or gesture.key,
    )
    await gesture.ack()


async def submit_summary(gesture: Gesture) -> None:
    """FORM_SUMMARY"""
    text = gesture.payload.field(ids.FIELD_SUMMARY)
    await ending.write_summary(gesture.core, about(gesture), text, by=gesture.by)
    await gesture.ack()


async def submit_resolve(gesture: Gesture) -> None:
    """FORM_RESOLVE: how it was solved, and the last word to customers."""
    await ending.resolve(
        gesture.core,
        about(gesture),
        by=gesture.by,
        summary=gesture.payload.field(ids.FIELD_SOLUTION),
        closing=texts(gesture),
        gesture=gesture.key,
    )
    await gesture.ack()


async def submit_cancel(gesture: Gesture) -> None:
    """FORM_CANCEL: why, and the correction when customers were told."""
    await ending.cancel(
        gesture.core,
        about(gesture),
        by=gesture.by,
        reason=gesture.payload.field(ids.FIELD_REASON),
        correction=texts(gesture),
        gesture=gesture.key,
    )
    await gesture.ack()


def about(gesture: Gesture) -> IncidentId:
    """The incident that the button or the form is about."""
    return IncidentId(gesture.payload.number("incident"))


def texts(gesture: Gesture) -> dict[str, str]:
    """The texts for customers, by language."""
    fields = gesture.payload.fields().items()
    return {language: text for name, text in fields if (language := ids.text_language(name))}


def moment(ts: str) -> datetime | None:
    """When a message was written; its name in Slack begins with the seconds."""
    seconds = ts.rpartition(":")[2]
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
