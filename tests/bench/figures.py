"""What a benchmark says: figures, each beside what it is measured against, as a table for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles

HEAD = ("What", "Here", "Beside it", "Ratio", "Target", "")


@dataclass(frozen=True)
class Figure:
    """One number. ``met`` is nothing where there is no target."""

    what: str
    here: str
    beside: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = "" if self.met is None else "met" if self.met else "MISSED"
        return (
            self.what,
            self.here,
            self.beside,
            "" if self.ratio is None else f"{self.ratio:.2f}",
            self.target,
            verdict,
        )


@dataclass(frozen=True)
class Told:
    """A whole benchmark: what it is called, what its rows mean, and its figures."""

    title: str
    meaning: str
    figures: tuple[Figure, ...]


def percentile(values: Iterable[float], rank: int) -> float:
    """The ``rank``-th percentile, interpolated; of one value, that value."""
    ordered = sorted(values)
    return ordered[0] if len(ordered) == 1 else quantiles(ordered, n=100, method="inclusive")[rank - 1]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def table(told: Sequence[Told]) -> str:
    """For a terminal."""
    rows = [HEAD, *(figure.cells for each in told for figure in each.figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    lines = [_line(HEAD, widths)]
    for each in told:
        lines += ["", each.title, *(_line(figure.cells, widths) for figure in each.figures)]
    return "\n".join(lines)


def markdown(told: Sequence[Told]) -> str:
    """The same for the documentation, with what each row means."""
    parts = []
    for each in told:
        rows = [HEAD, ("---",) * len(HEAD), *(figure.cells for figure in each.figures)]
        body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        parts.append(f"## {each.title}\n\n{each.meaning}\n\n{body}\n")
    return "\n".join(parts)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
