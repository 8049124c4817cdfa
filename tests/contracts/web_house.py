"""A whole site on loopback: the real record on SQLite, real use cases, a real server, a clock that stands still."""

from __future__ import annotations

import base64
import hashlib
import hmac
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.adapters.paging.twilio import Twilio
from bot.clock import SystemIds, TurnableClock
from bot.domain.effects import PageResponder
from bot.domain.incident import IncidentId, Report
from bot.domain.record import Record
from bot.domain.statement import StatementKind
from bot.errors import NotRecorded
from bot.ports import Core, Receipt, Transaction
from bot.storage.store import SqlStore
from bot.usecases import deliveries, look
from bot.usecases.declare import declare
from bot.usecases.speak import say
from bot.web.application import create
from bot.web.server import WebServer, listen
from bot.web.site import Site
from messages.words import languages
from tests.domain.records import DECLARED_AT, document, roster
from tests.links import client
from tests.world import PATIENT

PUBLIC_URL = "https://crisi.example"
TOKEN = "a-token-of-the-api"
AUTH_TOKEN = "a-token-of-twilio"
LUCA = "U0LUCA"  # the communications lead
ITALIAN = {"Accept-Language": "it-IT,it;q=0.9,en;q=0.5"}
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


class Watched:
    """The site's own way to the store: counts how often it is read, and can be cut."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.readings = 0
        self.down = False

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        self._pass()
        self.readings += 1
        return self._store.reading()

    def transaction(self, *, gesture: bool = True) -> AbstractAsyncContextManager[Transaction]:
        self._pass()
        return self._store.transaction(gesture=gesture)

    async def next_wake(self) -> datetime | None:
        self._pass()
        return await self._store.next_wake()

    def _pass(self) -> None:
        if self.down:
            raise NotRecorded("cut")


@dataclass
class Sent:
    """One effect that left: what the other side saw of it."""

    effect: Any
    provider_id: str
    answer_url: str

    @property
    def path(self) -> str:
        return urlsplit(self.answer_url).path


@dataclass
class Web:
    """The site, its visitor, and the company behind it."""

    core: Core
    clock: TurnableClock
    store: SqlStore
    http: httpx.AsyncClient
    watched: Watched
    checks: dict[str, object] = field(default_factory=lambda: {"database": "ok"})
    gestures: int = 0

    def _gesture(self) -> str:
        self.gestures += 1
        return f"gesture:{self.gestures}"

    def waits(self, **time: float) -> None:
        self.clock.turn(timedelta(**time))

    async def declares(self, title: str = "Casse bloccate in tutti i negozi", **more: Any) -> IncidentId:
        report = Report(title, **{"severity": 1, "scenario": "tills_down", **more})
        return (await declare(self.core, report, by="U0MARTA", gesture=self._gesture())).incident

    async def tells_customers(
        self, incident: IncidentId, it: str, en: str, *, kind: StatementKind = StatementKind.UPDATE, **more: Any
    ) -> None:
        await say(
            self.core,
            incident,
            {"it": it, "en": en},
            kind=kind,
            by=LUCA,
            gesture=self._gesture(),
            emergency=True,
            **more,
        )

    async def told(self, **more: Any) -> IncidentId:
        """An incident that customers have heard of."""
        incident = await self.declares(**more)
        await self.tells_customers(incident, "Ci scusiamo: le casse sono ferme.", "We're sorry: the tills are down.")
        return incident

    async def record(self, incident: IncidentId) -> Record:
        return await look.record(self.core, incident)

    async def public_id(self, incident: IncidentId) -> str:
        return (await self.record(incident)).incident.public_id

    async def sends(self) -> list[Sent]:
        """Everything due leaves, and is accepted by the other side."""
        sent: list[Sent] = []
        while claimed := await self._claim():
            for each, brief in zip(claimed, await deliveries.prepare(self.core, claimed), strict=True):
                if brief is not None:
                    kind = "CA" if getattr(each.effect, "method", "") == "voice" else "SM"
                    number = f"{kind}{each.id:032x}"
                    await deliveries.settle(self.core, [(each, Receipt(number, {"snoozed": False}))])
                    sent.append(Sent(each.effect, number, brief.answer_url))
        return sent

    async def texts(self, incident: IncidentId, method: str = "sms") -> list[Sent]:
        """The knocks by SMS (or another way) of the first level, as soon as the plan sends them."""
        knocks = (await self.record(incident)).knocks
        due = min(knock.due_at for knock in knocks if knock.method == method and knock.level == 1)
        self.clock.turn(max(due - self.clock.now(), timedelta(0)))
        return [each for each in await self.sends() if isinstance(each.effect, PageResponder) and each.answer_url]

    async def _claim(self) -> Any:
        async with self.store.transaction(gesture=False) as tx:
            return await tx.outbox.claim(now=self.clock.now(), limit=100, lease=timedelta(seconds=30), busy=frozenset())

    async def twilio(self, path: str, *, signed_for: str | None = None, **fields: str) -> httpx.Response:
        """A call-back as Twilio makes it."""
        url = f"{PUBLIC_URL}{path}" if signed_for is None else signed_for
        return await self.http.post(path, data=fields, headers={"X-Twilio-Signature": signature(url, fields)})


def signature(url: str, fields: Mapping[str, str], token: str = AUTH_TOKEN) -> str:
    text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


@asynccontextmanager
async def site(
    folder: Path, *, with_document: bool = True, methods: tuple[str, ...] = ("slack_dm", "sms"), **settings: Any
) -> AsyncIterator[Web]:
    """Stand it up, hand it over, take it down."""
    clock = TurnableClock(DECLARED_AT, frozen=True)
    store = await _store(folder)
    core = Core(store, clock, SystemIds(), methods=frozenset(methods))
    if with_document:
        async with store.transaction() as tx:
            await tx.save_document(document(), by="U0DARIO", note="first", now=clock.now())
            await tx.save_users(roster().users.values())
    twilio = Twilio(sid="AC0", token=AUTH_TOKEN, sender="+390200000000", api_url="http://127.0.0.1:1")
    checks: dict[str, object] = {"database": "ok"}
    watched = Watched(store)

    async def readiness() -> dict[str, object]:
        return checks

    built = Site(
        **{
            "core": replace(core, store=watched),
            "public_url": PUBLIC_URL,
            "readiness": readiness,
            "verify_provider": twilio.signed,
            "api_token": TOKEN,
            "fresh": 0.0,
            **settings,
        }
    )
    try:
        async with _serving(built) as address, client(base_url=address, timeout=60) as http:
            yield Web(core, clock, store, http, watched, checks)
    finally:
        await twilio.close()
        await store.close()


async def _store(folder: Path) -> SqlStore:
    """A database of its own for each test; the schema is made once."""
    empty = folder.parent / "web-empty.db"
    if not empty.exists():
        await (await _open(empty, migrate=True)).close()
    shutil.copy(empty, folder / "crisi.db")
    return await _open(folder / "crisi.db", migrate=False)


async def _open(file: Path, *, migrate: bool) -> SqlStore:
    keys = ("a-key-for-the-tests",)
    return await SqlStore.open(
        f"sqlite:///{file}",
        secret_keys=keys,
        public_url=PUBLIC_URL,
        time_zone="Europe/Rome",
        languages=languages(),
        migrate=migrate,
        patience=PATIENT,
    )


@asynccontextmanager
async def _serving(built: Site) -> AsyncIterator[str]:
    listening = listen("127.0.0.1", 0)
    server = WebServer(create(built), listening)
    await server.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        await server.stop()
