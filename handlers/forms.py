"""Opening forms, each from the facts that a button, a command or a kept form brings.

Promises that the form shows how things stand now, that nobody fills in a form they may not submit, and that
what was written is kept when Slack's three seconds are over.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from bot.domain import rights
from bot.domain.incident import IncidentId, Status
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.domain.statement import LAST_WORDS, StatementKind
from bot.errors import NotAllowed, Refused
from bot.usecases import look, plan
from handlers.desk import Desk
from handlers.gesture import FormLost, Gesture
from handlers.reader import Reader
from messages import actions as ids
from messages import forms
from messages.blocks import Message, View, section
from messages.drafts import drafts
from messages.forms.declare import reopen_button
from messages.refusals import refusal

log = structlog.get_logger(__name__)

Facts = Mapping[str, Any]
_CARRIED = 1500  # characters, of the 2000 that ``actions.pack`` allows


@dataclass(frozen=True)
class Ask:
    """Who wants which form, about what."""

    desk: Desk
    reader: Reader
    facts: Facts

    def text(self, name: str) -> str:
        return str(self.facts.get(name) or "")

    def number(self, name: str) -> int:
        found = self.text(name)
        return int(found) if found.isdecimal() else 0

    def person(self, name: str) -> PersonId | None:
        found = self.text(name)
        return self.reader.roster.person_of(found) if found else None

    async def record(self) -> Record:
        return await look.record(self.desk.core, IncidentId(self.number("incident")), by=self.reader.slack)

    async def own_record(self) -> Record:
        """The incident, open or over, when this person may change it."""
        record = await self.record()
        if not rights.may_change(record, self.reader.person):
            raise NotAllowed("not_involved", incident=record.incident.name)
        return record

    async def open_record(self) -> Record:
        """The same, when there is something left to change."""
        record = await self.own_record()
        if not record.incident.open:
            raise Refused("incident_over", incident=record.incident.name)
        return record


async def show(gesture: Gesture, form: str, **facts: Any) -> None:
    """Show one of the forms. When Slack won't, what was written is kept and the person is told."""
    view = await build(gesture.desk, gesture.reader, form, facts)
    try:
        await gesture.show(view)
    except FormLost as lost:
        log.info("form_lost", form=form, code=str(lost))
        await _keep(gesture, form, facts)


async def build(desk: Desk, reader: Reader, form: str, facts: Facts) -> View:
    """The form as it is now. Raises ``Refused`` when it is not this person's to fill in."""
    return await FORMS[form](Ask(desk, reader, facts))


async def _keep(gesture: Gesture, form: str, facts: Facts) -> None:
    """https://docs.slack.dev/reference/methods/views.open: ``expired_trigger_id``"""
    _ = gesture.words
    key = gesture.key
    await plan.keep_form(gesture.core, key, {"form": form, "facts": dict(facts)})
    sentence = refusal(_, Refused("form_expired"))
    await gesture.tell(Message.of(sentence, section(sentence), reopen_button(_, key)))


async def reopen(gesture: Gesture) -> None:
    """REOPEN_FORM: the form again, with what had been written in it."""
    key = str(gesture.payload.facts.get("form", ""))
    kept = await plan.kept_form(gesture.core, key)
    if kept is None or kept.get("form") not in FORMS:
        raise Refused("form_gone")
    await show(gesture, str(kept["form"]), **{**kept.get("facts", {}), "kept": key})


async def _declare(ask: Ask) -> View:
    seen = await look.overview(ask.desk.core, by=ask.reader.slack, limit=forms.OPEN_SHOWN)
    return forms.declare_form(
        ask.reader.words,
        roster=seen.roster,
        open_records=seen.open,
        text=ask.text("text"),
        title=ask.text("title"),
        scenario=ask.text("scenario") or None,
        severity=ask.number("severity") or None,
        impact=ask.text("impact"),
        private=bool(ask.facts.get("private")),
        kept=ask.text("kept") or None,
        message_link=ask.text("link") or None,
        redrawn=bool(ask.facts.get("redrawn")),
    )


async def _public(ask: Ask) -> View:
    record = await ask.record()
    if not rights.may_publish(record, ask.reader.person):
        raise NotAllowed("not_a_speaker", lead=record.incident.communications_lead)
    if record.incident.status in (Status.CANCELLED, Status.MERGED) and not record.published:
        raise Refused("incident_over", incident=record.incident.name)
    begun = record.draft if not ask.facts.get("texts") else None
    statement = next((each for each in record.statements if each.id == ask.number("statement")), begun)
    if statement is not None:
        kind, texts = statement.kind, dict(statement.texts)
    else:
        kind = StatementKind(ask.text("kind")) if ask.text("kind") else record.next_kind
        texts = drafts_for(record, kind) | dict(ask.facts.get("texts") or {})
    return forms.public_form(
        ask.reader.words,
        record,
        kind=kind,
        texts=texts,
        next_update_at=next_update(record, kind),
        statement=statement.id if statement else None,
    )


