"""Kill it everywhere, and count. ``python -m tests.crash``, or with ``--quick`` each place once.

Prints a table; exits 1 when anything was lost, doubled or sent too late, or a run did not come to rest.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

import psycopg
import structlog

from bot.clock import SystemClock
from bot.engine import failpoints
from tests.crash.report import HEAD, PAGE, Told, page, row
from tests.crash.run import Case, Stuck, run
from tests.postgres import Server, Unavailable, running

HITS = (1, 8)
LATEST_ADVANCE = 2  # a run has only a few ticks with anything to do; several replicas share them
PLACES = (*failpoints.PLACES[:-2], "before_advance", "before_advance_commit", "after_advance_commit", "after_advance")
SIDE_BY_SIDE = 2


def main() -> int:
    """Run them all."""
    wishes = _wishes()
    logging.disable(logging.CRITICAL)  # of killed clients the receiver would have much to say
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except Unavailable as missing:
            print(missing)
            return 1
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anticrisi-crash-", dir=_memory())))
        told = asyncio.run(_all(_cases(quick=wishes.quick, only=wishes.only), server, folder))
    broken = [each for each in told if not each.sound]
    arrived = sum(each.verdict.arrivals for each in told if each.verdict)
    cut = sum(each.verdict.interruptions for each in told if each.verdict)
    print(f"\n{len(told)} runs, {arrived} arrivals, {cut} interruptions: {len(broken)} unsound")
    if not (wishes.quick or wishes.only):
        PAGE.write_text(page(told, date=wishes.date), encoding="utf-8")
    return 1 if broken or not told else 0


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="each place once")
    parser.add_argument("--only", default="", help="the cases whose line contains this")
    today = SystemClock().now().date().isoformat()
    parser.add_argument("--date", default=today, help="the day to write into the documentation")
    return parser.parse_args()


def _cases(*, quick: bool, only: str) -> list[Case]:
    crowds = [("sqlite", 1), ("postgresql", 1), ("postgresql", 2), ("postgresql", 4)]
    hits = HITS[-1:] if quick else HITS
    cases = [
        Case(f"kill {place}:{hit}", database, replicas, failpoint=f"{place}:{hit}")
        for database, replicas in (crowds[:1] + crowds[2:3] if quick else crowds)
        for place in PLACES
        for hit in _hits(place, hits, replicas)
    ]
    for database, replicas in crowds:
        stops = ("after_claim", "before_send", "after_send")
        cases += [Case(f"stop {place}", database, replicas, failpoint=f"{place}:5:stop") for place in stops]
        cases.append(Case("clock stepped back", database, replicas, steps_back=True))
        cases.append(Case("undisturbed", database, replicas))
        if database == "postgresql":
            cases.append(Case("connections cut", database, replicas, outage=_cut_connections))
            cases.append(Case("server restarted", database, replicas, restarts=True))
    return [case for case in cases if only in _line(case)]


def _hits(place: str, hits: tuple[int, ...], replicas: int) -> tuple[int, ...]:
    if "advance" not in place:
        return hits
    return (1,) if replicas > 1 else tuple(min(hit, LATEST_ADVANCE) for hit in hits)


async def _all(cases: list[Case], server: Server, folder: Path) -> list[Told]:
    print(row(HEAD))
    gate = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(number: int, case: Case) -> Told:
        async with gate:
            told = await _one(case, server, folder / str(number))
            print(row(told.cells), flush=True)
            return told

    return list(await asyncio.gather(*(one(number, case) for number, case in enumerate(cases))))


async def _one(case: Case, server: Server, folder: Path) -> Told:
    await asyncio.to_thread(folder.mkdir)
    began = monotonic()
    with ExitStack() as stack:
        url = f"sqlite:///{folder}/crash.db"
        if case.restarts:  # a server of its own, for the others' sake
            server = await asyncio.to_thread(stack.enter_context, running())
            case = replace(case, outage=partial(_restart, server))
        if case.database == "postgresql":
            url = await asyncio.to_thread(stack.enter_context, server.database())
        try:
            verdict, met = await run(case, url, folder)
        except Stuck as stuck:
            return Told(case, None, True, monotonic() - began, str(stuck))
    return Told(case, verdict, met, monotonic() - began)


def _line(case: Case) -> str:
    return f"{case.name} {case.database} {case.replicas}"


def _memory() -> str | None:
    """Killed processes lose nothing that they wrote, so nothing here needs a disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _cut_connections(url: str) -> None:
    """As a restarted server or a broken network would."""
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _restart(server: Server, _url: str) -> None:
    assert server.restart is not None, "a server that was lent to us is not restarted: leave TEST_DATABASE_URL unset"
    server.restart()


if __name__ == "__main__":
    sys.exit(main())
