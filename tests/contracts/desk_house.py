"""A desk to try listeners at: the real Bolt over the embedded workspace, a real store, a clock that stands still.

No dispatcher runs, so what is seen is what listeners themselves answered. Work that a listener goes on with after
its acknowledgement is waited for, never slept for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot.clock import SystemIds, TurnableClock
from bot.domain.incident import IncidentId, Report
from bot.domain.record import Record
from bot.domain.team import TeamDocument
from bot.ports import Core, Patience
from bot.sandbox.people import Person
from bot.sandbox.screen import FormView, Seen
from bot.sandbox.server import Sandbox
from bot.shipped import manifest
from bot.storage.store import SqlStore
from bot.usecases import declare, look, plan
from handlers.desk import Desk
from handlers.directory import Directory
from messages.blocks import Message
from messages.words import languages
from tests.domain.example_company import VENTURA
from tests.world import PATIENT

TUESDAY_MORNING = datetime(2026, 3, 10, 9, 2, tzinfo=UTC)  # 10:02 in Rome


@dataclass
class Answer:
    """What Slack was told in acknowledgement."""

    status: int
    body: dict[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(self.body, ensure_ascii=False)


@dataclass
class DeskHouse:
    """One bot, as far as its listeners go."""

    sandbox: Sandbox
    store: SqlStore
    desk: Desk
    bolt: AsyncApp

    @property
    def core(self) -> Core:
        return self.desk.core

    def person(self, name: str) -> Person:
        return self.sandbox.person(name)

    def form(self, who: str) -> FormView:
        """The form on top of their screen."""
        form = self.person(who).form
        assert form is not None, f"{who} has no form open"
        return form

    async def types(self, who: str, text: str, channel: str = "general") -> None:
        await self.person(who).types(text, channel)
        await self.settles()

    async def presses(self, who: str, label: str, in_: Any = None, *, home: bool = False) -> None:
        outcome = await self.person(who).presses(label, in_, home=home)
        assert outcome.ok, outcome
        await self.settles()

    async def submits(self, who: str) -> dict[str, str]:
        errors = await self.person(who).submits()
        await self.settles()
        return errors

    async def settles(self) -> None:
        """Return when every event was heard and every listener has ended."""
        await self.sandbox.quiet()
        await self.desk.memory.settled()

    async def hears(self, body: dict[str, Any]) -> Answer:
        """Bring one payload to Bolt, as a socket would, and take its answer."""
        response = await self.bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        said = response.body if response.body.startswith("{") else "{}"
        return Answer(response.status, json.loads(said))

    async def declared(self, title: str = "casse bloccate", *, by: str = "U0MARTA", **fields: Any) -> Record:
        """An incident, straight from its use case."""
        report = Report(title, **{"severity": 1, **fields})
        found = await declare.declare(self.core, report, by=by, gesture=f"test:{title}")
        return await self.record(found.incident)

    async def record(self, incident: int) -> Record:
        return await look.record(self.core, IncidentId(incident))

    async def room_of(self, record: Record, *members: str) -> str:
        """The incident's channel, as if it had just been opened; its name."""
        from bot.usecases.room import use_channel

        workspace = self.sandbox.workspace
        channel = workspace.create(f"inc-{record.incident.id:04d}", creator=workspace.app.user, is_private=False)
        for name in members:
            channel.members[self.person(name).user_id] = None
        await use_channel(self.core, record.incident.id, channel.id, channel.name, by=record.incident.reporter)
        return channel.name

    async def posts(self, message: Message, *, to: str | None = None, channel: str = "general") -> Seen:
        """The bot's message, for somebody to press a button in."""
        place = self.person(to).user_id if to else self._channel(channel)
        posted = await self.desk.slack.chat_postMessage(channel=place, text=message.text, blocks=message.blocks)
        seen = self.person(to).sees("dm") if to else self.person("anna").sees(channel)
        return next(each for each in seen if each.ts == posted["ts"])

    def _channel(self, name: str) -> str:
        found = self.sandbox.workspace.channel_named(name)
        assert found is not None
        return found.id

    def told_all(self, who: str) -> str:
        return "\n".join(seen.plain for seen in self.person(who).ephemerals)

    def told(self, who: str) -> str:
        """The newest thing only this person was shown."""
        return self.person(who).ephemerals[-1].plain


@asynccontextmanager
async def desk_house(
    database_url: str, *, document: TeamDocument | None = VENTURA, warm: bool = True, patience: Patience = PATIENT
) -> AsyncIterator[DeskHouse]:
    clock = TurnableClock(TUESDAY_MORNING, frozen=True)
    sandbox = Sandbox(clock=clock, manifest=manifest())
    await sandbox.start()
    store = await SqlStore.open(
        database_url,
        secret_keys=("a test keeps no secrets",),
        public_url="http://127.0.0.1:1",
        time_zone="Europe/Rome",
        languages=languages(),
        patience=patience,
    )
    core = Core(store, clock, SystemIds(), patience=patience)
    sandbox.delivery.patience = patience.answer + 0.7
    slack = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
    desk = Desk(core, slack, "http://127.0.0.1:1", Directory(slack, core))
    bolt = AsyncApp(client=slack, signing_secret=sandbox.signing_secret)
    handlers.register(bolt, desk)
    socket = AsyncSocketModeHandler(bolt, sandbox.app_token)
    if document is not None:
        await plan.save_document(core, document, by="test")
    if warm:
        await desk.directory.warm()
    await socket.connect_async()
    await sandbox.delivery.sockets.connected()
    house = DeskHouse(sandbox, store, desk, bolt)
    try:
        yield house
    finally:
        await asyncio.wait_for(house.settles(), PATIENT.answer)
        await socket.close_async()
        await sandbox.stop()
        await store.close()
