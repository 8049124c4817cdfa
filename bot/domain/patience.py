"""What counts as waiting behind a limit, and from when on somebody is told.

A limit is Slack's or a provider's, who ask for patience, or our own daily cap on what one person is sent.
"""

from __future__ import annotations

from datetime import timedelta

CAPPED = "daily_cap"
LIMITS = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", CAPPED})
"""Why something waits: the other side has said so, we know that it would, or it is our own cap."""

NOTICEABLE = timedelta(seconds=30)
PHONE_INSTEAD = timedelta(seconds=5)
"""A page in Slack that has to wait longer is not waited for."""
