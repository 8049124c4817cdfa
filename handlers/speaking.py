"""Speaking to customers: publish, "no change", later, somebody else, approve, try again.

Promises that nothing goes out unread: whoever publishes sees once what a careful colleague would mend, and a
private incident is asked about before anybody outside hears of it. The second time, their word counts.
"""

from __future__ import annotations

from bot.domain.record import Record
from bot.domain.statement import LAST_WORDS, StatementId, StatementKind, StatementState
from bot.errors import Refused, Stale
from bot.usecases import deliver_again, look, reminding, speak
from handlers import forms
from handlers.gesture import Gesture
from handlers.incident import about, texts
from handlers.naming import colleague
from messages import actions as ids
from messages.blocks import View, section
from messages.drafts import to_mend
from messages.forms import meanwhile, public_form
from messages.refusals import refusal
from messages.status import status


async def submit(gesture: Gesture) -> None:
    """FORM_PUBLIC"""
    record = await look.record(gesture.core, about(gesture), by=gesture.by)
    _check_change(record, gesture.payload.number("statement"))
    again = _second_thoughts(gesture, record)
    if again is not None:
        await gesture.ack(response_action="update", view=again)
        return
    await speak.say(
        gesture.core,
        about(gesture),
        texts(gesture),
        kind=_kind(gesture, record),
        by=gesture.by,
        gesture=gesture.key,
        public_status=gesture.payload.field(ids.FIELD_PUBLIC_STATUS),
        confirmed_public=record.incident.private,
    )
    await gesture.ack()


async def no_change(gesture: Gesture) -> None:
    """SPEAK_NO_CHANGE: one click, the words are ours."""
    record = await look.record(gesture.core, about(gesture), by=gesture.by)
    _check_round(gesture, record)
    await speak.say(
        gesture.core,
        about(gesture),
        forms.drafts_for(record, StatementKind.NO_CHANGE),
        kind=StatementKind.NO_CHANGE,
        by=gesture.by,
        gesture=gesture.key,
        confirmed_public=record.incident.private,  # the button of a private incident asks before it acts
    )
    await gesture.ack()


async def change(gesture: Gesture) -> None:
    """STATEMENT_CHANGE: the words that await approval, to be mended. They wait on until the new ones are there."""
    record = await look.record(gesture.core, about(gesture), by=gesture.by)
    statement = gesture.payload.number("statement")
    _check_change(record, statement)
    await forms.show(gesture, ids.FORM_PUBLIC, incident=int(record.incident.id), statement=statement)


async def approve(gesture: Gesture) -> None:
    """STATEMENT_APPROVE: what it is pressed in is edited, but for a summary that one person alone sees."""
    await speak.approve(gesture.core, StatementId(gesture.payload.number("statement")), by=gesture.by)
    await gesture.ack()
    if gesture.payload.in_whisper:
        record = await look.record(gesture.core, about(gesture), by=gesture.by)
        await gesture.tell(status(gesture.words, record, me=gesture.reader.person))


async def approve_alone(gesture: Gesture) -> None:
    """STATEMENT_SELF_APPROVE: its author, in an emergency; the record says so."""
    statement = StatementId(gesture.payload.number("statement"))
    await speak.approve(gesture.core, statement, by=gesture.by, emergency=True)
    await gesture.ack()


async def snooze(gesture: Gesture) -> None:
    """FORM_SNOOZE"""
    payload = gesture.payload
    minutes = payload.field(ids.FIELD_MINUTES)
    await reminding.snooze(
        gesture.core,
        about(gesture),
        round=payload.number("round"),
        minutes=int(minutes) if minutes.isdecimal() else 5,
        by=gesture.by,
    )
    await gesture.ack()


async def hand_over(gesture: Gesture) -> None:
    """FORM_SPEAK_HAND_OVER"""
    heir = colleague(gesture.reader.roster, gesture.payload.field(ids.FIELD_PERSON))
    await reminding.hand_over(gesture.core, about(gesture), to=heir, by=gesture.by)
    await gesture.ack()


async def send_again(gesture: Gesture) -> None:
    """DELIVERY_RETRY"""
    payload = gesture.payload
    channel = str(payload.facts.get("channel", ""))
    await deliver_again.send_again(gesture.core, about(gesture), payload.number("statement"), channel, by=gesture.by)
    await gesture.ack()


async def it_is_there(gesture: Gesture) -> None:
    """DELIVERY_VOUCH"""
    payload = gesture.payload
    channel = str(payload.facts.get("channel", ""))
    await deliver_again.it_is_there(gesture.core, about(gesture), payload.number("statement"), channel, by=gesture.by)
    await gesture.ack()


def _second_thoughts(gesture: Gesture, record: Record) -> View | None:
    """The form once more, with advice or a question, unless this person has seen both."""
    seen = gesture.payload.facts
    written, kind = texts(gesture), _kind(gesture, record)
    due = forms.next_update(record, kind)
    advised = any(to_mend(text, language, kind, next_update_at=due) for language, text in written.items() if text)
    asks = record.incident.private and not seen.get("asked")
    news = meanwhile(gesture.words, record, seen)
    if not asks and not news and (seen.get("advised") or not advised):
        return None
    view = public_form(
        gesture.words,
        record,
        kind=kind,
        texts=written,
        next_update_at=due,
        statement=gesture.payload.number("statement") or None,
        advised=advised,
        meanwhile=news,
    )
    question = refusal(gesture.words, Refused("private_needs_confirmation", incident=record.incident.name))
    blocks = [section(question), *view["blocks"]] if asks else view["blocks"]
    return {**view, "blocks": blocks, "private_metadata": _marked(view, advised=advised, asked=asks)}


def _marked(view: View, *, advised: bool, asked: bool) -> str:
    facts = ids.unpack(view["private_metadata"])
    return ids.pack(**{**facts, "advised": int(advised), "asked": int(asked)})


def _kind(gesture: Gesture, record: Record) -> StatementKind:
    """What the form was drawn for; once it is over, only a last word is said."""
    kind = str(gesture.payload.facts.get("kind", ""))
    if kind not in list(StatementKind) or (not record.incident.open and kind not in LAST_WORDS):
        return record.next_kind
    return StatementKind(kind)


def _check_change(record: Record, statement: int) -> None:
    """A statement that went out meanwhile cannot be changed any more."""
    found = next((each for each in record.statements if each.id == statement), None)
    if found is not None and found.state is StatementState.PUBLISHED:
        raise Stale("statement_already_published")


def _check_round(gesture: Gesture, record: Record) -> None:
    """A reminder that was answered already says so, and nothing is published twice."""
    deadline = record.customers_deadline
    if "round" in gesture.payload.facts and (deadline is None or deadline.round != gesture.payload.number("round")):
        raise Stale("reminder_answered")
