"""What every public channel promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from bot.domain.effects import PublishStatement
from bot.domain.statement import Statement
from bot.errors import Undeliverable
from bot.ports import Brief, Receipt


class Publisher(Protocol):
    """One channel. Its receipt carries a ``link`` to what was published, where there is one."""

    async def publish(self, brief: Brief, statement: Statement) -> Receipt:
        """Say it. Raises ``NotYetDelivered``, ``Undeliverable`` or ``OutcomeUnknown``."""


class PublishingDoor:
    """Chooses the channel that an effect names."""

    def __init__(self, publishers: Mapping[str, Publisher]) -> None:
        self._publishers = dict(publishers)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that are connected, in the order in which they are shown."""
        return tuple(self._publishers)

    async def perform(self, brief: Brief) -> Receipt:
        effect = brief.effect
        if not isinstance(effect, PublishStatement) or effect.channel not in self._publishers:
            raise Undeliverable("not_connected")
        statement = next((each for each in brief.record.statements if each.id == effect.statement), None)
        if statement is None:
            raise Undeliverable("no_such_statement")
        return await self._publishers[effect.channel].publish(brief, statement)
