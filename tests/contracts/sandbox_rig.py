"""A real Bolt app on a real socket, in front of the embedded workspace, with a clock that can be turned."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import shipped
from bot.sandbox import Sandbox

MANIFEST = shipped.manifest()


@dataclass
class TurnedClock:
    """Stands still until it is turned."""

    at: datetime = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Rig:
    """The workspace, a Web API client and a Bolt app whose listeners a test adds."""

    sandbox: Sandbox
    clock: TurnedClock
    client: AsyncWebClient
    app: AsyncApp
    heard: list[dict[str, Any]] = field(default_factory=list)
    handlers: list[AsyncSocketModeHandler] = field(default_factory=list)

    async def connect(self) -> AsyncSocketModeHandler:
        """Open one more socket."""
        handler = AsyncSocketModeHandler(self.app, self.sandbox.app_token)
        self.handlers.append(handler)
        await handler.connect_async()
        await self.sandbox.connected(len(self.handlers))
        return handler

    def hear(self, body: dict[str, Any]) -> None:
        """Note something the app heard."""
        self.heard.append(body)
        self.sandbox.stir.stir()

    async def until(self, holds: Callable[[], object]) -> None:
        await self.sandbox.until(holds)

    async def refused(self, method: str, **args: Any) -> str:
        """The code with which Slack refuses this call."""
        return str((await self.refusal(method, **args))["error"])

    async def refusal(self, method: str, **args: Any) -> dict[str, Any]:
        try:
            await self.client.api_call(method, json=args)
        except SlackApiError as error:
            return dict(error.response.data)
        raise AssertionError(f"{method} was accepted")


@asynccontextmanager
async def running(**manifest: Any) -> AsyncIterator[Rig]:
    """A started workspace; `without_scope` takes a scope out of the manifest."""
    given = json.loads(json.dumps(MANIFEST))
    scopes = given["oauth_config"]["scopes"]["bot"]
    scopes[:] = [*scopes, *manifest.get("also", ())]
    for scope in manifest.get("without", ()):
        scopes.remove(scope)
    clock = TurnedClock()
    sandbox = Sandbox(clock=clock, manifest=given)
    await sandbox.start()
    client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    app = AsyncApp(client=client, signing_secret=sandbox.signing_secret)
    rig = Rig(sandbox, clock, client, app)
    try:
        yield rig
    finally:
        for handler in rig.handlers:
            await handler.close_async()
        await sandbox.stop()


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(label: str, action_id: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": label}, **more}


def actions(*elements: dict[str, Any], block_id: str = "actions") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def asked(label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An input block whose block id is its label."""
    label_text = {"type": "plain_text", "text": label}
    return {"type": "input", "block_id": label, "label": label_text, "element": {"action_id": "it", **element}, **more}


def modal(*blocks: dict[str, Any], title: str = "Form", **more: Any) -> dict[str, Any]:
    words = {"type": "plain_text", "text": title}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": words,
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": list(blocks),
        **more,
    }


def option(words: str, value: str = "") -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": words}, "value": value or words}
