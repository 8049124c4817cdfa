"""Reactions to messages."""

from __future__ import annotations

import re

from bot.sandbox.call import Call, Method
from bot.sandbox.channel import Channel
from bot.sandbox.message import Message
from bot.sandbox.refusal import JSON, SlackRefusal

NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")


def add(call: Call) -> JSON:
    channel, message = _target(call)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    name = _name(call)
    if call.app.user in message.reactions.get(name, ()):
        raise SlackRefusal("already_reacted")
    call.workspace.react(channel, message, call.app.user, name, added=True)
    return {}


def remove(call: Call) -> JSON:
    channel, message = _target(call)
    name = _name(call)
    if call.app.user not in message.reactions.get(name, ()):
        raise SlackRefusal("no_reaction")
    call.workspace.react(channel, message, call.app.user, name, added=False)
    return {}


def get(call: Call) -> JSON:
    channel, message = _target(call)
    return {"type": "message", "channel": channel.id, "message": message.json()}


def _target(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    return channel, call.message(channel, "timestamp")


def _name(call: Call) -> str:
    name: str = call.args["name"]
    if not NAME.fullmatch(name):
        raise SlackRefusal("invalid_name")
    return name


METHODS = (
    Method("reactions.add", add, scopes=("reactions:write",), args="channel! timestamp! name!"),
    Method("reactions.remove", remove, scopes=("reactions:write",), args="channel! timestamp! name!"),
    Method("reactions.get", get, scopes=("reactions:read",), args="channel! timestamp! full:bool"),
)
