"""Who is on call in the tests' nights: a ladder of two levels, and the people on it."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.hours import Hours
from bot.domain.people import Person, Phone
from bot.domain.policy import ContactPlan, Level, Method, Mode, Policy, Step, Target
from bot.domain.private import PhoneNumber
from bot.domain.severity import Severity
from bot.domain.slugs import PersonId, PolicyId
from bot.domain.team import TeamDocument
from bot.domain.text import Text
from tests.contracts.given import MINUTE

PEOPLE = ("anna", "bruno", "carla", "dario")
REPORTER = "marta"
_PLAN = ContactPlan(steps=(Step(method=Method.SLACK_DM), Step(method=Method.SMS, after=MINUTE)))
_TEXT = ContactPlan(steps=(Step(method=Method.SMS),))
_TEXT_FIRST = ContactPlan(steps=(Step(method=Method.SMS), Step(method=Method.SLACK_DM, after=MINUTE)))
ALONE = ("anna",), ("bruno", "carla", "dario")
IN_PAIRS = ("anna", "bruno"), ("carla", "dario")


def team(
    *,
    carla_reachable: bool = True,
    wait: timedelta = 5 * MINUTE,
    mode: Mode = "all",
    wanted: tuple[int, int] = (1, 1),
    text_first: bool = False,
) -> TeamDocument:
    """Two levels: Anna; then Bruno, Carla and Dario, who is only ever sent a text. Where the first wants more than
    one to answer, Bruno is on it too."""
    plan = _TEXT_FIRST if text_first else _PLAN
    people = [_person(name, number, plan) for number, name in enumerate((*PEOPLE, REPORTER))]
    if not carla_reachable:
        people = [_away(each) if each.id == "carla" else each for each in people]
    rungs = IN_PAIRS if wanted[0] > 1 else ALONE
    levels = tuple(
        Level(
            name=Text.of(en=f"Level {number}"),
            targets=tuple(Target.person(name) for name in names),
            wait=wait,
            mode=mode,
            acknowledgements_wanted=wanted[number - 1],
        )
        for number, names in enumerate(rungs, start=1)
    )
    ladder = Policy(id=PolicyId("ladder"), name=Text.of(en="Ladder"), levels=levels)
    return TeamDocument(company="Night", owners=(PersonId("anna"),), people=tuple(people), policies=(ladder,))


def slack(person: str) -> str:
    """Their Slack id."""
    return f"U0{person.upper()}"


def _person(name: str, number: int, plan: ContactPlan) -> Person:
    return Person(
        id=PersonId(name),
        name=name.title(),
        slack=slack(name),
        phones=(Phone(number=PhoneNumber(f"+39320555010{number}")),),
        contact_plan={Severity.SEV1: _TEXT if name == "dario" else plan},
    )


def _away(person: Person) -> Person:
    """The same person, whom nothing reaches but in one minute of the week."""
    return person.model_copy(update={"reachable": (Hours.parse("sun 03:00-03:01"),)})
