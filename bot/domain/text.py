"""A sentence of the team document in each language it was written in.

Promises that asking for any language gives a sentence: that language, else one of the same family,
else the one that serves for all, else English, else the first written.
Refuses empty sentences and keys that are not language codes. Translates nothing.
"""

import re
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, RootModel, model_validator
from pydantic_core import PydanticCustomError

ANY: Final = "any"
"""The key of a sentence that serves readers of every language."""

LANGUAGE_PATTERN: Final = r"^[a-z]{2,3}(-[A-Z]{2})?$"
_LANGUAGE = re.compile(LANGUAGE_PATTERN)


def is_language(value: str) -> bool:
    """Whether this looks like a language code: `it`, `en`, `de-CH`."""
    return value != ANY and _LANGUAGE.fullmatch(value) is not None


def language(value: str) -> str:
    """Let a language code pass and refuse anything else."""
    if not is_language(value):
        raise PydanticCustomError("invalid_language", "'{value}' is not a language code", {"value": value})
    return value


def family(code: str) -> str:
    """`de-CH` → `de`."""
    return code.partition("-")[0]


class Frozen(BaseModel):
    """A part of the team document: never changed in place, never with a key nobody reads.

    Errors don't repeat the input, because the input may be someone's private number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_not_written(cls, value: Any) -> Any:
        """A known key with nothing behind it is as good as none."""
        if not isinstance(value, dict):
            return value
        return {key: part for key, part in value.items() if part is not None or key not in cls.model_fields}


class Text(RootModel[dict[str, str]]):
    """One sentence, by language. Written as a plain string it serves every language."""

    model_config = ConfigDict(
        frozen=True,
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        json_schema_extra=lambda schema: schema.update(
            {
                "type": ["string", "object"],
                "minLength": 1,
                "minProperties": 1,
                "propertyNames": {"pattern": r"^([a-z]{2,3}(-[A-Z]{2})?|any)$"},
                "additionalProperties": {"type": "string", "minLength": 1},
            }
        ),
    )

    @classmethod
    def of(cls, **sentences: str) -> "Text":
        """`Text.of(it="Casse bloccate", en="Tills down")`."""
        return cls(sentences)

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: Any) -> Any:
        if isinstance(value, dict):
            return {code: "" if sentence is None else sentence for code, sentence in value.items()}
        return {ANY: value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _has_words(self) -> "Text":
        if not self.root:
            raise PydanticCustomError("empty_text", "no words here")
        for code, sentence in self.root.items():
            if code != ANY:
                language(code)
            if not sentence:
                raise PydanticCustomError("empty_text", "no words here")
        return self

    def __hash__(self) -> int:
        return hash(frozenset(self.root.items()))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it was written in; none when one sentence serves all."""
        return tuple(code for code in self.root if code != ANY)

    def covers(self, code: str) -> bool:
        """Whether a reader of this language gets a sentence meant for them."""
        return ANY in self.root or code in self.root or family(code) in self.root

    def in_(self, code: str, *others: str) -> str:
        """The sentence for a reader of this language; `others` are tried next, in order."""
        for wanted in (code, family(code), *others, ANY, "en"):
            if wanted in self.root:
                return self.root[wanted]
        return next(iter(self.root.values()))
