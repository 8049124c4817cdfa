"""One line of the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OK: Final = "ok"
OFF: Final = "off"
WEAK: Final = "weak"
WRONG: Final = "wrong"


@dataclass(frozen=True)
class Line:
    """One part and how it is. Only ``wrong`` keeps serve from starting, or a provider from being used.

    What is ``weak`` works, and should not stay so.
    """

    part: str
    state: str
    words: str

    def __str__(self) -> str:
        return f"{self.state:<6} {self.part:<24} {self.words}"
