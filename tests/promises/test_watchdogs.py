"""When the bot itself is in trouble, an owner of the plan hears of it, by a way that still works."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.app import App
from bot.demo.stage import Ways
from bot.storage.store import SqlStore
from tests.loopback import serving
from tests.world import World, Worlds

OWNER = "ada"


async def passes(world: World, *, seconds: int) -> None:
    """Time in which the watchdog looks every five seconds, as it does by itself."""
    for _ in range(seconds // 5):
        await world.waits(seconds=5)
        await world.stage.app.watchdog.look()
    await world.settles()


async def loses_slack(world: World) -> None:
    """Every connection is cut, and none can be made anew. What the bot says itself still arrives."""
    world.sandbox.faults.fail("apps.connections.open", "http500", times=None)
    await world.sandbox.delivery.sockets.drop()
    socket = world.stage.app.ears.socket
    assert socket is not None
    await socket.client.current_session.close()


async def gets_slack_back(world: World) -> None:
    world.sandbox.faults.clear()
    socket = world.stage.app.ears.socket
    assert socket is not None
    await socket.client.connect_to_new_endpoint(force=True)
    await world.sandbox.connected()


async def readiness(world: World) -> dict[str, str]:
    async with httpx.AsyncClient() as outside:
        return (await outside.get(f"{world.stage.app.public_url}/readyz")).json()["checks"]


async def metrics(world: World) -> list[str]:
    async with httpx.AsyncClient() as outside:
        return (await outside.get(f"{world.stage.app.public_url}/metrics")).text.splitlines()


@pytest.mark.parametrize(
    ("language", "begun", "over"),
    [
        ("it", "non sentiamo più Slack dalle 10:02", "sentiamo di nuovo Slack, dopo 2 min"),
        ("en", "we haven't been hearing Slack since 10:02", "we hear Slack again, after 2 min"),
    ],
)
async def test_slack_goes_silent_for_two_minutes_and_an_owner_reads_it_on_the_phone(
    worlds: Worlds, language, begun, over
):
    world = await worlds(language=language)
    texts = world.phone(OWNER).messages

    await loses_slack(world)
    await passes(world, seconds=55)
    assert texts == []
    await passes(world, seconds=65)

    assert [begun in text.body for text in texts] == [True]
    assert (await readiness(world))["slack"] == "socket not connected since 2026-03-10T09:02:05Z"
    assert 'anticrisi_trouble{name="slack"} 1.0' in await metrics(world)

    await gets_slack_back(world)
    await passes(world, seconds=120)

    assert [over in text.body for text in texts] == [False, True]
    assert set((await readiness(world)).values()) == {"ok"}
    assert 'anticrisi_trouble{name="slack"} 0.0' in await metrics(world)


async def test_a_token_that_is_revoked_in_a_quiet_week_is_told_by_text_and_so_is_its_return(worlds: Worlds):
    world = await worlds(language="en")
    texts = world.phone(OWNER).messages
    for method in ("auth.test", "conversations.open", "chat.postMessage"):
        world.sandbox.faults.fail(method, "error:token_revoked", times=None)

    await passes(world, seconds=150)

    assert ["Slack has refused us since 10:0" in text.body for text in texts] == [True]
    assert (await readiness(world))["slack"].startswith(
        "SLACK_BOT_TOKEN is refused (token_revoked) since 2026-03-10T09:"
    )
    assert 'anticrisi_trouble{name="refused"} 1.0' in await metrics(world)

    world.sandbox.faults.clear()
    await passes(world, seconds=90)

    assert ["Slack accepts us again" in text.body for text in texts] == [False, True]


async def test_a_deaf_replica_beside_one_that_hears_wakes_nobody_until_that_one_falls_silent(any_world: World):
    world, texts = any_world, any_world.phone(OWNER).messages
    settings = world.stage.app.settings
    other = await SqlStore.open(settings.database_url, secret_keys=settings.keys, public_url=settings.links_begin_with)
    try:
        world.stage.app.beat._last = None  # as if five seconds had passed
        await world.stage.app.beat.beat()
        assert await other.heard_elsewhere(since=world.clock.now())

        await loses_slack(world)
        for _ in range(24):
            await other.beat(now=world.clock.now(), largest_lag=timedelta(0), hears=True)
            await passes(world, seconds=5)
        assert texts == []
        assert (await readiness(world))["slack"] == "socket not connected"
        assert 'anticrisi_trouble{name="slack"} 0.0' in await metrics(world)

        await passes(world, seconds=70)
        assert texts == []
        await passes(world, seconds=10)
        await other.beat(now=world.clock.now(), largest_lag=timedelta(0), hears=True)
        await passes(world, seconds=5)
    finally:
        await other.close()

    assert ["non sentiamo più Slack dalle 10:04" in text.body for text in texts] == [True, False]
    assert "sentiamo di nuovo Slack" in texts[1].body


async def test_an_owner_without_a_telephone_gets_letters(worlds: Worlds):
    world = await worlds(ways=Ways(phone=False))

    await loses_slack(world)
    await passes(world, seconds=90)
    await gets_slack_back(world)
    await passes(world, seconds=5)

    begun, over = world.phone(OWNER).mails
    assert begun.subject == "Anticrisi stesso ha un problema"
    assert begun.mentions("chiamate voi le persone")
    assert over.subject == "Anticrisi sta di nuovo bene"


@pytest.mark.parametrize("slack_refuses", [False, True])
async def test_when_levels_are_late_an_owner_hears_in_slack_and_by_phone_when_slack_refuses(
    world: World, slack_refuses: bool
):
    await world.declares("marta", "casse bloccate")
    app = world.stage.app
    app.scheduler.pause()  # the next level will be due, and nobody looks
    if slack_refuses:
        world.sandbox.faults.fail("chat.postMessage", "http500", times=None)
    world.clock.turn_to((await world.newest()).ladder.due_at + timedelta(seconds=31))

    for _ in range(15):
        await app.watchdog.look()
        world.clock.turn(timedelta(seconds=5))
    await app.dispatcher.drain()

    texts = [text.body for text in world.phone(OWNER).messages]
    written = [message.plain for message in world.person(OWNER).sees("dm")]
    news = "le chiamate partono in ritardo dalle 10:"
    assert sum(news in text for text in texts) == slack_refuses
    assert sum(news in message for message in written) == (not slack_refuses)


async def test_the_heart_beats_until_somebody_is_called_late(world: World):
    beats: list[str] = []
    heard = asyncio.Event()

    async def hear(request: web.Request) -> web.Response:
        beats.append(request.path)
        heard.set()
        return web.Response()

    async with serving({"/beat": hear}) as url:
        await world.stage.app.stop()
        settings = world.stage.app.settings.model_copy(update={"heartbeat_url": SecretStr(f"{url}/beat")})
        app = world.stage.app = await App.build(settings, clock=world.clock, patience=world.core.patience)
        await app.start()
        await app.known_people()
        await world.sandbox.connected()
        await heard.wait()

        await app.dispatcher.stop()  # as if it hung: it claims nothing more
        await app.scheduler.stop()
        await world.person("marta").in_slack.types("/crisis adesso casse bloccate")
        await app.heard()
        world.clock.turn(timedelta(seconds=31))

        assert not await app._heartbeat.beat()
        assert beats == ["/beat"]
