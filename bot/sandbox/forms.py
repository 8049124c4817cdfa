"""Submitting and closing forms, and doing what the app's acknowledgement says."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.delivery import Ack, Delivery
from bot.sandbox.field_rules import complaints
from bot.sandbox.methods.views import make_view, new_hash
from bot.sandbox.payloads import Payloads
from bot.sandbox.refusal import JSON, SlackRefusal
from bot.sandbox.state import take
from bot.sandbox.surfaces import accept_view
from bot.sandbox.triggers import Triggers
from bot.sandbox.view import View
from bot.sandbox.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"


@dataclass(slots=True)
class Outcome:
    """How a gesture ended for the person: `errors` are field errors by block id."""

    ok: bool = True
    error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    payload: JSON | None = None


class Forms:
    """The forms in front of people, up to three deep."""

    def __init__(self, workspace: Workspace, delivery: Delivery, triggers: Triggers, payloads: Payloads) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self.triggers = triggers
        self.payloads = payloads

    async def submit(self, view: View, values: JSON | None = None) -> Outcome:
        """Send the form; what Slack itself refuses never reaches the app."""
        take(view.values, view.blocks, values)
        view.errors = complaints(view)
        if view.errors:
            self.moved(view)
            return Outcome(False, "invalid", dict(view.errors))
        ack = await self.delivery.send(self.payloads.submission(view, self.triggers.mint(view.user)))
        outcome = self._answered(view, ack)
        self.moved(view)
        return outcome

    async def close(self, view: View, *, everything: bool = False) -> Outcome:
        """Cancel one form, or the whole stack; the app hears of it only when it asked to."""
        closing = self.workspace.views.stack(view.user) if everything else [view]
        parcels = [self.payloads.closing(one, cleared=everything) for one in closing if one.body.get("notify_on_close")]
        self.workspace.views.clear(view.user) if everything else self.workspace.views.pop(view)
        self.moved(view)
        for parcel in parcels:
            await self.delivery.send(parcel)
        return Outcome()

    def moved(self, view: View) -> None:
        """Tell this person's pages."""
        self.workspace.tell_pages("home" if view.body["type"] == "home" else "modal", (view.user,))

    def _answered(self, view: View, ack: Ack) -> Outcome:
        """Do what the app's acknowledgement of a submission says."""
        if not ack.ok:
            view.trouble = TROUBLE
            return Outcome(False, ack.error)
        answer = ack.payload or {}
        try:
            return self._follow(view, answer)
        except SlackRefusal as refusal:
            ack.ok, ack.error = False, str(refusal)
            view.trouble = TROUBLE
            return Outcome(False, str(refusal))

    def _follow(self, view: View, answer: JSON) -> Outcome:
        workspace = self.workspace
        match answer.get("response_action"):
            case "errors":
                return _field_errors(view, answer.get("errors", {}))
            case "update":
                view.becomes(accept_view(answer.get("view"), "modal", workspace.ids), new_hash(workspace))
            case "push":
                body = accept_view(answer.get("view"), "modal", workspace.ids)
                workspace.views.push(make_view(workspace, view.user, body))
            case "clear":
                workspace.views.clear(view.user)
            case None:
                workspace.views.pop(view)
            case other:
                raise SlackRefusal(f"unknown response_action: {other}")
        return Outcome(payload=answer or None)


def _field_errors(view: View, errors: dict[str, str]) -> Outcome:
    known = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not errors or set(errors) - known:
        raise SlackRefusal(f"errors name no input block: {sorted(set(errors) - known)}")
    view.errors = dict(errors)
    return Outcome(False, "errors", dict(errors))
