"""User groups and who is in them."""

from __future__ import annotations

from bot.sandbox.call import Call, Method
from bot.sandbox.directory import group_json
from bot.sandbox.refusal import JSON, SlackRefusal


def list_all(call: Call) -> JSON:
    users, count = bool(call.args.get("include_users")), bool(call.args.get("include_count"))
    groups = call.workspace.cast.groups
    return {"usergroups": [group_json(call.workspace, group, users=users, count=count) for group in groups]}


def users_list(call: Call) -> JSON:
    for group in call.workspace.cast.groups:
        if group.group_id == call.args["usergroup"]:
            return {"users": [call.workspace.names[name] for name in group.members]}
    raise SlackRefusal("no_such_subteam")


METHODS = (
    Method(
        "usergroups.list",
        list_all,
        scopes=("usergroups:read",),
        args="include_users:bool include_count:bool include_disabled:bool team_id",
    ),
    Method(
        "usergroups.users.list",
        users_list,
        scopes=("usergroups:read",),
        args="usergroup! include_disabled:bool team_id",
    ),
)
