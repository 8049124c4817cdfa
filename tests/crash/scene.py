"""What happens in a crash run: a team, incidents that nobody or somebody takes, statements to customers.

Knows what must arrive from the plan alone, never from our database.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Iterator, Sequence
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
WAIT = timedelta(seconds=1)
TAKEN = 3  # every so-manieth page is taken by as many people as it wants, the one after it by one too few
_TAKERS = ((1, 1), (LEVELS, 1))  # level and number: also somebody who is only asked later, or never
_T = TypeVar("_T")


@dataclass(frozen=True)
class Scene:
    """So many incidents, so many people on each of the two levels, and how they are reached."""

    incidents: int = 6
    crowd: int = 1
    methods: tuple[Method, Method] = (Method.SLACK_DM, Method.SMS)  # the second a level's wait after the first
    wanted: int = 1  # acknowledgements of each page
    bundle_within: timedelta = timedelta(0)
    later: int = 0  # so many of the incidents are declared while things break

    def people(self, level: int) -> Sequence[PersonId]:
        return [_person_id(level, number) for number in range(1, self.crowd + 1)]

    def takers(self, number: int) -> Sequence[Taker]:
        """Who takes the page of the incident with this number while things break, one after the other."""
        place = number % TAKEN
        return [Taker(*each) for each in _TAKERS[: self.wanted - place]] if place < self.wanted else []

    def expected(self, page: PageId, incident: IncidentId, *, taken_by: Container[PersonId] = ()) -> Iterator[str]:
        """The key of every knock of a page that too few people take: theirs, and no others, may stay away."""
        for loop, level in ladder():
            asked = [level] if level <= LEVELS else range(1, LEVELS + 1)
            for person in (person for one in asked for person in self.people(one) if person not in taken_by):
                for method in self.methods:
                    yield PageResponder(incident, page, 1, loop, level, person, method).key

    @property
    def knocks(self) -> int:
        """How many knocks must arrive, from all the pages that too few people take."""
        takers = (self.takers(number) for number in range(self.incidents))
        wanting = [{each.person for each in some} for some in takers if len(some) < self.wanted]
        return sum(len(list(self.expected(PageId(1), IncidentId(1), taken_by=some))) for some in wanting)

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
                acknowledgements_wanted=self.wanted,
            )
            for level in range(1, LEVELS + 1)
        )
        people = tuple(
            self._person(person, level, number)
            for level in range(1, LEVELS + 1)
            for number, person in enumerate(self.people(level), start=1)
        )
        ladder = Policy(id=PolicyId("ladder"), name=Text.of(en="Ladder"), levels=levels)
        return TeamDocument(company="Crash", owners=(people[0].id,), people=people, policies=(ladder,))

    def _person(self, person: PersonId, level: int, number: int) -> Person:
        first, second = self.methods
        return Person(
            id=person,
            name=f"Level {level}, {number}",
            slack=slack_id(level, number),
            phones=(Phone(number=PhoneNumber(f"+39320555{level:02d}{number:02d}")),),
            contact_plan={Severity.SEV1: ContactPlan(steps=(Step(method=first), Step(method=second, after=WAIT)))},
        )


@dataclass(frozen=True)
class Taker:
    """Who takes a page, by their place on the ladder."""

    level: int
    number: int

    @property
    def person(self) -> PersonId:
        return _person_id(self.level, self.number)

    @property
    def slack(self) -> str:
        return slack_id(self.level, self.number)


def slack_id(level: int, number: int = 1) -> str:
    return f"U00{level:02d}{number:02d}"


def ladder() -> list[tuple[int, int]]:
    """Every (loop, level) of a page that nobody answers, to the end of the ladder."""
    levels = [(loop, level) for loop in range(1, LOOPS + 1) for level in range(1, LEVELS + 1)]
    return [*levels, (LOOPS, LEVELS + 1)]


def _person_id(level: int, number: int) -> PersonId:
    return PersonId(f"level-{level}-{number}")


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
