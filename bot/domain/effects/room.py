"""The incident's room: its channel, its card, its lines, its post-mortem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.domain.effects.effect import Effect, Priority
from bot.domain.slugs import PersonId


@dataclass(frozen=True)
class OpenChannel(Effect):
    """Create the incident's channel; its receipt fans out everything that needs one."""


@dataclass(frozen=True)
class InviteToRoom(Effect):
    """Bring people into the channel. ``asked``: the event by which they asked for it, having left it perhaps."""

    people: tuple[PersonId, ...]
    asked: int = 0

    @property
    def key(self) -> str:
        once = f"invite:{self.incident}:{','.join(sorted(self.people))}"
        return f"{once}:{self.asked}" if self.asked else once


@dataclass(frozen=True)
class SetTopic(Effect):
    """Write severity, status and title over the channel."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True


@dataclass(frozen=True)
class PostCard(Effect):
    """Post the one card that is then only edited."""


@dataclass(frozen=True)
class PinCard(Effect):
    """Pin the card."""


@dataclass(frozen=True)
class AddBookmark(Effect):
    """Put a link in the channel's bar: ``what`` is ``status_page`` or ``conference``."""

    what: str

    @property
    def key(self) -> str:
        return f"bookmark:{self.incident}:{self.what}"


@dataclass(frozen=True)
class Announce(Effect):
    """Tell the announcements channel that there is an incident and how to join."""


@dataclass(frozen=True)
class RefreshCard(Effect):
    """Edit the card to the present facts."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True


@dataclass(frozen=True)
class RefreshAnnouncement(Effect):
    """Edit the announcement to the present facts."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True


@dataclass(frozen=True)
class TellRoom(Effect):
    """Post one event of the timeline in the channel."""

    seq: int

    @property
    def key(self) -> str:
        return f"tell-room:{self.incident}:{self.seq}"


@dataclass(frozen=True)
class RefreshLine(Effect):
    """Edit a line in the channel whose buttons have done their work."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True

    seq: int

    @property
    def key(self) -> str:
        return f"refresh-line:{self.incident}:{self.seq}"


@dataclass(frozen=True)
class PostReview(Effect):
    """Post the post-mortem in the channel."""

    revision: int

    @property
    def key(self) -> str:
        return f"review:{self.incident}:{self.revision}"


@dataclass(frozen=True)
class AttachReview(Effect):
    """Share the post-mortem in the channel as a Markdown file."""

    revision: int

    @property
    def key(self) -> str:
        return f"review-file:{self.incident}:{self.revision}"


@dataclass(frozen=True)
class RemindRoom(Effect):
    """Ask the room for its own update."""

    round: int

    @property
    def key(self) -> str:
        return f"remind-room:{self.incident}:{self.round}"
