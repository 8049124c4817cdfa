"""What we believe of a page from what people did alone, and from whom its levels asked: beside what is on record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.escalation import LevelFired, Outcome
from bot.domain.incident import IncidentId


@dataclass
class Model:
    """One page. Somebody is ``asked`` until as many have it as it wants, or nobody else is left to ask."""

    incident: IncidentId
    asked: bool = True  # somebody is wanted
    over: bool = False
    wanted: int = 1  # how many must have it
    holders: list[str] = field(default_factory=list)  # who has it, the first first
    held_at: datetime | None = None
    cannot: set[str] = field(default_factory=set)  # who declined since everyone was last asked
    ever_excused: set[str] = field(default_factory=set)  # who declined, answered or handed over, at any time
    fired: list[LevelFired] = field(default_factory=list)

    @property
    def at_its_end(self) -> bool:
        """Everyone was called in vain: nobody else is left to call."""
        return self.asked and bool(self.fired) and self.fired[-1].outcome is Outcome.LAST_RESORT

    def take(self, who: str, at: datetime) -> None:
        """One more has it. Nobody else is asked once they are enough, or where nobody else is to come."""
        self.holders, self.held_at = [*self.holders, who], at
        self.cannot.discard(who)  # whoever takes it can after all
        self.ever_excused.add(who)
        enough = len(self.holders) >= self.wanted
        self.asked = not enough and self.fired[-1].outcome is not Outcome.LAST_RESORT

    def take_over(self, who: str, at: datetime, *, giver: str | None) -> None:
        """The page that stands for this one was taken: instead of the giver, if they had it, else as one more.

        What enough others have meanwhile changes hands, the first of them.
        """
        if self.over or who in self.holders:
            return
        if giver not in self.holders and not self.asked and len(self.holders) < self.wanted:
            self.take(who, at)
            self.asked = False
        elif giver in self.holders or not self.asked:
            gives = giver if giver in self.holders else self.holders[0]
            self.holders = [who if each == gives else each for each in self.holders]
            self.held_at = at
            self.cannot.discard(who)
            self.ever_excused.add(who)
        else:
            self.take(who, at)

    def decline(self, who: str) -> None:
        if self.asked and who not in self.holders:
            self.cannot.add(who)
            self.ever_excused.add(who)

    def give_back(self, who: str) -> None:
        """They can't after all; whoever else has it keeps it."""
        self.holders.remove(who)
        self.cannot.add(who)
        self.asked = True

    def let_go(self) -> None:
        """It is asked anew, and nobody has it any more."""
        self.asked, self.holders = True, []

    def end(self) -> None:
        self.over, self.asked, self.holders = True, False, []

    def reached(self, *, wants: int, able: Collection[str]) -> None:
        """A level has begun: never less than before is wanted, and never more than there are people."""
        self.wanted = max(self.wanted, min(wants, len({*able, *self.holders})))
