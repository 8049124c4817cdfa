"""What the runs came to: a line for each, and the page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.crash.run import Case
from tests.crash.verdict import Verdict

PAGE = Path("docs/crash.md")
HEAD = ("case", "database", "replicas", "arrived", "missing", "levels", "doubled", "repeated", "late", "explained", "")
_WIDTHS = (30, 10, 8, 8, 8, 7, 8, 9, 5, 10, 0)
_TITLES = (
    "database",
    "replicas",
    "runs",
    "arrived",
    "missing",
    "levels doubled or skipped",
    "doubled without an interruption",
    "statements repeated",
    "sent after an acknowledgement",
    "doubled / interruptions",
)


@dataclass(frozen=True)
class Told:
    """One line of the table."""

    case: Case
    verdict: Verdict | None
    met: bool
    seconds: float
    stuck: str = ""

    @property
    def sound(self) -> bool:
        return self.verdict is not None and self.verdict.sound and self.met

    @property
    def cells(self) -> tuple[str, ...]:
        where = (self.case.name, self.case.database, str(self.case.replicas))
        verdict = self.verdict
        if verdict is None:
            return (*where, *("" for _ in range(7)), f"STUCK: {self.stuck}")
        said = "" if self.sound else "NEVER GOT THERE" if verdict.sound else "UNSOUND"
        return (*where, *_counted([verdict]), f"{said} {self.seconds:.0f} s".strip())


def row(cells: Sequence[str]) -> str:
    """A line of the table, as it is printed while the runs go on."""
    return " ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def page(told: Sequence[Told], *, date: str) -> str:
    """The table of the documentation: one line for each database and number of replicas."""

    def crowd(each: Told) -> tuple[str, int]:
        return "SQLite" if each.case.database == "sqlite" else "PostgreSQL", each.case.replicas

    lines = [_line(_TITLES), _line(["---"] * len(_TITLES))]
    for (database, replicas), some in groupby(sorted(told, key=crowd), key=crowd):
        verdicts = [each.verdict for each in some if each.verdict]
        lines.append(_line([database, str(replicas), str(len(verdicts)), *_counted(verdicts)]))
    unsound = sum(not each.sound for each in told)
    return _PAGE.format(date=date, runs=len(told), unsound=unsound or "none", table="\n".join(lines))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _counted(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    numbers = (
        sum(each.arrivals for each in verdicts),
        sum(each.missing for each in verdicts),
        sum(each.levels_wrong for each in verdicts),
        sum(each.duplicates_unexplained for each in verdicts),
        sum(each.statements_repeated for each in verdicts),
        sum(each.after_acknowledgement for each in verdicts),
    )
    explained = f"{sum(each.duplicates for each in verdicts)}/{sum(each.interruptions for each in verdicts)}"
    return (*map(str, numbers), explained)


_PAGE = """# Crash runs

`make crash` runs all of them and writes this page anew; `make crash ARGS=--quick` runs each place once. Exit 1 on
anything lost, doubled or late.

A run is a small company's bad hour, real processes and a real database: pages climb their levels, somebody takes some
of them meanwhile, customers are written to. One replica is killed with SIGKILL at a named instant, at its first or its
eighth passage; or stopped for longer than a lease; or its clock is stepped back; or every connection to the
database is cut, or its server restarted. What arrived is counted in the receiver's own log, not in our database.

An *interruption* is an attempt that was cut between claim and record: it alone may double what it was sending, and
only once.

On {date}: {runs} runs, unsound: {unsound}.

{table}
"""
