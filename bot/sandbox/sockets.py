"""Socket Mode: up to ten connections, any parcel to any one of them.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.ids import Ids
from bot.sandbox.refusal import JSON

if TYPE_CHECKING:
    from bot.sandbox.delivery import Parcel

MOST_CONNECTIONS = 10
GIVE_UP_AFTER = 30.0
"""How long a late acknowledgement is still noticed."""


class Sockets:
    """Open connections of the app, and the envelopes that wait for an acknowledgement."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._leaving: set[web.WebSocketResponse] = set()
        self._waiting: dict[str, tuple[web.WebSocketResponse, asyncio.Future[JSON | None]]] = {}
        self._turn = 0
        self._arrived = asyncio.Event()
        self.app_id = ""

    @property
    def connections(self) -> int:
        return len(self._open)

    async def connected(self, count: int = 1) -> None:
        """Return once that many sockets are open."""
        while len(self._open) < count:
            self._arrived.clear()
            await self._arrived.wait()

    def ticket(self, base_url: str) -> str:
        """An address for one connection."""
        ticket = self._ids.secret(32)
        self._tickets.add(ticket)
        return base_url.replace("http", "ws", 1) + f"/link/?ticket={ticket}&app_id={self.app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from hello to the end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=404)
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self._open) >= MOST_CONNECTIONS:
            await self._say_goodbye(socket, "too_many_websockets")
            await socket.close()
            return socket
        await self._greet(socket)
        try:
            await self._listen(socket)
        finally:
            self._forget(socket)
        return socket

    async def carry(self, parcel: Parcel) -> JSON | None:
        """Send one envelope and wait for its acknowledgement."""
        if not self._open:
            raise ConnectionError("the app has no open connection")
        socket = self._next()
        envelope_id = self._ids.uuid()
        answer: asyncio.Future[JSON | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = (socket, answer)
        try:
            await socket.send_str(json.dumps(_envelope(envelope_id, parcel)))
            return await asyncio.wait_for(answer, GIVE_UP_AFTER)
        except TimeoutError as error:
            raise ConnectionError("never acknowledged") from error
        finally:
            self._waiting.pop(envelope_id, None)

    async def refresh(self, reason: str = "refresh_requested") -> None:
        """Ask every connection to come back, as Slack does every few hours. Nothing more is sent on the old ones.

        The client is the one who closes: what it still acknowledges on the way out counts.
        """
        for socket in list(self._open):
            self._open.remove(socket)
            self._leaving.add(socket)
            await self._say_goodbye(socket, reason)

    async def drop(self) -> None:
        """Cut every connection without a word."""
        for socket in [*self._open, *self._leaving]:
            self._forget(socket)
            await socket.close(code=WSCloseCode.GOING_AWAY)

    async def _greet(self, socket: web.WebSocketResponse) -> None:
        self._open.append(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": self.app_id},
            "debug_info": {"host": "applink", "build_number": 1, "approximate_connection_time": 18060},
        }
        await socket.send_str(json.dumps(hello))
        self._arrived.set()

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT or not message.data.startswith("{"):
                continue
            answer = json.loads(message.data)
            waiting = self._waiting.get(answer.get("envelope_id", ""))
            if waiting is not None and not waiting[1].done():
                waiting[1].set_result(answer.get("payload"))

    def _next(self) -> web.WebSocketResponse:
        self._turn += 1
        return self._open[self._turn % len(self._open)]

    def _forget(self, socket: web.WebSocketResponse) -> None:
        self._leaving.discard(socket)
        if socket in self._open:
            self._open.remove(socket)
        for carrier, answer in list(self._waiting.values()):
            if carrier is socket and not answer.done():
                answer.set_exception(ConnectionError("the connection closed before the acknowledgement"))

    async def _say_goodbye(self, socket: web.WebSocketResponse, reason: str) -> None:
        goodbye = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}}
        with contextlib.suppress(ConnectionError):
            await socket.send_str(json.dumps(goodbye))


def _envelope(envelope_id: str, parcel: Parcel) -> JSON:
    envelope: JSON = {
        "envelope_id": envelope_id,
        "type": parcel.kind,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.accepts_response,
    }
    if parcel.kind == "events_api":
        envelope |= {"retry_attempt": parcel.retry, "retry_reason": parcel.retry_reason}
    return envelope
