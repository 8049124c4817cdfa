"""The only door to time and chance.

Everything that needs the time is handed a ``Clock``; everything that needs a fresh
name or a little randomness is handed ``Ids``. Tests and the demo turn the clock;
nothing else in the house reads the system's.
"""

from __future__ import annotations

import random
import secrets
import uuid
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What time it is, for the product."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TurnableClock:
    """A clock that runs at the machine's pace and can be turned forward.

    ``frozen=True`` makes it stand still between turns, as tests want it.
    """

    def __init__(self, start: datetime, *, frozen: bool = False) -> None:
        self._frozen = frozen
        self._offset = start - datetime.now(UTC)
        self._stopped_at = start

    def now(self) -> datetime:
        return self._stopped_at if self._frozen else datetime.now(UTC) + self._offset

    def turn(self, by: timedelta) -> None:
        """Move the time. Negative values step it back, as a corrected wall clock would."""
        self._offset += by
        self._stopped_at += by

    def turn_to(self, instant: datetime) -> None:
        self.turn(instant - self.now())


class Ids(Protocol):
    """Fresh names and a little chance."""

    def token(self) -> str:
        """An unguessable, URL-safe string of 22 characters (132 bits)."""

    def name(self) -> str:
        """A unique name for a process or a row."""

    def spread(self, span: timedelta) -> timedelta:
        """A random part of ``span``, to keep retries from marching in step."""


class SystemIds:
    """Chance from the operating system."""

    def token(self) -> str:
        return secrets.token_urlsafe(16)

    def name(self) -> str:
        return uuid.uuid4().hex

    def spread(self, span: timedelta) -> timedelta:
        return span * random.random()
