"""From the submitted form to the first page, and to the last thing that a declaration does in Slack."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median

from pydantic import SecretStr

from bot.app import App
from bot.clock import SystemClock
from bot.demo.stage import SECRET
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from bot.shipped import EXAMPLE
from tests.bench.figures import Figure, Told, milliseconds
from tests.bench.house import House
from tests.bench.workspace import RemoteWorkspace, workspace

TITLE = "Declaration, at 200 ms a Slack call"
MEANING = (
    "A form is submitted in a workspace where every call takes 200 ms; three people stand on the first level, and the "
    "bot has been through one declaration before. "
    "*Round trips* is the time from the submission to the end of the last call, in calls of 200 ms; *deep* is the "
    "longest chain of calls of which each began after the one before it had ended. Beside it stand the published "
    "figures of incidentbot, a bot of the same stack, with its default and its full configuration. "
    "The first number counts Slack calls that had ended when the first page left: it waits for none."
)
LATENCY = 0.2  # seconds a call
PEER_ROUND_TRIPS = (8, 22)
PEER_INVITES = (1.70, 2.31)
PEER_PAGES = 3.31
PEOPLE = 3
BEFORE = "sito lento alla cassa online"
WHAT = "casse bloccate in tutti i negozi"


@dataclass(frozen=True)
class CallMade:
    """One Slack call, in seconds from the submission."""

    method: str
    key: str
    began: float
    ended: float
    ok: bool

    @property
    def pages(self) -> bool:
        return self.key.startswith("page:")


@dataclass(frozen=True)
class Declaration:
    """Everything a declaration did in Slack."""

    calls: tuple[CallMade, ...]

    @property
    def round_trips(self) -> float:
        return max(call.ended for call in self.calls) / LATENCY

    @property
    def depth(self) -> int:
        """The longest chain of calls, each begun after the one before had ended."""
        depths: list[tuple[float, int]] = []
        for call in sorted(self.calls, key=lambda each: each.began):
            before = max((depth for ended, depth in depths if ended <= call.began), default=0)
            depths.append((call.ended, before + 1))
        return max(depth for _, depth in depths)

    @property
    def first_page(self) -> CallMade:
        return min((call for call in self.calls if call.pages), key=lambda call: call.began)

    @property
    def people_paged(self) -> int:
        return sum(call.pages for call in self.calls)

    @property
    def first_invitation(self) -> float:
        return min(call.ended for call in self.calls if call.method == "conversations.invite")

    @property
    def ended_before_the_page(self) -> int:
        return sum(call.ended <= self.first_page.began for call in self.calls)


async def measure(house: House) -> Told:
    declarations = [await declaration(house) for _ in range(house.sizes.declarations)]
    return Told(TITLE, MEANING, tuple(_figures(declarations)))


async def declaration(house: House) -> Declaration:
    """Declare once, in a workspace and to a bot that have seen one declaration before."""
    with house.database("SQLite") as url:
        async with workspace(latency=LATENCY) as remote, _bot(remote, url) as app:
            await _declare(remote, app, "sofia", BEFORE)
            began = await _declare(remote, app, "marta", WHAT)
            return Declaration(tuple(await remote.plays(calls_since, began)))


async def _declare(remote: RemoteWorkspace, app: App, who: str, what: str) -> float:
    """To the last thing that follows. When the form was submitted, on the workspace's clock."""
    await remote.plays(prepare, who, what)
    began = await remote.plays(submit, who)
    await _finished(app)
    return began


async def prepare(sandbox: Sandbox, who: str, what: str) -> None:
    """Scene: the form is open."""
    await sandbox.connected()
    person = sandbox.person(who)
    await person.types(f"/crisis {what}")
    await sandbox.until(lambda: person.form is not None)


async def submit(sandbox: Sandbox, who: str) -> float:
    """Scene: the form is submitted, and taken."""
    sandbox.log.clear()
    began = asyncio.get_running_loop().time()
    errors = await sandbox.person(who).submits()
    assert not errors, errors
    return began


async def calls_since(sandbox: Sandbox, began: float) -> list[CallMade]:
    """Scene: what was called since then."""
    return [
        CallMade(
            call.method,
            str((call.args.get("metadata") or {}).get("event_payload", {}).get("key", "")),
            call.started - began,
            call.ended - began,
            call.ok,
        )
        for call in sandbox.log
    ]


@asynccontextmanager
async def _bot(remote: RemoteWorkspace, url: str) -> AsyncIterator[App]:
    """The bot as ``serve`` builds it, rate limits included."""
    settings = Settings(
        _env_file=None,
        slack_bot_token=SecretStr(Sandbox.bot_token),
        slack_app_token=SecretStr(Sandbox.app_token),
        slack_signing_secret=SecretStr(Sandbox.signing_secret),
        slack_api_url=f"{remote.url}/api/",
        database_url=url,
        team_document=str(EXAMPLE),
        http_port=0,
        secret_key=(SecretStr(SECRET),),
        default_language="it",
        time_zone="Europe/Rome",
        twilio_account_sid=Sandbox.twilio_sid,
        twilio_auth_token=SecretStr(Sandbox.twilio_token),
        twilio_from=Sandbox.twilio_from,
        twilio_api_url=f"{remote.url}/twilio",
    )
    app = await App.build(settings, clock=SystemClock())
    await app.start()
    try:
        await app.known_people()
        yield app
    finally:
        await app.stop()


async def _finished(app: App) -> None:
    """Until nothing is due or on its way."""
    await app.heard()
    while await _is_at_work(app):  # noqa: ASYNC110 - seen from outside
        await asyncio.sleep(LATENCY / 4)


async def _is_at_work(app: App) -> bool:
    """As the record has it: what was claimed a moment ago is not in the dispatcher's hands yet."""
    due = await app.store.next_wake()
    sending = any(state == "sending" for _, state in await app.store.unfinished_effects())
    return sending or (due is not None and due <= app.core.clock.now())


def _figures(declarations: list[Declaration]) -> list[Figure]:
    page = median(each.first_page.began for each in declarations)
    invited = median(each.first_invitation for each in declarations)
    trips = median(each.round_trips for each in declarations)
    deep = max(each.depth for each in declarations)
    waited = max(each.ended_before_the_page for each in declarations)
    calls = max(len(each.calls) for each in declarations)
    default, configured = PEER_ROUND_TRIPS
    return [
        Figure("calls ended before the first page leaves", str(waited), "14", None, "0", waited == 0),
        Figure(
            "submission to the first page's call",
            milliseconds(page),
            f"{PEER_PAGES} s",
            page / PEER_PAGES,
            "< 1 round trip",
            page < LATENCY,
        ),
        Figure(
            "submission to the first person invited",
            milliseconds(invited),
            f"{PEER_INVITES[0]} to {PEER_INVITES[1]} s",
            invited / PEER_INVITES[0],
        ),
        Figure("Slack calls in all", str(calls), f"{default} to {configured}"),
        Figure("one after another (deep)", str(deep), f"{default} to {configured}", deep / default, "3", deep <= 3),
        Figure(
            "all finished, in round trips",
            f"{trips:.1f}",
            f"{default} to {configured}",
            trips / default,
            "< 4",
            trips < 4,
        ),
    ]
