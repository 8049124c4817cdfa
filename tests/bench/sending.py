"""Pages sent through the engine, beside a bare loop of the same client posting the same messages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.paging.pager import PagingDoor
from bot.adapters.paging.slack_dm import SlackDm
from bot.adapters.slack.calls import SlackCalls, client, session
from bot.adapters.slack.door import SlackDoor
from bot.domain.effects import Door
from bot.domain.policy import Method
from bot.engine.dispatcher import CONCURRENCY, Dispatcher
from bot.engine.limits import unlimited
from bot.engine.sending import Observe
from bot.ports import Core, DoorKeeper
from bot.sandbox.server import Sandbox
from bot.usecases.tick import advance_pages
from tests.bench.crowd import ask, cast
from tests.bench.figures import Figure, Told, milliseconds
from tests.bench.house import House
from tests.bench.planning import Spent
from tests.bench.ticking import core_on
from tests.bench.workspace import RemoteWorkspace, workspace

TITLE = "Sends"
MEANING = (
    "Pages go out as direct messages: claimed, checked, drawn, posted and recorded. Beside it a bare loop of the same "
    "Slack client posts the same messages to the same workspace, as many at once, with nothing stored. The workspace "
    "answers after 50 ms in a process of its own; rate limits are off on both sides, and the bot has sent a few pages "
    "before."
)
TARGET = 1.5
PEOPLE = 200
BEFORE = 20  # pages
LINES = CONCURRENCY // 2
ANSWER = 0.05


@dataclass(frozen=True)
class Message:
    """The arguments of one ``chat.postMessage``."""

    arguments: dict[str, Any]


async def measure(house: House) -> Told:
    figures = []
    for kind in house.kinds:
        ours, bare, count = await beside_the_client(house, kind)
        ratio = ours.seconds / bare.seconds
        here, beside = (f"{milliseconds(each.seconds)}, {count / each.seconds:.0f}/s" for each in (ours, bare))
        figures += [
            Figure(f"{kind}, {count:,} pages", here, beside, ratio, f"≤ {TARGET:g}", ratio <= TARGET),
            Figure(
                f"{kind}, processor time a page",
                milliseconds(ours.cpu / count),
                milliseconds(bare.cpu / count),
                ours.cpu / bare.cpu,
            ),
        ]
    return Told(TITLE, MEANING, tuple(figures))


async def beside_the_client(house: House, kind: str) -> tuple[Spent, Spent, int]:
    """Ours, the bare client's, and how many messages each posted."""
    with house.database(kind) as another, house.database(kind) as url:
        async with workspace(cast=cast(PEOPLE), latency=ANSWER) as remote:
            await _ours(another, remote, BEFORE)
            ours = await _ours(url, remote, house.sizes.sends)
            messages = (await remote.plays(posted))[BEFORE:]
            return ours, await _bare(remote, messages), len(messages)


async def posted(sandbox: Sandbox) -> list[Message]:
    """Scene: every message posted so far."""
    return [Message(dict(call.args)) for call in sandbox.log if call.method == "chat.postMessage" and call.ok]


async def _ours(url: str, remote: RemoteWorkspace, pages: int) -> Spent:
    async with core_on(url, people=PEOPLE) as core, session() as kept:
        ask(url, pages=pages, people=PEOPLE, due_at=core.clock.now())
        while await advance_pages(core):
            pass
        left = Countdown(pages)
        dispatcher = dispatcher_on(core, slack_of(remote.url, kept), left)
        began, cpu = perf_counter(), process_time()
        running = asyncio.create_task(dispatcher.run())
        await left.over.wait()
        await dispatcher.stop()
        await running
        return Spent(perf_counter() - began, process_time() - cpu)


class Countdown:
    """Hears of every send, until there have been so many."""

    def __init__(self, count: int) -> None:
        self.over = asyncio.Event()
        self._left = count

    def __call__(self, kind: str, outcome: str) -> None:
        self._left -= 1
        if self._left == 0:
            self.over.set()


def dispatcher_on(core: Core, web: AsyncWebClient, observe: Observe) -> Dispatcher:
    calls = SlackCalls(web)
    paging = PagingDoor({Method.SLACK_DM: SlackDm(calls)})
    doors: dict[Door, DoorKeeper] = {Door.PAGING: paging, Door.SLACK: SlackDoor(calls, announce_channel="incidents")}
    return Dispatcher(core, doors, limits=unlimited(), observe=observe)


async def _bare(remote: RemoteWorkspace, messages: list[Message]) -> Spent:
    gate = asyncio.Semaphore(LINES)

    async def post(web: AsyncWebClient, message: Message) -> None:
        async with gate:
            await web.api_call("chat.postMessage", json=message.arguments)

    async with session() as kept:
        web = slack_of(remote.url, kept)
        began, cpu = perf_counter(), process_time()
        await asyncio.gather(*(post(web, message) for message in messages))
        return Spent(perf_counter() - began, process_time() - cpu)


def slack_of(url: str, kept: aiohttp.ClientSession) -> AsyncWebClient:
    """A client of the workspace at this address."""
    return client(Sandbox.bot_token, f"{url}/api/", kept)
