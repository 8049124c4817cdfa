"""`anticrisi serve` as a process of its own, from the first instruction to the first answer that it is ready."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import aiohttp
import psutil

LOOK = 0.01  # seconds between two looks whether it is ready
PATIENCE = 60.0


@dataclass(frozen=True)
class Serving:
    """A bot that is ready: how long that took, and what it needs."""

    seconds: float
    cpu: float
    resident: int  # bytes


@asynccontextmanager
async def serving(surroundings: Mapping[str, str], folder: Path) -> AsyncIterator[Serving]:
    """Start it, and stop it at the end. Compiled files are kept in ``folder``, as an installation keeps them."""
    port = _free_port()
    environment = {**_environment(folder), "HTTP_PORT": str(port), **surroundings}
    began = monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "serve", cwd=folder, env=environment
    )
    try:
        await asyncio.wait_for(_ready(process, f"http://127.0.0.1:{port}/readyz"), PATIENCE)
        seconds = monotonic() - began
        seen = psutil.Process(process.pid)
        spent = seen.cpu_times()
        yield Serving(seconds, spent.user + spent.system, seen.memory_info().rss)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _ready(process: asyncio.subprocess.Process, url: str) -> None:
    async with aiohttp.ClientSession() as session:
        while not await _answers(session, url):
            if process.returncode is not None:
                raise RuntimeError(f"serve ended with {process.returncode}")
            await asyncio.sleep(LOOK)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def importing(modules: str, folder: Path) -> float:
    """Processor time of a process that imports these modules and ends."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"import {modules}", cwd=folder, env=_environment(folder)
    )
    await process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
