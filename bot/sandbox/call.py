"""One call of a Web API method: its arguments, checked, and what the app may do with them."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.sandbox.channel import Channel
from bot.sandbox.installed import App
from bot.sandbox.message import Message
from bot.sandbox.refusal import JSON, Blocked, SlackRefusal
from bot.sandbox.triggers import Triggers
from bot.sandbox.workspace import Workspace

if TYPE_CHECKING:
    from bot.sandbox.delivery import Delivery

UNIVERSAL = frozenset({"team_id"})
"""Slack's own SDK adds these to every call."""
WRITE = {"channel": "channels:manage", "group": "groups:write", "im": "im:write"}
READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}


@dataclass(slots=True)
class Call:
    """What a method works on. The caller is always the app."""

    workspace: Workspace
    triggers: Triggers
    delivery: Delivery
    args: JSON

    @property
    def app(self) -> App:
        return self.workspace.app

    def needs(self, *any_of: str) -> None:
        """Refuse unless the app was granted one of these scopes."""
        granted = self.app.scopes
        if not any(scope in granted for scope in any_of):
            raise SlackRefusal("missing_scope", needed=",".join(any_of), provided=",".join(sorted(granted)))

    def channel(self, arg: str = "channel", *, scopes: dict[str, str] | None = None, member: bool = False) -> Channel:
        """The conversation an argument names. Private ones the app is not in do not exist for it."""
        channel = self.workspace.channels.get(self.args[arg])
        if channel is None or (channel.kind != "channel" and self.app.user not in channel.members):
            raise SlackRefusal("channel_not_found")
        if scopes is not None:
            self.needs(scopes[channel.kind])
        if member and self.app.user not in channel.members:
            raise SlackRefusal("not_in_channel")
        return channel

    def message(self, channel: Channel, arg: str) -> Message:
        message = channel.messages.get(str(self.args[arg]))
        if message is None:
            raise SlackRefusal("message_not_found")
        return message


@dataclass(frozen=True, slots=True)
class Method:
    """One row of a family's table. `args`: names, `!` when required, `:json`, `:bool` or `:int` when not a string."""

    name: str
    run: Callable[[Call], JSON]
    scopes: tuple[str, ...] = ()
    args: str = ""
    token: str = "bot"
    """Which token calls it: `bot` or `app`."""
    required: frozenset[str] = field(init=False)
    kinds: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        kinds, required = {}, set()
        for word in self.args.split():
            name, _, kind = word.replace("!", "").partition(":")
            kinds[name] = kind or "str"
            if "!" in word:
                required.add(name)
        object.__setattr__(self, "kinds", kinds)
        object.__setattr__(self, "required", frozenset(required))

    def accept(self, given: JSON) -> JSON:
        """Arguments in their types. Slack ignores what it does not know; here it is refused, to catch slips."""
        given = {name: value for name, value in given.items() if name in self.kinds or name not in UNIVERSAL}
        unknown = [name for name in given if name not in self.kinds]
        if unknown:
            raise Blocked("invalid_arguments", [f"unknown argument: {name}" for name in unknown])
        missing = [name for name in sorted(self.required) if given.get(name) in (None, "")]
        if missing:
            raise Blocked("invalid_arguments", [f"missing required field: {name}" for name in missing])
        return {name: _typed(name, self.kinds[name], value) for name, value in given.items() if value is not None}


def _typed(name: str, kind: str, value: Any) -> Any:
    try:
        match kind:
            case "json":
                return json.loads(value) if isinstance(value, str) else value
            case "bool":
                return str(value).lower() in ("1", "true", "t", "yes")
            case "int":
                return int(value)
            case "list":
                return value if isinstance(value, list) else [one for one in str(value).split(",") if one]
    except ValueError as error:
        raise Blocked("invalid_arguments", [f"{name}: must be {kind}"]) from error
    return value if isinstance(value, str) else str(value)


def page(call: Call, rows: list[JSON], key: str, *, usual: int = 100) -> JSON:
    """One page of a list and the cursor of the next."""
    start = read_cursor(call.args.get("cursor", ""))
    limit = call.args.get("limit") or usual
    if not 1 <= limit <= 1000:
        raise SlackRefusal("invalid_limit")
    more = start + limit < len(rows)
    return {
        key: rows[start : start + limit],
        "response_metadata": {"next_cursor": write_cursor(start + limit) if more else ""},
    }


def write_cursor(place: int) -> str:
    return base64.b64encode(f"next:{place}".encode()).decode()


def read_cursor(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next":
            raise SlackRefusal("invalid_cursor")
        return int(place)
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise SlackRefusal("invalid_cursor") from error
