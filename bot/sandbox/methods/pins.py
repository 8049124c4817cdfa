"""Pinned messages of a channel."""

from __future__ import annotations

from bot.sandbox.call import Call, Method
from bot.sandbox.refusal import JSON, SlackRefusal

MOST = 100


def add(call: Call) -> JSON:
    channel = call.channel(member=True)
    message = call.message(channel, "timestamp")
    if message.ts in channel.pins:
        raise SlackRefusal("already_pinned")
    if len(channel.pins) >= MOST:
        raise SlackRefusal("too_many_pins")
    channel.pins[message.ts] = {"created": call.workspace.seconds, "created_by": call.app.user}
    message.pinned = True
    call.workspace.tell_pages(f"channel:{channel.id}", channel.members)
    return {}


def remove(call: Call) -> JSON:
    channel = call.channel(member=True)
    message = call.message(channel, "timestamp")
    if message.ts not in channel.pins:
        raise SlackRefusal("no_pin")
    del channel.pins[message.ts]
    message.pinned = False
    call.workspace.tell_pages(f"channel:{channel.id}", channel.members)
    return {}


def list_all(call: Call) -> JSON:
    channel = call.channel(member=True)
    items = [
        {"type": "message", "channel": channel.id, "message": channel.messages[ts].json(), **pin}
        for ts, pin in reversed(channel.pins.items())
    ]
    return {"items": items}


METHODS = (
    Method("pins.add", add, scopes=("pins:write",), args="channel! timestamp!"),
    Method("pins.remove", remove, scopes=("pins:write",), args="channel! timestamp!"),
    Method("pins.list", list_all, scopes=("pins:read",), args="channel!"),
)
