"""The web, listening: uvicorn on a socket that we opened, in our own event loop.

Leaves signals alone; whoever runs the process decides when to stop.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

from bot.errors import Misconfigured

_TURNS_TO_CONNECT = 4
"""Turns of the loop from a caller at the door to a connection known: asyncio loses one whose server closes between."""


def listen(host: str, port: int) -> socket.socket:
    """Take the address before anything is built on it. Raises ``Misconfigured`` when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise Misconfigured(f"HTTP_PORT {port} on {host} cannot be used ({error.strerror}): choose another") from error
    return opened


class WebServer:
    """Serve until stopped."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        self._listening = listening
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        self._server = _Quiet(config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once requests are answered."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listening]))
        await self._server.up.wait()

    async def stop(self) -> None:
        """Let in whoever is at the door, then nobody; answer those inside, and go."""
        await _let_in()
        asyncio.get_running_loop().remove_reader(self._listening)
        await _let_in()
        self._server.leave()
        if self._serving is not None:
            await self._serving
        self._listening.close()


class _Quiet(uvicorn.Server):
    """Says when it answers, goes when it is told, and leaves signals to whoever runs the process."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._leaving = asyncio.Event()

    def leave(self) -> None:
        self.should_exit = True
        self._leaving.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        """Uvicorn's own looks ten times a second whether to go. Every second it writes the Date header anew."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), timeout=1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Uvicorn waits even when nobody is connected; a restart is a gap, so it is kept short."""
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for server in self.servers:
            server.close()
            await server.wait_closed()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def _let_in() -> None:
    for _ in range(_TURNS_TO_CONNECT):
        await asyncio.sleep(0)
