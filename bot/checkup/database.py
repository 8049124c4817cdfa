"""What was found in the database: whose plan it holds, and what a start would go on with. Changes nothing in it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.checkup.line import OFF, OK, WEAK, WRONG, Line
from bot.clock import SystemClock
from bot.errors import Misconfigured, NotRecorded
from bot.faults import database_fault, silent_database
from bot.settings import Settings
from bot.storage.database import normalised
from bot.storage.failures import in_its_words
from bot.storage.migrations import REMEDIES, Schema
from bot.storage.store import SqlStore

LONG_DUE: Final = timedelta(minutes=5)


async def database(settings: Settings) -> list[Line]:
    """One line where it cannot be read; else what it holds and what is open."""
    kind = settings.database_url.split(":", 1)[0]
    if not settings.keys:
        return [Line("database", OFF, f"{kind}, not opened: SECRET_KEY is missing")]
    if database_fault(settings):
        return [Line("database", OFF, "not opened: see the settings above")]
    if _not_made_yet(settings.database_url):
        return [_empty(kind)]
    try:
        return await _looked_at(settings, kind)
    except Misconfigured as error:
        return [Line("database", WRONG, str(error))]
    except NotRecorded as error:
        return [Line("database", WRONG, silent_database(kind, in_its_words(error)))]


async def _looked_at(settings: Settings, kind: str) -> list[Line]:
    store = await SqlStore.open(
        settings.database_url, secret_keys=settings.keys, public_url=settings.links_begin_with, migrate=False
    )
    try:
        match await store.schema():
            case Schema.NONE:
                return [_empty(kind)]
            case Schema.OLDER:
                return [Line("database", OFF, f"{kind}, of an older release: serve migrates it, or anticrisi migrate")]
            case Schema.NEWER as schema:
                return [Line("database", WRONG, REMEDIES[schema])]
        return await _held(store, kind)
    finally:
        await store.close()


async def _held(store: SqlStore, kind: str) -> list[Line]:
    async with store.reading() as tx:
        document, incidents = (await tx.roster()).document, await tx.open_incidents()
    plan = f"holds the plan of {document.company}" if document else "holds no team document yet"
    work = open_work(len(incidents), await store.oldest_due(), SystemClock().now())
    return [Line("database", OK, f"{kind}, {plan}"), work]


def open_work(incidents: int, due: datetime | None, now: datetime) -> Line:
    """What serve would go on with. A bot that serves is never so late: this is a copy, or it has been off."""
    words = f"{incidents} incidents open" if incidents else "no incident is open"
    if due is None or now - due < LONG_DUE:
        return Line("open work", OK, words)
    return Line("open work", WEAK, f"{words}; calls due since {due:%Y-%m-%d %H:%M} UTC leave as soon as serve starts")


def _not_made_yet(url: str) -> bool:
    """Looked at by a check, the file would be made, and belong to whoever checked."""
    with suppress(Misconfigured):
        address = normalised(url)
        file = Path(address.database or "")
        return address.get_backend_name() == "sqlite" and file.parent.is_dir() and not file.exists()
    return False


def _empty(kind: str) -> Line:
    return Line("database", OFF, f"{kind}, still empty: serve makes the tables, or anticrisi migrate")
