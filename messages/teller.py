"""One event, with its people and facts at hand, for the sentence that tells of it.

Promises a value for every fact, a dash for one that is missing; in the channel people are mentioned, elsewhere named.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.domain.incident import Status
from bot.domain.record import Record
from bot.domain.timeline import Event
from messages.marks import one_line
from messages.names import called, name
from messages.words import Words


class Teller:
    """One event, with its people and facts at hand."""

    def __init__(self, words: Words, record: Record, event: Event, *, named: bool) -> None:
        self._ = words
        self.record = record
        self.event = event
        self.facts = event.facts
        self._call = name if named else called

    @property
    def by(self) -> str:
        return self.person(self.event.by)

    def person(self, person: Any) -> str:
        return self._call(self.record.roster, person) if person else self._("Anticrisi")

    def people(self, fact: str = "people") -> str:
        return self._.people([self.person(who) for who in self.facts.get(fact) or ()])

    def text(self, fact: str = "text") -> str:
        return one_line(str(self.facts.get(fact) or "–"))

    def role(self) -> str:
        return one_line(self._.role(str(self.facts.get("role", "")), self.record.roster.document))

    def length(self, fact: str) -> str:
        return self._.duration(timedelta(seconds=float(self.facts.get(fact) or 0)))

    def status(self, fact: str) -> str:
        known = str(self.facts.get(fact, ""))
        return self._.status(Status(known)) if known in list(Status) else known

    def clock(self, fact: str) -> str:
        known = self.facts.get(fact)
        moment = datetime.fromisoformat(known) if isinstance(known, str) else known
        return self._.clock(moment, self.record.now) if moment else "–"
