"""When a process that runs for months looks for rubbish: not while it starts, and seldom from then on.

What start-up makes stays, and our values, which hold no circles, go by themselves.
"""

from __future__ import annotations

import gc

YOUNG = 10_000  # values made between two looks; the 700 of CPython are for small scripts


def do_not_look() -> None:
    """Until it is ready: looking makes people wait."""
    gc.disable()


def look_seldom() -> None:
    """Among what is made from now on."""
    gc.freeze()
    gc.set_threshold(YOUNG)
    gc.enable()
