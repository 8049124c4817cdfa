"""One thing a person did, and the ways of answering them.

Promises one acknowledgement, after which there is no hurry any more; that an answer reaches the person wherever
they acted, in their eyes alone. Slack gives three seconds; whoever is slower than ours says "not recorded".
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.ports import Core
from handlers.desk import Desk
from handlers.memory import Acknowledgement
from handlers.payload import Kind, Payload
from handlers.reader import Reader
from messages.actions import pack, unpack
from messages.blocks import Message, View
from messages.words import Words

Acknowledge = Callable[..., Awaitable[Any]]
Listener = Callable[["Gesture"], Awaitable[None]]

SLACK_FAILURES: Final = (SlackClientError, ClientError, TimeoutError, OSError)
_OUTWARD: Final = 5  # seconds for one direct call
_CARRIED: Final = 2000  # characters of facts, as ``actions.pack`` allows


class FormLost(Exception):
    """Slack would not open a form: its three seconds were over, or Slack itself was gone."""


class Gesture:
    """What a listener is given."""

    def __init__(
        self, desk: Desk, payload: Payload, reader: Reader, acknowledge: Acknowledge, limit: asyncio.Timeout
    ) -> None:
        self.desk = desk
        self.payload = payload
        self.reader = reader
        self.answer: Acknowledgement | None = None
        self._acknowledge = acknowledge
        self._limit = limit

    @property
    def core(self) -> Core:
        return self.desk.core

    @property
    def words(self) -> Words:
        return self.reader.words

    @property
    def by(self) -> str:
        """The Slack user id of whoever acts, as use cases take it."""
        return self.reader.slack

    @property
    def key(self) -> str:
        return self.payload.key

    async def ack(self, **answer: Any) -> None:
        """Tell Slack that it is done. Only the first time counts."""
        if self.answer is not None:
            return
        self.answer = answer
        self._limit.reschedule(None)
        self.desk.memory.answered(self.key, answer)
        await self._acknowledge(**answer)

    async def tell(self, message: Message) -> None:
        """Answer the person, in their eyes alone. A command's answer travels with its acknowledgement."""
        if self.payload.kind is Kind.COMMAND and self.answer is None:
            await self.ack(response_type="ephemeral", text=message.text, blocks=message.blocks)
            return
        await self.ack()
        await privately(self.desk, self.payload, message)

    async def say(self, sentence: str) -> None:
        await self.tell(Message.of(sentence))

    async def show(self, view: View) -> None:
        """Show a form: in place of the one that was submitted or pressed in, else on top.

        Raises ``FormLost`` when Slack doesn't.
        """
        view = self._remembering(view)
        if self.payload.kind is Kind.VIEW and self.answer is None:
            await self.ack(response_action="update", view=view)
            return
        await self.ack()
        try:
            async with asyncio.timeout(_OUTWARD):
                await self._open(view)
        except SLACK_FAILURES as failure:
            raise FormLost(_code(failure)) from failure

    async def _open(self, view: View) -> None:
        slack, payload = self.desk.slack, self.payload
        if payload.kind is Kind.ACTION and payload.in_form:
            await slack.views_update(view_id=str(payload.view.get("id")), view=view)
        else:
            await slack.views_open(trigger_id=payload.trigger_id, view=view)

    def _remembering(self, view: View) -> View:
        """The form keeps where its command was typed, so that what it leads to can be answered there."""
        url = self.payload.response_url
        if not url or self.payload.kind is Kind.ACTION:
            return view
        kept = {**unpack(view.get("private_metadata")), "url": url, "channel": self.payload.channel}
        return {**view, "private_metadata": pack(**kept)} if _fits(kept) else view


def _fits(facts: dict[str, int | str]) -> bool:
    """Whether a form can carry them; a long text that it carries already leaves no room."""
    return len(json.dumps(facts, ensure_ascii=False)) < _CARRIED


async def privately(desk: Desk, payload: Payload, message: Message) -> None:
    """An answer in one person's eyes alone: where they acted, else in their direct messages."""
    async with asyncio.timeout(_OUTWARD):
        if payload.response_url:
            await _respond(payload.response_url, message)
        elif payload.kind is Kind.EVENT and payload.channel and not payload.channel.startswith("D"):
            await desk.slack.chat_postEphemeral(
                channel=payload.channel, user=payload.user, text=message.text, blocks=message.blocks
            )
        else:
            await desk.slack.chat_postMessage(
                channel=payload.user, text=message.text, blocks=message.blocks, unfurl_links=False
            )


async def _respond(url: str, message: Message) -> None:
    """https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""
    client = AsyncWebhookClient(url, timeout=_OUTWARD)
    answer = await client.send_dict(
        {
            "text": message.text,
            "blocks": message.blocks,
            "response_type": "ephemeral",
            "replace_original": False,
            "unfurl_links": False,
        }
    )
    if answer.status_code >= 400:
        raise SlackClientError(f"response_url: {answer.status_code}")


def _code(failure: BaseException) -> str:
    if isinstance(failure, SlackApiError):
        return str(failure.response.get("error") or "unknown")
    return type(failure).__name__
