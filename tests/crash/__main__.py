"""Kill it everywhere, and count. Prints a table; exits 1 when anything was lost, doubled, sent or recovered too
late, or a run did not come to rest. ``--help`` says how to wish for a part."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

import structlog

from tests.crash.cases import Case, cases
from tests.crash.replica import Stuck
from tests.crash.report import HEAD, PAGE, Told, page, row
from tests.crash.run import run
from tests.crash.storm import storm
from tests.crash.wishes import chosen, wishes
from tests.postgres import Server, Unavailable, running


def main() -> int:
    """Run them all, or those that are wished for."""
    wished = wishes()
    logging.disable(logging.CRITICAL)  # of killed clients the receiver would have much to say
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    these = chosen(wished)
    if wished.list:
        print("\n".join(case.line for case in these))
        return 0
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running())
        except Unavailable as missing:
            print(missing)
            return 1
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anticrisi-crash-", dir=_memory())))
        told = asyncio.run(_all(these, server, folder, side_by_side=wished.side_by_side))
    return _sum_up(told, write=these == cases(), date=wished.date)


def _sum_up(told: list[Told], *, write: bool, date: str) -> int:
    broken = [each for each in told if not each.sound]
    verdicts = [each.verdict for each in told if each.verdict]
    arrived, cut = sum(each.arrivals for each in verdicts), sum(each.interruptions for each in verdicts)
    kills, bundled = sum(each.kills for each in verdicts), sum(each.bundled for each in verdicts)
    counted = f"{arrived} arrivals ({bundled} in company), {kills} kills, {cut} interruptions"
    print(f"\n{len(told)} runs, {counted}: {len(broken)} unsound")
    if write:
        PAGE.write_text(page(told, date=date), encoding="utf-8")
    return 1 if broken or not told else 0


async def _all(these: list[Case], server: Server, folder: Path, *, side_by_side: int) -> list[Told]:
    print(row(HEAD))
    gate = asyncio.Semaphore(side_by_side)

    async def one(case: Case) -> Told:
        async with gate:
            told = await _one(case, server, folder / f"run-{these.index(case)}")
            print(row(told.cells), flush=True)
            return told

    ordinary = await asyncio.gather(*(one(case) for case in these if case.seed is None))
    storms = [await one(case) for case in these if case.seed is not None]
    return [*ordinary, *storms]


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
            verdict, met = await (run if case.seed is None else storm)(case, url, folder)
        except Stuck as stuck:
            return Told(case, None, True, monotonic() - began, str(stuck))
    return Told(case, verdict, met, monotonic() - began)


def _memory() -> str | None:
    """Killed processes lose nothing that they wrote, so nothing here needs a disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _restart(server: Server, _url: str) -> None:
    assert server.restart is not None, "a server that was lent to us is not restarted: leave TEST_DATABASE_URL unset"
    server.restart()


if __name__ == "__main__":
    sys.exit(main())
