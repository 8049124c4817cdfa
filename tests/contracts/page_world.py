"""A practice app in the embedded workspace and a real browser: what the page's tests look at."""

from __future__ import annotations

import json
import os
import re
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.server import Sandbox, TurnRequest
from bot.shipped import manifest
from tests.contracts.page_blocks import card, form, home, second_form
from tests.loopback import serving

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
REMEDY = "no Chromium on this machine: install one (Debian: apt install chromium) or set CHROMIUM to its path"
START = datetime(2026, 11, 21, 9, 6, 10, tzinfo=UTC)
SAYS = "<Say>Casse bloccate. Premi 1 se ci pensi tu.</Say>"
VOICE = '<Response><Gather numDigits="1" action="{url}">' + SAYS + "</Gather></Response>"
TIMEOUT_MS = 60_000  # a starved machine is no reason to fail


def installed() -> str | None:
    """The browser's path, when there is one."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


def chromium() -> str:
    """The browser's path; without one the test is skipped, or fails where a browser is required."""
    found = installed()
    if found:
        return found
    if os.environ.get("ANTICRISI_REQUIRE_BROWSER") == "1":
        pytest.fail(REMEDY)
    pytest.skip(REMEDY)


class TurnableClock:
    """Stands still until it is turned."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    async def turn(self, request: TurnRequest) -> None:
        self._now += timedelta(minutes=request.minutes or 26)


class Screens:
    """One browser with one profile per kind of screen: each costs a process, and half the time of a short test.

    Every workspace has a port of its own, so its pages find nothing that another's have stored.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self._profiles: dict[str, BrowserContext] = {}

    async def page(self, **options: Any) -> Page:
        """A blank page of an Italian desk, or of another screen."""
        options = {"locale": "it-IT", "viewport": {"width": 1440, "height": 900}, **options}
        kind = json.dumps(options, sort_keys=True)
        if kind not in self._profiles:
            self._profiles[kind] = await self.browser.new_context(**options)
            self._profiles[kind].set_default_timeout(TIMEOUT_MS)
        return await self._profiles[kind].new_page()

    async def cleared(self) -> None:
        """No page is left, and every profile is online again."""
        for profile in self._profiles.values():
            for page in profile.pages:
                await page.close()
            await profile.set_offline(False)


class PageWorld:
    """The workspace, the practice app, and pages opened as one person or another."""

    def __init__(self, sandbox: Sandbox, client: AsyncWebClient, screens: Screens, clock: TurnableClock) -> None:
        self.sandbox = sandbox
        self.slack = client
        self.clock = clock
        self.heard: list[dict[str, Any]] = []
        self.complaints: list[str] = []
        self._screens = screens

    async def opens(self, who: str | None = None, channel: str = "general", **options: Any) -> Page:
        """A page at this workspace's own address; `address` holds further parts of it."""
        address = {"guide": "0", **({"as": who, "channel": channel} if who else {}), **options.pop("address", {})}
        page = await self._screens.page(**options)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        query = "&".join(f"{name}={value}" for name, value in address.items())
        await page.goto(f"{self.sandbox.url}/?{query}")
        await page.wait_for_selector("[data-testid=page]:not([hidden]), [data-testid=who-page]")
        return page

    async def posts(self, channel: str = "C0GENERAL", **message: Any) -> str:
        message.setdefault("text", "…")
        answer = await self.slack.chat_postMessage(channel=channel, **message)
        return str(answer["ts"])

    def channel_id(self, name: str) -> str:
        return self.sandbox.channel(name).id

    async def texts(self, who: str, body: str) -> None:
        await self._twilio("Messages.json", To=self.sandbox.person(who).phone.number, Body=body)

    async def calls(self, who: str, voice_url: str) -> None:
        words = VOICE.format(url=voice_url)
        await self._twilio("Calls.json", To=self.sandbox.person(who).phone.number, Twiml=words)

    async def _twilio(self, resource: str, **form: str) -> None:
        sandbox = self.sandbox
        url = f"{sandbox.twilio_url}/2010-04-01/Accounts/{sandbox.twilio_sid}/{resource}"
        pair = b64encode(f"{sandbox.twilio_sid}:{sandbox.twilio_token}".encode()).decode()
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Basic {pair}"}) as session,
            session.post(url, data={"From": sandbox.twilio_from, **form}) as answer,
        ):
            assert answer.status == 201, await answer.text()


