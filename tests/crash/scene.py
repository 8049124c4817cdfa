"""What happens in a crash run: a team, incidents that nobody or somebody takes, statements to customers.

Knows what must arrive from the plan alone, never from our database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.domain.effects import PageResponder, PublishStatement
from bot.domain.escalation import LOOPS, Page, PageId
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
from bot.usecases import plan
from bot.usecases.declare import declare

LEVELS = 2
METHODS = (Method.SLACK_DM, Method.SMS)
WAIT = timedelta(seconds=1)
TAKEN = 3  # somebody takes every so-manieth page
_T = TypeVar("_T")
_PLAN = ContactPlan(steps=(Step(method=METHODS[0]), Step(method=METHODS[1], after=WAIT)))


@dataclass(frozen=True)
class Scene:
    """So many incidents, and so many people on each of the two levels."""

    incidents: int = 6
    crowd: int = 1

    def people(self, level: int) -> Sequence[PersonId]:
        return [PersonId(f"level-{level}-{number}") for number in range(1, self.crowd + 1)]

    def expected(self, page: PageId, incident: IncidentId) -> Iterator[str]:
        """The key of every knock of a page that nobody answers."""
        for loop, level in ladder():
            asked = [level] if level <= LEVELS else range(1, LEVELS + 1)
            for person in (person for one in asked for person in self.people(one)):
                for method in METHODS:
                    yield PageResponder(incident, page, 1, loop, level, person, method).key

    @property
    def knocks(self) -> int:
        """How many knocks must arrive, from all the pages that nobody answers."""
        unanswered = self.incidents - len(range(0, self.incidents, TAKEN))
        return unanswered * len(list(self.expected(PageId(1), IncidentId(1))))

    async def prepare(self, core: Core) -> None:
        """Save the team document: everyone can be knocked at in two ways."""
        await _insist(lambda: plan.save_document(core, self._document(), by=slack_id(1), note="crash"))

    async def declare(self, core: Core, number: int) -> dict[PageId, IncidentId]:
        """Declare one incident and publish a statement for it. Its pages."""
        title = f"crash{number:03d} case{number:03d}"
        report = Report(title, severity=1)
        declared = await _insist(lambda: declare(core, report, by=slack_id(1), gesture=title))
        await _insist(lambda: _publish(core, declared.incident, author=self.people(1)[0]))
        pages = await _insist(lambda: _pages(core, declared.incident))
        return {page.id: page.incident for page in pages}

    def _document(self) -> TeamDocument:
        levels = tuple(
            Level(
                name=Text.of(en=f"Level {level}"),
                targets=tuple(Target.person(person) for person in self.people(level)),
                wait=WAIT,
            )
            for level in range(1, LEVELS + 1)
        )
        people = tuple(
            _person(person, level, number)
            for level in range(1, LEVELS + 1)
            for number, person in enumerate(self.people(level), start=1)
        )
        ladder = Policy(id=PolicyId("ladder"), name=Text.of(en="Ladder"), levels=levels)
        return TeamDocument(company="Crash", owners=(people[0].id,), people=people, policies=(ladder,))


def slack_id(level: int, number: int = 1) -> str:
    return f"U00{level:02d}{number:02d}"


def is_taken(number: int) -> bool:
    """Whether somebody takes the page of the incident with this number while things break."""
    return number % TAKEN == 0


def ladder() -> list[tuple[int, int]]:
    """Every (loop, level) of a page that nobody answers, to the end of the ladder."""
    levels = [(loop, level) for loop in range(1, LOOPS + 1) for level in range(1, LEVELS + 1)]
    return [*levels, (LOOPS, LEVELS + 1)]


def without(pages: Iterable[PageId], taken: Iterable[PageId]) -> tuple[PageId, ...]:
    """Those that nobody ever takes."""
    return tuple(sorted(set(pages) - set(taken)))


def _person(person: PersonId, level: int, number: int) -> Person:
    return Person(
        id=person,
        name=f"Level {level}, {number}",
        slack=slack_id(level, number),
        phones=(Phone(number=PhoneNumber(f"+39320555{level:02d}{number:02d}")),),
        contact_plan={Severity.SEV1: _PLAN},
    )


async def _insist(ask: Callable[[], Awaitable[_T]]) -> _T:
    """A machine busy with something else may need more than one try; the gesture stays the same."""
    while True:
        with suppress(NotRecorded):
            return await ask()


async def _pages(core: Core, incident: IncidentId) -> Sequence[Page]:
    async with core.store.reading() as tx:
        return await tx.pages_of(incident)


async def _publish(core: Core, incident: IncidentId, *, author: PersonId) -> None:
    now = core.clock.now()
    async with core.store.transaction(gesture=False) as tx:
        said = await tx.add_statement(
            Statement(
                StatementId(0),
                incident,
                StatementKind.FIRST,
                StatementState.PUBLISHED,
                {"en": "We are sorry"},
                now,
                author=author,
                published_at=now,
            )
        )
        await tx.outbox.enqueue([PublishStatement(incident, said.id, "status_page")], now=now)
