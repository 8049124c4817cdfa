"""Chance that can be had again: the same seed draws the same fates in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

_T = TypeVar("_T")


class Chance:
    """A row of numbers that a seed gives."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn = 0

    def fraction(self) -> float:
        """At least 0 and less than 1."""
        self._drawn += 1
        printed = sha256(f"{self._seed}:{self._drawn}".encode()).digest()
        return int.from_bytes(printed[:6], "big") / 2**48

    def between(self, least: float, most: float) -> float:
        return least + (most - least) * self.fraction()

    def one_of(self, choices: Sequence[_T]) -> _T:
        return choices[int(self.fraction() * len(choices))]
