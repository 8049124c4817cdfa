"""How grave an incident is: four steps, SEV1 the gravest.

Promises an order (`Severity.SEV1 < Severity.SEV2`: the smaller the number, the graver) and words
for each step that a company can replace with its own in the team document.
"""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from bot.domain.text import Text


class Severity(IntEnum):
    """The smaller, the graver."""

    SEV1 = 1
    SEV2 = 2
    SEV3 = 3
    SEV4 = 4

    @property
    def label(self) -> str:
        """`SEV1`, the same in every language."""
        return self.name

    def graver_of(self, other: "Severity") -> "Severity":
        """When unsure between two, the higher."""
        return min(self, other)


def read_severity(written: Any) -> Severity:
    """`"SEV1"`, `"sev 1"`, `"1"` and `1` are all SEV1; anything else is refused."""
    digits = str(int(written) if isinstance(written, int) else written).strip().upper().removeprefix("SEV").strip()
    if digits in {"1", "2", "3", "4"}:
        return Severity(int(digits))
    raise PydanticCustomError("invalid_severity", "'{value}' is not SEV1 to SEV4", {"value": str(written)})


SeverityKey = Annotated[
    Severity,
    BeforeValidator(read_severity),
    PlainSerializer(lambda severity: Severity(severity).label, return_type=str),
    WithJsonSchema({"type": "string", "enum": [step.label for step in Severity]}),
]
"""A severity as the document writes it."""

MEANINGS: Final[Mapping[Severity, Text]] = MappingProxyType(
    {
        Severity.SEV1: Text.of(
            it="Molti non possono comprare o chiamarci. Oppure sono a rischio persone o dati.",
            en="Many cannot buy, pay or reach us. Or people or personal data are at risk.",
        ),
        Severity.SEV2: Text.of(
            it="Una parte dei clienti è bloccata. Oppure tutti sono serviti male, e può peggiorare.",
            en="Some customers are stopped. Or all are badly served, and it may get worse.",
        ),
        Severity.SEV3: Text.of(
            it="Un disagio limitato. Il servizio continua e il cliente ha un'alternativa.",
            en="A limited inconvenience. Service goes on and customers have another way.",
        ),
        Severity.SEV4: Text.of(
            it="I clienti non se ne accorgono ancora. Si interviene prima che lo notino.",
            en="Customers do not notice yet. We act before they do.",
        ),
    }
)
"""What each step means when the company has not said otherwise.

Two sentences, the first of 40 characters at most: each is one line of the form on a telephone.
"""
