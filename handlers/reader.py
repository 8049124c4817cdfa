"""Who is reading: their name in the plan, their language, their time."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.usecases import look
from handlers.desk import Desk
from messages.words import Words, words_of


@dataclass(frozen=True)
class Reader:
    """Whoever acted, and the words to answer them with."""

    slack: str
    person: PersonId
    words: Words
    roster: Roster


async def reader(desk: Desk, slack: str) -> Reader:
    """Somebody we have never met is asked about, briefly; unanswered, they get the team's language."""
    roster = await look.roster(desk.core)
    if slack and slack not in roster.users and await desk.directory.know(slack):
        roster = await look.roster(desk.core)
    desk.memory.roster = roster
    return reader_in(roster, slack)


def reader_in(roster: Roster, slack: str) -> Reader:
    """The same from a roster already read."""
    person = roster.person_of(slack)
    return Reader(slack, person, words_of(roster, person), roster)
