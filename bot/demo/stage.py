"""A stage: the embedded workspace, the bot, and a clock that can be turned.

Turning the clock walks through every moment at which something is due, in order, and lets each have
its effects before the next: half an hour in a second, with nothing skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from bot.app import App
from bot.clock import TurnableClock
from bot.engine.limits import Limits, unlimited
from bot.errors import Misconfigured
from bot.ports import USUAL_PATIENCE, Patience
from bot.sandbox.cast import BOTTEGA_VENTURA, Cast
from bot.sandbox.server import Sandbox, TurnRequest
from bot.settings import Settings
from bot.shipped import EXAMPLE, manifest
from bot.storage.document_yaml import dump, parse
from messages.words import words_for

SECRET = "a demonstration keeps no secrets"  # noqa: S105 - the demo's database dies with it
_MOMENTS_A_TURN = 10_000


@dataclass(frozen=True)
class Ways:
    """What people are reached by, besides Slack."""

    phone: bool = True
    mail: bool = True
    second_lines: tuple[str, ...] = ()
    daily_cap_sms: int = 60


EVERY_WAY = Ways()


@dataclass
class Stage:
    """Everything a story, a test or a visitor needs. ``await Stage.raised(…)``, then ``struck``."""

    clock: TurnableClock
    sandbox: Sandbox
    app: App

    @classmethod
    async def raised(
        cls,
        *,
        database_url: str,
        clock: TurnableClock,
        port: int = 0,
        web_port: int = 0,
        language: str = "it",
        document: Path | None = EXAMPLE,
        http_delivery: bool = False,
        ways: Ways = EVERY_WAY,
        limits: Limits | None = None,
        patience: Patience = USUAL_PATIENCE,
    ) -> Stage:
        """Build and start everything; returns once the bot hears the workspace."""
        sandbox = Sandbox(clock=clock, manifest=manifest(), cast=cast_in(language), port=port)
        sandbox.delivery.patience = patience.answer + 0.7  # Slack's three seconds lie as far beyond our own
        try:
            await sandbox.start()
        except OSError as taken:
            raise Misconfigured(f"--port {port} cannot be used ({taken.strerror}): choose another, or 0") from taken
        settings = settings_for(
            sandbox,
            database_url=database_url,
            web_port=web_port,
            language=language,
            document=document,
            http_delivery=http_delivery,
            ways=ways,
        )
        # Budgets are measured in real seconds, and a workspace on loopback has none to spare.
        app = await App.build(settings, clock=clock, limits=limits or unlimited(), patience=patience)
        stage = cls(clock, sandbox, app)
        sandbox.twilio_webhook_base = app.public_url
        sandbox.on_turn = stage.turned
        sandbox.next_deadline = stage.next_deadline
        sandbox.links = [(words_for(language)("What customers see"), f"{app.public_url}/status")]
        await app.start()
        if http_delivery:
            sandbox.deliver_http_to(f"{app.public_url}/slack/events")
        else:
            await sandbox.connected()
        await app.known_people()
        return stage

    async def struck(self) -> None:
        """Take everything down again."""
        await self.app.stop()
        await self.sandbox.stop()

    async def settled(self) -> None:
        """Return when nothing is due, in flight or unheard."""
        for _ in range(_MOMENTS_A_TURN):
            await self.sandbox.quiet()
            await self.app.heard()
            await self.app.scheduler.tick()
            await self.app.dispatcher.drain()
            await self.sandbox.quiet()
            due = await self.app.store.next_wake()
            if not self.app.dispatcher.in_flight and (due is None or due > self.clock.now()):
                return

    async def wait(self, span: timedelta) -> None:
        """Let time pass, one due moment after the other."""
        target = self.clock.now() + span
        await self.settled()
        for _ in range(_MOMENTS_A_TURN):
            moments = (await self.app.store.next_wake(), self.sandbox.next_alarm)
            due = min((moment for moment in moments if moment), default=None)
            if due is None or due > target:
                break
            if due > self.clock.now():
                self.clock.turn_to(due)
            await self.settled()
        self.clock.turn_to(target)
        self.sandbox.clock_turned()
        await self.settled()

    async def next_deadline(self) -> datetime | None:
        """The next moment at which somebody will notice something."""
        return await self.app.store.next_moment(after=self.clock.now())

    async def turned(self, request: TurnRequest) -> None:
        """The page's buttons: so many minutes, or up to the next deadline."""
        span = timedelta(minutes=request.minutes or 0)
        if request.to_next:
            due = await self.next_deadline()
            span = due - self.clock.now() if due else timedelta(0)
        await self.wait(span)


def cast_in(language: str) -> Cast:
    """The company as it is, half Italian and half English; or all of it reading English."""
    if language == "it":
        return BOTTEGA_VENTURA
    people = tuple(replace(person, locale="en-GB") for person in BOTTEGA_VENTURA.people)
    return replace(BOTTEGA_VENTURA, people=people)


@contextmanager
def plan_in(language: str) -> Iterator[Path]:
    """The company's plan as a file, in the language that its rooms are to speak."""
    plan = parse(EXAMPLE.read_text(encoding="utf-8"))
    if language == plan.language:
        yield EXAMPLE
        return
    people = tuple(person.model_copy(update={"language": None}) for person in plan.people)
    languages = (language, *(each for each in plan.statement_languages if each != language))
    spoken = plan.revised(language=language, statement_languages=languages, people=people)
    with TemporaryDirectory(prefix="anticrisi-plan-") as folder:
        file = Path(folder) / EXAMPLE.name
        file.write_text(dump(spoken), encoding="utf-8")
        yield file


def settings_for(
    sandbox: Sandbox,
    *,
    database_url: str,
    web_port: int,
    language: str,
    document: Path | None,
    http_delivery: bool = False,
    ways: Ways = EVERY_WAY,
) -> Settings:
    """The same settings that a real workspace would give, with the embedded one's addresses."""
    return Settings(
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_app_token=None if http_delivery else SecretStr(sandbox.app_token),
        slack_signing_secret=SecretStr(sandbox.signing_secret),
        slack_api_url=sandbox.api_url,
        database_url=database_url,
        team_document=str(document) if document else None,
        http_port=web_port,
        public_url=None,
        secret_key=(SecretStr(SECRET),),
        twilio_account_sid=sandbox.twilio_sid if ways.phone else None,
        twilio_auth_token=SecretStr(sandbox.twilio_token) if ways.phone else None,
        twilio_from=sandbox.twilio_from if ways.phone else None,
        daily_cap_sms=ways.daily_cap_sms,
        twilio_api_url=sandbox.twilio_url,
        smtp_url=SecretStr(sandbox.smtp_url) if ways.mail else None,
        mail_from="Anticrisi <crisi@ventura.example>" if ways.mail else None,
        apprise_urls=tuple(SecretStr(each) for each in ways.second_lines),
        default_language="it" if language == "it" else "en",
        time_zone="Europe/Rome",
        announce_channel="incidents",
    )
