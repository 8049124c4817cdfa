"""A backlog of pages drained by one replica, by two, by four: each a process of its own, on one PostgreSQL."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from time import perf_counter

import structlog

from bot.adapters.slack.calls import session
from bot.clock import SystemClock, SystemIds
from bot.demo.stage import SECRET
from bot.ports import Core
from bot.storage.store import SqlStore
from bot.usecases.tick import advance_pages
from tests.bench.crowd import ask, cast, unfinished
from tests.bench.figures import Figure, Told, milliseconds
from tests.bench.house import House
from tests.bench.sending import PEOPLE, dispatcher_on, posted, slack_of
from tests.bench.ticking import core_on
from tests.bench.workspace import RemoteWorkspace, workspace

TITLE = "A backlog and several replicas"
MEANING = (
    "Pages that are due are posted by dispatchers in processes of their own, from the signal until nothing is due or "
    "under way. The workspace takes a second to answer, so that what a replica may have on its way at once is what "
    "holds it up, as with a slow provider. Beside it: one replica."
)
REPLICAS = (1, 2, 4)
ANSWER = 1.0  # seconds
LOOK = 0.02  # seconds
_START = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Drained:
    """How long it took, how many pages arrived, and how many arrivals there were."""

    seconds: float
    pages: int
    arrivals: int


async def measure(house: House) -> Told:
    """On PostgreSQL only: SQLite has one process."""
    if house.server is None:
        return Told(TITLE, MEANING, ())
    drained = {replicas: await drain(house, replicas) for replicas in REPLICAS}
    return Told(TITLE, MEANING, tuple(_figures(drained, house.sizes.backlog)))


async def drain(house: House, replicas: int) -> Drained:
    with house.database("PostgreSQL") as url:
        async with workspace(cast=cast(PEOPLE), latency=ANSWER) as remote, AsyncExitStack() as stack:
            await _fall_due(url, house.sizes.backlog)
            lines = [await stack.enter_async_context(_replica(url, remote)) for _ in range(replicas)]
            began = perf_counter()
            for line in lines:
                line.send("go")
            while await asyncio.to_thread(unfinished, url, now=SystemClock().now()):  # noqa: ASYNC110 - other processes do
                await asyncio.sleep(LOOK)
            seconds = perf_counter() - began
            messages = await remote.plays(posted)
    keys = {str(message.arguments["metadata"]["event_payload"]["key"]) for message in messages}
    return Drained(seconds, len(keys), len(messages))


async def _fall_due(url: str, pages: int) -> None:
    async with core_on(url, people=PEOPLE) as core:
        ask(url, pages=pages, people=PEOPLE, due_at=core.clock.now())
        while await advance_pages(core):
            pass


@asynccontextmanager
async def _replica(url: str, remote: RemoteWorkspace) -> AsyncIterator[Connection]:
    here, there = _START.Pipe()
    process = _START.Process(target=_live, args=(there, url, remote.url), daemon=True)
    process.start()
    try:
        await asyncio.to_thread(here.recv)  # it is ready
        yield here
        here.send("stop")
        await asyncio.to_thread(process.join, 10)
    finally:
        process.kill()
        process.join()


def _live(line: Connection, url: str, workspace_url: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_dispatch(line, url, workspace_url))


async def _dispatch(line: Connection, url: str, workspace_url: str) -> None:
    store = await SqlStore.open(url, secret_keys=(SECRET,), public_url="http://bench", migrate=False)
    core = Core(store, SystemClock(), SystemIds())
    async with session() as kept:
        dispatcher = dispatcher_on(core, slack_of(workspace_url, kept), lambda kind, outcome: None)
        line.send("ready")
        await asyncio.to_thread(line.recv)
        running = asyncio.create_task(dispatcher.run())
        await asyncio.to_thread(line.recv)
        await dispatcher.stop()
        await running
    await store.close()


def _figures(drained: dict[int, Drained], pages: int) -> list[Figure]:
    alone = drained[1].seconds
    figures = []
    for replicas, each in drained.items():
        beside, ratio = (milliseconds(alone), each.seconds / alone) if replicas > 1 else ("", None)
        what = f"{replicas} replica{'s' if replicas > 1 else ''}, {pages:,} pages"
        faster = ("< 1", each.seconds < alone) if replicas == 2 else ("", None)
        figures.append(Figure(what, milliseconds(each.seconds), beside, ratio, *faster))
        lost, twice = pages - each.pages, each.arrivals - each.pages
        figures.append(
            Figure(f"{what}, lost and doubled", f"{lost} and {twice}", target="0 and 0", met=not lost and not twice)
        )
    return figures
