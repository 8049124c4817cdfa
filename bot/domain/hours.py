"""Stretches of the week, as a person would say them: `mon-fri 08:00-20:00`, `22:00-07:00`.

Promises an answer for any moment, in the person's own time zone, across clock changes and past midnight, and
the moment at which such hours end.
Refuses hours that begin and end at the same minute; a whole day is `00:00-24:00`.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from bot.domain.text import Frozen

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = 24 * 60
_CLOCK = r"([01]?\d|2[0-4]):([0-5]\d)"
_DAYS = r"(?:mon|tue|wed|thu|fri|sat|sun)"
HOURS_PATTERN: Final = rf"^((every day|{_DAYS}(-{_DAYS})?(,{_DAYS}(-{_DAYS})?)*) )?{_CLOCK}-{_CLOCK}$"
_WHOLE = re.compile(rf"(?:(?P<days>every day|[a-z,-]+) )?{_CLOCK}-{_CLOCK}")
_MINUTE: Final = timedelta(minutes=1)
_ENDS_LOOKED_AT: Final = 15
"""Stretches that touch are followed for a week and a day; what has not ended by then never does."""


class Hours(Frozen):
    """The same stretch of the clock on some days of the week. Minutes count from midnight.

    A stretch that ends before it begins runs past midnight and belongs to the day on which it began.
    """

    days: frozenset[int]
    start: int = Field(ge=0, lt=DAY)
    end: int = Field(ge=0, le=DAY)

    @model_validator(mode="after")
    def _is_a_stretch(self) -> "Hours":
        if self.start == self.end or not self.days or not self.days <= set(range(7)):
            raise PydanticCustomError("invalid_hours", "'{value}' is not a stretch of hours", {"value": str(self)})
        return self

    @classmethod
    def parse(cls, written: str) -> "Hours":
        """`mon-fri 08:00-20:00`, `sat,sun 22:00-06:00`, `every day 00:00-24:00`; with no day, every day."""
        text = " ".join(written.casefold().split())
        found = _WHOLE.fullmatch(text)
        if found is None or (days := _days(found["days"] or "every day")) is None:
            raise PydanticCustomError("invalid_hours", "'{value}' is not a stretch of hours", {"value": written})
        start, end = (int(found[at]) * 60 + int(found[at + 1]) for at in (2, 4))
        if start >= DAY or end > DAY:
            raise PydanticCustomError("invalid_hours", "'{value}' is not a stretch of hours", {"value": written})
        return cls(days=days, start=start, end=end)

    def covers(self, moment: datetime) -> bool:
        """Whether a moment, given in the person's own time zone, falls within."""
        minute, today = moment.hour * 60 + moment.minute, moment.weekday()
        if self.start < self.end:
            return today in self.days and self.start <= minute < self.end
        yesterday = (moment - timedelta(days=1)).weekday()
        return (today in self.days and minute >= self.start) or (yesterday in self.days and minute < self.end)

    def end_of(self, moment: datetime) -> datetime:
        """When the stretch that covers this local moment ends, on the wall clock; without a zone."""
        midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
        over_midnight = self.start > self.end and moment.hour * 60 + moment.minute >= self.start
        return midnight + timedelta(days=1 if over_midnight else 0, minutes=self.end)

    def __str__(self) -> str:
        days = "every day" if len(self.days) == 7 else ",".join(_runs(sorted(self.days)))
        return f"{days} {_clock(self.start)}-{_clock(self.end)}"


def first_outside(stretches: Sequence[Hours], moment: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment, from this one on, that none of the stretches covers, in UTC; nothing when they never end."""
    for _ in range(_ENDS_LOOKED_AT):
        local = moment.astimezone(zone)
        ends = [each.end_of(local) for each in stretches if each.covers(local)]
        if not ends:
            return moment.astimezone(UTC)
        moment = _when(max(ends), zone, after=moment)
    return None


def _when(wall: datetime, zone: ZoneInfo, *, after: datetime) -> datetime:
    """The next moment at which a clock in this zone shows this time, or jumps over it."""
    readings = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = ((each, each.astimezone(zone).replace(tzinfo=None)) for each in _minutes(*readings) if each > after)
    return next(each for each, local in shown if local >= wall)


def _minutes(first: datetime, last: datetime) -> Iterator[datetime]:
    while first <= last:
        yield first
        first += _MINUTE


def _days(written: str) -> frozenset[int] | None:
    if written == "every day":
        return frozenset(range(7))
    days: set[int] = set()
    for part in written.split(","):
        first, _, last = part.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            return None
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(days)


def _runs(days: list[int]) -> list[str]:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [WEEKDAYS[run[0]] if len(run) == 1 else f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}" for run in runs]


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _read(value: Any) -> Any:
    return Hours.parse(value) if isinstance(value, str) else value


HoursField = Annotated[
    Hours,
    BeforeValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": HOURS_PATTERN, "examples": ["mon-fri 08:00-20:00"]}),
]
"""Hours as the document writes them."""
