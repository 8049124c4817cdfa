"""The dead man's switch: beats while all is well, falls silent when due work is late, and is never in the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.adapters.heartbeat import EVERY, Heartbeat
from bot.checkup import checkup
from bot.faults import faults
from bot.settings import load
from tests.loopback import ANYTHING, serving


@dataclass
class Switch:
    """The service: counts the calls, and answers as it is told to."""

    url: str = ""
    status: int = 200
    silent: bool = False
    calls: list[str] = field(default_factory=list)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, request: web.Request) -> web.Response:
        self.calls.append(f"{request.method} {request.path}")
        if self.silent:
            await self.released.wait()
        return web.Response(status=self.status)


@pytest.fixture
async def switch() -> AsyncIterator[Switch]:
    ours = Switch()
    async with serving({ANYTHING: ours.hear}) as url:
        ours.url = f"{url}/ping/our-secret"
        yield ours
        ours.released.set()


@dataclass
class House:
    well: bool = True

    async def is_well(self) -> bool:
        return self.well


@asynccontextmanager
async def heart(url: str, house: House | None = None, **options) -> AsyncIterator[Heartbeat]:
    beating = Heartbeat(url, well=(house or House()).is_well, **options)
    try:
        yield beating
    finally:
        await beating.stop()


async def test_a_beat_calls_the_address_as_it_was_given(switch: Switch):
    async with heart(switch.url) as beating:
        assert await beating.beat()

    assert switch.calls == ["GET /ping/our-secret"]


async def test_it_beats_at_once_and_then_every_minute_until_it_is_stopped(switch: Switch):
    rests: list[float] = []
    enough = asyncio.Event()

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        if len(rests) == 3:
            enough.set()
            await asyncio.Event().wait()

    async with heart(switch.url, rest=rest) as beating:
        beating.start()
        await enough.wait()

    assert rests == [EVERY] * 3
    assert len(switch.calls) == 3
    assert "heartbeat" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_it_is_withheld_while_due_work_is_late_and_comes_again_afterwards(switch: Switch):
    house = House(well=False)
    async with heart(switch.url, house) as beating:
        with capture_logs() as logged:
            assert not await beating.beat()
            assert not await beating.beat()
            assert switch.calls == []

            house.well = True
            assert await beating.beat()

    assert len(switch.calls) == 1
    assert [line["event"] for line in logged] == ["heartbeat_missed", "heartbeat_again"]


async def test_a_service_that_says_nothing_is_not_waited_for(switch: Switch):
    switch.silent = True
    async with heart(switch.url, time_out=0.05) as beating:
        assert not await beating.beat()

    assert len(switch.calls) == 1


async def test_a_service_that_refuses_is_said_once_and_its_address_never(switch: Switch):
    switch.status = 503
    async with heart(switch.url) as beating:
        with capture_logs() as logged:
            assert not await beating.beat()
            assert not await beating.beat()

            switch.status = 204
            assert await beating.beat()
            assert await beating.beat()

    assert [line["event"] for line in logged] == ["heartbeat_missed", "heartbeat_again"]
    assert logged[0]["why"] == "http_503"
    assert "our-secret" not in str(logged)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/ping", "http://[broken/"])
async def test_nobody_there_raises_nothing(url: str):
    async with heart(url) as beating:
        assert not await beating.beat()


COMPLETE = {
    "slack_bot_token": "xoxb-1",
    "slack_app_token": "xapp-1",
    "secret_key": "a long text that nobody guesses",
    "_env_file": None,
}


@pytest.mark.parametrize("url", ["ping.example/our-secret", "ftp://ping.example/x", "https://", "https://h:99999/x"])
def test_an_address_that_cannot_be_called_is_named_before_the_start(url: str):
    [fault] = faults(load(**COMPLETE, heartbeat_url=url))

    assert fault.startswith("HEARTBEAT_URL is no web address")
    assert "our-secret" not in fault


async def test_check_says_where_the_heart_beats_and_keeps_the_rest_to_itself(tmp_path: Path):
    said: list[str] = []
    given = {**COMPLETE, "database_url": f"sqlite:///{tmp_path / 'none.db'}"}

    await checkup(load(**given), live=False, say=said.append)
    await checkup(load(**given, heartbeat_url="https://ping.example/our-secret"), live=False, say=said.append)

    off, on = [line for line in said if " heartbeat " in line]
    assert off.startswith("off")
    assert "set HEARTBEAT_URL" in off
    assert on.startswith("ok")
    assert "ping.example" in on
    assert "our-secret" not in "".join(said)
