"""A dead man's switch: a service that is called every minute, and raises the alarm when we fall silent.

Promises to fall silent while due work is late or the database is away: a bot that runs and calls nobody is dead
to whoever waits. Never raises, and says once that the service does not answer. The address opens the switch to
whoever knows it: it is never logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import httpx
import structlog

log = structlog.get_logger(__name__)

EVERY: Final = 60.0  # seconds
TIME_OUT: Final = 5.0  # seconds for one call, all in all


class Heartbeat:
    """Calls ``url`` while ``well`` says so. ``rest`` waits so many seconds."""

    def __init__(
        self,
        url: str,
        *,
        well: Callable[[], Awaitable[bool]],
        every: float = EVERY,
        time_out: float = TIME_OUT,
        rest: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._url = url
        self._well = well
        self._every = every
        self._time_out = time_out
        self._rest = rest
        self._missed = ""  # why the last beat was not one
        self._task: asyncio.Task[None] | None = None
        encrypted = not url.startswith("http://")  # otherwise there are no authorities to read
        self._http = httpx.AsyncClient(follow_redirects=True, timeout=time_out, verify=encrypted)

    def start(self) -> None:
        """Beat from now on, the first time at once."""
        self._task = asyncio.create_task(self._go_on(), name="heartbeat")

    async def stop(self) -> None:
        """Fall silent."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._http.aclose()

    async def beat(self) -> bool:
        """Once, if all is well. Whether the service has heard it."""
        missed = "" if await self._well() else "due_work_late"
        missed = missed or await self._call()
        if missed and missed != self._missed:
            log.warning("heartbeat_missed", why=missed)
        elif self._missed and not missed:
            log.info("heartbeat_again")
        self._missed = missed
        return not missed

    async def _go_on(self) -> None:
        while True:
            try:
                await self.beat()
            except Exception:
                log.exception("heartbeat_stumbled")
            await self._rest(self._every)

    async def _call(self) -> str:
        """Why it was not heard; nothing when it was."""
        try:
            async with asyncio.timeout(self._time_out):
                answer = await self._http.get(self._url)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            return type(error).__name__
        return "" if answer.is_success else f"http_{answer.status_code}"
