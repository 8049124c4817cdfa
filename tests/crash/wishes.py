"""What whoever starts the crash runs wishes for, and the cases that come of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from bot.clock import SystemClock
from tests.crash.cases import SEEDS, Case, cases

PARTS = tuple(dict.fromkeys(case.part for case in cases()))
SIDE_BY_SIDE = 2


def wishes(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """From the command line, unless they are given."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.crash",
        description="Kill it everywhere, and count. With no wishes, everything is run and docs/crash.md written anew.",
    )
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be said several times")
    parser.add_argument("--only", default="", help="the cases whose line, as --list shows it, contains this")
    parser.add_argument("--seed", type=int, action="append", help=f"of the storms, instead of {SEEDS}")
    parser.add_argument("--quick", action="store_true", help="each thing once on each database, and no storm")
    parser.add_argument("--list", action="store_true", help="name the cases, and run none")
    parser.add_argument("--side-by-side", type=int, default=SIDE_BY_SIDE, help="how many runs at a time; storms: one")
    today = SystemClock().now().date().isoformat()
    parser.add_argument("--date", default=today, help="the day to write into the documentation")
    return parser.parse_args(arguments)


def chosen(wished: argparse.Namespace) -> list[Case]:
    """The cases that were wished for, in order."""
    found = cases(quick=wished.quick, seeds=wished.seed or (() if wished.quick else SEEDS))
    parts = wished.part or PARTS
    return [case for case in found if case.part in parts and wished.only in case.line]
