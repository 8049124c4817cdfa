"""Accounts: who they are, and which conversations they are in."""

from __future__ import annotations

from bot.sandbox.call import READ, Call, Method, page
from bot.sandbox.directory import bot_json
from bot.sandbox.refusal import JSON, SlackRefusal

TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def info(call: Call) -> JSON:
    return {"user": _user(call, call.args["user"])}


def list_all(call: Call) -> JSON:
    everyone = [_user(call, user) for user in (*call.workspace.members, call.app.user)]
    return page(call, everyone, "members") | {"cache_ts": call.workspace.seconds}


def lookup_by_email(call: Call) -> JSON:
    user = call.workspace.emails.get(call.args["email"].strip().lower())
    if user is None or call.workspace.members[user].deleted:
        raise SlackRefusal("users_not_found")
    return {"user": _user(call, user)}


def conversations(call: Call) -> JSON:
    """The app's own conversations, or those it shares with a person."""
    user = call.args.get("user", call.app.user)
    if user != call.app.user and user not in call.workspace.members:
        raise SlackRefusal("user_not_found")
    kinds = wanted_kinds(call)
    rows = [
        channel.json(member=True)
        for channel in call.workspace.visible_to(user)
        if channel.kind in kinds
        and (channel.kind == "channel" or call.app.user in channel.members)
        and not (call.args.get("exclude_archived") and channel.is_archived)
    ]
    return page(call, rows, "channels")


def wanted_kinds(call: Call) -> set[str]:
    """The kinds of conversation an argument `types` asks for, each with its scope."""
    names = call.args.get("types") or ["public_channel"]
    if any(name not in TYPES for name in names):
        raise SlackRefusal("invalid_types")
    kinds = {TYPES[name] for name in names}
    for kind in sorted(kinds & READ.keys()):
        call.needs(READ[kind])
    return kinds


def _user(call: Call, user: str) -> JSON:
    locale = bool(call.args.get("include_locale"))
    if user == call.app.user:
        return bot_json(call.app, call.workspace.team, locale=locale)
    if user not in call.workspace.members:
        raise SlackRefusal("user_not_found")
    email = "users:read.email" in call.app.scopes
    return call.workspace.user_json(call.workspace.members[user], email=email, locale=locale)


METHODS = (
    Method("users.info", info, scopes=("users:read",), args="user! include_locale:bool"),
    Method("users.list", list_all, scopes=("users:read",), args="cursor limit:int include_locale:bool team_id"),
    Method("users.lookupByEmail", lookup_by_email, scopes=("users:read.email",), args="email!"),
    Method(
        "users.conversations",
        conversations,
        scopes=("channels:read", "groups:read", "im:read"),
        args="user types:list exclude_archived:bool cursor limit:int team_id",
    ),
)
