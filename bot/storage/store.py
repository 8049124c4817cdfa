"""The record, opened.

Promises that a transaction is stored whole or not at all, that a person's gesture is answered within two
seconds even when the database is not, and that a commit with effects wakes the dispatchers, here and in
other replicas. Whatever the database's failure, the caller sees ``NotRecorded``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Final, Self

import structlog
from sqlalchemy import Select, exists, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.clock import Ids, SystemIds
from bot.domain.effects import PageResponder
from bot.errors import NotRecorded
from bot.ports import USUAL_PATIENCE, Patience
from bot.storage import migrations
from bot.storage.database import Database, connect
from bot.storage.failures import is_ours
from bot.storage.migrations import Schema, schema
from bot.storage.rows import Setting, condition, earliest, insert_into
from bot.storage.secrets import Secrets
from bot.storage.tables import PENDING, SENDING, beat, deadline, effect, page
from bot.storage.transaction import SqlTransaction

log = structlog.get_logger(__name__)


def _side_by_side(*moments: Select[Any]) -> Select[Any]:
    """Several moments, asked for at once."""
    return select(*(moment.scalar_subquery() for moment in moments))


_TO_DECIDE: Final = (
    select(func.min(page.c.due_at)).where(page.c.due_at.is_not(None)),
    select(func.min(page.c.ask_again_at)).where(page.c.ask_again_at.is_not(None)),
    select(func.min(deadline.c.wake_at)).where(deadline.c.wake_at.is_not(None)),
)
_NEXT_DUE: Final = _side_by_side(*_TO_DECIDE)
NEXT_WAKE: Final = _side_by_side(  # written once: it is asked several times a second
    *_TO_DECIDE,
    select(func.min(effect.c.next_at)).where(condition(PENDING)),
    select(func.min(effect.c.lease_until)).where(condition(SENDING)),
)

_REVISION: Final = text("SELECT version_num FROM alembic_version")
_BEARS_A_REVISION: Final = {
    "sqlite": text("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"),
    "postgresql": text("SELECT to_regclass('alembic_version') IS NOT NULL"),
}

_NEXT_CALL: Final = _side_by_side(
    select(func.min(page.c.due_at)).where(page.c.due_at.is_not(None)),
    select(func.min(effect.c.next_at)).where(condition(PENDING), effect.c.kind == PageResponder.__name__),
)


class SqlStore:
    """A ``Store`` on SQLite or PostgreSQL. Open one with ``await SqlStore.open(…)``."""

    def __init__(
        self, database: Database, setting: Setting, *, replica: str, patience: Patience = USUAL_PATIENCE
    ) -> None:
        self._database = database
        self._setting = setting
        self._patience = patience
        self._callbacks: list[Callable[[], None]] = []
        self._aside = False
        self.replica = replica

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        secret_keys: tuple[str, ...],
        public_url: str,
        default_language: str = "en",
        time_zone: str = "UTC",
        languages: tuple[str, ...] = ("en",),
        migrate: bool = True,
        ids: Ids | None = None,
        patience: Patience = USUAL_PATIENCE,
    ) -> Self:
        """Open the database at ``url``, brought to the current schema unless told not to.

        Raises ``Misconfigured`` when the address or the keys cannot serve, or a later release has migrated the
        database; ``NotRecorded`` when nobody answers.
        """
        setting = Setting(Secrets(secret_keys), public_url.rstrip("/"), default_language, time_zone, languages)
        database = connect(url)
        store = cls(database, setting, replica=(ids or SystemIds()).name(), patience=patience)
        async with _answered():
            if migrate:
                await asyncio.to_thread(migrations.upgrade, url)
        database.listen(store._heard)
        return store

    async def listening(self) -> None:
        """Until the other replicas' commits are heard. Nobody needs to wait for it but tests."""
        await self._database.listening()

    async def close(self) -> None:
        """Let every connection go."""
        await self._database.close()

    async def schema(self) -> Schema:
        """How the database's schema stands to this release at this moment."""
        async with _answered(), asyncio.timeout(self._patience.unattended), self._database.reading() as connection:
            if not (await connection.execute(_BEARS_A_REVISION[connection.dialect.name])).scalar():
                return Schema.NONE
            return schema((await connection.execute(_REVISION)).scalar())

    async def is_ours(self) -> bool:
        """Whether this release still knows the database's schema."""
        return await self.schema() is Schema.CURRENT

    def stand_aside(self) -> None:
        """Store nothing any more: every transaction is ``NotRecorded`` from now on."""
        self._aside = True

    def on_commit(self, woken: Callable[[], None]) -> None:
        """Call ``woken`` after every commit that caused effects, here or in another replica."""
        self._callbacks.append(woken)

    @asynccontextmanager
    async def transaction(self, *, gesture: bool = True) -> AsyncIterator[SqlTransaction]:
        """Begin; commit on leaving, roll back on an error. A person's gesture goes before ticks."""
        if self._aside:
            raise NotRecorded("standing_aside")
        patience = asyncio.timeout(self._patience.gesture if gesture else self._patience.unattended)
        async with _answered(), patience, self._database.writing(gesture=gesture) as connection:
            transaction = SqlTransaction(connection, self._setting)
            yield transaction
            if transaction.caused_effects:
                await self._database.announce(connection, self.replica)
        if transaction.caused_effects:
            self._wake()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[SqlTransaction]:
        """The same for reading only: one snapshot, never waiting for writers."""
        async with _answered(), asyncio.timeout(self._patience.gesture), self._database.reading() as connection:
            yield SqlTransaction(connection, self._setting)

    async def reseal(self) -> None:
        """Where keys are being rotated, seal with the newest whatever an older one had sealed."""
        if not self._setting.secrets.rotating:
            return
        async with self.transaction(gesture=False) as transaction:
            count = await transaction.reseal()
        if count:
            log.info("contacts_resealed", rows=count)

    async def next_wake(self) -> datetime | None:
        """When the next page, deadline or effect is due, or the next lease runs out."""
        return await self._earliest(NEXT_WAKE)

    async def next_due(self) -> datetime | None:
        """When the tick has something to decide next: a page, a deadline."""
        return await self._earliest(_NEXT_DUE)

    async def next_moment(self, *, after: datetime) -> datetime | None:
        """The next moment at which people will notice something: a level, a reminder, a knock. For turned clocks."""
        knocks = (effect.c.kind == PageResponder.__name__) & condition(PENDING)
        moments = _side_by_side(
            select(func.min(page.c.due_at)).where(page.c.due_at > after),
            select(func.min(page.c.ask_again_at)).where(page.c.ask_again_at > after),
            select(func.min(deadline.c.wake_at)).where(deadline.c.wake_at > after),
            select(func.min(effect.c.next_at)).where(knocks, effect.c.next_at > after),
        )
        return await self._earliest(moments)

    async def oldest_due(self) -> datetime | None:
        """When the page or knock was due that has been waiting longest, or will be next."""
        return await self._earliest(_NEXT_CALL)

    async def _earliest(self, moments: Select[Any]) -> datetime | None:
        async with _answered(), asyncio.timeout(self._patience.gesture), self._database.reading() as connection:
            return earliest(*(await connection.execute(moments)).one())

    async def unfinished_effects(self) -> dict[tuple[str, str], int]:
        """How many effects wait, are on their way, failed or are in doubt, by (kind, state)."""
        open_states = effect.c.state.in_(("pending", "sending", "failed", "uncertain"))
        counted = select(effect.c.kind, effect.c.state, func.count()).where(open_states)
        async with _answered(), asyncio.timeout(self._patience.gesture), self._database.reading() as connection:
            rows = await connection.execute(counted.group_by(effect.c.kind, effect.c.state))
            return {(kind, state): count for kind, state, count in rows}

    async def beat(self, *, now: datetime, largest_lag: timedelta, hears: bool) -> None:
        """This replica lives; its due work was at worst so late since it last said so; it hears Slack, or not."""
        values = {"at": now, "largest_lag": largest_lag.total_seconds(), "hears": hears}
        async with (
            _answered(),
            asyncio.timeout(self._patience.unattended),
            self._database.writing(gesture=False) as connection,
        ):
            new = insert_into(beat, connection.dialect.name == "postgresql").values(replica=self.replica, **values)
            await connection.execute(new.on_conflict_do_update(index_elements=["replica"], set_=values))

    async def live_replicas(self, *, since: datetime) -> int:
        """How many replicas have beaten since then."""
        alive = select(func.count()).select_from(beat).where(beat.c.at >= since)
        async with _answered(), asyncio.timeout(self._patience.unattended), self._database.reading() as connection:
            return int((await connection.execute(alive)).scalar_one())

    async def heard_elsewhere(self, *, since: datetime) -> bool:
        """Whether another replica has said since then that it hears Slack."""
        others = exists().where(beat.c.replica != self.replica, beat.c.at >= since, beat.c.hears)
        async with _answered(), asyncio.timeout(self._patience.unattended), self._database.reading() as connection:
            return bool((await connection.execute(select(others))).scalar())

    def _heard(self, sender: str) -> None:
        if sender != self.replica:
            self._wake()

    def _wake(self) -> None:
        for woken in self._callbacks:
            woken()


@asynccontextmanager
async def _answered() -> AsyncIterator[None]:
    """Whatever keeps the database from answering becomes ``NotRecorded``. Our own mistakes stay what they are."""
    try:
        yield
    except (DBAPIError, PoolTimeout, TimeoutError, OSError) as failure:
        if isinstance(failure, DBAPIError) and is_ours(failure):
            raise
        cause = failure.orig if isinstance(failure, DBAPIError) else failure
        log.error("not_recorded", error=type(cause).__name__)
        raise NotRecorded(type(cause).__name__) from failure
