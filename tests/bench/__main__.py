"""`python -m tests.bench [NAME…] [--quick] [--date DATE]`: the benchmarks, as a table and as docs/bench.md.

Says nothing of the machine. Exits with 0 whatever was measured: a benchmark informs, the tests decide.
The page is written by whole runs only; `--quick` is for whoever works on a benchmark.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import structlog

from bot import rubbish
from tests import postgres
from tests.bench import acknowledging, declaration, draining, lag, planning, sending, starting, ticking
from tests.bench.figures import Told, markdown, table
from tests.bench.house import QUICK, House, Sizes

BENCHMARKS: dict[str, Callable[[House], Awaitable[Told]]] = {
    "declaration": declaration.measure,
    "acknowledging": acknowledging.measure,
    "starting": starting.measure,
    "planning": planning.measure,
    "sending": sending.measure,
    "ticking": ticking.measure,
    "lag": lag.measure,
    "draining": draining.measure,
}
PAGE = Path(__file__).resolve().parents[2] / "docs" / "bench.md"
INTRODUCTION = """# Benchmarks

{date}Every figure stands beside something: a bare loop doing the same work in the same run, the published figure of
a comparable bot, or the limit we set ourselves. Times depend on the machine; ratios, calls and round trips hardly do.
The embedded workspace and whatever loads the bot run in processes of their own. PostgreSQL is a throw-away server
that does not wait for the disk; SQLite does.

```
make bench                              # all of them, and this page; about ten minutes
make bench ARGS="--quick ticking lag"   # some, smaller; this page is left alone
make bench ARGS="--date 2026-03-10"     # with a date at the top of this page
```

"""


def main() -> int:
    given = _arguments()
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    names = given.names or list(BENCHMARKS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="anticrisi-bench-")))
        house = House(folder, _server(stack), QUICK if given.quick else Sizes())
        told = [asyncio.run(_one(name, house)) for name in names]
    print(table(told))
    if not given.quick and not given.names:
        date = f"Measured on {given.date}. " if given.date else ""
        PAGE.write_text(INTRODUCTION.format(date=date) + markdown(told), encoding="utf-8")
        print(f"\nWritten to {PAGE.parent.name}/{PAGE.name}")
    return 0


async def _one(name: str, house: House) -> Told:
    print(f"{name} …", file=sys.stderr, flush=True)
    gc.collect()
    rubbish.look_seldom()  # as the server does when it is ready
    return await BENCHMARKS[name](house)


def _server(stack: ExitStack) -> postgres.Server | None:
    try:
        return stack.enter_context(postgres.running())
    except postgres.Unavailable as missing:
        print(f"Without PostgreSQL: {missing}", file=sys.stderr)
        return None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="The benchmarks.")
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--quick", action="store_true", help="small sizes; the page is not written")
    parser.add_argument("--date", default="", help="the date at the top of the page")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
