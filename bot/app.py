"""The composition root: every object built from settings, started and stopped in order.

The only place that knows all the rooms. Order of starting: the record, the web, the engine,
and last the ears (Slack), so that nothing is heard before it can be stored.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import structlog

from bot.adapters.paging.pager import PagingDoor
from bot.adapters.publishing import status_page
from bot.adapters.publishing.publisher import PublishingDoor
from bot.adapters.slack.calls import SlackCalls, client, session
from bot.adapters.slack.door import SlackDoor
from bot.adapters.slack.standing import Standing
from bot.clock import Clock, Ids, SystemClock, SystemIds
from bot.domain import bundling
from bot.domain.effects import Door
from bot.domain.team import TeamDocument
from bot.ears import Ears
from bot.engine.beat import Beat
from bot.engine.dispatcher import Dispatcher
from bot.engine.limits import Limits
from bot.engine.pruning import Pruning
from bot.engine.scheduler import Scheduler
from bot.engine.watchdog import Watchdog
from bot.errors import BrokenDocument, Misconfigured, NotRecorded
from bot.ports import USUAL_PATIENCE, Core, DoorKeeper, Patience
from bot.readiness import Readiness
from bot.settings import Settings, revealed
from bot.storage.migrations import REMEDIES, Schema
from bot.storage.store import SqlStore
from bot.usecases import look, plan
from bot.ways import pagers, twilio_of
from bot.web.application import create
from bot.web.metrics import Metrics
from bot.web.server import WebServer, listen
from bot.web.site import Site
from messages.words import languages

if TYPE_CHECKING:
    from bot.adapters.heartbeat import Heartbeat
    from bot.adapters.paging.twilio import Twilio

log = structlog.get_logger(__name__)


class App:
    """A whole Anticrisi. ``await App.build(settings)``, then ``start`` and ``stop``."""

    def __init__(self, settings: Settings, core: Core, store: SqlStore, listening: socket.socket) -> None:
        self.settings = settings
        self.core = core
        self.store = store
        self.public_url = settings.links_begin_with
        self._listening = listening
        self._twilio: Twilio | None = None
        self._kept: aiohttp.ClientSession | None = None
        self._silence: asyncio.Task[None] | None = None
        self._aside = False
        self._warming: asyncio.Task[None] | None = None

    @classmethod
    async def build(
        cls,
        settings: Settings,
        *,
        clock: Clock | None = None,
        ids: Ids | None = None,
        limits: Limits | None = None,
        patience: Patience = USUAL_PATIENCE,
        migrate: bool = True,
    ) -> App:
        """Open the record and build everything on it. Raises ``Misconfigured`` when it cannot start."""
        clock, ids = clock or SystemClock(), ids or SystemIds()
        listening = listen(settings.http_host, settings.http_port)
        settings = settings.model_copy(update={"http_port": listening.getsockname()[1]})
        try:
            store = await _record(settings, ids=ids, patience=patience, migrate=migrate)
        except BaseException:
            listening.close()
            raise
        twilio = twilio_of(settings)
        kept = session()
        web = client(revealed(settings.slack_bot_token), settings.slack_api_url, kept)
        calls = SlackCalls(web)
        paging = PagingDoor(pagers(settings, calls, twilio))
        publishing = PublishingDoor({status_page.NAME: status_page.StatusPage()})
        core = Core(
            store,
            clock,
            ids,
            methods=paging.methods,
            publishing=publishing.channels,
            default_language=settings.default_language,
            bundle_within=bundling.WINDOW,
            daily_caps=settings.daily_caps,
            patience=patience,
        )
        app = cls(settings, core, store, listening)
        app._twilio, app._kept = twilio, kept
        app._assemble(calls, paging, publishing, limits)
        return app

    def _assemble(
        self, calls: SlackCalls, paging: PagingDoor, publishing: PublishingDoor, limits: Limits | None
    ) -> None:
        self._calls, self.metrics = calls, Metrics()
        self.ears = Ears(self.settings, self.core, calls.web)
        slack = SlackDoor(calls, announce_channel=self.settings.announce_channel)
        self._build_engine({Door.SLACK: slack, Door.PAGING: paging, Door.PUBLISHING: publishing}, limits)
        self._build_watch()
        self._build_web()

    def _build_engine(self, doors: dict[Door, DoorKeeper], limits: Limits | None) -> None:
        call = timedelta(seconds=self.core.patience.call)
        self.dispatcher = Dispatcher(self.core, doors, limits=limits, call=call, observe=self.metrics.sent)
        self.store.on_commit(self.dispatcher.wake)
        self.beat = Beat(
            self.store,
            self.core.clock,
            self.dispatcher.limits,
            self.dispatcher.take_largest_lag,
            hears=self.ears.connected,
            aside=self.stand_aside,
        )
        pruning = Pruning(self.core)
        self.scheduler = Scheduler(
            self.core, self.dispatcher, beat=self.beat, pruning=pruning, next_due=self.store.next_due
        )

    def _build_watch(self) -> None:
        self.watchdog = Watchdog(
            self.core,
            oldest_due=self.store.oldest_due,
            on_time=lambda: self.scheduler.on_time,
            hears=self._slack_is_heard,
            known=Standing(self._calls, self.core.clock.now).good,
            observe=self.metrics.watched,
        )
        self._heartbeat = _heartbeat(self.settings, self.watchdog.due_work_on_time)
        self._parts = Readiness(self._calls, self.ears, self.scheduler, self.watchdog)

    def _build_web(self) -> None:
        site = Site(
            core=self.core,
            public_url=self.public_url,
            readiness=self.readiness,
            verify_provider=self._twilio.signed if self._twilio else None,
            slack_events=self.ears.events,
            api_token=revealed(self.settings.api_token) or None,
            default_language=self.settings.default_language,
            metrics=self.metrics,
            effects=self._scraped,
        )
        self.web = WebServer(create(site), self._listening)

    async def start(self) -> None:
        """Serve. Returns once everything listens; people are learnt in the background. Raises as ``begin`` does."""
        await self.begin()
        await self.hear()

    async def begin(self) -> None:
        """All that does not wait for Slack: phones, letters and the web's pages.

        Raises ``Misconfigured``, and holds nothing any more, when the team document cannot be read or opened.
        """
        try:
            await self._import_document()
        except BaseException:
            self._listening.close()
            await self.ears.close()
            await self._let_go()
            raise
        await self.web.start()
        self._dispatching = asyncio.create_task(self.dispatcher.run())
        self.scheduler.start()
        self.watchdog.start()
        if self._heartbeat is not None:
            self._heartbeat.start()

    async def hear(self) -> None:
        """Return once Slack is heard, however long it takes; ``stop`` may come before."""
        await self.ears.open()
        self._warming = asyncio.create_task(self.ears.warm())
        log.info("ready", public_url=self.public_url)

    def stand_aside(self) -> None:
        """Another release has migrated the database: leave hearing and calling to the replicas of that one."""
        if self._silence is None:
            self._aside = True
            log.error("standing_aside", because="another release has migrated the database")
            self._silence = asyncio.create_task(self._fall_silent())
            self._silence.add_done_callback(lambda _: self.store.stand_aside())

    async def silence(self) -> None:
        """Return once nothing is heard, begun or under way any more."""
        self._silence = self._silence or asyncio.create_task(self._fall_silent())
        await self._silence

    async def stop(self) -> None:
        """Stop hearing, let what is in flight end, close the record."""
        await self.silence()
        await self.web.stop()
        await self._let_go()

    async def _let_go(self) -> None:
        if self._twilio:
            await self._twilio.close()
        if self._kept:
            await self._kept.close()
        await self.store.close()

    async def _fall_silent(self) -> None:
        """Hear nothing more, begin nothing more, and let what is in flight end."""
        await self.watchdog.stop()  # it would take the silence that follows for a trouble
        if self._heartbeat is not None:
            await self._heartbeat.stop()
        await self.ears.close()
        if self._warming is not None:
            self._warming.cancel()
        await self.scheduler.stop()
        await self.dispatcher.stop()
        begun = (each for each in (self._dispatching, self._warming) if each is not None)
        await asyncio.gather(*begun, return_exceptions=True)

    async def known_people(self) -> None:
        """Return once Slack has told us who everybody is."""
        if self._warming is not None:
            await self._warming

    async def heard(self) -> None:
        """Return once every listener that was begun has ended."""
        await self.ears.heard()

    async def readiness(self) -> dict[str, object]:
        """Each part and how it is: ``ok``, or what is wrong and, once it has lasted, since when."""
        if self._silence is not None and not self._aside:
            return {"stopping": "what was begun ends, nothing new is heard"}
        return dict(await self._parts.state(aside=self._aside))

    async def _slack_is_heard(self) -> bool:
        """Here or by another replica: then whoever types or presses something is answered."""
        if await self.ears.connected():
            return True
        with suppress(NotRecorded):  # without the record nobody knows of the others
            return await self.beat.others_hear()
        return False

    async def _scraped(self) -> dict[tuple[str, str], int]:
        """What is measured when somebody looks: how late we ran, and what is not done yet."""
        self.metrics.ticked(self.beat.largest_lag)
        return await self.store.unfinished_effects()

    async def _import_document(self) -> None:
        """The file named by TEAM_DOCUMENT, when the record holds no document yet.

        Raises ``Misconfigured`` when our keys don't open the one it holds: nobody could be rung.
        """
        path, roster = self.settings.team_document, await look.roster(self.core)
        if path and roster.document is None:
            document = await asyncio.to_thread(_document_in, Path(path))
            version = await plan.save_document(self.core, document, by="TEAM_DOCUMENT", note=path)
            log.info("document_imported", version=version)


async def _record(settings: Settings, *, ids: Ids, patience: Patience, migrate: bool) -> SqlStore:
    """The database, with the schema of this release. Raises ``Misconfigured`` when it has another."""
    store = await SqlStore.open(
        settings.database_url,
        secret_keys=settings.keys,
        public_url=settings.links_begin_with,
        default_language=settings.default_language,
        time_zone=settings.time_zone,
        languages=languages(),
        migrate=migrate,
        ids=ids,
        patience=patience,
    )
    try:
        found = await store.schema()
        if found is not Schema.CURRENT:
            raise Misconfigured(REMEDIES[found])
        await store.reseal()
    except BaseException:
        await store.close()
        raise
    return store


def _heartbeat(settings: Settings, well: Callable[[], Awaitable[bool]]) -> Heartbeat | None:
    if settings.heartbeat_url is None:
        return None

    from bot.adapters.heartbeat import Heartbeat

    return Heartbeat(settings.heartbeat_url.get_secret_value(), well=well)


def _document_in(path: Path) -> TeamDocument:
    """The plan that a file holds. Raises ``Misconfigured``: a broken one is refused whole, a line a fault."""
    from bot.storage.document_faults import describe  # once in a database's life
    from bot.storage.document_yaml import parse

    try:
        return parse(path.read_text(encoding="utf-8"))
    except BrokenDocument as broken:
        lines = (f"TEAM_DOCUMENT {path}:{fault.line}:{fault.column} {describe(fault)}" for fault in broken.faults)
        raise Misconfigured("\n".join(lines)) from broken
    except (OSError, UnicodeDecodeError) as error:
        reason = f"TEAM_DOCUMENT {path} cannot be read ({type(error).__name__}): name a file that is there"
        raise Misconfigured(reason) from error
