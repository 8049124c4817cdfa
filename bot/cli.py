"""The command line: serve, demo, check, doc, migrate.

Heavy rooms are imported by the command that needs them, so that help and ``doc check`` answer at once.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import faults, rubbish
from bot.errors import BrokenDocument, Misconfigured, NotRecorded
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.domain.team import TeamDocument
    from bot.storage.store import SqlStore

app = typer.Typer(
    name="anticrisi",
    help="For the hour when something is on fire.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain lines: a mistyped option is one of them, not a box
    pretty_exceptions_enable=False,  # a trace is read in a log; boxes of source code around it help nobody there
)
doc = typer.Typer(
    rich_markup_mode=None, help="The team document: who does what when something is on fire.", no_args_is_help=True
)
app.add_typer(doc, name="doc")


def main() -> None:
    """Run a command; a setting that stands in the way is one line, not a traceback."""
    try:
        app()
    except (Misconfigured, NotRecorded) as error:
        _fail(str(error) if isinstance(error, Misconfigured) else _silence(error))


def _say_version(asked: bool) -> None:
    if asked:
        typer.echo(f"anticrisi {metadata.version('anticrisi')}")
        raise typer.Exit


@app.callback()
def before_every_command(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say which release this is.")
    ] = False,
) -> None:
    """For the hour when something is on fire."""


@app.command()
def serve(
    no_migrate: Annotated[bool, typer.Option("--no-migrate", help="Leave the database's schema as it is.")] = False,
) -> None:
    """Run the bot against Slack."""
    rubbish.do_not_look()
    settings = _ready_settings()

    from bot import logs
    from bot.storage.lock import DatabaseLock

    logs.configure(settings)
    with DatabaseLock(settings.database_url):
        asyncio.run(_serve(settings, migrate=not no_migrate))


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the workspace's page listens; 0 chooses.", min=0, max=65535)] = 8081,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    play: Annotated[str | None, typer.Option(help="Play a story with no browser: outage.")] = None,
    out: Annotated[Path, typer.Option(help="Where a played story leaves its files.")] = Path("out"),
    language: Annotated[str, typer.Option(help="The team's language: it or en; the system's by default.")] = "",
) -> None:
    """Try all of it in one process, with a Slack workspace of its own. Needs no account."""
    from bot.demo.run import play_story, run_demo
    from messages.words import languages

    language = language or ("it" if os.environ.get("LANG", "").startswith("it") else "en")
    if language not in languages():
        _fail(f"--language {language}: we speak {', '.join(languages())}")
    if play is None:
        asyncio.run(run_demo(port=port, open_browser=browser, language=language))
        return
    raise typer.Exit(asyncio.run(play_story(play, out=out, language=language)))


@app.command()
def check(live: Annotated[bool, typer.Option("--live", help="Also ask each provider.")] = False) -> None:
    """Say what is configured, what is missing and what was found. Exits with 1 when serve could not start."""
    from bot import logs
    from bot.checkup import checkup

    logs.quiet()
    settings = load()
    if not asyncio.run(checkup(settings, live=live, say=typer.echo)):
        raise typer.Exit(1)


@app.command()
def migrate() -> None:
    """Bring the database to the current schema."""
    from bot.storage import migrations

    settings = load()
    migrations.upgrade(settings.database_url)
    typer.echo("The database has the current schema.")


@doc.command("check")
def doc_check(file: Annotated[Path, typer.Argument(help="The file; - reads what is piped in.")]) -> None:
    """Read a document and list every fault, with its line and column."""
    document = _parsed(file)
    typer.echo(
        f"{file}: {document.company}, {len(document.people)} people, {len(document.policies)} policies, "
        f"{len(document.scenarios)} scenarios. No faults."
    )


@doc.command("import")
def doc_import(
    file: Annotated[Path, typer.Argument(help="The file; - reads what is piped in.")],
    forget: Annotated[
        list[str] | None,
        typer.Option(help="The short name of somebody who left: erase their phones and address from older versions."),
    ] = None,
) -> None:
    """Store a document as the newest version. A running bot notices it at its next tick."""
    document = _parsed(file)
    for name in forget or ():
        if any(member.id == name for member in document.people):
            _fail(f"--forget {name}: {file} still has them; take them out first. Nothing was changed.")
    version, forgotten = asyncio.run(_import(document, str(file), forget or []))
    typer.echo(f"{file} is version {version} of the team document.")
    for name, versions in forgotten.items():
        if versions:
            typer.echo(f"{name}: phones and address are erased from {versions} of the {version - 1} versions before.")
    if strangers := ", ".join(name for name, versions in forgotten.items() if not versions):
        nothing = "no version before holds contacts of theirs, so nothing was erased"
        _fail(f"{strangers}: {nothing}. Is that how the plan writes it?")


@doc.command("export")
def doc_export(
    without_contacts: Annotated[
        bool,
        typer.Option("--without-contacts", help="Leave phones and addresses out; works when SECRET_KEY is lost, too."),
    ] = False,
) -> None:
    """Write the newest document as YAML, private contacts included."""
    from bot.storage.document_yaml import dump

    document = asyncio.run(_newest(without_contacts=without_contacts))
    if document is None:
        _fail("There is no team document yet: write one and run anticrisi doc import FILE")
    typer.echo(dump(document), nl=False)


@doc.command("schema")
def doc_schema() -> None:
    """Write the JSON Schema that editors check the file with."""
    import json

    from bot.storage.document_yaml import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


async def _serve(settings: Settings, *, migrate: bool) -> None:
    from bot import logs
    from bot.app import App

    running = await App.build(settings, migrate=migrate)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await running.begin()
    logs.warn_of(faults.weaknesses(settings))
    hearing, stopped = asyncio.create_task(running.hear()), asyncio.create_task(stop.wait())
    rubbish.look_seldom()
    await asyncio.wait((hearing, stopped), return_when=asyncio.FIRST_COMPLETED)
    if not stop.is_set():
        await hearing
        await stopped
    hearing.cancel()  # a Slack that does not answer is waited for without end
    await asyncio.gather(hearing, return_exceptions=True)
    await running.stop()


async def _import(document: TeamDocument, note: str, forget: list[str]) -> tuple[int, dict[str, int]]:
    """The number of the new version, and how many older ones held contacts of each who is forgotten."""
    from bot.clock import SystemClock
    from bot.domain.slugs import PersonId
    from bot.domain.timeline import EventKind

    by, now = PersonId("command line"), SystemClock().now()
    async with _record() as store, store.transaction() as tx:
        forgotten = {name: await tx.forget_contacts(PersonId(name)) for name in forget}
        for name in forgotten:
            await tx.audit(EventKind.CONTACTS_ERASED, at=now, by=by, facts={"of": name})
        return await tx.save_document(document, by=by, note=note, now=now), forgotten


async def _newest(*, without_contacts: bool) -> TeamDocument | None:
    async with _record() as store, store.reading() as tx:
        if without_contacts:
            return await tx.document_without_contacts()
        return (await tx.roster()).document


@asynccontextmanager
async def _record() -> AsyncIterator[SqlStore]:
    """The database as it stands. Only an empty one is given its tables: a bot may be serving it, of another release."""
    from bot import logs
    from bot.storage import migrations
    from bot.storage.migrations import REMEDIES, Schema
    from bot.storage.store import SqlStore

    logs.quiet()
    settings = load()
    if not settings.keys:
        raise Misconfigured("SECRET_KEY is missing: private contacts are encrypted with it")
    store = await SqlStore.open(
        settings.database_url, secret_keys=settings.keys, public_url=settings.links_begin_with, migrate=False
    )
    try:
        match await store.schema():
            case Schema.NONE:
                await asyncio.to_thread(migrations.upgrade, settings.database_url)
            case Schema.OLDER | Schema.NEWER as other:
                raise Misconfigured(REMEDIES[other])
        yield store
    finally:
        await store.close()


def _ready_settings() -> Settings:
    settings = load()
    if found := faults.faults(settings):
        _fail("\n".join(found))
    return settings


def _parsed(file: Path) -> TeamDocument:
    from bot.storage.document_faults import describe
    from bot.storage.document_yaml import parse

    try:
        return parse(sys.stdin.buffer.read().decode() if str(file) == "-" else file.read_text(encoding="utf-8"))
    except BrokenDocument as broken:
        lines = (f"{file}:{describe(fault)}" for fault in broken.faults)
        _fail("\n".join((*lines, "Nothing was changed.")))
    except FileNotFoundError:
        _fail(f"{file}: there is no such file. Nothing was changed.")
    except UnicodeDecodeError:
        _fail(f"{file}: is no text in UTF-8: save it as UTF-8. Nothing was changed.")
    except OSError as error:
        _fail(f"{file}: cannot be read ({error.strerror}). Nothing was changed.")


def _silence(error: NotRecorded) -> str:
    from bot.storage.failures import in_its_words

    return faults.silent_database("the database", in_its_words(error))


def _fail(reason: str) -> NoReturn:
    typer.echo(reason, err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
