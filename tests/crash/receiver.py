"""The other side: takes what arrives, or says "not now", and writes it down.

Its log is the oracle; it never reads our database.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from time import monotonic_ns
from typing import Any
from zlib import crc32

from aiohttp import web

ANSWERS_AFTER = 0.02  # seconds: long enough for a kill to fall between the arrival and the answer


@dataclass(frozen=True)
class Arrival:
    """One thing that arrived. Times are on the machine's monotonic clock, which all processes share.

    A message that carries several knocks is as many arrivals.
    """

    key: str
    attempt: int
    replica: str
    checked: int  # when the check before this send began
    arrived: int
    taken: bool  # False: it was told to come again
    carried: int  # how many knocks the message carried that brought it


class Receiver:
    """An HTTP server with an append-only log. Every other message, by the key it leads with, is told "not now" until
    that comes ``takes_from`` times: so are later attempts had."""

    def __init__(self, log: Path, *, takes_from: int = 1) -> None:
        self.log = log
        self.url = ""
        self._takes_from = takes_from
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Receiver:
        app = web.Application()
        app.router.add_post("/", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def arrivals(self) -> list[Arrival]:
        """Everything that came to the door, in the order in which it did."""
        if not self.log.exists():
            return []
        return [Arrival(**json.loads(line)) for line in self.log.read_text(encoding="utf-8").splitlines()]

    async def _take(self, request: web.Request) -> web.Response:
        said: dict[str, Any] = await request.json()
        knocks = said.pop("knocks")
        key, attempt = knocks[0]
        taken = attempt >= self._takes_from or crc32(key.encode()) % 2 == 0
        of_all = {**said, "arrived": monotonic_ns(), "taken": taken, "carried": len(knocks)}
        with self.log.open("a", encoding="utf-8") as log:
            log.writelines(json.dumps({"key": key, "attempt": attempt, **of_all}) + "\n" for key, attempt in knocks)
        await asyncio.sleep(ANSWERS_AFTER)
        return web.json_response({"ok": taken}, status=200 if taken else 503)