async def _resolve(ask: Ask) -> View:
    record = await ask.open_record()
    texts = drafts_for(record, StatementKind.CLOSING)
    return forms.resolve_form(ask.reader.words, record, texts=texts, solution=ask.text("text"))


async def _cancel(ask: Ask) -> View:
    record = await ask.open_record()
    return forms.cancel_form(ask.reader.words, record, texts=drafts_for(record, StatementKind.CORRECTION))


async def _update(ask: Ask) -> View:
    return forms.update_form(ask.reader.words, await ask.open_record(), text=ask.text("text"))


async def _role(ask: Ask) -> View:
    record = await ask.open_record()
    return forms.role_form(ask.reader.words, record, role=ask.text("role") or None, person=ask.person("person"))


async def _page(ask: Ask) -> View:
    record = await ask.record()
    return forms.page_form(ask.reader.words, record, person=ask.person("person"), role=ask.text("role") or None)


async def _hand_over(ask: Ask) -> View:
    return forms.hand_over_form(ask.reader.words, await ask.record(), ask.number("page"), me=ask.reader.person)


async def _task(ask: Ask) -> View:
    record = await ask.open_record()
    return forms.task_form(ask.reader.words, record, text=ask.text("text"), person=ask.person("person"))


async def _note(ask: Ask) -> View:
    return forms.note_form(
        ask.reader.words,
        await ask.own_record(),
        text=ask.text("text"),
        message_link=ask.text("link"),
        message_ts=ask.text("ts"),
        author=ask.text("author"),
    )


async def _severity(ask: Ask) -> View:
    return forms.severity_form(ask.reader.words, await ask.open_record(), severity=ask.number("severity") or None)


async def _snooze(ask: Ask) -> View:
    return forms.snooze_form(ask.reader.words, await ask.record(), round=ask.number("round"))


async def _speak_hand_over(ask: Ask) -> View:
    return forms.speak_hand_over_form(ask.reader.words, await ask.record(), round=ask.number("round"))


async def _summary(ask: Ask) -> View:
    return forms.summary_form(ask.reader.words, await ask.record())


async def _pick(ask: Ask) -> View:
    seen = await look.overview(ask.desk.core, by=ask.reader.slack)
    view = forms.pick_form(ask.reader.words, seen.open, ask.text("command"), _carried(ask.text("text")))
    message = {name: ask.text(name) for name in ("ts", "author") if ask.text(name)}
    if not message or "private_metadata" not in view:
        return view
    return {**view, "private_metadata": ids.pack(**ids.unpack(view["private_metadata"]), **message)}


def _carried(text: str) -> str:
    """As much as fits into what a form carries, quotation marks and all."""
    while len(json.dumps(text, ensure_ascii=False)) > _CARRIED:
        text = text[: len(text) * 3 // 4]
    return text


FORMS: dict[str, Callable[[Ask], Awaitable[View]]] = {
    ids.FORM_DECLARE: _declare,
    ids.FORM_PUBLIC: _public,
    ids.FORM_RESOLVE: _resolve,
    ids.FORM_CANCEL: _cancel,
    ids.FORM_UPDATE: _update,
    ids.FORM_ROLE: _role,
    ids.FORM_PAGE: _page,
    ids.FORM_HAND_OVER: _hand_over,
    ids.FORM_TASK: _task,
    ids.FORM_NOTE: _note,
    ids.FORM_SEVERITY: _severity,
    ids.FORM_SNOOZE: _snooze,
    ids.FORM_SPEAK_HAND_OVER: _speak_hand_over,
    ids.FORM_SUMMARY: _summary,
    ids.FORM_PICK: _pick,
}


def next_update(record: Record, kind: StatementKind) -> datetime | None:
    """When customers hear again after a statement made now; never after the last word."""
    return None if kind in LAST_WORDS else record.next_update


def drafts_for(record: Record, kind: StatementKind) -> dict[str, str]:
    """The text in each public language, in the company's own time."""
    return drafts(
        record.roster.public_languages(),
        kind,
        record,
        next_update_at=next_update(record, kind),
        time_zone=record.roster.company_zone(),
    )
