"""Who is in a channel: inviting, removing, joining, leaving."""

from __future__ import annotations

from bot.sandbox.call import READ, WRITE, Call, Method, page
from bot.sandbox.channel import Channel
from bot.sandbox.methods.conversations import MANAGE, SEE, room
from bot.sandbox.refusal import JSON, SlackRefusal

MOST_INVITED = 100


def invite(call: Call) -> JSON:
    """Refusals come per person; with `force` the others are invited all the same."""
    channel = room(call)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    users = list(dict.fromkeys(call.args["users"]))
    if len(users) > MOST_INVITED:
        raise SlackRefusal("too_many_users")
    refused = {user: error for user in users if (error := _refusal(call, channel, user))}
    welcome = [user for user in users if user not in refused]
    errors = [{"user": user, "ok": False, "error": error} for user, error in refused.items()]
    if refused and (not call.args.get("force") or not welcome):
        raise SlackRefusal(errors[0]["error"], errors=errors)
    for user in welcome:
        call.workspace.join(channel, user, inviter=call.app.user)
    return {"channel": channel.json(member=True)} | ({"errors": errors} if errors else {})


def kick(call: Call) -> JSON:
    channel = room(call)
    user = call.args["user"]
    if user == call.app.user:
        raise SlackRefusal("cant_kick_self")
    if user not in call.workspace.members:
        raise SlackRefusal("user_not_found")
    if channel.is_general:
        raise SlackRefusal("cant_kick_from_general")
    if user not in channel.members:
        raise SlackRefusal("not_in_channel")
    call.workspace.leave(channel, user)
    return {"errors": {}}


def join(call: Call) -> JSON:
    channel = call.channel()
    if channel.kind != "channel":
        raise SlackRefusal("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    already = call.app.user in channel.members
    call.workspace.join(channel, call.app.user)
    return {"channel": channel.json(member=True)} | ({"warning": "already_in_channel"} if already else {})


def leave(call: Call) -> JSON:
    channel = call.channel(scopes=WRITE)
    if channel.is_general:
        raise SlackRefusal("cant_leave_general")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if call.app.user not in channel.members:
        return {"not_in_channel": True}
    if len(channel.members) == 1:
        raise SlackRefusal("last_member")
    call.workspace.leave(channel, call.app.user)
    return {}


def members(call: Call) -> JSON:
    channel = call.channel(scopes=READ)
    answer = page(call, [{"id": user} for user in channel.members], "members")
    answer["members"] = [row["id"] for row in answer["members"]]
    return answer


def _refusal(call: Call, channel: Channel, user: str) -> str:
    """Why this person can't be invited, or nothing."""
    if user == call.app.user:
        return "cant_invite_self"
    member = call.workspace.members.get(user)
    if member is None:
        return "user_not_found"
    if member.deleted:
        return "user_disabled"
    if user in channel.members:
        return "already_in_channel"
    return "user_is_restricted" if member.person.is_guest else ""


METHODS = (
    Method("conversations.invite", invite, scopes=MANAGE, args="channel! users!:list force:bool"),
    Method("conversations.kick", kick, scopes=MANAGE, args="channel! user!"),
    Method("conversations.join", join, scopes=("channels:join",), args="channel!"),
    Method("conversations.leave", leave, scopes=MANAGE, args="channel!"),
    Method("conversations.members", members, scopes=SEE, args="channel! cursor limit:int"),
)
