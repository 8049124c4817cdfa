"""The embedded workspace: one server on loopback that is Slack, a telephone company and a mail host.

Everything is in memory and in one process. It knows nothing of the app it serves except its manifest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.sandbox.browser import Browser
from bot.sandbox.cast import BOTTEGA_VENTURA, Cast, CastPerson
from bot.sandbox.channel import Channel
from bot.sandbox.clockwork import Alarms, Clock, Stir, Tasks
from bot.sandbox.delivery import Ack, Delivery
from bot.sandbox.faults import Faults
from bot.sandbox.gestures import Gestures
from bot.sandbox.mail import MailHost
from bot.sandbox.people import Person
from bot.sandbox.phones import Carrier, Phone
from bot.sandbox.refusal import JSON
from bot.sandbox.responses import Responses
from bot.sandbox.triggers import Triggers
from bot.sandbox.twilio import Twilio
from bot.sandbox.uploads import Uploads
from bot.sandbox.web_api import ApiCall, WebApi
from bot.sandbox.workspace import Workspace

LARGEST_BODY = 64 * 1024**2


@dataclass(frozen=True, slots=True)
class TurnRequest:
    """The page asks for time to pass: so many minutes, or up to the next deadline."""

    minutes: int | None = None
    to_next: bool = False


class Sandbox:
    """Start it, point the app at its addresses, and let the people act."""

    bot_token = "xoxb-1000000000000-2000000000000-sandboxsandboxsandbox"
    app_token = "xapp-1-A0ANTICRISI-3000000000000-sandbox"
    signing_secret = "5a4d3c2b1a0f9e8d7c6b5a4d3c2b1a0f"
    twilio_sid = "AC00000000000000000000000000000042"
    twilio_token = "42424242424242424242424242424242"
    twilio_from = "+390200000042"
    twilio_status = "active"

    def __init__(
        self,
        *,
        clock: Clock,
        manifest: JSON,
        cast: Cast = BOTTEGA_VENTURA,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.workspace = Workspace(clock=clock, cast=cast, manifest=manifest)
        self.tasks = Tasks()
        self.alarms = Alarms(clock, self.tasks)
        self.delivery = Delivery(
            ids=self.workspace.ids,
            clock=clock,
            tasks=self.tasks,
            alarms=self.alarms,
            signing_secret=self.signing_secret,
        )
        self.delivery.sockets.app_id = self.workspace.app.id
        self.triggers = Triggers(self.workspace.ids, clock)
        self.api = WebApi(
            self.workspace, self.delivery, self.triggers, bot_token=self.bot_token, app_token=self.app_token
        )
        self.responses = Responses(self.workspace, self.triggers, self.api.faults)
        self.gestures = Gestures(self.workspace, self.delivery, self.triggers, self.responses)
        self.carrier = Carrier()
        self.people: dict[str, Person] = {}
        self.phones: dict[str, Phone] = {}
        for member in self.workspace.members.values():
            self._equip(member.person)
        self.mail = MailHost(self)
        self.twilio = Twilio(self)
        self.browser = Browser(self)
        self.stir = Stir()
        self.workspace.tell_pages = self._moved
        self.api.stir = self.delivery.stir = self.stir
        self.on_turn: Callable[[TurnRequest], Awaitable[None]] | None = None
        self.next_deadline: Callable[[], Awaitable[datetime | None]] | None = None
        self.links: list[tuple[str, str]] = []
        self._progress = ""
        self._address = (host, port)
        self._runner: web.AppRunner | None = None

    # --- life ---

    async def start(self) -> None:
        """Listen; the addresses are known once this returns."""
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, *self._address, backlog=512)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.workspace.url = f"http://{host}:{port}"
        await self.mail.start(self._address[0])
        self.alarms.start()

    async def stop(self) -> None:
        """Close everything; calls that hang are let go."""
        self.faults.clear()
        await self.alarms.stop()
        await self.delivery.sockets.drop()
        await self.browser.stop()
        await self.delivery.stop()
        await self.tasks.stop()
        await self.twilio.stop()
        await self.mail.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def quiet(self) -> None:
        """Return when nothing is on its way to the app: no event, no call-back, nothing that was due."""
        while True:
            await self.tasks.drained()
            if not self.alarms.ring_due() and self.tasks.idle:
                return
            await asyncio.sleep(0)

    async def until(self, holds: Callable[[], object], *, within: float = 60.0) -> None:
        """Return once it holds, looking again whenever anything moves here; TimeoutError after that long.

        What moves outside the workspace can be told with `stir.stir()`.
        """
        await self.stir.until(holds, within=within)

    # --- addresses ---

    @property
    def url(self) -> str:
        return self.workspace.url

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def twilio_url(self) -> str:
        return f"{self.url}/twilio"

    @property
    def smtp_url(self) -> str:
        return self.mail.url

    @property
    def twilio_webhook_base(self) -> str:
        return self.twilio.webhook_base

    @twilio_webhook_base.setter
    def twilio_webhook_base(self, base: str) -> None:
        self.twilio.webhook_base = base.rstrip("/")

    def deliver_http_to(self, url: str) -> None:
        """Signed HTTP delivery instead of Socket Mode; an empty url goes back to sockets."""
        self.delivery.webhook.url = url

    # --- knobs and records ---

    @property
    def faults(self) -> Faults:
        return self.api.faults

    @property
    def rate_limits(self) -> bool:
        return self.api.rate_limits

    @rate_limits.setter
    def rate_limits(self, on: bool) -> None:
        self.api.rate_limits = on

    @property
    def log(self) -> list[ApiCall]:
        return self.api.log

    @property
    def acks(self) -> list[Ack]:
        return self.delivery.acks

    @property
    def progress(self) -> str:
        return self._progress

    @progress.setter
    def progress(self, line: str) -> None:
        self._progress = line
        self.workspace.tell_pages("progress", None)

    def clock_turned(self) -> None:
        """Tell open pages that the time changed, and let what is due happen."""
        self.alarms.ring_due()
        self.workspace.tell_pages("clock", None)

    @property
    def next_alarm(self) -> datetime | None:
        """When something here happens by itself: a telephone rings out, a voice has waited long enough."""
        return self.alarms.next_due

    async def connected(self, count: int = 1) -> None:
        """Return once the app has that many sockets open."""
        await self.delivery.sockets.connected(count)

    # --- people ---

    def person(self, name_or_id: str) -> Person:
        """By short name or user id; LookupError when nobody has it."""
        return self.people[self.workspace.member(name_or_id).id]

    def channel(self, name: str) -> Channel:
        """A channel as the workspace holds it, for looking only."""
        found = self.workspace.channel_named(name) or self.workspace.channels.get(name)
        if found is None:
            raise LookupError(f"there is no channel {name}")
        return found

    async def deactivates(self, name: str) -> None:
        """The account is closed; the app hears user_change."""
        member = self.workspace.member(name)
        member.deleted = True
        await self.gestures.in_channel(lambda: self.workspace.update_member(member))

    async def changes(self, name: str, **fields: Any) -> None:
        """Change something about an account (locale, tz, real_name …)."""
        member = self.workspace.member(name)
        member.person = replace(member.person, **fields)
        await self.gestures.in_channel(lambda: self.workspace.update_member(member))

    async def arrives(self, person: CastPerson) -> Person:
        """A new colleague; the app hears team_join."""
        self._equip(person)
        await self.gestures.in_channel(lambda: self.workspace.arrives(person))
        return self.people[person.user_id]

    def snoozes(self, name: str, *, until: datetime | None = None) -> None:
        """Do not disturb, until then or until `wakes`."""
        member = self.workspace.member(name)
        member.snoozed, member.snoozed_until = True, until

    def wakes(self, name: str) -> None:
        self.workspace.member(name).snoozed = False

    def _moved(self, topic: str, users: Iterable[str] | None) -> None:
        self.browser.tell(topic, users)
        self.stir.stir()

    def _equip(self, person: CastPerson) -> None:
        phone = Phone(person.phone, person.email, self.carrier, owner=person.user_id)
        self.phones[person.phone] = phone
        self.people[person.user_id] = Person(self.gestures, person.user_id, phone)

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        uploads = Uploads(self.workspace, self.faults)
        app.router.add_route("*", "/api/{method}", self.api.serve)
        app.router.add_get("/link/", self.delivery.sockets.serve)
        app.router.add_post("/{kind:commands|actions|app}/{secret}", self.responses.serve)
        app.router.add_post("/upload/v1/{file}", uploads.receive)
        app.router.add_get("/files/{file}/{name}", uploads.send)
        self.twilio.mount(app.router)
        self.browser.mount(app.router)
        return app
