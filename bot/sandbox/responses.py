"""Answers to a gesture through its response_url, or inside the acknowledgement of a command.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import json

from aiohttp import web

from bot.sandbox.blocks import accept_message
from bot.sandbox.channel import Channel
from bot.sandbox.faults import Faults
from bot.sandbox.message import Message
from bot.sandbox.metadata import accept_metadata
from bot.sandbox.refusal import JSON, SlackRefusal
from bot.sandbox.triggers import ResponseUrl, Triggers
from bot.sandbox.web_api import broken
from bot.sandbox.workspace import Workspace

KNOWN = frozenset(
    "text blocks attachments response_type replace_original delete_original thread_ts metadata mrkdwn "
    "unfurl_links unfurl_media".split()
)


class Responses:
    """Serves `/commands/…`, `/actions/…` and `/app/…`."""

    def __init__(self, workspace: Workspace, triggers: Triggers, faults: Faults) -> None:
        self._workspace = workspace
        self._triggers = triggers
        self._faults = faults

    async def serve(self, request: web.Request) -> web.StreamResponse:
        await self._faults.delay("response_url")
        fault = self._faults.take("response_url")
        path = f"{request.match_info['kind']}/{request.match_info['secret']}"
        if fault is not None and not fault.kind.startswith("half"):
            return await broken(fault, request, self._faults)
        response = self._receive(path, await request.text())
        return response if fault is None else await broken(fault, request, self._faults)

    def reply(self, path: str, payload: JSON) -> None:
        """Write an answer where the gesture was made; refuses what Slack refuses."""
        self._write(self._triggers.use(path), payload)

    def _receive(self, path: str, body: str) -> web.Response:
        try:
            self.reply(path, json.loads(body))
        except json.JSONDecodeError:
            return web.Response(status=400, text="invalid_payload")
        except SlackRefusal as refusal:
            gone = refusal.code in ("used_url", "expired_url", "no_active_hooks")
            return web.json_response(refusal.answer(), status=404 if gone else 400)
        return web.Response(text="ok")

    def _write(self, url: ResponseUrl, payload: JSON) -> None:
        unknown = sorted(set(payload) - KNOWN)
        if unknown:
            raise SlackRefusal("invalid_payload", unknown=unknown)
        channel = self._workspace.channels[url.channel]
        original = self._original(channel, url)
        if payload.get("delete_original"):
            self._delete(channel, original)
        elif payload.get("replace_original") and original is not None:
            self._replace(channel, original, payload)
        else:
            self._post(channel, url, payload)

    def _original(self, channel: Channel, url: ResponseUrl) -> Message | None:
        if url.message is None:
            return None
        mine = channel.ephemerals.get(url.user, [])
        return channel.messages.get(url.message) or next((one for one in mine if one.ts == url.message), None)

    def _delete(self, channel: Channel, original: Message | None) -> None:
        if original is None:
            raise SlackRefusal("message_not_found")
        if original.ephemeral_to is None:
            self._workspace.delete(channel, original)
            return
        channel.ephemerals[original.ephemeral_to].remove(original)
        self._workspace.tell_pages(f"channel:{channel.id}", (original.ephemeral_to,))

    def _replace(self, channel: Channel, original: Message, payload: JSON) -> None:
        content = self._content(payload)
        before = original.json()
        original.text, original.blocks = content["text"], content["blocks"]
        original.attachments = content["attachments"]
        original.edited = {"user": original.user, "ts": self._workspace.stamps.next()}
        if original.ephemeral_to is None:
            self._workspace.changed(channel, original, before)
        else:
            self._workspace.tell_pages(f"channel:{channel.id}", (original.ephemeral_to,))

    def _post(self, channel: Channel, url: ResponseUrl, payload: JSON) -> None:
        content = self._content(payload)
        text = content.pop("text")
        content["thread_ts"] = payload.get("thread_ts") or url.thread_ts
        author = self._workspace.app.user
        if payload.get("response_type") == "in_channel":
            self._workspace.post(channel, author, text, **content)
        else:
            self._workspace.post_ephemeral(channel, author, url.user, text, **content)

    def _content(self, payload: JSON) -> JSON:
        text = payload.get("text") or ""
        blocks = accept_message(payload.get("blocks") or [], self._workspace.ids)
        if not text and not blocks and not payload.get("attachments"):
            raise SlackRefusal("no_text")
        content: JSON = {"text": text, "blocks": blocks, "attachments": payload.get("attachments") or []}
        if payload.get("metadata"):
            content["metadata"] = accept_metadata(payload["metadata"])
        return content
