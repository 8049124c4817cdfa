"""What Slack sends, read.

Promises one reading of every shape: a command, a press, a form, a shortcut, an event. What is missing is
empty, never an error: Slack's payloads are not to be trusted. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from messages.actions import unpack


class Kind(StrEnum):
    """How a person spoke to us."""

    COMMAND = "command"
    ACTION = "action"  # a button, a menu, an overflow
    VIEW = "view"  # a form was submitted
    SHORTCUT = "shortcut"  # global, or on a message
    EVENT = "event"


_KINDS = {
    "block_actions": Kind.ACTION,
    "view_submission": Kind.VIEW,
    "shortcut": Kind.SHORTCUT,
    "message_action": Kind.SHORTCUT,
    "event_callback": Kind.EVENT,
}

_SPEECH = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""https://docs.slack.dev/reference/events/message: the subtypes in which people speak."""


@dataclass(frozen=True)
class Payload:
    """One delivery from Slack."""

    body: Mapping[str, Any]

    @property
    def kind(self) -> Kind:
        return Kind.COMMAND if "command" in self.body else _KINDS.get(str(self.body.get("type")), Kind.EVENT)

    @property
    def name(self) -> str:
        """What it is about, for the log: an action id, a callback id, an event's type."""
        match self.kind:
            case Kind.COMMAND:
                return _text(self.body, "command")
            case Kind.ACTION:
                return _text(self.action, "action_id")
            case Kind.VIEW:
                return _text(self.view, "callback_id")
            case Kind.SHORTCUT:
                return _text(self.body, "callback_id")
            case Kind.EVENT:
                return _text(self.event, "type")

    @property
    def key(self) -> str:
        """The same for each delivery of one gesture; different for two gestures."""
        match self.kind:
            case Kind.COMMAND:
                return f"command:{self.trigger_id}"
            case Kind.ACTION:
                return f"action:{_text(self.action, 'action_ts')}:{self.user}:{self.name}"
            case Kind.VIEW:
                return f"view:{_text(self.view, 'id')}:{_text(self.view, 'hash')}"
            case Kind.SHORTCUT:
                return f"shortcut:{self.trigger_id}"
            case Kind.EVENT:
                return f"event:{_text(self.body, 'event_id')}"

    @property
    def user(self) -> str:
        """The Slack user id of whoever acts."""
        if self.kind is Kind.COMMAND:
            return _text(self.body, "user_id")
        found = self.event.get("user") if self.kind is Kind.EVENT else self.body.get("user")
        return _text(found, "id") if isinstance(found, Mapping) else str(found or "")

    @property
    def channel(self) -> str:
        """Where it happened, if it happened somewhere."""
        if self.kind is Kind.COMMAND:
            return _text(self.body, "channel_id")
        if self.kind is Kind.VIEW:
            return str(self.facts.get("channel", ""))
        if self.kind is Kind.EVENT:
            place = self.event.get("channel") or _part(self.event, "item").get("channel")
            return _text(place, "id") if isinstance(place, Mapping) else str(place or "")
        return _text(_part(self.body, "channel"), "id") or _text(_part(self.body, "container"), "channel_id")

    @property
    def text(self) -> str:
        """What was typed after the command."""
        return _text(self.body, "text").strip()

    @property
    def trigger_id(self) -> str:
        return _text(self.body, "trigger_id")

    @property
    def response_url(self) -> str:
        """Where a private answer may be sent; a form remembers that of the command which opened it."""
        return _text(self.body, "response_url") or (str(self.facts.get("url", "")) if self.kind is Kind.VIEW else "")

    @property
    def action(self) -> Mapping[str, Any]:
        actions = self.body.get("actions") or [{}]
        return actions[0] if isinstance(actions[0], Mapping) else {}

    @property
    def view(self) -> Mapping[str, Any]:
        return _part(self.body, "view")

    @property
    def in_form(self) -> bool:
        """Whether it was pressed in a form, as against a message or the Home tab."""
        return self.view.get("type") == "modal"

    @property
    def in_whisper(self) -> bool:
        """Whether it was pressed in a message that one person alone sees, which nothing can edit later."""
        return bool(_part(self.body, "container").get("is_ephemeral"))

    @property
    def event(self) -> Mapping[str, Any]:
        return _part(self.body, "event")

    @property
    def is_talk(self) -> bool:
        """Whether people talk to each other, as against to us."""
        return self.event.get("type") == "message" and self.event.get("channel_type") != "im"

    @property
    def is_speech(self) -> bool:
        """Whether a person wrote it just now, as against Slack, a bot or somebody who edits."""
        said = self.event.get("subtype") in _SPEECH and not self.event.get("bot_id")
        return self.event.get("type") == "message" and said and bool(self.user)

    @property
    def message(self) -> Mapping[str, Any]:
        return _part(self.body, "message")

    @property
    def chosen(self) -> str:
        """What a button carries, or what was picked from a menu."""
        option = _part(self.action, "selected_option")
        return _text(option, "value") or _text(self.action, "value") or _text(self.action, "selected_user")

    @property
    def facts(self) -> Mapping[str, int | str]:
        """What a button or a form was about, as we packed it."""
        return self.form_facts if self.kind is Kind.VIEW else unpack(self.chosen)

    @property
    def form_facts(self) -> Mapping[str, int | str]:
        """What the form that holds the button is about."""
        return unpack(_text(self.view, "private_metadata"))

    def number(self, name: str) -> int:
        """One of the facts as a number; 0 when it isn't there."""
        fact = str(self.facts.get(name, ""))
        return int(fact) if fact.isdecimal() else 0

    def field(self, block_id: str) -> str:
        """What was typed or chosen in a field of the form; of several choices, the first."""
        return next((value for name, value in self._fields() if name == block_id), "")

    def fields(self) -> dict[str, str]:
        """Every field of the form by block id, without the part after a colon."""
        return dict(self._fields())

    def _fields(self) -> list[tuple[str, str]]:
        values = _part(_part(self.view, "state"), "values")
        return [(name.partition(":")[0], _value(element)) for name, held in values.items() for element in held.values()]


def _value(element: Any) -> str:
    if not isinstance(element, Mapping):
        return ""
    ticked = element.get("selected_options") or [{}]
    found = (
        element.get("value")
        or element.get("selected_user")
        or _part(element, "selected_option").get("value")
        or ticked[0].get("value")
    )
    return str(found or "").strip()


def _part(whole: Any, name: str) -> Mapping[str, Any]:
    part = whole.get(name) if isinstance(whole, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def _text(whole: Any, name: str) -> str:
    found = whole.get(name) if isinstance(whole, Mapping) else None
    return found if isinstance(found, str) else ""
