"""What a listener holds: the use cases' core, Slack, who people are, and a short memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import Core
from handlers.directory import Directory
from handlers.memory import Memory


@dataclass(frozen=True)
class Desk:
    """One per process. ``slack`` serves answers to a gesture only: forms, the Home tab, a short reply."""

    core: Core
    slack: AsyncWebClient
    public_url: str
    directory: Directory
    memory: Memory = field(default_factory=Memory)

    def last_resort(self) -> tuple[tuple[str, str], ...]:
        """Labels and numbers that the plan marks for the worst hour, from the last roster seen."""
        roster = self.memory.roster
        if roster.document is None:
            return ()
        language = roster.document.language
        return tuple((each.label.in_(language, language), each.phone.reveal()) for each in roster.document.last_resort)
