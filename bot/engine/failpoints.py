"""Places where a test may kill or stop the process, by name.

Does nothing unless ``ANTICRISI_FAILPOINT`` names a place: ``after_send`` kills there at once, ``after_send:3``
at the third time, ``after_send@2`` at the first time that an effect in its second attempt comes by,
``after_send:3:stop`` stops the process instead, as a paused machine would.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass

PLACES = (
    "after_claim",
    "before_check",
    "after_check",
    "before_send",
    "after_send",
    "before_record",
    "after_record",
    "before_advance",
    "after_advance",
)
"""In the order in which an effect and a tick pass them."""

_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


@dataclass
class _Armed:
    place: str
    attempt: int | None  # of the effect that comes by; None: whichever
    hits_left: int
    signal: signal.Signals


def _armed(written: str) -> _Armed | None:
    where, _, rest = written.partition(":")
    place, _, attempt = where.partition("@")
    hit, _, action = rest.partition(":")
    if not place:
        return None
    return _Armed(place, int(attempt) if attempt else None, int(hit or 1), _SIGNALS[action or "kill"])


_set = _armed(os.environ.get("ANTICRISI_FAILPOINT", ""))


def reach(place: str, attempt: int | None = None) -> None:
    """Say that this place has been reached, and by an effect in which attempt."""
    if _set is None or _set.place != place or _set.attempt not in (None, attempt):
        return
    _set.hits_left -= 1
    if _set.hits_left == 0:
        os.kill(os.getpid(), _set.signal)


def arm(written: str) -> None:
    """Choose the place anew, or none: what the environment says at the start, said later."""
    global _set  # noqa: PLW0603 - one process has one fate
    _set = _armed(written)
