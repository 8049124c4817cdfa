"""Slack's side of the house: what people do there becomes calls of use cases, and is answered.

Thin: read a payload, call, answer. Promises that whatever arrives is acknowledged, also what nobody foresaw.
"""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp

from handlers import commands, errors, events, routes
from handlers.desk import Desk
from handlers.hearing import Ear

_ANY = re.compile(".*")


def register(app: AsyncApp, desk: Desk) -> None:
    """Let Bolt bring everything to its listener. The command answers to whatever name it was installed under."""
    app.error(errors.answering(desk))
    app.command(_ANY)(Ear(desk, commands.heard, at_once=commands.opens_form).heard)
    for action_id, listener in routes.ACTIONS.items():
        app.action(action_id)(Ear(desk, listener).heard)
    for callback_id, listener in routes.FORMS.items():
        app.view(callback_id)(Ear(desk, listener).heard)
    for callback_id, listener in routes.SHORTCUTS.items():
        app.shortcut(callback_id)(Ear(desk, listener).heard)
    for event, listener in routes.EVENTS.items():
        app.event(event)(Ear(desk, listener).heard)
    for catch in (app.action, app.view, app.shortcut, app.event):
        catch(_ANY)(Ear(desk, events.heeded).heard)
