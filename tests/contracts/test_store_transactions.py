"""Stored whole or not at all; and when the database is away, the person is told in time."""

import asyncio
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from time import monotonic

import psycopg
import pytest
from sqlalchemy import Engine, event, text

from bot.domain.effects import OpenChannel
from bot.errors import Misconfigured, NotRecorded
from bot.ports import USUAL_PATIENCE, Patience
from bot.storage.lock import DatabaseLock
from bot.storage.sqlite import BUSY
from bot.storage.store import SqlStore
from bot.storage.turns import Turns
from tests.contracts.given import MINUTE, NOW, an_incident
from tests.world import PATIENT

HURRIED = Patience(gesture=0.2)


async def test_an_error_undoes_everything(store: SqlStore):
    async def fail_half_way() -> None:
        async with store.transaction() as tx:
            await tx.first_time("gesture", now=NOW)
            await an_incident(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()

    async with store.transaction() as tx:
        assert await tx.first_time("gesture", now=NOW)
        assert await tx.recent_incidents(5) == ()


async def test_a_gesture_delivered_three_times_counts_once_and_knows_its_result(store: SqlStore):
    async with store.transaction() as tx:
        assert await tx.first_time("gesture", now=NOW)
        assert await tx.result_of("gesture") is None
        await tx.remember("gesture", "7")

    async with store.transaction() as tx:
        assert not await tx.first_time("gesture", now=NOW + MINUTE)
        assert await tx.result_of("gesture") == "7"
        assert await tx.first_time("another", now=NOW)


async def test_a_twin_of_a_gesture_waits_for_the_first(store: SqlStore, open_store):
    other = await open_store()
    begun, done = asyncio.Event(), asyncio.Event()

    async def first() -> bool:
        async with store.transaction() as tx:
            fresh = await tx.first_time("gesture", now=NOW)
            begun.set()
            await done.wait()
            return fresh

    async def second() -> bool:
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, done.set)
        async with other.transaction() as tx:
            return await tx.first_time("gesture", now=NOW)

    assert [*await asyncio.gather(first(), second())] == [True, False]


async def test_a_named_lock_is_held_until_the_end(store: SqlStore, open_store):
    other = await open_store()
    begun, held, order = asyncio.Event(), asyncio.Event(), []

    async def first() -> None:
        async with store.transaction() as tx:
            await tx.lock("declaring")
            begun.set()
            await held.wait()
            order.append("first")

    async def second() -> None:
        await begun.wait()
        asyncio.get_running_loop().call_later(0.05, held.set)
        async with other.transaction() as tx:
            await tx.lock("declaring")
            order.append("second")

    await asyncio.gather(first(), second())
    assert order == ["first", "second"]


async def test_a_commit_with_effects_wakes_the_dispatcher_and_others_do_not(store: SqlStore):
    woken: list[str] = []
    store.on_commit(lambda: woken.append("woken"))

    async with store.transaction() as tx:
        incident = await an_incident(tx)
    assert woken == []
    async with store.transaction() as tx:
        await tx.outbox.enqueue([OpenChannel(incident.id)], now=NOW)
        assert woken == []
    assert woken == ["woken"]


async def test_a_replica_is_woken_by_the_others_commit(postgres_url: str):
    first, second = [await _opened(postgres_url) for _ in range(2)]
    woken = asyncio.Event()
    second.on_commit(woken.set)
    await second.listening()

    async with first.transaction() as tx:
        incident = await an_incident(tx)
        await tx.outbox.enqueue([OpenChannel(incident.id)], now=NOW)

    async with asyncio.timeout(60):
        await woken.wait()
    await first.close()
    await second.close()


async def test_reading_does_not_wait_for_a_writer(store: SqlStore):
    async with store.transaction() as writing:
        await an_incident(writing)

        async with store.reading() as tx:
            assert await tx.recent_incidents(5) == ()


async def test_a_database_that_is_not_there_is_admitted_within_two_seconds():
    with socket.socket() as silent:  # it takes the connection and never says a word
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        store = await _opened(url, migrate=False, patience=HURRIED)

        began = monotonic()
        with pytest.raises(NotRecorded):
            async with store.transaction():
                pass

        assert monotonic() - began < USUAL_PATIENCE.gesture
        await store.close()


async def test_a_refused_connection_is_admitted(postgres_url: str):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    store = await _opened(f"postgresql://nobody@127.0.0.1:{port}/nothing", migrate=False)

    with pytest.raises(NotRecorded):
        async with store.transaction():
            pass
    await store.close()


async def test_the_first_gesture_after_the_database_came_back_is_recorded(postgres_url: str):
    store = await _opened(postgres_url)
    async with store.transaction() as tx:
        await an_incident(tx, public_id="before")

    async def declare_while_it_goes_away() -> None:
        async with store.transaction() as tx:
            await an_incident(tx, public_id="during")
            _cut_every_line(postgres_url)

    with pytest.raises(NotRecorded):
        await declare_while_it_goes_away()
    _cut_every_line(postgres_url)
    async with store.transaction() as tx:
        await an_incident(tx, public_id="after")

    async with store.reading() as tx:
        assert [each.public_id for each in await tx.recent_incidents(5)] == ["after", "before"]
    await store.close()


