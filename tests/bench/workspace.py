"""The embedded workspace in a process of its own, so that what it costs is not counted as the bot's.

Scenes, functions of the sandbox that can be sent to another process, run in there.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.clock import SystemClock
from bot.demo.stage import SECRET
from bot.sandbox.cast import BOTTEGA_VENTURA, Cast
from bot.sandbox.server import Sandbox
from bot.shipped import manifest

_P = ParamSpec("_P")
_T = TypeVar("_T")
_START = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class RemoteWorkspace:
    """Run scenes in it with ``plays``."""

    url: str
    _line: Connection

    async def plays(
        self, scene: Callable[Concatenate[Sandbox, _P], Awaitable[_T]], *given: _P.args, **named: _P.kwargs
    ) -> _T:
        """The scene's outcome. One scene at a time."""
        self._line.send((scene, given, named))
        outcome: _T | BaseException = await asyncio.to_thread(self._line.recv)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def surroundings(self, database_url: str) -> dict[str, str]:
        """The environment in which ``serve`` talks to this workspace."""
        return {
            "SLACK_BOT_TOKEN": Sandbox.bot_token,
            "SLACK_APP_TOKEN": Sandbox.app_token,
            "SLACK_SIGNING_SECRET": Sandbox.signing_secret,
            "SLACK_API_URL": f"{self.url}/api/",
            "DATABASE_URL": database_url,
            "SECRET_KEY": SECRET,
            "LOG_LEVEL": "ERROR",
        }


@asynccontextmanager
async def workspace(*, cast: Cast = BOTTEGA_VENTURA, latency: float = 0.0) -> AsyncIterator[RemoteWorkspace]:
    """A workspace whose every call takes so many seconds."""
    here, there = _START.Pipe()
    process = _START.Process(target=_live, args=(there, cast, latency), daemon=True)
    process.start()
    try:
        yield RemoteWorkspace(await asyncio.to_thread(here.recv), here)
        here.send(None)
        await asyncio.to_thread(process.join, 10)
    finally:
        process.kill()
        process.join()


def _live(line: Connection, cast: Cast, latency: float) -> None:
    asyncio.run(_serve(line, cast, latency))


async def _serve(line: Connection, cast: Cast, latency: float) -> None:
    sandbox = Sandbox(clock=SystemClock(), manifest=manifest(), cast=cast)
    await sandbox.start()
    sandbox.faults.latency(latency)
    line.send(sandbox.url)
    while (asked := await asyncio.to_thread(line.recv)) is not None:
        line.send(await _outcome(sandbox, *asked))
    await sandbox.stop()


async def _outcome(
    sandbox: Sandbox, scene: Callable[..., Awaitable[Any]], given: tuple[Any, ...], named: dict[str, Any]
) -> Any:
    try:
        return await scene(sandbox, *given, **named)
    except Exception as failure:  # noqa: BLE001 - it is raised again in the process that asked
        return RuntimeError(f"{type(failure).__name__}: {failure}")
