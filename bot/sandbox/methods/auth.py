"""Who the app is here, and where its socket connects."""

from __future__ import annotations

from bot.sandbox.call import Call, Method
from bot.sandbox.refusal import JSON


def auth_test(call: Call) -> JSON:
    workspace = call.workspace
    return {
        "url": workspace.url + "/",
        "team": workspace.cast.workspace,
        "user": call.app.handle,
        "team_id": workspace.team,
        "user_id": call.app.user,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(call: Call) -> JSON:
    """A socket address that works once."""
    return {"url": call.delivery.sockets.ticket(call.workspace.url)}


def team_info(call: Call) -> JSON:
    workspace = call.workspace
    team = {"id": workspace.team, "name": workspace.cast.workspace, "domain": workspace.cast.domain}
    return {"team": team | {"email_domain": "", "icon": {"image_default": True}, "url": workspace.url + "/"}}


METHODS = (
    Method("auth.test", auth_test),
    Method("apps.connections.open", connections_open, scopes=("connections:write",), token="app"),
    Method("team.info", team_info, scopes=("team:read",), args="team domain"),
)
