"""Do-not-disturb: whether a message would make a sound now."""

from __future__ import annotations

from bot.sandbox.call import Call, Method
from bot.sandbox.directory import dnd_json
from bot.sandbox.refusal import JSON, SlackRefusal


def info(call: Call) -> JSON:
    member = call.workspace.members.get(call.args.get("user", ""))
    if member is None:
        raise SlackRefusal("user_not_found")
    return dnd_json(call.workspace, member)


def team_info(call: Call) -> JSON:
    users = call.args["users"]
    members = call.workspace.members
    return {"users": {user: dnd_json(call.workspace, members[user]) for user in users if user in members}}


METHODS = (
    Method("dnd.info", info, scopes=("dnd:read",), args="user team_id"),
    Method("dnd.teamInfo", team_info, scopes=("dnd:read",), args="users!:list team_id"),
)
