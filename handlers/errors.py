"""Nobody is left without an answer.

Promises that whatever a listener raises is acknowledged and told to the person: a refusal with its reason, a
failed store with the numbers to call, our own fault with a calm sentence. Logs everything but what was written.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.errors import NotRecorded, Refused
from handlers.desk import Desk
from handlers.gesture import SLACK_FAILURES, privately
from handlers.payload import Kind, Payload
from handlers.reader import reader_in
from messages import actions as ids
from messages.blocks import Message
from messages.forms import error_view
from messages.refusals import not_recorded, refusal, something_failed
from messages.words import Words

log = structlog.get_logger(__name__)

Answering = Callable[[Exception, dict[str, Any], BoltResponse | None], Awaitable[BoltResponse | None]]

_LINK = re.compile(r"<[^<>|]*\|([^<>]*)>")
_FIELDS = {
    "title_missing": ids.FIELD_TITLE,
    "severity_unknown": ids.FIELD_SEVERITY,
    "status_unknown": ids.FIELD_STATUS,
    "person_unknown": ids.FIELD_PERSON,
    "person_is_guest": ids.FIELD_PERSON,
    "nobody_to_call": ids.FIELD_PERSON,
    "nobody_reachable": ids.FIELD_PERSON,
    "none_reachable": ids.FIELD_PERSON,
    "handed_to_yourself": ids.FIELD_PERSON,
    "called_already": ids.FIELD_PERSON,
    "heir_has_it": ids.FIELD_PERSON,
    "role_unknown": ids.FIELD_ROLE,
    "closing_missing": ids.FIELD_TEXT,
    "correction_missing": ids.FIELD_TEXT,
    "statement_empty": ids.FIELD_TEXT,
    "update_empty": ids.FIELD_TEXT,
    "note_empty": ids.FIELD_TEXT,
    "task_empty": ids.FIELD_TEXT,
}
"""The field of a form that a refusal is about; the first one for all others."""

_ASKED = frozenset({"reaction_added", "message"})
"""Events by which a person asked us for something."""


def answering(desk: Desk) -> Answering:
    """Bolt's error handler: https://docs.slack.dev/tools/bolt-python/concepts/errors"""

    async def answer(error: Exception, body: dict[str, Any], response: BoltResponse | None) -> BoltResponse | None:
        payload = Payload(body)
        if response is None or payload.kind is Kind.EVENT:  # Bolt has acknowledged already
            afterwards(desk, payload, error)
            return None
        _note(payload, error)
        return _acknowledge(desk, payload, error)

    return answer


def afterwards(desk: Desk, payload: Payload, error: Exception) -> None:
    """The same once it was acknowledged: the answer goes out by itself. Of the events, only some are owed one."""
    _note(payload, error)
    asked = payload.name in _ASKED and not payload.is_talk  # what colleagues say to each other asks nothing of us
    if payload.kind is not Kind.EVENT or asked:
        desk.memory.later(_tell(desk, payload, explain(desk, _words(desk, payload), error)))


def explain(desk: Desk, _: Words, error: Exception) -> str:
    """What happened, what was saved, what to do."""
    if isinstance(error, Refused):
        return refusal(_, error, name=lambda person: _name(desk.memory.roster, person))
    if isinstance(error, NotRecorded):
        return not_recorded(_, desk.last_resort())
    return something_failed(_)


def _acknowledge(desk: Desk, payload: Payload, error: Exception) -> BoltResponse:
    """The acknowledgement carries the answer where it can; else the answer follows it."""
    sentence = explain(desk, _words(desk, payload), error)
    if payload.kind is Kind.COMMAND:
        message = Message.of(sentence)
        return _with({"response_type": "ephemeral", "text": message.text, "blocks": message.blocks})
    if payload.kind is Kind.VIEW:
        return _in_form(desk, payload, error, sentence)
    desk.memory.later(_tell(desk, payload, sentence))
    return BoltResponse(status=200)


def _in_form(desk: Desk, payload: Payload, error: Exception, sentence: str) -> BoltResponse:
    """Beside a field, so that the form stays open with everything that was typed in it."""
    inputs = [block["block_id"] for block in payload.view.get("blocks", ()) if block.get("type") == "input"]
    if not inputs:
        return _with({"response_action": "update", "view": error_view(_words(desk, payload), sentence)})
    about = _FIELDS.get(error.code, "") if isinstance(error, Refused) else ""
    named = [each for each in inputs if about and (each == about or each.startswith((f"{about}:", f"{about}_")))]
    empty = [each for each in named if not payload.field(each)]
    return _with({"response_action": "errors", "errors": {(empty or named or inputs)[0]: _plain(sentence)}})


async def _tell(desk: Desk, payload: Payload, sentence: str) -> None:
    try:
        await privately(desk, payload, Message.of(sentence))
    except SLACK_FAILURES as failure:
        log.warning("answer_not_delivered", listener=payload.name, error=type(failure).__name__)


def _note(payload: Payload, error: Exception) -> None:
    facts = {"listener": payload.name, "gesture": str(payload.kind)}
    if isinstance(error, Refused):
        log.info("gesture_refused", code=error.code, **facts)
    elif isinstance(error, NotRecorded):
        log.error("gesture_not_recorded", **facts)
    else:
        log.error("gesture_failed", exc_info=error, **facts)


def _words(desk: Desk, payload: Payload) -> Words:
    """From memory: the store may be what failed."""
    return reader_in(desk.memory.roster, payload.user).words


def _name(roster: Roster, person: str) -> str:
    return roster.name(PersonId(person))


def _plain(sentence: str) -> str:
    """A field's fault is shown letter by letter."""
    text = _LINK.sub(r"\1", sentence).replace("*", "").replace("`", "")
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _with(body: dict[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=body, headers={"content-type": ["application/json"]})