@asynccontextmanager
async def page_world(screens: Screens) -> AsyncIterator[PageWorld]:
    """Everything running, and closed again in order."""
    clock = TurnableClock()
    sandbox = Sandbox(clock=clock, manifest=manifest())
    sandbox.on_turn = clock.turn
    await sandbox.start()
    client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url)
    world = PageWorld(sandbox, client, screens, clock)
    handler = AsyncSocketModeHandler(practice_app(world), sandbox.app_token)
    await handler.connect_async()
    await sandbox.connected()
    try:
        yield world
    finally:
        await screens.cleared()
        await handler.close_async()
        await sandbox.stop()


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    path = chromium()
    expect.set_options(timeout=TIMEOUT_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def answering_phones() -> AsyncIterator[str]:
    """A server that takes texts, and answers a pressed key with spoken words."""

    async def answer(request: web.Request) -> web.Response:
        pressed = str((await request.post())["Digits"])
        words = f"<Response><Say>Hai premuto {pressed}, grazie.</Say><Pause length='60'/></Response>"
        return web.Response(text=words, content_type="text/xml")

    async def take(request: web.Request) -> web.Response:
        return web.Response(text="<Response/>", content_type="text/xml")

    async with serving({"/hooks/twilio/sms": take, "/key": answer}) as url:
        yield url


def practice_app(world: PageWorld) -> AsyncApp:
    """An app that uses everything the page has to draw, and notes what it hears."""

    async def as_installed() -> AuthorizeResult:
        found = await world.slack.auth_test()
        return AuthorizeResult.from_auth_test_response(auth_test_response=found, bot_token=world.sandbox.bot_token)

    app = AsyncApp(
        authorize=as_installed,
        client=world.slack,
        signing_secret=world.sandbox.signing_secret,
        request_verification_enabled=False,
        raise_error_for_unhandled_request=False,
    )
    _answers_commands(app, world)
    _answers_forms(app, world)
    _answers_gestures(app, world)
    return app


def _answers_commands(app: AsyncApp, world: PageWorld) -> None:
    @app.command("/crisis")
    async def declare(ack: Any, command: dict[str, Any], respond: Any) -> None:
        await ack()
        world.heard.append({"command": command["text"]})
        if command["text"] == "aiuto":
            await respond("Solo per *te*", response_type="ephemeral")
        else:
            await world.slack.views_open(trigger_id=command["trigger_id"], view=form(command["text"]))

    @app.shortcut("declare_incident")
    async def from_the_menu(ack: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        await world.slack.views_open(trigger_id=shortcut["trigger_id"], view=form(""))

    @app.shortcut("add_to_timeline")
    async def keep(ack: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        world.heard.append({"kept": shortcut["message"]["text"]})


def _answers_forms(app: AsyncApp, world: PageWorld) -> None:
    @app.view("declare")
    async def submitted(ack: Any, view: dict[str, Any]) -> None:
        values = view["state"]["values"]
        world.heard.append({"submitted": values})
        if "fornitore" in (values["seen"]["text"]["value"] or ""):
            await ack(response_action="errors", errors={"seen": "Per i clienti siamo noi."})
            return
        await ack()
        title = values["title"]["text"]["value"]
        await world.slack.chat_postMessage(channel=world.channel_id("general"), text=title, blocks=card(title))

    @app.view_closed("declare")
    async def closed(ack: Any) -> None:
        await ack()
        world.heard.append({"closed": "declare"})

    @app.action("who")
    async def push(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await world.slack.views_push(trigger_id=body["trigger_id"], view=second_form())

    @app.action("preview")
    async def preview(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        await world.slack.views_update(view_id=body["view"]["id"], view=form("ignored", note="Verrebbe chiamato Bruno"))

    @app.options("similar")
    async def similar(ack: Any, payload: dict[str, Any]) -> None:
        found = {"text": {"type": "plain_text", "text": f"INC-12 {payload['value']}"}, "value": "12"}
        await ack(options=[found])


def _answers_gestures(app: AsyncApp, world: PageWorld) -> None:
    @app.action(re.compile("lead|resolve|more|a[0-9]"))
    async def pressed(ack: Any, action: dict[str, Any]) -> None:
        await ack()
        chosen = (action.get("selected_option") or {}).get("value")
        world.heard.append({"pressed": action["action_id"], "option": chosen})

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        await world.slack.views_publish(user_id=event["user"], view=home())

    @app.event(re.compile("message|reaction_.*|member_joined_channel|user_change"))
    async def noted(event: dict[str, Any]) -> None:
        world.heard.append({"event": event["type"]})
