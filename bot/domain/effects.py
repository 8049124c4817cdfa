"""What must happen outside once a decision is stored.

An effect is a value with a unique key. It is stored in the same commit as the state that
caused it and carried out afterwards, at least once, by the dispatcher. It names things, and
never holds words: what a person reads is made when it is sent, from the facts of that moment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, ClassVar

from bot.domain.incident import IncidentId
from bot.domain.slugs import PersonId


class Priority(IntEnum):
    """Who goes first when everyone wants the same door. Lower is sooner."""

    FIRST_PAGE = 0  # somebody's first knock of this page
    REPEAT = 1  # the same person by another way, or again
    PERSON = 2  # words for one person: reminders, answers
    ROOM = 3  # the channel and what is posted in it
    EDIT = 4  # changes to something already posted


class Door(StrEnum):
    """Which adapter carries an effect out."""

    SLACK = "slack"
    PAGING = "paging"
    PUBLISHING = "publishing"


class Reminder(StrEnum):
    """How far a deadline has come. A row's ``stage`` walks through these in order."""

    DRAFT = "draft"  # ahead of the deadline, with a draft, to the lead
    LEAD = "lead"  # at the deadline, to the lead
    DEPUTY = "deputy"  # five minutes past, to the lead's deputy
    COMMANDER = "commander"  # ten minutes past, to the commander


@dataclass(frozen=True)
class Effect:
    """The base: what every effect knows about itself."""

    door: ClassVar[Door] = Door.SLACK
    priority: ClassVar[Priority] = Priority.ROOM
    rearms: ClassVar[bool] = False  # asked for again, it happens again (edits: only the last matters)

    incident: IncidentId

    @property
    def key(self) -> str:
        """Unique for all time: the same effect enqueued twice is one effect."""
        return f"{self.kind}:{self.incident}"

    @property
    def kind(self) -> str:
        return type(self).__name__

    def payload(self) -> dict[str, Any]:
        return dict(vars(self))


# Waking people ------------------------------------------------------------------------------


@dataclass(frozen=True)
class PageResponder(Effect):
    """Knock at one person's door in one way. Wanted only while nobody has the page."""

    door: ClassVar[Door] = Door.PAGING
    priority: ClassVar[Priority] = Priority.FIRST_PAGE

    page: int
    epoch: int
    loop: int
    level: int
    person: PersonId
    method: str

    @property
    def key(self) -> str:
        return f"page:{self.page}:{self.epoch}:{self.loop}:{self.level}:{self.person}:{self.method}"


@dataclass(frozen=True)
class AskSnoozed(Effect):
    """Ask Slack whether the person is snoozed; snoozed, or no answer, makes the phone due now."""

    priority: ClassVar[Priority] = Priority.FIRST_PAGE

    page: int
    epoch: int
    loop: int
    level: int
    person: PersonId

    @property
    def key(self) -> str:
        return f"snoozed:{self.page}:{self.epoch}:{self.loop}:{self.level}:{self.person}"


@dataclass(frozen=True)
class RefreshPage(Effect):
    """Edit what a paged person sees in Slack, so that it tells how the page stands now."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True

    page: int
    person: PersonId

    @property
    def key(self) -> str:
        return f"refresh-page:{self.page}:{self.person}"


@dataclass(frozen=True)
class RingMe(Effect):
    """Try one way of reaching the person who asked to be rung. Pages nobody else."""

    door: ClassVar[Door] = Door.PAGING
    priority: ClassVar[Priority] = Priority.PERSON

    person: PersonId
    method: str
    request: str

    @property
    def key(self) -> str:
        return f"ring:{self.request}:{self.method}"


@dataclass(frozen=True)
class StopRinging(Effect):
    """Hang up calls of a page that still ring and are not wanted any more."""

    door: ClassVar[Door] = Door.PAGING
    priority: ClassVar[Priority] = Priority.REPEAT
    rearms: ClassVar[bool] = True

    page: int

    @property
    def key(self) -> str:
        return f"stop-ringing:{self.page}"


@dataclass(frozen=True)
class RelayPage(Effect):
    """Tell the company's second line that a page has moved on unanswered. Asks for no answer."""

    door: ClassVar[Door] = Door.PAGING
    priority: ClassVar[Priority] = Priority.REPEAT

    page: int
    epoch: int
    loop: int
    level: int
    line: str

    @property
    def key(self) -> str:
        return f"relay:{self.page}:{self.epoch}:{self.loop}:{self.level}:{self.line}"


