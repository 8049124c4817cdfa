"""Somebody texts that something is on fire: for whoever has a telephone and no Slack.

Promises that a text which begins with the word for it, from a telephone of the team document, declares in its
owner's name, once for each message of the provider; and that any other text declares nothing.
A text is believed for the number it comes from, as an answer to a page is: no other number is believed. A number
that several people share declares in the name of the first of them: in an emergency nobody is turned away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.incident import TITLE_LENGTH, IncidentId, clean_title
from bot.domain.private import PhoneNumber
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.ports import Core
from bot.usecases import coordinate
from bot.usecases.declare import Declared, declare, report_in_words

_BETWEEN: Final = r"[\s:,.;!-]*"
_CRISIS: Final = re.compile(
    rf"\s*/?(?:crisis|crisi)\b{_BETWEEN}(?:(?:now|adesso|subito)\b{_BETWEEN})?(?P<what>.*)", re.I | re.S
)


class Outcome(StrEnum):
    """What became of a text."""

    DECLARED = "declared"
    JOINED = "joined"
    """Somebody had just declared the same: this report was added to theirs."""
    SAYS_NOTHING = "says_nothing"
    """The word for it, and not what is happening."""
    OTHER = "other"
    """It is about something else: an answer, perhaps."""
    STRANGER = "stranger"
    """Nobody in the document has this number."""


@dataclass(frozen=True)
class Texted:
    """What became of a text, and whom it came from."""

    outcome: Outcome
    person: PersonId | None = None
    incident: IncidentId | None = None


def what_happens(body: str) -> str | None:
    """What a text says is happening; nothing when it does not begin with the word for it."""
    said = _CRISIS.fullmatch(body)
    return said["what"].strip() if said else None


async def declare_by_text(core: Core, *, number: str, body: str, message: str) -> Texted:
    """Hear one text. ``message`` is the provider's id: delivered again, it leads to the same incident."""
    async with core.store.reading() as tx:
        roster = await tx.roster()
    person, what = writer(roster, number), what_happens(body)
    if person is None:
        return Texted(Outcome.STRANGER)
    if what is None:
        return Texted(Outcome.OTHER, person)
    if not clean_title(what):
        return Texted(Outcome.SAYS_NOTHING, person)
    declared = await declare(core, report_in_words(what, roster), by=person, gesture=f"sms:{message}")
    await _keep_whole(core, declared, what, by=person, message=message)
    return Texted(Outcome.JOINED if declared.joined else Outcome.DECLARED, person, declared.incident)


async def may_ask_back(core: Core, person: PersonId) -> bool:
    """Whether a text nobody understood is asked about: once a day, so that two machines never converse."""
    async with core.store.transaction() as tx:
        now = core.clock.now()
        return await tx.first_time(f"sms-asked:{person}:{now:%Y-%m-%d}", now=now)


def writer(roster: Roster, number: str) -> PersonId | None:
    """Whose telephone this is, as the document says today; of several, the first."""
    owners = roster.document.by_phone(PhoneNumber(number)) if roster.document else ()
    return owners[0] if owners else None


async def _keep_whole(core: Core, declared: Declared, what: str, *, by: PersonId, message: str) -> None:
    """A title is one line; of a longer text the story keeps every word."""
    if len(what) > TITLE_LENGTH:
        await coordinate.note(core, declared.incident, what, by=by, message=f"sms:{message}")
