"""A service that is told of unanswered pages: it takes JSON, and answers as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.loopback import ANYTHING, serving

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
    async with serving({ANYTHING: line.hear}) as url:
        line.url = f"{url.replace('http', 'json')}/hook"
        try:
            yield line
        finally:
            line.released.set()
