"""Channels: creating, naming, archiving, finding.

https://docs.slack.dev/reference/methods/conversations.create and its neighbours.
"""

from __future__ import annotations

import re

from bot.sandbox.call import READ, WRITE, Call, Method, page
from bot.sandbox.channel import Channel
from bot.sandbox.methods.chat import direct_messages
from bot.sandbox.methods.users import wanted_kinds
from bot.sandbox.refusal import JSON, SlackRefusal

LONGEST_NAME = 80
LONGEST_NOTE = 250
LOWER = re.compile(r"[^A-Z\s.]*")
ALLOWED = re.compile(r"[\w-]*")
WORDS = re.compile(r"[\W_]*")


def create(call: Call) -> JSON:
    is_private = bool(call.args.get("is_private"))
    call.needs("groups:write" if is_private else "channels:manage")
    name = accept_name(call, call.args.get("name", ""))
    channel = call.workspace.create(name, creator=call.app.user, is_private=is_private)
    return {"channel": channel.json(member=True)}


def rename(call: Call) -> JSON:
    """Only by whoever created it; archived channels keep their name."""
    channel = room(call)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if channel.creator != call.app.user:
        raise SlackRefusal("not_authorized")
    name = accept_name(call, call.args["name"])
    call.workspace.rename(channel, name, call.app.user)
    return {"channel": channel.json(member=True)}


def archive(call: Call) -> JSON:
    channel = room(call)
    if channel.is_general:
        raise SlackRefusal("cant_archive_general")
    if channel.is_archived:
        raise SlackRefusal("already_archived")
    call.workspace.archive(channel, call.app.user, archived=True)
    return {}


def unarchive(call: Call) -> JSON:
    """Documented as impossible with a bot token: archiving took the bot out of the channel."""
    channel = call.channel(scopes=WRITE)
    raise SlackRefusal("not_in_channel" if channel.is_archived else "not_archived")


def open_dm(call: Call) -> JSON:
    """The app's direct messages with one person, by user id or by the conversation's own id."""
    if "channel" in call.args:
        return {"channel": call.channel().json(member=True)}
    users = call.args.get("users", [])
    if not users:
        raise SlackRefusal("users_list_not_supplied")
    if len(users) > 1:
        call.needs("mpim:write")
    if users[0] not in call.workspace.members:
        raise SlackRefusal("user_not_found")
    known = "D0" + users[0].removeprefix("U0") in call.workspace.channels
    channel = direct_messages(call, users[0])
    shown = channel.json(member=True) if call.args.get("return_im") else {"id": channel.id}
    return {"channel": shown} | ({"no_op": True, "already_open": True} if known else {})


def info(call: Call) -> JSON:
    channel = call.channel(scopes=READ)
    return {"channel": _shown(call, channel, count=bool(call.args.get("include_num_members")))}


def list_all(call: Call) -> JSON:
    kinds = wanted_kinds(call)
    rows = [
        _shown(call, channel, count=True)
        for channel in call.workspace.channels.values()
        if channel.kind in kinds
        and (channel.kind == "channel" or call.app.user in channel.members)
        and not (call.args.get("exclude_archived") and channel.is_archived)
    ]
    return page(call, rows, "channels")


def set_topic(call: Call) -> JSON:
    return _set_note(call, "topic")


def set_purpose(call: Call) -> JSON:
    return _set_note(call, "purpose")


def room(call: Call) -> Channel:
    """A channel the app is in and may change: not a direct message."""
    channel = call.channel(scopes=WRITE)
    if channel.is_im:
        raise SlackRefusal("method_not_supported_for_channel_type")
    if call.app.user not in channel.members:
        raise SlackRefusal("not_in_channel")
    return channel


def accept_name(call: Call, name: str) -> str:
    """At most 80 of a-z 0-9 - _ (other scripts' letters pass, as in Slack); each slip has its own code."""
    if not name:
        raise SlackRefusal("invalid_name_required")
    if len(name) > LONGEST_NAME:
        raise SlackRefusal("invalid_name_maxlength")
    if WORDS.fullmatch(name):
        raise SlackRefusal("invalid_name_punctuation")
    if not LOWER.fullmatch(name) or not ALLOWED.fullmatch(name):
        raise SlackRefusal("invalid_name_specials")
    if not name.isascii():
        raise SlackRefusal("invalid_name")
    if name in call.workspace.channel_names:
        raise SlackRefusal("name_taken")
    return name


def _set_note(call: Call, which: str) -> JSON:
    channel = room(call)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    value = call.args.get(which, "")
    if len(value) > LONGEST_NOTE:
        raise SlackRefusal("too_long")
    call.workspace.set_note(channel, which, value, call.app.user)
    return {"channel": channel.json(member=True)}


def _shown(call: Call, channel: Channel, *, count: bool) -> JSON:
    return channel.json(member=call.app.user in channel.members, count=count)


MANAGE = ("channels:manage", "groups:write", "im:write")
SEE = ("channels:read", "groups:read", "im:read")
METHODS = (
    Method("conversations.create", create, scopes=MANAGE, args="name is_private:bool team_id"),
    Method("conversations.rename", rename, scopes=MANAGE, args="channel! name!"),
    Method("conversations.archive", archive, scopes=MANAGE, args="channel!"),
    Method("conversations.unarchive", unarchive, scopes=MANAGE, args="channel!"),
    Method(
        "conversations.open",
        open_dm,
        scopes=("im:write",),
        args="users:list channel return_im:bool prevent_creation:bool",
    ),
    Method(
        "conversations.info",
        info,
        scopes=SEE,
        args="channel! include_locale:bool include_num_members:bool",
    ),
    Method(
        "conversations.list",
        list_all,
        scopes=SEE,
        args="types:list exclude_archived:bool cursor limit:int team_id",
    ),
    Method("conversations.setTopic", set_topic, scopes=MANAGE, args="channel! topic"),
    Method("conversations.setPurpose", set_purpose, scopes=MANAGE, args="channel! purpose"),
)
