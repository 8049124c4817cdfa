"""``anticrisi demo``: open the stage to a visitor, or let the cast play on it."""

from __future__ import annotations

import asyncio
import signal
import tempfile
import webbrowser
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import typer
from pydantic import SecretStr

from bot import logs
from bot.clock import SystemClock, TurnableClock
from bot.demo.outage import outage
from bot.demo.stage import SECRET, Stage, plan_in
from bot.demo.story import Storyteller, Unscripted
from bot.errors import Misconfigured
from bot.settings import Settings
from messages import review
from messages.words import words_for

Story = Callable[[Storyteller], Awaitable[None]]

STORIES: Mapping[str, Story] = {"outage": outage}
SATURDAY_MORNING = datetime(2026, 3, 7, 9, 2, tzinfo=UTC)  # 10:02 in Italy, when stores are full


async def run_demo(*, port: int, open_browser: bool, language: str) -> None:
    """Until interrupted. The database is temporary: every demo begins anew."""
    _quiet()
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    with tempfile.TemporaryDirectory(prefix="anticrisi-") as folder, plan_in(language) as plan:
        stage = await Stage.raised(
            database_url=f"sqlite:///{folder}/demo.db",
            document=plan,
            clock=TurnableClock(SystemClock().now()),
            port=port,
            language=language,
        )
        typer.echo(f"The workspace   {stage.sandbox.url}")
        typer.echo(f"The status page {stage.app.public_url}/status")
        typer.echo("Ctrl+C ends it. Nothing leaves this machine.")
        if open_browser:
            await asyncio.to_thread(_open, stage.sandbox.url)
        await stop.wait()
        await stage.struck()


async def play_story(name: str, *, out: Path, language: str, stories: Mapping[str, Story] = STORIES) -> int:
    """Play a story with the clock turned forward. 0 when it ended as scripted."""
    if name not in stories:
        raise Misconfigured(f"--play {name}: there is no such story; there is {', '.join(stories)}")
    _quiet()
    with tempfile.TemporaryDirectory(prefix="anticrisi-") as folder, plan_in(language) as plan:
        clock = TurnableClock(SATURDAY_MORNING, frozen=True)
        database = f"sqlite:///{folder}/story.db"
        stage = await Stage.raised(database_url=database, clock=clock, language=language, document=plan)
        story = Storyteller(stage, say=typer.echo)
        try:
            await stories[name](story)
        except (Unscripted, LookupError) as surprise:
            typer.echo(f"\nNot as scripted: {surprise}", err=True)
            return 1
        else:
            text = review.markdown(words_for(language, "Europe/Rome"), await story.record())
            typer.echo(f"\n{text}")
            story.keep(out, text)
            typer.echo(f"\nWritten: {out / 'postmortem.md'} and {out / 'transcript.jsonl'}. It ended as scripted.")
            return 0
        finally:
            await stage.struck()


def _quiet() -> None:
    """What a visitor reads is the story; only what is wrong is logged."""
    logs.configure(Settings(_env_file=None, log_level="ERROR", log_format="console", secret_key=(SecretStr(SECRET),)))


def _open(url: str) -> None:
    """Without a display there is nothing to open; the address has been printed."""
    try:
        webbrowser.open(url)
    except webbrowser.Error:
        return
