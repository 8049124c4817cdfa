"""Phone numbers and email addresses that belong to people, not to screens.

Promises that a number is seen only where someone wrote `.reveal()`: printing, formatting, logging and
plain JSON give the mask (`+39 … 42`, `m…@…`). Only a dump made with `REVEALED` as its context carries them.
Refuses what cannot be a number in international form or an address. Whether a number is plausible for
its country is judged where files are read.
"""

import re
from typing import Any, ClassVar, Final, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

REVEALED: Final = {"reveal": True}
"""Serialisation context under which private values are written in full: for encrypted storage and the owner's file."""

_ONE_DIGIT: Final = ("1", "7")
_THREE_DIGITS: Final = ("21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59")
_THREE_DIGITS_TOO: Final = ("67", "68", "69", "80", "83", "85", "87", "88", "89", "96", "97", "99")
"""How long a country calling code is, by its first digits (ITU-T E.164, list of assigned codes)."""


class Private:
    """A value that hides itself. Two are equal when what they hide is equal."""

    __slots__ = ("_value",)
    _value: str
    SCHEMA: ClassVar[dict[str, Any]] = {"type": "string"}

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_value", self._checked(value))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed")

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._value,)

    def reveal(self) -> str:
        """The value itself. Showing it to a person is an audit row: the caller writes it."""
        return self._value

    @property
    def masked(self) -> str:
        """Enough to recognise one's own, too little to use."""
        raise NotImplementedError

    @classmethod
    def _checked(cls, value: str) -> str:
        raise NotImplementedError

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Private) and type(other) is type(self) and other._value == self._value

    def __hash__(self) -> int:
        return hash((type(self), self._value))

    @classmethod
    def _read(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        return cls(value if isinstance(value, str) else "")

    def _write(self, info: core_schema.SerializationInfo) -> "str | Private":
        if (info.context or {}).get("reveal"):
            return self._value
        return self.masked if info.mode_is_json() else self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls._read,
            serialization=core_schema.plain_serializer_function_ser_schema(cls._write, info_arg=True),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(cls.SCHEMA)


class PhoneNumber(Private):
    """A number in international form (E.164). Spaces, dots, dashes and brackets are dropped."""

    __slots__ = ()
    SCHEMA: ClassVar[dict[str, Any]] = {
        "type": "string",
        "pattern": r"^\+[1-9][0-9 .()/-]{6,24}$",
        "examples": ["+39 320 555 0102"],
    }
    _FORM: ClassVar[re.Pattern[str]] = re.compile(r"\+[1-9][0-9]{6,14}")

    @classmethod
    def _checked(cls, value: str) -> str:
        compact = re.sub(r"[ \u00a0.()/-]", "", value)
        if cls._FORM.fullmatch(compact) is None:
            raise PydanticCustomError("invalid_phone", "not a phone number in international form")
        return compact

    @property
    def masked(self) -> str:
        digits = self._value[1:]
        long = digits.startswith((*_THREE_DIGITS, *_THREE_DIGITS_TOO))
        size = 1 if digits.startswith(_ONE_DIGIT) else 3 if long else 2
        return f"+{digits[:size]} … {digits[-2:]}"


class EmailAddress(Private):
    """A private email address. Its domain is kept in lower case."""

    __slots__ = ()
    SCHEMA: ClassVar[dict[str, Any]] = {"type": "string", "format": "email"}
    _FORM: ClassVar[re.Pattern[str]] = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")

    @classmethod
    def _checked(cls, value: str) -> str:
        compact = value.strip()
        if cls._FORM.fullmatch(compact) is None:
            raise PydanticCustomError("invalid_email", "not an email address")
        name, _, domain = compact.rpartition("@")
        return f"{name}@{domain.lower()}"

    @property
    def masked(self) -> str:
        return f"{self._value[0]}…@…"
