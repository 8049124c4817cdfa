"""An answer that comes from outside Slack: a link in a message, a reply to an SMS.

Decides who is speaking and of which page, then answers as that person. A foreign, used, expired
or unknown answer changes nothing, and says why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.escalation import Page, PageId
from bot.domain.incident import IncidentId
from bot.domain.policy import Method
from bot.domain.private import PhoneNumber
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.errors import NotFound, Stale
from bot.ports import Core, Transaction
from bot.usecases import respond
from bot.usecases.deliveries import token_hash
from bot.usecases.respond import Answered

YES = frozenset({"1", "ok", "si", "sì", "yes", "y", "s", "preso", "presa", "ci penso io", "on it", "ack"})
NO = frozenset({"2", "no", "n", "non posso", "can't", "cant", "rifiuto"})
_INCIDENT = r"(?:inc[-\s]?|#)?(?P<incident>\d{1,9})"
_REPLIES = (
    re.compile(rf"{_INCIDENT}[\s.,:]+(?P<word>.+)", re.I | re.S),  # "42 1", as our question suggests
    re.compile(rf"(?P<word>.+?)[\s.,:]+{_INCIDENT}", re.I | re.S),  # "1 INC-42"
)


class Word(StrEnum):
    """What a reply meant."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class Heard(StrEnum):
    """What became of a reply by SMS."""

    ANSWERED = "answered"
    UNCLEAR = "unclear"  # ask back, once
    WHICH = "which"  # several pages are open: say the incident's number
    NOTHING_OPEN = "nothing_open"
    UNKNOWN_NUMBER = "unknown_number"


@dataclass(frozen=True)
class Link:
    """An answer link that is still good, and what it is about."""

    record: Record
    page: Page
    person: PersonId
    method: str


@dataclass(frozen=True)
class Reply:
    """What became of a reply, and whom it came from."""

    heard: Heard
    person: PersonId | None = None
    answered: Answered | None = None
    open: tuple[IncidentId, ...] = ()


class _HeardBefore(Exception):
    """The provider delivered this reply before; nothing is done twice."""


def meaning(body: str) -> tuple[Word, int | None]:
    """What a person typed, and the incident they named, if they did."""
    text = body.strip().strip(".!").casefold()
    if _word(text) is not Word.UNCLEAR:
        return _word(text), None
    for form in _REPLIES:
        found = form.fullmatch(text)
        if found and _word(found["word"]) is not Word.UNCLEAR:
            return _word(found["word"]), int(found["incident"])
    return Word.UNCLEAR, None


def _word(text: str) -> Word:
    word = text.strip(" .!,:")
    if word in YES:
        return Word.YES
    return Word.NO if word in NO else Word.UNCLEAR


async def open_link(core: Core, token: str) -> Link:
    """What an answer link shows. Opening it changes nothing. Raises ``NotFound`` or ``Stale``."""
    async with core.store.reading() as tx:
        now = core.clock.now()
        known = await tx.token(token_hash(token))
        if known is None:
            raise NotFound("link_unknown")
        if known["expires"] <= now:
            raise Stale("link_expired")
        page = await tx.page(PageId(known["page"]))
        record = await tx.record(page.incident, now=now)
        return Link(record, page, PersonId(known["person"]), str(known["method"]))


async def answer_link(core: Core, token: str, *, accept: bool) -> Answered:
    """The button behind a link was pressed. Each link answers once."""
    link = await open_link(core, token)

    async def spend(tx: Transaction) -> None:
        if not await tx.use_token(token_hash(token), now=core.clock.now()):
            raise Stale("link_used")

    act = respond.acknowledge if accept else respond.decline
    return await act(core, link.page.id, by=link.person, method=link.method, first=spend)


async def answer_text(core: Core, *, number: str, body: str, message: str) -> Reply:
    """A reply to an SMS. ``message`` is the provider's id: one reply delivered three times counts once."""
    async with core.store.reading() as tx:
        roster = await tx.roster()
        person = _owner_of(roster, number)
        waiting = await tx.wanted_pages_of(person) if person else ()
    if person is None:
        return Reply(Heard.UNKNOWN_NUMBER)
    word, named = meaning(body)
    incidents = tuple(dict.fromkeys(page.incident for page in waiting))
    if not waiting:
        return Reply(Heard.NOTHING_OPEN, person)
    if word is Word.UNCLEAR:
        return Reply(Heard.UNCLEAR, person, open=incidents)
    meant = [page for page in waiting if named is None or page.incident == named]
    if len({page.incident for page in meant}) != 1:
        return Reply(Heard.WHICH, person, open=incidents)

    async def count(tx: Transaction) -> None:
        if not await tx.first_time(f"sms:{message}", now=core.clock.now()):
            raise _HeardBefore

    act = respond.acknowledge if word is Word.YES else respond.decline
    try:
        answered = await act(core, meant[-1].id, by=person, method=Method.SMS, first=count)
    except _HeardBefore:
        return Reply(Heard.NOTHING_OPEN, person)
    return Reply(Heard.ANSWERED, person, answered, incidents)


def _owner_of(roster: Roster, number: str) -> PersonId | None:
    if roster.document is None:
        return None
    called = PhoneNumber(number)
    return next((p.id for p in roster.document.people if any(phone.number == called for phone in p.phones)), None)
