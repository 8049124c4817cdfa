"""What customers are told, and what a good statement is.

Pure: the states of a statement, who must approve, and a linter whose advice is one code each.
Knows nothing about channels. Blocks nothing: the linter advises, people decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.incident import IncidentId
from bot.domain.slugs import PersonId

StatementId = NewType("StatementId", int)


class StatementKind(StrEnum):
    """Why we speak."""

    FIRST = "first"
    UPDATE = "update"
    NO_CHANGE = "no_change"
    CLOSING = "closing"  # what happened, how it was handled, what changes
    CORRECTION = "correction"  # we said something that was not so


LAST_WORDS = frozenset({StatementKind.CLOSING, StatementKind.CORRECTION})
"""After these, that nothing has changed would mean that all is well."""


class StatementState(StrEnum):
    """How far a statement has come."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # another one took its place before it was published


MOVES: dict[StatementState, frozenset[StatementState]] = {
    StatementState.DRAFT: frozenset(
        {StatementState.AWAITING_APPROVAL, StatementState.PUBLISHED, StatementState.WITHDRAWN}
    ),
    StatementState.AWAITING_APPROVAL: frozenset(
        {StatementState.DRAFT, StatementState.PUBLISHED, StatementState.WITHDRAWN}
    ),
    StatementState.PUBLISHED: frozenset(),  # what was said was said; a correction is a new statement
    StatementState.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True)
class Statement:
    """One thing said, or about to be said, to customers. ``texts`` holds one text per language."""

    id: StatementId
    incident: IncidentId
    kind: StatementKind
    state: StatementState
    texts: dict[str, str]
    drafted_at: datetime
    author: PersonId | None = None  # None: drafted by us from the scenario
    approver: PersonId | None = None
    self_approved: bool = False
    due_at: datetime | None = None  # the deadline it answers
    published_at: datetime | None = None
    next_update_at: datetime | None = None
    public_status: str = ""  # the incident's status as customers saw it with this statement
    facts: dict[str, str] = field(default_factory=dict)

    def text(self, language: str) -> str:
        """The text in a language, or in the first one there is."""
        return self.texts.get(language) or next(iter(self.texts.values()), "")


def needs_approval(severity: int) -> bool:
    """Grave words are read by a second person before they leave."""
    return severity <= 2


@dataclass(frozen=True)
class Advice:
    """One thing to mend in a statement: ``code`` chooses the sentence, ``quote`` is what was found."""

    code: str
    quote: str = ""


_APOLOGY = {
    "en": re.compile(r"\b(sorry|apologi[sz]e|apologies)\b", re.I),
    "it": re.compile(r"\b(ci scusiamo|scusate|scusarci|le nostre scuse|chiediamo scusa|ci dispiace)\b", re.I),
}
_BLAME = {
    "en": re.compile(r"\b(our (?:supplier|provider|vendor|partner|courier)|third[- ]party|not our fault)\b", re.I),
    "it": re.compile(
        r"\b((?:il|un|dal|del|al)l?[' ]?(?:nostro )?(?:fornitore|corriere|gestore|partner)|terze parti"
        r"|non dipende da noi)\b",
        re.I,
    ),
}
_VAGUE = {
    "en": re.compile(r"\b(shortly|soon|as soon as possible|asap|any moment|momentarily|in no time)\b", re.I),
    "it": re.compile(r"\b(a breve|(?:il )?prima possibile|al più presto|quanto prima|tra poco|in tempi brevi)\b", re.I),
}
_NEXT_UPDATE = {
    "en": re.compile(r"\b(?:next update|update you|hear from us)\b.*(?:\d|\ban hour\b)", re.I),
    "it": re.compile(
        r"\b(?:prossim[oi] aggiornament[oi]|vi aggiorn(?:iamo|eremo)|ci risentiamo)\b.*(?:\d|\b(?:mezz|un)['’]ora\b)",
        re.I,
    ),
}
_TIME_PROMISE = {
    "en": re.compile(r"\b(?:fixed|back|resolved|working|restored)\b[^.]{0,40}\b(?:by|within|in|at) \d", re.I),
    "it": re.compile(
        r"\b(?:risolt[oaie]|ripristinat[oaie]|funziona\w*|disponibil[ei])\b"
        r"[^.]{0,40}\b(?:entro|tra|fra|alle) (?:le )?\d",
        re.I,
    ),
}
_DOING = {
    "en": re.compile(r"\b(working|testing|checking|looking|found|fixing|renew\w+|repair\w+|investigat\w+)\b", re.I),
    "it": re.compile(
        r"\b(al lavoro|lavorando|stiamo|stanno|verificando|cercando|trovat[oaie]|riparando|intervenendo)\b", re.I
    ),
}
_FIRST_WORDS = 60  # an apology further in than this comes too late to be read as one


def lint(text: str, language: str, kind: StatementKind) -> tuple[Advice, ...]:
    """What a careful colleague would mend before this is published, gravest first."""
    rules = language if language in _APOLOGY else "en"
    advice: list[Advice] = []
    apology = _APOLOGY[rules].search(text)
    if apology is None:
        advice.append(Advice("no_apology"))
    elif apology.start() > _FIRST_WORDS:
        advice.append(Advice("apology_late"))
    if blame := _BLAME[rules].search(text):
        advice.append(Advice("blames", blame.group(0)))
    if vague := _VAGUE[rules].search(text):
        advice.append(Advice("vague_time", vague.group(0)))
    if kind is StatementKind.CLOSING:
        return tuple(advice)
    if promise := _TIME_PROMISE[rules].search(text):
        advice.append(Advice("promises_time", promise.group(0)))
    if not _NEXT_UPDATE[rules].search(text):
        advice.append(Advice("no_next_update"))
    if not _DOING[rules].search(text):
        advice.append(Advice("not_said_what_is_done"))
    return tuple(advice)
