"""What happens in a crash run: a team, incidents that nobody or somebody takes, statements to customers.

Knows what must arrive from the plan alone, never from our database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.effects import PublishStatement
from bot.domain.escalation import LOOPS, PageId
from bot.domain.incident import IncidentId, Report
from bot.domain.people import Person, Phone
from bot.domain.policy import ContactPlan, Level, Method, Policy, Step, Target
from bot.domain.private import PhoneNumber
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.statement import Statement, StatementId, StatementKind, StatementState
from bot.domain.team import TeamDocument
from bot.domain.text import Text
from bot.errors import NotRecorded
from bot.ports import Core
from bot.usecases.declare import Declared, declare

LEVELS = 2
INCIDENTS = 6
METHODS = (Method.SLACK_DM, Method.SMS)
WAIT = timedelta(seconds=1)
_PLAN = ContactPlan(steps=(Step(method=METHODS[0]), Step(method=METHODS[1], after=WAIT)))


def person(level: int) -> PersonId:
    return PersonId(f"level-{level}")


def slack_id(level: int) -> str:
    return f"U0000{level}"


def document() -> TeamDocument:
    """One person a level, each to be knocked at in two ways."""
    people = tuple(
        Person(
            id=person(level),
            name=f"Level {level}",
            slack=slack_id(level),
            phones=(Phone(number=PhoneNumber(f"+3932055501{level:02d}")),),
            contact_plan={Severity.SEV1: _PLAN},
        )
        for level in range(1, LEVELS + 1)
    )
    levels = tuple(
        Level(name=Text.of(en=f"Level {level}"), targets=(Target.person(person(level)),), wait=WAIT)
        for level in range(1, LEVELS + 1)
    )
    ladder = Policy(id=PolicyId("ladder"), name=Text.of(en="Ladder"), levels=levels)
    return TeamDocument(company="Crash", owners=(person(1),), people=people, policies=(ladder,))


async def begin(core: Core) -> dict[PageId, IncidentId]:
    """Declare every incident, and publish a statement for each. The pages, each with its incident."""
    pages: dict[PageId, IncidentId] = {}
    async with core.store.transaction(gesture=False) as tx:
        await tx.save_document(document(), by=person(1), note="crash", now=core.clock.now())
    for number in range(INCIDENTS):
        title = f"crash{number:03d} case{number:03d}"
        declared = await _declare(core, title)
        await _publish(core, declared.incident, now=core.clock.now())
        async with core.store.reading() as tx:
            pages |= {page.id: page.incident for page in await tx.pages_of(declared.incident)}
    return pages


def taken(pages: Iterable[PageId]) -> tuple[PageId, ...]:
    """Those that somebody takes while things break: every third."""
    return tuple(sorted(pages)[::3])


def unanswered(pages: Iterable[PageId]) -> tuple[PageId, ...]:
    """Those that nobody ever takes."""
    return tuple(sorted(set(pages) - set(taken(pages))))


def levels() -> list[tuple[int, int]]:
    """Every (loop, level) of a page that nobody answers, to the end of the ladder."""
    ladder = [(loop, level) for loop in range(1, LOOPS + 1) for level in range(1, LEVELS + 1)]
    return [*ladder, (LOOPS, LEVELS + 1)]


def expected(page: PageId) -> Iterator[str]:
    """The key of every knock of a page that nobody answers."""
    for loop, level in levels():
        asked = [level] if level <= LEVELS else range(1, LEVELS + 1)
        for one in asked:
            for method in METHODS:
                yield f"page:{page}:1:{loop}:{level}:{person(one)}:{method}"


async def _declare(core: Core, title: str) -> Declared:
    """A machine busy with something else may need more than one try; the gesture stays the same."""
    while True:
        with suppress(NotRecorded):
            return await declare(core, Report(title, severity=1), by=slack_id(1), gesture=title)


async def _publish(core: Core, incident: IncidentId, *, now: datetime) -> None:
    async with core.store.transaction(gesture=False) as tx:
        said = await tx.add_statement(
            Statement(
                StatementId(0),
                incident,
                StatementKind.FIRST,
                StatementState.PUBLISHED,
                {"en": "We are sorry"},
                now,
                author=person(1),
                published_at=now,
            )
        )
        await tx.outbox.enqueue([PublishStatement(incident, said.id, "status_page")], now=now)
