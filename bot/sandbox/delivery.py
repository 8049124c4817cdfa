"""Bringing what happened to the app: over its sockets, or signed to its request url.

A delivery is acknowledged within three seconds or it failed. Failed events are sent again three times
(at once, after a minute, after five); gestures are not: the person is told instead.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from bot.sandbox.clockwork import Alarms, Clock, Stir, Tasks
from bot.sandbox.ids import Ids
from bot.sandbox.refusal import JSON
from bot.sandbox.sockets import Sockets
from bot.sandbox.webhook import Webhook

PATIENCE = 3.0
RETRY_AFTER = (0.0, 60.0, 300.0)
"""https://docs.slack.dev/apis/events-api#retries"""


@dataclass(slots=True)
class Parcel:
    """One delivery: `kind` as Socket Mode names it (slash_commands, interactive, events_api)."""

    kind: str
    name: str
    payload: JSON
    user: str = ""
    accepts_response: bool = False
    retry: int = 0
    retry_reason: str = ""


@dataclass(slots=True)
class Ack:
    """How one delivery ended. `late`: the answer came, after Slack had given up."""

    kind: str
    name: str
    user: str
    retry: int
    latency: float = 0.0
    ok: bool = False
    late: bool = False
    error: str = ""
    payload: JSON | None = None


class Transport(Protocol):
    """One way to the app. `carry` returns its answer; raises ConnectionError when nobody listens or it refuses."""

    async def carry(self, parcel: Parcel) -> JSON | None: ...


class Delivery:
    """Sends parcels and keeps the account of how they were received."""

    def __init__(self, *, ids: Ids, clock: Clock, tasks: Tasks, alarms: Alarms, signing_secret: str) -> None:
        self.sockets = Sockets(ids)
        self.webhook = Webhook(signing_secret)
        self.patience = PATIENCE
        self.stir = Stir()
        self.acks: list[Ack] = []
        self._tasks = tasks
        self._carrying = Tasks()
        self._alarms = alarms
        self._clock = clock

    @property
    def transport(self) -> Transport:
        return self.webhook if self.webhook.url else self.sockets

    async def send(self, parcel: Parcel) -> Ack:
        """Deliver once; returns when acknowledged, refused, or when patience ends."""
        loop = asyncio.get_running_loop()
        ack = Ack(parcel.kind, parcel.name, parcel.user, parcel.retry)
        self.acks.append(ack)
        started = loop.time()
        carrying = self._carrying.spawn(self.transport.carry(parcel))
        done, _ = await asyncio.wait({carrying}, timeout=self.patience)
        ack.latency = loop.time() - started
        if done:
            self._settle(ack, carrying)
        else:
            ack.error = "operation_timeout"
            carrying.add_done_callback(lambda _: self._came_late(ack, carrying, started))
        return ack

    def event(self, parcel: Parcel) -> asyncio.Task[None]:
        """Deliver an event, with Slack's retries; the task ends with the first attempt."""
        return self._tasks.spawn(self._attempt(parcel))

    async def stop(self) -> None:
        """Give up on what was never acknowledged."""
        await self._carrying.stop()
        await self.webhook.close()

    async def _attempt(self, parcel: Parcel) -> None:
        ack = await self.send(parcel)
        if ack.ok or parcel.retry >= len(RETRY_AFTER):
            return
        reason = "timeout" if ack.error == "operation_timeout" else "http_error"
        again = Parcel(
            parcel.kind, parcel.name, parcel.payload, parcel.user, False, parcel.retry + 1, retry_reason=reason
        )
        self._alarms.after(RETRY_AFTER[parcel.retry], lambda: self._attempt(again))

    def _settle(self, ack: Ack, carrying: asyncio.Task[JSON | None]) -> None:
        try:
            ack.payload = carrying.result()
        except (ConnectionError, asyncio.CancelledError):
            ack.error = "dispatch_failed"
            return
        ack.ok = True
        ack.error = ""

    def _came_late(self, ack: Ack, carrying: asyncio.Task[JSON | None], started: float) -> None:
        if not carrying.cancelled() and carrying.exception() is None:
            ack.late = True
            ack.latency = asyncio.get_running_loop().time() - started
            self.stir.stir()
