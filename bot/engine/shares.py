"""Who may have how many calls open at once, so that one silent neighbour never holds all the lines.

Slack being down must not delay a phone: its calls, each waiting out its time-limit, get half of the lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Shares:
    """Of ``lines`` calls at once, Slack may have a half, and every other neighbour two fifths."""

    lines: int

    def open(self, in_flight: Iterable[str]) -> tuple[int, frozenset[str]]:
        """How many calls may begin, and which destinations have had their share.

        ``in_flight`` are the destinations of the calls under way. A name that ends in ``:*`` stands for all
        that begin like it.
        """
        lines = Counter(_neighbour(destination) for destination in in_flight)
        free = self.lines - lines.total()
        full = frozenset(name for name, taken in lines.items() if taken >= self._share(name))
        left = [self._share(name) - taken for name, taken in lines.items() if name not in full]
        return max(min(free, self._share(""), *left), 0), full

    def _share(self, neighbour: str) -> int:
        return max(self.lines // 2 if neighbour == "slack:*" else self.lines * 2 // 5, 1)


def _neighbour(destination: str) -> str:
    return "slack:*" if destination.startswith("slack:") else destination
