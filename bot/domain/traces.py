"""What the work leaves behind besides the record, and how long it may still matter.

A trace tells a delivery from its repetition, an old link from a forged one, a try from the next. The record itself
(incidents, their stories and statements, what became of every call, the audit) is no trace: it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Trace(StrEnum):
    """One kind of rows that grow for ever unless somebody prunes them."""

    GESTURES = "gestures"
    """That something was taken in: a click, a form, a provider's call-back, an API request with its key."""
    LINKS = "links"
    """Answer links that have expired."""
    FORMS = "forms"
    """What somebody had typed when Slack would not open their form; it may hold a telephone number."""
    ATTEMPTS = "attempts"
    """Each try at each effect. What became of the effect stands on the effect, which is kept."""
    BEATS = "beats"
    """Replicas that have fallen silent."""


KEPT: Final[Mapping[Trace, timedelta]] = {
    Trace.GESTURES: timedelta(days=14),  # Slack repeats for an hour, providers for a day, programs after a long weekend
    Trace.LINKS: timedelta(days=30),  # past their end: whoever tidies their mail reads that a link is no longer good
    Trace.FORMS: timedelta(days=7),  # whoever has not reopened a form by then has declared otherwise
    Trace.ATTEMPTS: timedelta(days=90),  # a review is long written; the lease that counts them is fifteen seconds
    Trace.BEATS: timedelta(days=1),  # those alive have beaten within fifteen seconds
}
"""By trace: how long it is kept, from when it was made; of a link, from when it expired."""
