"""Where Slack is heard: over a socket that we open, or as posts to our own web server.

Promises that whoever was heard is answered before the ears are closed, as long as Slack itself would wait, and that
nothing is heard after that. Learns who people are, and keeps whom to call when the record itself fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib import import_module

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import Response

import handlers
from bot.errors import NotRecorded
from bot.ports import Core
from bot.settings import Settings, revealed
from bot.usecases import look
from handlers.desk import Desk
from handlers.directory import Directory
from messages.words import languages, words_for


class Ears:
    """One process's. Built closed: ``open``, later ``close``. ``events`` hears what Slack posts, where it does."""

    def __init__(self, settings: Settings, core: Core, slack: AsyncWebClient) -> None:
        self.directory = Directory(slack, core)
        self.desk = Desk(core, slack, settings.links_begin_with, self.directory)
        self._core = core
        self._closed = False
        self._bolt = AsyncApp(
            name="anticrisi",  # unnamed, Bolt looks through every module to find who called it
            client=slack,
            signing_secret=revealed(settings.slack_signing_secret) or None,
            authorize=_authorising(revealed(settings.slack_bot_token), self.directory),
        )
        handlers.register(self._bolt, self.desk)
        self.socket = self._socket_mode(revealed(settings.slack_app_token))
        self.events = self._posted() if settings.slack_signing_secret else None

    async def open(self) -> None:
        """Hear from now on."""
        if self.socket is not None:
            await self.socket.connect_async()  # type: ignore[no-untyped-call]  # Bolt's own

    async def close(self) -> None:
        """Hear nothing more, and let whoever was heard be answered."""
        self._closed = True
        if self.socket is not None:
            await self.socket.close_async()  # type: ignore[no-untyped-call]  # Bolt's own
        with suppress(TimeoutError):
            async with asyncio.timeout(self._core.patience.answer):
                await self.heard()

    async def connected(self) -> bool:
        """Whether Slack can tell us anything. Over HTTP it is Slack that knows."""
        return self.socket is None or await self.socket.client.is_connected()

    async def heard(self) -> None:
        """Return once every listener that was begun has ended."""
        await self.desk.memory.settled()

    async def warm(self) -> None:
        """What the first gesture would wait for otherwise."""
        await self._learn_people()
        for language in languages():
            await asyncio.to_thread(words_for, language)
        await asyncio.to_thread(import_module, "phonenumbers")

    async def remember_people(self) -> None:
        """Whom to call when the record itself fails is known before it does. Raises ``NotRecorded``."""
        self.desk.memory.roster = await look.roster(self._core)

    async def _learn_people(self) -> None:
        """Names, languages and time zones from Slack; without them people are greeted in the team's language."""
        await self.directory.warm()
        with suppress(NotRecorded):  # the next gesture, or whoever asks how we are, brings it
            await self.remember_people()

    def _socket_mode(self, token: str) -> AsyncSocketModeHandler | None:
        if not token:
            return None
        handler = AsyncSocketModeHandler(self._bolt, token)
        handler.client.on_message_listeners.append(self._note_arrival)
        return handler

    async def _note_arrival(self, message: object) -> None:
        self._core.gestures.arrives()

    def _posted(self) -> Callable[[Request], Awaitable[Response]]:
        bolt = AsyncSlackRequestHandler(self._bolt)

        async def hear(request: Request) -> Response:
            if self._closed:
                return Response(status_code=503)  # Slack comes again, and finds another replica
            with self._core.gestures.waiting():
                return await bolt.handle(request)

        return hear


def _authorising(token: str, directory: Directory) -> Callable[..., Awaitable[AuthorizeResult]]:
    """One workspace, one token. Bolt's own way asks Slack first, and refuses every gesture while Slack is down."""

    async def authorise(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_token=token,
            bot_user_id=directory.me or None,
        )

    return authorise
