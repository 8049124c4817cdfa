"""Identifiers that look like Slack's, without chance: a counter, scrambled.

The seed keeps two runs over one database from handing out the same event twice.
"""

from __future__ import annotations

import hashlib
import string
from uuid import UUID

ALPHABET = string.digits + string.ascii_uppercase
LENGTH = 9
SPACE = len(ALPHABET) ** LENGTH
SCRAMBLE = 48_271_640_531_527  # odd and not a multiple of three: one to one over SPACE


class Ids:
    """Mints identifiers; every call gives a new one."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def mint(self, prefix: str) -> str:
        """For instance `C0` + nine letters and digits."""
        value = (self._next() * SCRAMBLE + self._seed * 6_700_417) % SPACE
        return prefix + _base36(value)

    def secret(self, length: int = 32) -> str:
        """Hexadecimal, for urls and triggers."""
        return hashlib.sha256(f"{self._seed}/{self._next()}".encode()).hexdigest()[:length]

    def uuid(self) -> str:
        digest = hashlib.sha256(f"{self._seed}:{self._next()}".encode()).digest()
        return str(UUID(bytes=digest[:16], version=4))

    def _next(self) -> int:
        self._count += 1
        return self._count


def named(prefix: str, name: str) -> str:
    """A stable id for something of the cast: `U0MARTA`, `C0GENERAL`."""
    return prefix + "".join(letter for letter in name.upper() if letter in ALPHABET)


def _base36(value: int) -> str:
    letters = []
    for _ in range(LENGTH):
        value, digit = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))
