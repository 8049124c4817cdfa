"""What every way of reaching a person promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.effects import PageResponder, RelayPage, RingMe, StopRinging, TextPerson, WarnOwner
from bot.domain.policy import Method
from bot.domain.slugs import PersonId
from bot.errors import Undeliverable
from bot.ports import Brief, Receipt


class Pager(Protocol):
    """One way. Raises ``NotYetDelivered``, ``Undeliverable`` or ``OutcomeUnknown``."""

    async def page(self, brief: Brief) -> Receipt:
        """Carry what the effect asks to whom it names: a page, a trial, a text, a warning, a copy."""


def number_of(brief: Brief, person: PersonId, method: Method) -> str:
    """The phone that takes texts, or calls. Raises ``Undeliverable`` when this person has none."""
    member = brief.roster.person(person)
    phone = member.phone_for(method) if member else None
    if phone is None:
        raise Undeliverable("no_number")
    return phone.reveal()


class PagingDoor:
    """Chooses the way that an effect names. The company's second lines are ways too, by which no person is reached."""

    def __init__(self, pagers: Mapping[str, Pager]) -> None:
        self._pagers = dict(pagers)

    @property
    def methods(self) -> frozenset[str]:
        """The ways that are connected."""
        return frozenset(self._pagers)

    async def perform(self, brief: Brief) -> Receipt:
        match brief.effect:
            case PageResponder(method=method) | RingMe(method=method) | WarnOwner(method=method):
                way = method
            case TextPerson():
                way = Method.SMS
            case StopRinging():
                way = Method.VOICE
            case RelayPage(line=line):
                way = line
            case _:
                raise Undeliverable("no_such_effect")
        if way not in self._pagers:
            raise Undeliverable("not_connected")
        return await self._pagers[way].page(brief)
