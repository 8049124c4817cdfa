"""Waking people, and letting them sleep again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from bot.domain.effects.effect import Door, Effect, Priority
from bot.domain.slugs import PersonId


@dataclass(frozen=True)
class OfATurn(Effect):
    """What one turn of a level causes.

    A first turn is spelled and stored as it was when a level had only one: what left then is still known by its
    key, and a replica of that release can still carry it out while replicas are being replaced.
    """

    page: int
    epoch: int
    loop: int
    level: int
    turn: int = field(default=1, kw_only=True)

    @property
    def place(self) -> str:
        """`7:1:2:4`, and `7:1:2:4.2` for the level's second turn."""
        first = f"{self.page}:{self.epoch}:{self.loop}:{self.level}"
        return first if self.turn == 1 else f"{first}.{self.turn}"

    def payload(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "turn" or value != 1}


@dataclass(frozen=True)
class PageResponder(OfATurn):
    """Knock at one person's door in one way. Wanted only while the page is, and they have not answered it."""

    door: ClassVar[Door] = Door.PAGING
    priority: ClassVar[Priority] = Priority.FIRST_PAGE

    person: PersonId
    method: str

    @property
    def key(self) -> str:
        return f"page:{self.place}:{self.person}:{self.method}"


@dataclass(frozen=True)
class AskSnoozed(OfATurn):
    """Ask Slack whether the person is snoozed; snoozed, or no answer, makes the phone due now."""

    priority: ClassVar[Priority] = Priority.FIRST_PAGE

    person: PersonId

    @property
    def key(self) -> str:
        return f"snoozed:{self.place}:{self.person}"


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
class RelayPage(OfATurn):
    """Tell the company's second line that a page has moved on unanswered. Asks for no answer."""

    door: ClassVar[Door] = Door.PAGING
    priority: ClassVar[Priority] = Priority.REPEAT

    line: str

    @property
    def key(self) -> str:
        return f"relay:{self.place}:{self.line}"


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
