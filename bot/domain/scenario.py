"""What can happen to us, and what we do when it does.

Promises a scenario as a value, and two suggestions that always come out the same for the same words:
which scenario a sentence speaks of, and how grave it sounds. When unsure, the graver.
Refuses to guess from nothing: a sentence without a keyword suggests no scenario.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from bot.domain.policy import TargetField
from bot.domain.severity import MEANINGS, Severity, SeverityKey
from bot.domain.slugs import PolicyKey, ScenarioKey
from bot.domain.stems import mentions, stems
from bot.domain.text import Frozen, Text, language

__all__ = ["MEANINGS", "PLACEHOLDERS", "Scenario", "Severity", "fill", "holes", "suggest", "suggest_severity"]

UNSURE: Final = Severity.SEV2
"""For a sentence that says nothing: between a serious and a limited incident, the graver."""

PLACEHOLDERS: Final = ("since", "where", "impact", "next_update")
"""What a first statement leaves open: when it began, the place, what customers see, when we speak again."""
_HOLE = re.compile(r"\{([^{}]*)\}")

_ALARM: Final = (
    *("tutti i negozi", "tutte le casse", "tutti i clienti", "ovunque", "in tutta italia", "nessuno riesce"),
    *("every store", "all stores", "all customers", "everyone", "everywhere", "nobody can", "nationwide"),
    *("incendio", "allagamento", "evacuare", "feriti", "fire", "flood", "evacuated", "injured"),
    *("dati personali", "dati rubati", "ransomware", "personal data", "stolen data", "breach"),
)
"""Words that say many customers, people in danger or personal data: SEV1 whatever else is said."""


def _as_words(value: object) -> object:
    return [value] if isinstance(value, str) else value


Keywords = Mapping[Annotated[str, AfterValidator(language)], Annotated[tuple[str, ...], BeforeValidator(_as_words)]]


class Scenario(Frozen):
    """One thing that can happen, what it would cost, and the plan for it."""

    id: ScenarioKey
    title: Text
    cost: Text | None = None
    """What it would cost: the reason for the severity."""
    severity: SeverityKey
    priority: int = Field(default=3, ge=1, le=5)
    """Which of two incidents of equal severity goes first; 1 before 5."""
    policy: PolicyKey | None = None
    experts: tuple[TargetField, ...] = ()
    checklist: tuple[Text, ...] = ()
    customers_see: Text | None = None
    """What customers see, until somebody says it better."""
    statement: Text | None = None
    """The first statement to customers: `{since}`, `{where}`, `{impact}` and `{next_update}` are filled in."""
    keywords: Keywords = Field(default_factory=dict)

    @field_validator("statement")
    @classmethod
    def _leaves_open_only_what_is_known(cls, statement: Text | None) -> Text | None:
        for sentence in statement.root.values() if statement else ():
            for name in holes(sentence):
                if name not in PLACEHOLDERS:
                    raise PydanticCustomError("unknown_placeholder", "nothing fills '{name}'", {"name": name})
        return statement

    def steps_in(self, code: str) -> tuple[str, ...]:
        """The checklist in a reader's language."""
        return tuple(step.in_(code) for step in self.checklist)


def holes(template: str) -> tuple[str, ...]:
    """The placeholders still open in a statement."""
    return tuple(_HOLE.findall(template))


def fill(template: str, facts: Mapping[str, str]) -> str:
    """The statement with what is known put in; what is not stays open, for a person to see."""
    return _HOLE.sub(lambda hole: facts.get(hole[1]) or hole[0], template)


def suggest(text: str, scenarios: Iterable[Scenario]) -> Scenario | None:
    """The scenario whose keywords the text speaks of most, or none.

    A keyword of two words weighs more than two of one. Between equals the graver, then the first listed.
    """
    said = stems(text)
    scored = [(_weight(said, scenario), scenario) for scenario in scenarios]
    best = sorted((pair for pair in scored if pair[0]), key=lambda pair: (-pair[0], pair[1].severity))
    return best[0][1] if best else None


def _weight(said: tuple[str, ...], scenario: Scenario) -> int:
    phrases = {stems(word) for words in scenario.keywords.values() for word in words}
    return sum(len(phrase) ** 2 + (len(phrase) > 1) for phrase in phrases if mentions(said, phrase))


def suggest_severity(text: str, scenario: Scenario | None = None) -> Severity:
    """How grave this sounds: never milder than the scenario, SEV1 on a word of alarm, SEV2 when nothing is known."""
    expected = scenario.severity if scenario else UNSURE
    said = stems(text)
    alarmed = any(mentions(said, stems(word)) for word in _ALARM)
    return expected.graver_of(Severity.SEV1) if alarmed else expected
