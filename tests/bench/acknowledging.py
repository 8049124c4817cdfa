"""How fast `/crisis` is acknowledged to Slack while a thousand pages fall due."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.clock import SystemClock
from bot.sandbox.server import Sandbox
from tests.bench.crowd import ask, cast, unfinished
from tests.bench.figures import Figure, Told, milliseconds, percentile
from tests.bench.house import House
from tests.bench.serving import serving
from tests.bench.ticking import core_on
from tests.bench.workspace import workspace

TITLE = "/crisis acknowledged while pages fall due"
MEANING = (
    "People type /crisis twenty times a second; the time from Slack's delivery to the bot's acknowledgement, as the "
    "workspace measures it. Meanwhile pages of two hundred people fall due, are planned and sent. Beside it the same "
    "bot a moment before, with nothing due. Bot, workspace and database are processes of their own."
)
TARGET = 0.05
PEOPLE = 200
EVERY = 0.05  # seconds between two commands
HEAD_START = timedelta(seconds=1)


async def measure(house: House) -> Told:
    figures = []
    for kind in house.kinds:
        calm, busy, left = await latencies(house, kind)
        figures += _figures(kind, house.sizes.pages_beside_them, calm, busy)
        assert left < house.sizes.pages_beside_them, "nothing was sent meanwhile"
    return Told(TITLE, MEANING, tuple(figures))


async def latencies(house: House, kind: str) -> tuple[list[float], list[float], int]:
    """Seconds to each acknowledgement, before and while pages are due, and what is left to send at the end."""
    count, pages = house.sizes.acknowledgements, house.sizes.pages_beside_them
    with house.database(kind) as url:
        async with core_on(url, people=PEOPLE):
            pass
        async with (
            workspace(cast=cast(PEOPLE)) as remote,
            serving(remote.surroundings(url), house.folder),
        ):
            calm = await remote.plays(type_crisis, count // 4)
            due_at = SystemClock().now() + HEAD_START
            await asyncio.to_thread(ask, url, pages=pages, people=PEOPLE, due_at=due_at)
            await asyncio.sleep((due_at - SystemClock().now()).total_seconds())
            busy = await remote.plays(type_crisis, count)
            return calm, busy, unfinished(url, now=SystemClock().now())


async def type_crisis(sandbox: Sandbox, times: int) -> list[float]:
    """Scene: so many people type the command, at an even pace, whether or not the last one was answered."""
    await sandbox.connected()
    sandbox.acks.clear()
    typing = []
    for number in range(times):
        typing.append(asyncio.create_task(sandbox.person(f"r{number % PEOPLE}").types("/crisis")))
        await asyncio.sleep(EVERY)
    await asyncio.gather(*typing)
    return [ack.latency for ack in sandbox.acks if ack.kind == "slash_commands"]


def _figures(kind: str, pages: int, calm: list[float], busy: list[float]) -> list[Figure]:
    figures = []
    for rank in (50, 99):
        here, beside = percentile(busy, rank), percentile(calm, rank)
        what = f"{kind}, {pages:,} pages falling due, p{rank}"
        target = f"< {milliseconds(TARGET)}"
        figures.append(Figure(what, milliseconds(here), milliseconds(beside), here / beside, target, here < TARGET))
    return figures
