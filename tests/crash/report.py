"""What the runs came to: a line for each, and the page of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.crash.cases import Case
from tests.crash.recovery import WITHIN
from tests.crash.verdict import Verdict
from tests.crash.worker import LEASE

PAGE = Path("docs/crash.md")
HEAD = (
    "case",
    "database",
    "replicas",
    "arrived",
    "missing",
    "levels",
    "doubled",
    "repeated",
    "late",
    "explained",
    "kills",
    "recovery",
    "",
)
_WIDTHS = (38, 10, 8, 8, 8, 7, 8, 9, 5, 10, 6, 9, 0)
_TITLES = (
    "what",
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
    "kills",
    "recovery, at worst",
)
_PARTS = {
    "undisturbed": "undisturbed",
    "kills": "killed at every failpoint and attempt",
    "stops": "stopped for longer than the lease",
    "clocks": "clock set an hour ahead, or back",
    "outages": "connections cut, server restarted",
    "bundles": "killed while several incidents share a message",
    "several": "killed where two people are wanted",
    "squall": "squall: shared messages, two people wanted",
    "storm": "storm",
}


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
            return (*where, *("" for _ in range(9)), f"STUCK: {self.stuck}")
        said = "" if self.sound else "NEVER GOT THERE" if verdict.sound else "UNSOUND"
        return (*where, *_counted([verdict]), f"{said} {self.seconds:.0f} s".strip())


def row(cells: Sequence[str]) -> str:
    """A line of the table, as it is printed while the runs go on."""
    return " ".join(cell.ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True)).rstrip()


def page(told: Sequence[Told], *, date: str) -> str:
    """The page of the documentation: what was done, on which database, with how many replicas; and what came of it."""

    def kind(each: Told) -> tuple[int, str, int]:
        database = "SQLite" if each.case.database == "sqlite" else "PostgreSQL"
        return list(_PARTS).index(each.case.part), database, each.case.replicas

    lines = [_line(_TITLES), _line(["---"] * len(_TITLES))]
    for (_, database, replicas), group in groupby(sorted(told, key=kind), key=kind):
        some = list(group)
        verdicts = [each.verdict for each in some if each.verdict]
        what = _PARTS[some[0].case.part]
        lines.append(_line([what, database, str(replicas), str(len(verdicts)), *_counted(verdicts)]))
    return _PAGE.format(
        date=date,
        runs=len(told),
        unsound=sum(not each.sound for each in told) or "none",
        table="\n".join(lines),
        bundled=sum(each.verdict.bundled for each in told if each.verdict),
        recovered=_recovered([each.verdict for each in told if each.verdict]),
        lease=f"{LEASE.total_seconds():.0f}",
        within=f"{WITHIN:.0f}",
    )


def _recovered(verdicts: Sequence[Verdict]) -> str:
    seconds = sorted(second for verdict in verdicts for second in verdict.recoveries.seconds)
    again = sum(verdict.recoveries.cut_again for verdict in verdicts)
    if not seconds:
        return "no work was cut off"
    middle, high = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    shares = f"half within {middle:.1f} s, 99 % within {high:.1f} s, all within {seconds[-1]:.1f} s"
    return f"{len(seconds):,} attempts: {shares}. {again:,} more were cut again by a later kill of a storm"


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
    worst = max((each.recoveries.seconds[-1] for each in verdicts if each.recoveries.seconds), default=None)
    recovery = "–" if worst is None else f"{worst:.1f} s"
    return (*map(str, numbers), explained, str(sum(each.kills for each in verdicts)), recovery)


_PAGE = """# Crash runs

`make crash` runs all of them and writes this page anew. `make crash ARGS="--part storm --seed 2"` runs a part,
`ARGS="--only 'after_send, attempt 3'"` the cases whose line contains that, `ARGS=--quick` each thing once on each
database. Exit 1 on anything lost, doubled or late.

A run is a small company's bad hour, real processes and a real database: pages climb their levels, somebody takes some
of them meanwhile, customers are written to. What arrived is counted in the receiver's own log, not in our database.

- **Killed**: SIGKILL at every named instant between claim and record, of an effect in its first, second and third
  attempt; and before and after a tick's commit.
- **Stopped**: SIGSTOP between claim and record, for twice the lease.
- **Clock**: one replica's clock is set an hour ahead, or an hour back, in the middle of the run.
- **Outages**: every connection to the database is cut, or its server restarted.
- **In company**: one person is called for nine incidents by text and by phone, so that messages carry several knocks;
  SIGKILL at every named instant, from the first such message on. Each knock it carries is counted by itself.
- **Two wanted**: every level wants two people. Some pages get them, some get one, and go on calling all the others.
- **Squall**: both at once: 30 incidents and twenty kills in one run, drawn from a seed.
- **Storm**: 75 incidents, 1,800 knocks that must arrive, a hundred kills and more in one run, acknowledgements racing
  throughout; where each life ends is drawn from a seed.

In all, {bundled:,} of the arrivals came in a message with others.

An *interruption* is an attempt that was cut between claim and record: it alone may double what it was sending, and
only once. *Recovery* is the time from a kill to the next send of what it cut off; it may take the lease ({lease} s
here) and one tick, {within} s together. Measured on
{recovered}.

On {date}: {runs} runs, unsound: {unsound}.

{table}
"""
