"""How often a method may be called: tiers per minute, and one post a second per channel.

https://docs.slack.dev/apis/web-api/rate-limits. Counted on the product's clock, so turning it frees the bucket.
"""

from __future__ import annotations

import math
from collections import deque

from bot.sandbox.clockwork import Clock

WINDOW = 60.0
TIER_1, TIER_2, TIER_3, TIER_4 = 1, 20, 50, 100
POSTS = 300
"""chat.postMessage: "several hundred messages per minute" for a workspace."""
HUNDREDS = 600
CONNECTIONS = 10
"""apps.connections.open is tier 1 ("1+"), yet ten connections are allowed: bursts of ten pass."""

PER_MINUTE: dict[str, int] = {
    "apps.connections.open": CONNECTIONS,
    "auth.test": HUNDREDS,
    "bookmarks.add": TIER_2,
    "bookmarks.edit": TIER_2,
    "bookmarks.list": TIER_3,
    "bookmarks.remove": TIER_2,
    "canvases.create": TIER_2,
    "chat.delete": TIER_3,
    "chat.getPermalink": HUNDREDS,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": POSTS,
    "chat.update": TIER_3,
    "conversations.archive": TIER_2,
    "conversations.canvases.create": TIER_2,
    "conversations.create": TIER_2,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.invite": TIER_3,
    "conversations.join": TIER_3,
    "conversations.kick": TIER_3,
    "conversations.leave": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.rename": TIER_2,
    "conversations.replies": TIER_3,
    "conversations.setPurpose": TIER_2,
    "conversations.setTopic": TIER_2,
    "conversations.unarchive": TIER_2,
    "dnd.info": TIER_3,
    "dnd.teamInfo": TIER_2,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "pins.add": TIER_2,
    "pins.list": TIER_2,
    "pins.remove": TIER_2,
    "reactions.add": TIER_3,
    "reactions.get": TIER_3,
    "reactions.remove": TIER_3,
    "team.info": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.conversations": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


class Limits:
    """Remembers the last minute of calls; says how long to wait, or lets the call through."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = {}

    def wait(self, method: str, channel: str | None) -> int:
        """Seconds to wait before this call may be made; 0 records the call and lets it pass."""
        now = self._clock.now().timestamp()
        buckets = [(method, PER_MINUTE[method], WINDOW)]
        if method == "chat.postMessage" and channel:
            buckets.append((f"{method}/{channel}", 1, 1.0))
        longest = max(self._wait(*bucket, now) for bucket in buckets)
        if longest <= 0:
            for name, _, _ in buckets:
                self._calls.setdefault(name, deque()).append(now)
            return 0
        return max(1, math.ceil(longest))

    def _wait(self, name: str, most: int, window: float, now: float) -> float:
        calls = self._calls.get(name)
        while calls and calls[0] <= now - window:
            calls.popleft()
        return calls[0] + window - now if calls and len(calls) >= most else 0.0
