"""An answer that comes from outside Slack: a link in a message, a reply to an SMS.

Decides who is speaking and of which page, then answers as that person. A foreign, used, expired
or unknown answer changes nothing, and says why.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.escalation import Page, PageId
from bot.domain.incident import IncidentId
from bot.domain.policy import Method
from bot.domain.private import PhoneNumber
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.errors import NotAllowed, NotFound, Stale
from bot.ports import Core, Transaction
from bot.usecases import respond
from bot.usecases.briefs import token_hash
from bot.usecases.respond import Answered, First

_YES = frozenset({"ok", "si", "sì", "yes", "y", "s", "preso", "presa", "ci penso", "ci penso io"})
_YES |= {"on it", "i'm on it", "im on it", "ack", "arrivo", "ci sono", "eccomi", "coming", "got it", "i got it"}
_YES |= {"okay", "va bene", "lo prendo", "preso io", "presa io", "sí", "✅"}
_YES |= {"i am on it", "on my way", "yep", "me ne occupo", "me ne occupo io", "lo prendo io", "prendo io", "👍", "👌"}
_NO = frozenset({"no", "n", "non posso", "can't", "cant", "i can't", "i cant", "cannot", "i cannot", "rifiuto"})
_NO |= {"no grazie", "no thanks", "non posso più", "i can't any more", "i can't anymore", "non ce la faccio", "❌"}
_NO |= {"busy", "i'm busy", "occupato", "occupata", "sono occupato", "sono occupata"}
_NO |= {"non ci sono", "non riesco", "can not", "i can not", "nope", "can't now", "non posso ora", "non posso adesso"}
_AROUND = " \t\r\n.!,:\"'“”«»()-–"  # our question puts what to reply between quotes, and people copy it
_DRESS = re.compile("[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")  # what makes a picture of a digit, or tints a thumb
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # a keyboard's marks of direction and joining
_INCIDENT = r"(?:inc[-\s]?|#)?(?P<incident>\d{1,9})"
_REPLIES = (
    re.compile(rf"{_INCIDENT}[\s.,:)–-]+(?P<word>.+)", re.I | re.S),  # "42 1", as our question suggests
    re.compile(rf"(?P<word>.+?)[\s.,:)–-]+{_INCIDENT}", re.I | re.S),  # "1 INC-42"
)


class Word(StrEnum):
    """What a reply meant."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def _nothing_but(said: Iterable[str]) -> re.Pattern[str]:
    """These words and no others, however many of them: "sì, ci penso io"."""
    one = "|".join(re.escape(word) for word in sorted(said, key=len, reverse=True))
    return re.compile(rf"(?:{one})(?:[\s.,;:!]+(?:{one}))*")


_SPOKEN = {Word.YES: _nothing_but(_YES), Word.NO: _nothing_but(_NO)}
_DIGITS = {"1": Word.YES, "2": Word.NO}


class Heard(StrEnum):
    """What became of a reply by SMS."""

    ANSWERED = "answered"
    UNCLEAR = "unclear"  # ask back, once
    WHICH = "which"  # several pages are open: say the incident's number
    NOTHING_OPEN = "nothing_open"
    UNKNOWN_NUMBER = "unknown_number"


@dataclass(frozen=True)
class Asking:
    """A page that waits for somebody's answer."""

    record: Record
    page: Page


@dataclass(frozen=True)
class Link:
    """An answer link that is still good, and what it is about."""

    record: Record
    page: Page
    person: PersonId
    method: str
    others: tuple[Asking, ...] = ()  # what else asks this person now, the gravest first

    @property
    def asking(self) -> tuple[Asking, ...]:
        """Everything that asks this person now, the gravest first."""
        mine = [Asking(self.record, self.page)] if self.page.asks(self.person, epoch=self.page.epoch) else []
        return _gravest_first((*mine, *self.others))


@dataclass(frozen=True)
class Reply:
    """What became of a reply, and whom it came from."""

    heard: Heard
    person: PersonId | None = None
    answered: Answered | None = None
    open: tuple[IncidentId, ...] = ()
    cannot: bool = False  # they said no


class _HeardBefore(Exception):
    """The provider delivered this reply before; nothing is done twice."""


def meaning(body: str) -> tuple[Word, int | None]:
    """What a person typed, and the incident they named, if they did."""
    plain = _UNSEEN.sub("", _DRESS.sub("", unicodedata.normalize("NFKC", body)))  # a digit, however it is drawn
    text = plain.replace("’", "'").strip(_AROUND).casefold()  # phones curl apostrophes by themselves
    if _word(text) is not Word.UNCLEAR:
        return _word(text), None
    for form in _REPLIES:
        found = form.fullmatch(text)
        if found and _word(found["word"]) is not Word.UNCLEAR:
            word = _word(found["word"])
            return word, None if _copied(found["word"], text, word) else int(found["incident"])
    return Word.UNCLEAR, None


