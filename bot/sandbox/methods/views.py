"""Modals and the Home tab.

https://docs.slack.dev/reference/methods/views.open and its neighbours.
"""

from __future__ import annotations

from bot.sandbox.call import Call, Method
from bot.sandbox.refusal import JSON, SlackRefusal
from bot.sandbox.state import opening
from bot.sandbox.surfaces import accept_view
from bot.sandbox.view import View
from bot.sandbox.workspace import Workspace


def open_view(call: Call) -> JSON:
    body = _accepted(call, "modal")
    view = make_view(call.workspace, call.triggers.redeem(call.args["trigger_id"]), body)
    call.workspace.views.open(view)
    return _shown(call, view)


def push(call: Call) -> JSON:
    body = _accepted(call, "modal")
    view = make_view(call.workspace, call.triggers.redeem(call.args["trigger_id"]), body)
    call.workspace.views.push(view)
    return _shown(call, view)


def update(call: Call) -> JSON:
    """By view_id or external_id; a stale hash is refused, so that nothing newer is overwritten."""
    view = _known(call)
    body = _accepted(call, view.body["type"], but=view)
    _fresh(call, view)
    view.becomes(body, new_hash(call.workspace))
    return _shown(call, view)


def publish(call: Call) -> JSON:
    user = call.args["user_id"]
    if user not in call.workspace.members:
        raise SlackRefusal("user_not_found")
    body = _accepted(call, "home", but=call.workspace.views.homes.get(user))
    view = call.workspace.views.homes.get(user)
    if view is None:
        view = make_view(call.workspace, user, body)
        call.workspace.views.keep_home(view)
    else:
        _fresh(call, view)
        view.becomes(body, new_hash(call.workspace))
    return _shown(call, view)


def make_view(workspace: Workspace, user: str, body: JSON) -> View:
    """A view nobody has touched yet; `body` has been accepted."""
    view_id = workspace.ids.mint("V0")
    app = workspace.app
    view = View(view_id, user, body, new_hash(workspace), workspace.team, app.id, app.bot_id, view_id)
    view.values = opening(view.blocks)
    return view


def new_hash(workspace: Workspace) -> str:
    return f"{workspace.seconds}.{workspace.ids.secret(8)}"


def _accepted(call: Call, kind: str, *, but: View | None = None) -> JSON:
    body = accept_view(call.args["view"], kind, call.workspace.ids)
    external = body.get("external_id")
    other = call.workspace.views.by_external(external) if external else None
    if other is not None and other is not but:
        raise SlackRefusal("duplicate_external_id")
    return body


def _known(call: Call) -> View:
    views = call.workspace.views
    if "view_id" in call.args:
        view = views.get(call.args["view_id"])
    else:
        view = views.by_external(call.args.get("external_id", ""))
    if view is None:
        raise SlackRefusal("not_found")
    return view


def _fresh(call: Call, view: View) -> None:
    if call.args.get("hash", view.hash) != view.hash:
        raise SlackRefusal("hash_conflict")


def _shown(call: Call, view: View) -> JSON:
    call.workspace.tell_pages("home" if view.body["type"] == "home" else "modal", (view.user,))
    return {"view": view.json()}


METHODS = (
    Method("views.open", open_view, args="trigger_id! view!:json"),
    Method("views.push", push, args="trigger_id! view!:json"),
    Method("views.update", update, args="view_id external_id view!:json hash"),
    Method("views.publish", publish, args="user_id! view!:json hash"),
)
