"""One conversation: a channel, a private channel, or the app's direct messages with a person."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Literal

from bot.sandbox.message import Message
from bot.sandbox.refusal import JSON

Kind = Literal["channel", "group", "im"]


@dataclass(slots=True)
class Channel:
    """Members, messages in order of stamp, pins and bookmarks. Holds no rule about who may do what."""

    id: str
    name: str
    kind: Kind
    creator: str
    created: int
    team: str
    members: dict[str, None] = field(default_factory=dict)
    topic: JSON = field(default_factory=lambda: _note(""))
    purpose: JSON = field(default_factory=lambda: _note(""))
    is_archived: bool = False
    is_general: bool = False
    previous_names: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    top: list[str] = field(default_factory=list)
    """Stamps of what shows outside threads, in order."""
    ephemerals: dict[str, list[Message]] = field(default_factory=dict)
    pins: dict[str, JSON] = field(default_factory=dict)
    bookmarks: dict[str, JSON] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)
    canvas: str | None = None
    version: int = 0

    @property
    def is_private(self) -> bool:
        return self.kind == "group"

    @property
    def is_im(self) -> bool:
        return self.kind == "im"

    def add(self, message: Message, *, broadcast: bool = False) -> None:
        """Store a message; stamps only ever grow, so order is kept by appending."""
        self.messages[message.ts] = message
        root = self.messages.get(message.thread_ts) if message.thread_ts else None
        if root is not None:
            root.replies.append(message.ts)
            root.reply_users[message.user] = None
        if root is None or broadcast:
            self.top.append(message.ts)

    def remove(self, ts: str) -> None:
        """Forget a message, its pin and its place in a thread."""
        message = self.messages.pop(ts)
        self.pins.pop(ts, None)
        _drop(self.top, ts)
        root = self.messages.get(message.thread_ts or "")
        if root is not None:
            _drop(root.replies, ts)

    def unread(self, user: str) -> int:
        """How many messages came since this person last looked; who came in or left is no news, as in Slack."""
        new = self.top[bisect_right(self.top, self.last_read.get(user, "")) :]
        return sum(1 for ts in new if not self.messages[ts].is_system)

    def between(self, oldest: str, latest: str, *, inclusive: bool) -> range:
        """Positions in `top` of the stamps in that span."""
        return span(self.top, oldest, latest, inclusive=inclusive)

    def json(self, *, member: bool, count: bool = False) -> JSON:
        """The conversation object; an `im` has fewer fields, as in Slack."""
        if self.is_im:
            return self._im()
        body: JSON = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.is_private,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_archived": self.is_archived,
            "is_general": self.is_general,
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "is_member": member,
            "created": self.created,
            "creator": self.creator,
            "context_team_id": self.team,
            "topic": self.topic,
            "purpose": self.purpose,
            "previous_names": self.previous_names,
        }
        return body | ({"num_members": len(self.members)} if count else {})

    def _im(self) -> JSON:
        return {
            "id": self.id,
            "created": self.created,
            "is_im": True,
            "is_archived": False,
            "is_org_shared": False,
            "context_team_id": self.team,
            "user": self.creator,
            "is_user_deleted": False,
            "priority": 0,
        }


def span(stamps: list[str], oldest: str, latest: str, *, inclusive: bool) -> range:
    """Positions of the stamps between two bounds; an empty `latest` means now."""
    if inclusive:
        first, last = bisect_left(stamps, oldest), bisect_right(stamps, latest) if latest else len(stamps)
    else:
        first, last = bisect_right(stamps, oldest), bisect_left(stamps, latest) if latest else len(stamps)
    return range(first, last)


def _drop(stamps: list[str], ts: str) -> None:
    place = bisect_left(stamps, ts)
    if place < len(stamps) and stamps[place] == ts:
        del stamps[place]


def _note(value: str) -> JSON:
    return {"value": value, "creator": "", "last_set": 0}
