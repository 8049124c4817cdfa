"""Slack's side of the house: what people do there becomes calls of use cases, and is answered.

Thin: read a payload, call, answer. Promises that whatever arrives is acknowledged, also what nobody foresaw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slack_bolt.async_app import AsyncApp

from handlers import commands, errors, events, routes
from handlers.desk import Desk
from handlers.gesture import Gesture, Listener
from handlers.hearing import Ear

_ANY = re.compile(".*")


def register(app: AsyncApp, desk: Desk) -> None:
    """Let Bolt bring everything to its listener. The command answers to whatever name it was installed under.

    Bolt asks its listeners in turn, and each time prepares all that a listener may want: it has one for each way of
    speaking to us, and our tables know the rest.
    """
    app.error(errors.answering(desk))
    app.command(_ANY)(Ear(desk, commands.heard, at_once=commands.opens_form).heard)
    for listen, table in (
        (app.action, routes.ACTIONS),
        (app.view, routes.FORMS),
        (app.shortcut, routes.SHORTCUTS),
        (app.event, routes.EVENTS),
    ):
        listen(_ANY)(Ear(desk, _led_by(table)).heard)


def _led_by(table: Mapping[str, Listener]) -> Listener:
    """Where the gesture's own name leads; what nobody foresaw is heeded."""

    async def lead(gesture: Gesture) -> None:
        await table.get(gesture.payload.name, events.heeded)(gesture)

    return lead