def _word(text: str) -> Word:
    word = text.strip(_AROUND)
    spoken = (meant for meant, nothing_but in _SPOKEN.items() if nothing_but.fullmatch(word))
    return _DIGITS.get(word) or next(spoken, Word.UNCLEAR)


def _copied(said: str, text: str, word: Word) -> bool:
    """Whether the digit is an answer as well: our question says "1 ci penso io", and people copy that too."""
    return said.strip(_AROUND) not in _DIGITS and _DIGITS.get(text.replace(said, "").strip(_AROUND)) is word


async def open_link(core: Core, token: str, *, page: int | None = None) -> Link:
    """What an answer link shows. Opening it changes nothing. Raises ``NotFound`` or ``Stale``.

    It answers every page that asks its recipient: ``page`` is which, when it is not the one it was made for.
    """
    async with core.store.reading() as tx:
        now = core.clock.now()
        known = await tx.token(token_hash(token))
        if known is None:
            raise NotFound("link_unknown")
        if known["expires"] <= now:
            raise Stale("link_expired")
        person = PersonId(known["person"])
        about = await tx.page(PageId(page or known["page"]))
        if about.id != known["page"] and all(person not in level.people for level in await tx.levels_of(about.id)):
            raise NotFound("link_unknown")
        waiting = [each for each in await tx.wanted_pages_of(person) if each.asks(person, epoch=each.epoch)]
        records = await tx.records({about.incident, *(each.incident for each in waiting)}, now=now)
        others = (Asking(records[each.incident], each) for each in waiting if each.id != about.id)
        return Link(records[about.incident], about, person, str(known["method"]), _gravest_first(others))


async def answer_link(core: Core, token: str, *, accept: bool, page: int | None = None) -> Answered:
    """The button behind a link was pressed. Each link answers once for each page."""
    link = await open_link(core, token, page=page)

    async def spend(tx: Transaction) -> None:
        known, now = await tx.token(token_hash(token)), core.clock.now()
        made_for = known is not None and known["page"] == link.page.id
        once = f"link:{token_hash(token)}:{link.page.id}:{link.page.epoch}"
        fresh = tx.use_token(token_hash(token), now=now) if made_for else tx.first_time(once, now=now)
        if not await fresh:
            raise Stale("link_used")

    act = respond.acknowledge if accept else respond.decline
    return await act(core, link.page.id, by=link.person, method=link.method, first=spend)


def _gravest_first(asking: Iterable[Asking]) -> tuple[Asking, ...]:
    return tuple(sorted(asking, key=lambda each: (each.record.incident.severity, each.page.id)))


async def answer_text(core: Core, *, number: str, body: str, message: str) -> Reply:
    """A reply to an SMS. ``message`` is the provider's id: one reply delivered three times counts once.

    Whoever has it gives it back by a no that names the incident: a bare one may be about something else.
    """
    word, named = meaning(body)
    async with core.store.reading() as tx:
        roster = await tx.roster()
        person, waiting = await _speaker(tx, roster, number)
        held = await tx.held_pages_of(person) if person and named and word is Word.NO else ()
    if person is None:
        return Reply(Heard.UNKNOWN_NUMBER)
    meant = _about(named, waiting) or _about(named, held)
    incidents = tuple(dict.fromkeys(page.incident for page in (waiting or meant)))
    if not incidents:
        return Reply(Heard.NOTHING_OPEN, person, cannot=word is Word.NO)
    if word is Word.UNCLEAR:
        return Reply(Heard.UNCLEAR, person, open=incidents)
    if len({page.incident for page in meant}) != 1:
        return Reply(Heard.WHICH, person, open=incidents)

    async def count(tx: Transaction) -> None:
        if not await tx.first_time(f"sms:{message}", now=core.clock.now()):
            raise _HeardBefore

    try:
        answered = await _act(core, word, meant[-1], person, named=named is not None, first=count)
    except (_HeardBefore, NotAllowed):  # the latter: somebody else took it in this very moment
        return Reply(Heard.NOTHING_OPEN, person)
    return Reply(Heard.ANSWERED, person, answered, incidents, cannot=word is Word.NO)


def _about(named: int | None, pages: Iterable[Page]) -> Sequence[Page]:
    return [page for page in pages if named is None or page.incident == named]


async def _act(core: Core, word: Word, page: Page, person: PersonId, *, named: bool, first: First) -> Answered:
    if word is Word.YES:
        return await respond.acknowledge(core, page.id, by=person, method=Method.SMS, first=first)
    if named and person in page.taken_by:
        return await respond.give_back(core, page.id, by=person, first=first)
    return await respond.decline(core, page.id, by=person, method=Method.SMS, first=first)


async def _speaker(tx: Transaction, roster: Roster, number: str) -> tuple[PersonId | None, tuple[Page, ...]]:
    """Whose number it is, and the pages that ask them; of several who share it, the first whom a page asks."""
    owners = roster.document.by_phone(PhoneNumber(number)) if roster.document else ()
    asked = [(one, await tx.wanted_pages_of(one)) for one in owners]
    return next((each for each in asked if each[1]), asked[0] if asked else (None, ()))
