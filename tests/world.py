"""The world a promise is tried in: the real bot over the embedded workspace, and a clock that can be turned.

Reads as a story: people declare, wait, press what they see, and look at what they were told.
Nothing is patched; every message crosses a real socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, select

from bot.app import App
from bot.clock import TurnableClock
from bot.demo.stage import Stage
from bot.domain.incident import Incident, IncidentId
from bot.domain.record import Record
from bot.engine.limits import Limits
from bot.ports import Patience
from bot.sandbox.people import Person
from bot.sandbox.screen import Seen
from bot.storage.database import normalised
from bot.storage.tables import audit
from bot.usecases import look

PATIENT = Patience(gesture=30.0, unattended=60.0, answer=40.0)
"""Promises are told apart by what happens, not by how much else the machine does; those about seconds ask for fewer."""

TUESDAY_MORNING = datetime(2026, 3, 10, 9, 2, tzinfo=UTC)  # 10:02 in Rome


class Colleague:
    """One person at work: after each thing they do, everything it caused has happened."""

    def __init__(self, world: World, person: Person) -> None:
        self._world = world
        self.in_slack = person

    @property
    def form(self):
        return self.in_slack.form

    @property
    def home(self):
        return self.in_slack.home

    @property
    def phone(self):
        return self.in_slack.phone

    @property
    def channels(self) -> list[str]:
        return self.in_slack.channels

    @property
    def ephemerals(self) -> list[Seen]:
        return self.in_slack.ephemerals

    def sees(self, channel: str = "dm") -> list[Seen]:
        return self.in_slack.sees(channel)

    def sees_pinned(self, channel: str) -> list[Seen]:
        return self.in_slack.sees_pinned(channel)

    def reads(self, channel: str = "dm") -> str:
        """Everything there, as one text."""
        return "\n".join(f"{seen.text}\n{seen.plain}" for seen in self.sees(channel))

    async def types(self, text: str, channel: str = "general"):
        return await self._then_settle(self.in_slack.types(text, channel))

    async def presses(self, label: str, in_=None, *, home: bool = False):
        return await self._then_settle(self.in_slack.presses(label, in_, home=home))

    async def chooses(self, label: str, option, in_=None, *, home: bool = False):
        return await self._then_settle(self.in_slack.chooses(label, option, in_, home=home))

    async def fills(self, values: dict[str, object]) -> None:
        await self._then_settle(self.in_slack.fills(values))

    async def submits(self) -> dict[str, str]:
        return await self._then_settle(self.in_slack.submits())

    async def closes(self) -> None:
        while self.form is not None:
            await self._then_settle(self.in_slack.cancels(everything=True))

    async def reacts(self, name: str, message: Seen):
        return await self._then_settle(self.in_slack.reacts(name, message))

    async def leaves(self, channel: str) -> None:
        await self._then_settle(self.in_slack.leaves(channel))

    async def opens_home(self):
        return await self._then_settle(self.in_slack.opens_home())

    async def shortcut(self, callback_id: str):
        return await self._then_settle(self.in_slack.shortcut(callback_id))

    async def message_shortcut(self, callback_id: str, message: Seen):
        return await self._then_settle(self.in_slack.message_shortcut(callback_id, message))

    async def hands_over(self, *, to: str) -> None:
        """Their page, by the form that an Italian reads; by command when its message no longer offers it."""
        await self.presses("Passa a…", "dm")
        await self.fills({"A chi": to})
        assert not await self.submits()

    async def texts(self, body: str) -> str:
        """Reply to the last SMS; what came back."""
        return await self._then_settle(self.phone.replies(body))

    async def _then_settle(self, gesture):
        outcome = await gesture
        await self._world.settles()
        return outcome


@dataclass
class World:
    """A stage with words for what people do on it."""

    stage: Stage

    @property
    def sandbox(self):
        return self.stage.sandbox

    @property
    def clock(self) -> TurnableClock:
        return self.stage.clock

    @property
    def core(self):
        return self.stage.app.core

    def person(self, name: str) -> Colleague:
        return Colleague(self, self.sandbox.person(name.lower()))

    def phone(self, name: str):
        return self.person(name).phone

    async def waits(self, *, minutes: float = 0, seconds: float = 0) -> None:
        await self.stage.wait(timedelta(minutes=minutes, seconds=seconds))

    async def settles(self) -> None:
        await self.stage.settled()

    async def declares(self, who: str, title: str, fields: dict[str, object] | None = None) -> Record:
        """Through the form, as most people would; fields by their label in the person's language."""
        person = self.person(who)
        await person.types(f"/crisis {title}")
        if fields:
            await person.fills(fields)
        errors = await person.submits()
        assert not errors, errors
        await person.closes()
        return await self.newest()

    async def newest(self) -> Record:
        """The record of the incident declared last."""
        async with self.core.store.reading() as tx:
            recent: tuple[Incident, ...] = await tx.recent_incidents(1)
        return await self.record(recent[0].id)

    async def record(self, incident: IncidentId) -> Record:
        return await look.record(self.core, incident)

    async def incidents(self) -> tuple[Incident, ...]:
        async with self.core.store.reading() as tx:
            return await tx.recent_incidents(100)

    async def audits(self) -> list[Any]:
        """Who saw or changed what, oldest first, as an auditor reads it in the database."""
        engine = create_engine(normalised(self.stage.app.settings.database_url))
        try:
            with engine.connect() as connection:
                return list(connection.execute(select(audit).order_by(audit.c.id)))
        finally:
            engine.dispose()

    async def holder(self) -> str | None:
        """Who has the newest incident's page."""
        ladder = (await self.newest()).ladder
        assert ladder, "nobody was called"
        return ladder.acknowledged_by

    async def room(self) -> str:
        """The name of the newest incident's channel."""
        name = (await self.newest()).incident.room.channel_name
        assert name, "the incident has no channel yet"
        return name

    def last_page(self, who: str) -> Seen:
        """The newest message the bot wrote to a person."""
        return self.person(who).sees("dm")[-1]

    def pages(self, who: str) -> list[Seen]:
        return self.person(who).sees("dm")

    async def card(self, who: str) -> Seen:
        """The pinned card of the newest incident, as a person sees it."""
        return self.person(who).sees_pinned(await self.room())[0]

    async def crashes(self) -> None:
        """The process dies where it stands: nothing on its way ends, nothing is handed over, nobody is told."""
        app = self.stage.app
        dying = [app._dispatching, app._warming, *app.dispatcher._in_flight, *app.ears.desk.memory._tasks]
        for task in dying:
            task.cancel()
        await asyncio.gather(*dying, return_exceptions=True)
        await app.stop()

    async def starts_again(self) -> None:
        """A new process on the same record, in the same workspace and at the same address."""
        settings = self.stage.app.settings
        app = await App.build(settings, clock=self.clock, limits=Limits({}), patience=self.core.patience)
        self.stage.app = app
        self.sandbox.next_deadline = app.store.next_wake
        await app.start()
        await self.sandbox.connected()
        await app.known_people()


Worlds = Callable[..., Awaitable[World]]
"""Makes a world with options, as the `worlds` fixture gives it."""
