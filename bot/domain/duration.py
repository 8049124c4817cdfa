"""Lengths of time as people write them: `30 s`, `5 min`, `1 h 30 min`, `2 d`.

Promises that what it writes it reads back unchanged, to the second.
Refuses bare numbers (minutes or seconds?) and negative lengths.
"""

import re
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

_SECONDS: Final = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
DURATION_PATTERN: Final = r"^\d{1,6} ?(d|h|min|s)( \d{1,6} ?(d|h|min|s))*$"
_WHOLE = re.compile(DURATION_PATTERN)
_PART = re.compile(r"(\d+) ?(d|h|min|s)")


def read_duration(written: Any) -> timedelta:
    """`"1 h 30 min"` → ninety minutes. A timedelta passes through, cut to whole seconds."""
    if isinstance(written, timedelta):
        written = write_duration(written) if written >= timedelta(0) else str(written)
    text = " ".join(str(written).split())
    if text == "0":
        return timedelta(0)
    if _WHOLE.fullmatch(text) is None:
        raise PydanticCustomError("invalid_duration", "'{value}' is not a length of time", {"value": text})
    return timedelta(seconds=sum(int(number) * _SECONDS[unit] for number, unit in _PART.findall(text)))


def write_duration(length: timedelta) -> str:
    """Ninety minutes → `"1 h 30 min"`; nothing → `"0 s"`."""
    left, parts = int(length.total_seconds()), []
    for unit, size in _SECONDS.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts) or "0 s"


Duration = Annotated[
    timedelta,
    BeforeValidator(read_duration),
    PlainSerializer(write_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["30 s", "5 min", "1 h 30 min"]}),
]