async def test_a_file_held_by_somebody_else_is_admitted_within_two_seconds(tmp_path):
    store = await _opened(f"sqlite:///{tmp_path}/held.db")
    with sqlite3.connect(tmp_path / "held.db", isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")

        began = monotonic()
        with pytest.raises(NotRecorded):
            async with store.transaction():
                pass
        assert monotonic() - began < PATIENT.gesture  # it gave up by itself, before anybody would
        assert USUAL_PATIENCE.gesture > BUSY

        holder.execute("ROLLBACK")
    holder.close()
    async with store.transaction() as tx:
        await an_incident(tx)
    await store.close()


async def test_a_full_disk_is_admitted_and_nothing_half_done_remains(tmp_path):
    store = await _opened(f"sqlite:///{tmp_path}/full.db")
    with sqlite3.connect(tmp_path / "full.db") as file:
        (pages,) = file.execute("PRAGMA page_count").fetchone()
    file.close()

    async def write_more_than_fits() -> None:
        async with store.transaction() as tx:
            await tx._connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            await tx.keep_form("form", {"text": "x" * 100_000}, now=NOW)

    with pytest.raises(NotRecorded):
        await write_more_than_fits()

    async with store.transaction() as tx:
        await tx._connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        assert await tx.kept_form("form") is None
        await an_incident(tx)
    await store.close()


async def test_a_gesture_goes_before_the_ticks_that_were_waiting():
    turns, order = Turns(), []

    async def take(name: str, *, gesture: bool) -> None:
        async with turns.turn(gesture=gesture):
            order.append(name)

    async with turns.turn(gesture=False):
        waiting = [
            asyncio.ensure_future(take(name, gesture=name.startswith("gesture")))
            for name in ("tick 1", "tick 2", "gesture 1", "gesture 2")
        ]
        for _ in range(3):
            await asyncio.sleep(0)
    await asyncio.gather(*waiting)

    assert order == ["gesture 1", "gesture 2", "tick 1", "tick 2"]


@pytest.fixture
def slow_disk() -> Iterator[tuple[threading.Event, threading.Event]]:
    """The first commit reaches the disk, and stays there until it is let go."""
    reached, let_go = threading.Event(), threading.Event()

    def wait(connection: object) -> None:
        if not reached.is_set():
            reached.set()
            let_go.wait(10.0)

    event.listen(Engine, "commit", wait)
    yield reached, let_go
    let_go.set()
    event.remove(Engine, "commit", wait)


async def test_a_commit_nobody_waits_for_any_more_is_left_to_end_before_the_record_closes(database_url, slow_disk):
    reached, let_go = slow_disk
    store = await _opened(database_url, migrate=False, patience=HURRIED)
    with pytest.raises(NotRecorded):
        async with store.transaction() as tx:
            await tx.first_time("gesture", now=NOW)
    assert reached.is_set()

    closing = asyncio.create_task(store.close())
    await asyncio.sleep(0)
    assert not closing.done()
    let_go.set()
    await closing

    again = await _opened(database_url, migrate=False)
    async with again.transaction() as tx:
        assert not await tx.first_time("gesture", now=NOW)
    await again.close()


async def test_a_replica_that_stands_still_in_a_transaction_lets_its_locks_go(postgres_ready: str):
    store = await _opened(postgres_ready, migrate=False)
    async with store.transaction() as tx:
        [patience] = await tx._all(text("SHOW idle_in_transaction_session_timeout"))
    await store.close()

    assert patience["idle_in_transaction_session_timeout"] == "10s"


async def test_a_turn_given_up_is_passed_on():
    turns = Turns()
    async with turns.turn(gesture=True):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01), turns.turn(gesture=True):
                pass
        waiting = asyncio.ensure_future(_hold(turns))
        await asyncio.sleep(0)

    assert await waiting == "held"


async def test_a_replica_that_beats_is_counted(store: SqlStore, open_store):
    other = await open_store()
    await store.beat(now=NOW, largest_lag=MINUTE, hears=True)
    await store.beat(now=NOW + MINUTE, largest_lag=MINUTE, hears=True)
    await other.beat(now=NOW, largest_lag=MINUTE, hears=True)

    assert await store.live_replicas(since=NOW) == 2
    assert await store.live_replicas(since=NOW + MINUTE) == 1


async def test_a_replica_knows_whether_another_hears_slack(store: SqlStore, open_store):
    deaf, gone = await open_store(), await open_store()
    await store.beat(now=NOW + MINUTE, largest_lag=MINUTE, hears=True)
    await deaf.beat(now=NOW + MINUTE, largest_lag=MINUTE, hears=False)
    await gone.beat(now=NOW, largest_lag=MINUTE, hears=True)

    assert await deaf.heard_elsewhere(since=NOW + MINUTE)
    assert not await store.heard_elsewhere(since=NOW + MINUTE)
    assert await store.heard_elsewhere(since=NOW)


def test_one_process_holds_a_sqlite_database(tmp_path):
    url = f"sqlite:///{tmp_path}/anticrisi.db"
    with DatabaseLock(url), pytest.raises(Misconfigured, match=str(os.getpid())), DatabaseLock(url):
        pass
    with (
        DatabaseLock(url),
        DatabaseLock("postgresql://anybody@localhost/any"),
        DatabaseLock("postgres://b@localhost/any"),
    ):
        pass


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/anticrisi"])
async def test_an_address_that_cannot_serve_is_refused(url: str):
    with pytest.raises(Misconfigured, match="DATABASE_URL"):
        await _opened(url)


async def _hold(turns: Turns) -> str:
    async with turns.turn(gesture=False):
        return "held"


async def _opened(url: str, *, migrate: bool = True, patience: Patience = PATIENT) -> SqlStore:
    return await SqlStore.open(
        url, secret_keys=("key",), public_url="https://help.example", migrate=migrate, patience=patience
    )


def _cut_every_line(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_whoever_looks_again_and_again_lets_others_go_on(store):
    """Otherwise what is looked for never comes."""
    others = asyncio.create_task(_goes_on(times=10))

    for _ in range(20):
        async with store.transaction(gesture=False):
            pass

    assert others.done()


async def _goes_on(*, times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)
