"""The web, listening: uvicorn on a socket that we opened, in our own event loop.

Leaves signals alone; whoever runs the process decides when to stop.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from bot.errors import Misconfigured


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

    def __init__(self, app: FastAPI, listening: socket.socket) -> None:
        self._listening = listening
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        self._server = _Quiet(config)
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return once requests are answered."""
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._listening]))
        await self._server.up.wait()

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
        self._listening.close()


class _Quiet(uvicorn.Server):
    """Says when it answers, and leaves signals to whoever runs the process."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield
