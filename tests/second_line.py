"""A service that is told of unanswered pages: it takes JSON, and answers as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

# Apprise still imports a module that Python is about to drop.
QUIET_APPRISE = "ignore:'imghdr' is deprecated:DeprecationWarning"


@dataclass
class SecondLine:
    """What it was told, oldest first."""

    url: str = ""
    status: int = 200
    told: list[dict[str, Any]] = field(default_factory=list)
    silent: bool = False
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def messages(self) -> list[str]:
        return [each["message"].strip() for each in self.told]

    async def hear(self, request: web.Request) -> web.Response:
        self.told.append(json.loads(await request.text()))
        if self.silent:
            await self.released.wait()
        return web.Response(status=self.status)


@asynccontextmanager
async def second_line() -> AsyncIterator[SecondLine]:
    """One on loopback, with the address that Apprise knows it by."""
    line = SecondLine()
    app = web.Application()
    app.router.add_post("/{tail:.*}", line.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    line.url = f"json://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield line
    finally:
        line.released.set()
        await runner.cleanup()
