"""The short names by which the team document's parts call each other.

Promises one form for all of them: lower-case Latin letters, digits, `_` and `-`, beginning with a letter,
at most 40 characters. Refuses anything else, so that a name can stand in a command, a path or an address.
"""

import re
from typing import Annotated, Final, NewType

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

PersonId = NewType("PersonId", str)
RoleId = NewType("RoleId", str)
PolicyId = NewType("PolicyId", str)
ScenarioId = NewType("ScenarioId", str)

SLUG_PATTERN: Final = r"^[a-z][a-z0-9_-]{0,39}$"
_SLUG = re.compile(SLUG_PATTERN)


def slug(value: str) -> str:
    """Let a well-formed short name pass and refuse any other."""
    if _SLUG.match(value) is None or value.endswith("\n"):
        raise PydanticCustomError("invalid_id", "'{value}' is not a short name", {"value": value})
    return value


_SCHEMA = WithJsonSchema({"type": "string", "pattern": SLUG_PATTERN})

PersonKey = Annotated[PersonId, AfterValidator(slug), _SCHEMA]
RoleKey = Annotated[RoleId, AfterValidator(slug), _SCHEMA]
PolicyKey = Annotated[PolicyId, AfterValidator(slug), _SCHEMA]
ScenarioKey = Annotated[ScenarioId, AfterValidator(slug), _SCHEMA]