@dataclass(frozen=True)
class WarnOwner(Effect):
    """Tell an owner of the plan that the bot itself is in trouble; with ``until``, that it no longer is.

    Without a person it is for a second line. ``otherwise`` are the ways that are left when this one fails;
    ``since`` and ``until`` are moments in ISO 8601.
    """

    door: ClassVar[Door] = Door.PAGING
    priority: ClassVar[Priority] = Priority.PERSON

    person: PersonId | None
    method: str
    otherwise: tuple[str, ...]
    trouble: str
    since: str
    until: str = ""

    @property
    def key(self) -> str:
        news = "over" if self.until else "begun"
        return f"warn:{self.trouble}:{self.since}:{news}:{self.person or ''}:{self.method}"


# The room -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenChannel(Effect):
    """Create the incident's channel; its receipt fans out everything that needs one."""


@dataclass(frozen=True)
class InviteToRoom(Effect):
    """Bring people into the channel."""

    people: tuple[PersonId, ...]

    @property
    def key(self) -> str:
        return f"invite:{self.incident}:{','.join(sorted(self.people))}"


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


# One person ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class TellPerson(Effect):
    """Write to one person. ``notice`` chooses the message, ``facts`` add what the record lacks.

    ``method`` is ``slack_dm`` or a paging channel; ``occasion`` keeps two like notices apart.
    """

    priority: ClassVar[Priority] = Priority.PERSON

    person: PersonId
    notice: str
    occasion: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"tell:{self.incident}:{self.person}:{self.notice}:{self.occasion}"


@dataclass(frozen=True)
class TextPerson(TellPerson):
    """The same, to the person's phone: for those whom Slack does not reach."""

    door: ClassVar[Door] = Door.PAGING

    @property
    def key(self) -> str:
        return f"text:{self.incident}:{self.person}:{self.notice}:{self.occasion}"


@dataclass(frozen=True)
class RefreshLetter(Effect):
    """Edit a notice once what it asked for is done, so that nobody does it twice."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True

    person: PersonId
    notice: str
    occasion: str

    @property
    def key(self) -> str:
        return f"refresh-letter:{self.incident}:{self.person}:{self.notice}:{self.occasion}"


@dataclass(frozen=True)
class RemindSpeaker(Effect):
    """Tell somebody that customers wait for word; ``stage`` says how late it is.

    ``asked`` is the moment it was due: put off or handed back, one stage asks one person again.
    """

    priority: ClassVar[Priority] = Priority.PERSON

    person: PersonId
    round: int
    stage: str
    asked: str = ""

    @property
    def key(self) -> str:
        return f"remind:{self.incident}:{self.round}:{self.stage}:{self.person}:{self.asked}"


@dataclass(frozen=True)
class RefreshReminder(Effect):
    """Edit a reminder that has been answered, so that nobody answers it twice."""

    priority: ClassVar[Priority] = Priority.EDIT
    rearms: ClassVar[bool] = True

    person: PersonId
    round: int
    stage: str
    asked: str = ""

    @property
    def key(self) -> str:
        return f"refresh-reminder:{self.incident}:{self.round}:{self.stage}:{self.person}:{self.asked}"


@dataclass(frozen=True)
class RemindRoom(Effect):
    """Ask the room for its own update."""

    round: int

    @property
    def key(self) -> str:
        return f"remind-room:{self.incident}:{self.round}"


# Customers ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PublishStatement(Effect):
    """Speak to customers through one channel. At most once without a human."""

    door: ClassVar[Door] = Door.PUBLISHING
    priority: ClassVar[Priority] = Priority.PERSON

    statement: int
    channel: str

    @property
    def key(self) -> str:
        return f"publish:{self.statement}:{self.channel}"


ALL: dict[str, type[Effect]] = {
    kind.__name__: kind
    for kind in (
        PageResponder,
        AskSnoozed,
        RefreshPage,
        RingMe,
        StopRinging,
        RelayPage,
        WarnOwner,
        OpenChannel,
        InviteToRoom,
        SetTopic,
        PostCard,
        PinCard,
        AddBookmark,
        Announce,
        RefreshCard,
        RefreshAnnouncement,
        TellRoom,
        RefreshLine,
        PostReview,
        AttachReview,
        TellPerson,
        TextPerson,
        RefreshLetter,
        RemindSpeaker,
        RefreshReminder,
        RemindRoom,
        PublishStatement,
    )
}

CEREMONY = (OpenChannel, InviteToRoom, SetTopic, PostCard, PinCard, AddBookmark, Announce)


def restore(kind: str, payload: dict[str, Any]) -> Effect:
    """The effect that ``payload()`` was made from."""
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in payload.items()}
    return ALL[kind](**values)
