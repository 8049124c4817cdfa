"""A moment to come, as people type it: `sunday at 03:00`, `domenica alle 3`, `domani 9.30`.

Promises the next such moment on the writer's own clock, in any language we speak. Refuses to guess an hour.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from functools import cache

from babel.dates import get_day_names

from messages.words import languages

_TODAY = frozenset({"today", "oggi"})
_TOMORROW = frozenset({"tomorrow", "domani"})


def split(text: str, now: datetime) -> tuple[str, datetime | None]:
    """What stands before the moment, and the moment; nothing, when the text does not end with one.

    ``now`` is on the writer's clock, and so is the moment.
    """
    found = _end().search(_plain(text))
    if found is None or not (found["day"] or found["at"] or found["minute"]):
        return text.strip(), None
    clock = time(int(found["hour"]), int(found["minute"] or 0))
    return text[: found.start()].strip(), _next(found["day"], clock, now)


def _next(day: str | None, clock: time, now: datetime) -> datetime:
    """The next time that this clock is shown on such a day."""
    weekday = _days()[day] if day else None
    first = 1 if day in _TOMORROW else 0
    for ahead in range(first, first + 8):
        moment = datetime.combine(now.date() + timedelta(days=ahead), clock, tzinfo=now.tzinfo)
        if moment > now and weekday in (None, moment.weekday()):
            return moment
    raise LookupError("a week has every day")


@cache
def _days() -> dict[str, int | None]:
    """The number of every weekday's name; none for words that name no weekday."""
    named: dict[str, int | None] = dict.fromkeys(_TODAY | _TOMORROW)
    for language in languages():
        for width in ("wide", "abbreviated"):
            named |= {_plain(name): number for number, name in get_day_names(width, locale=language).items()}
    return named


@cache
def _end() -> re.Pattern[str]:
    """How a text ends that names a moment."""
    days = "|".join(sorted(map(re.escape, _days()), key=len, reverse=True))
    hour = r"(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?"
    return re.compile(rf"(?:^|\s)(?:(?:on\s+)?(?P<day>{days})\s+)?(?:(?P<at>at|alle|ore)\s+)?{hour}$")


def _plain(text: str) -> str:
    """Small letters, each without its accent: as long as before."""
    return "".join(unicodedata.normalize("NFD", letter.casefold())[0] for letter in text)
