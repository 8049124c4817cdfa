"""The time of the next update, as it stands in the words that customers read.

Pure: finds it, says whether it was kept too long to be true, and puts the true one in its place.
Whoever reads "next update by 10:32" counts from those words, not from when somebody approved them.
Refuses to guess: a time of another day, or one written in another way, is left to its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_TIME = r"(?P<time>(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d))(?![\d:.]*\d)(?! ?[ap]\.?m\b)"
_DAY = r"(?P<day> (?:on |del |dell['’])(?P<date>\d{1,2}) \w+)?"
_SAID = (
    re.compile(r"\bnext update(?: will be| is due)? (?:by|at|before) " + _TIME + _DAY, re.I),
    re.compile(
        r"\bprossimo aggiornamento (?:entro )?(?:le |alle |per le |prima delle |l['’]|all['’])" + _TIME + _DAY, re.I
    ),
)
_PAST = timedelta(hours=6)
"""How long ago a time without a day may be; one further back is tomorrow's."""


def promised(texts: Iterable[str], *, now: datetime, time_zone: str) -> datetime | None:
    """When the first of the texts says that customers hear again; it may be over already."""
    moments = (_moment(said, now, time_zone) for text in texts if (said := _said(text)))
    return min((moment for moment in moments if moment), default=None)


def put_right(text: str, *, due: datetime, now: datetime, time_zone: str) -> str:
    """The text with ``due`` in the place of a time that has passed; any other text as it is."""
    said = _said(text)
    moment = _moment(said, now, time_zone) if said else None
    if said is None or moment is None or moment > now or due - now > _PAST:
        return text
    clock = f"{due.astimezone(ZoneInfo(time_zone)):%H:%M}"
    return text[: said.start("time")] + clock + text[said.end() :]


def _said(text: str) -> re.Match[str] | None:
    return next((found for pattern in _SAID if (found := pattern.search(text))), None)


def _moment(said: re.Match[str], now: datetime, time_zone: str) -> datetime | None:
    here = now.astimezone(ZoneInfo(time_zone))
    moment = here.replace(hour=int(said["hour"]), minute=int(said["minute"]), second=0, microsecond=0)
    if here - moment > _PAST:
        moment += timedelta(days=1)
    elif moment - here > timedelta(days=1) - _PAST:
        moment -= timedelta(days=1)
    if said["date"] and int(said["date"]) != moment.day:
        return None
    return moment.astimezone(now.tzinfo)
