"""The time of the next update, as it stands in the words that customers read.

Pure: finds it, says whether it was kept too long to be true, and puts the true one in its place.
Whoever reads "next update by 10:32" counts from those words, not from when somebody approved them.
Refuses to guess: a weekday, another time zone, "by 5" when five o'clock may be either, or anything written in another
way is left to its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_HOURS_AND_MINUTES = r"(?P<hour>2[0-3]|[01]?\d)(?!\d)(?:[:.](?P<minute>[0-5]\d)(?![\d:.]*\d))?"
_HALF = r"(?: ?(?P<half>[ap])(?:m\b|\.m\b(?:\.(?= (?-i:[a-z]|[A-Z]{2})))?))?"
_DATE = r"(?: (?:on |del |dell['’])(?P<date>\d{1,2}) \w+)?"
_AFTER_EN = r"(?:,? (?P<after>today|tomorrow)\b)?"
_AFTER_IT = r"(?:,? (?:di |del )?(?P<after>oggi|domani)\b)?"
_PLAIN = r"(?=\s*(?:[.,;!)]|$|\bhere\b|\bqui\b)(?!,? ?\d))"
"""After an hour without minutes: it is one, and not "at 5 of our stores"."""
_TIME = rf"(?P<time>{_HOURS_AND_MINUTES}{_HALF})"
_WAIT_EN = r"(?:(?P<number>\d{1,3}) ?(?P<unit>min|h)(?:ute|our)?s?|(?P<halfhour>half an hour)|(?P<hourlong>an hour))\b"
_WAIT_IT = (
    r"(?:(?P<number>\d{1,3}) ?(?P<unit>min|or)(?:ut[oi]|[ae])?|(?P<halfhour>mezz['’]ora)|(?P<hourlong>un['’]ora))\b"
)
_HEAD_EN = (
    r"\b(?:next update(?: will (?:be|come|follow)| is due| is)?(?: here)?|(?:will|['’]ll) (?:update you|hear from us)"
    r"(?: again)?):?"
)
_HEAD_IT = (
    r"\b(?:prossimo aggiornamento(?: sarà| arriverà| arriva)?(?: qui)?|vi aggiorn(?:iamo|eremo)(?: di nuovo)?"
    r"|ci risentiamo):?"
)
_BEFORE_EN = r"(?P<before> today,?| tomorrow(?P<morning> morning)?,?)?"
_BEFORE_IT = r"(?P<before>(?: entro)? oggi,?|(?: entro)? domani(?P<morning> mattina)?,?)?"
_AT_IT = r"(?:(?:entro |prima del)?(?:le|alle|per le)(?: ore)? |l['’]|all['’]|ore )"
_SAID = (
    re.compile(rf"{_HEAD_EN}{_BEFORE_EN} (?:by|at|before) {_TIME}{_DATE}{_AFTER_EN}", re.I),
    re.compile(rf"{_HEAD_IT}{_BEFORE_IT} (?:entro |prima del)?(?:{_AT_IT}){_TIME}{_DATE}{_AFTER_IT}", re.I),
)
_WAITS = (
    re.compile(rf"{_HEAD_EN} (?:in|within) {_WAIT_EN}", re.I),
    re.compile(rf"{_HEAD_IT} (?:entro|tra|fra) {_WAIT_IT}", re.I),
)
_ELSEWHEN = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
    r"|days?|giorn[oi]|weeks?|settimana|dopodomani|UTC|GMT|(?-i:[A-Z]{1,4}T)"
    r"|\d{1,2}(?:st|nd|rd|th)? "
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|gen|mag|giu|lug|ago|set|ott|dic)[a-z]*"
    r"|\d{1,2}/\d{1,2})\b",
    re.I,
)
"""What makes the time another than it looks: of another day, or of another clock."""
_LATER = re.compile(r"\b(?:afternoon|evening|tonight|night|pomeriggio|sera|stasera|notte|stanotte)\b", re.I)
"""What makes "8:30" half past eight in the evening."""
_SENTENCE = re.compile(r"[.!?;](?=\s|$)|\n")
_PAST = timedelta(hours=6)
"""How long ago a time without a day may be; one further back is tomorrow's."""
_UNSURE = timedelta(hours=1)
"""How long ago a time may be that could be one of the afternoon as well."""
_NOON = 12
_NIGHT_ENDS = 5
"""Before this hour, "tomorrow" may be the day that has begun."""
_OFFICE_OPENS = 8
"""From this hour on, "tomorrow at 9" is one of the morning."""


def promised(texts: Iterable[str], *, now: datetime, time_zone: str) -> datetime | None:
    """When the first of the texts says that customers hear again; it may be over already."""
    moments = (_wait(text, now) or _moment(_said(text), now, time_zone) for text in texts)
    return min((moment for moment in moments if moment), default=None)


def put_right(text: str, *, due: datetime, now: datetime, time_zone: str) -> str:
    """The text with ``due`` in the place of a time that has passed; any other text as it is."""
    said = _said(text)
    moment = _moment(said, now, time_zone)
    if said is None or moment is None or moment > now or due - now > _PAST:
        return text
    clock = f"{due.astimezone(ZoneInfo(time_zone)):%H:%M}"
    day = said.span("before") if said["before"] else (said.start("time"), said.start("time"))
    return text[: day[0]] + text[day[1] : said.start("time")] + clock + text[said.end() :]


def _said(text: str) -> re.Match[str] | None:
    """The time in the words, where nothing beside it in the sentence makes it another."""
    said = next((found for pattern in _SAID if (found := pattern.search(text))), None)
    if said is None or _ELSEWHEN.search(_beside(text, said)):
        return None
    if not _sure(said) and _LATER.search(_beside(text, said)):
        return None
    exact = said["minute"] or said["half"] or said["after"]
    return said if exact or re.match(_PLAIN, text[said.end() :]) else None


def _beside(text: str, said: re.Match[str]) -> str:
    """The rest of the sentence."""
    before = _SENTENCE.split(text[: said.start()])[-1]
    return before + " " + _SENTENCE.split(text[said.end() :], maxsplit=1)[0]


def _wait(text: str, now: datetime) -> datetime | None:
    """Of "in 30 minutes": counted from now, as whoever reads it does."""
    said = next((found for pattern in _WAITS if (found := pattern.search(text))), None)
    if said is None:
        return None
    if said["halfhour"]:
        return now + timedelta(minutes=30)
    if said["hourlong"]:
        return now + timedelta(hours=1)
    number = int(said["number"])
    return now + (timedelta(minutes=number) if said["unit"].casefold() == "min" else timedelta(hours=number))


def _moment(said: re.Match[str] | None, now: datetime, time_zone: str) -> datetime | None:
    """The moment meant; nothing when it could be two."""
    hour = _hour(said) if said else None
    if said is None or hour is None:
        return None
    here = now.astimezone(ZoneInfo(time_zone))
    moment = here.replace(hour=hour, minute=int(said["minute"] or 0), second=0, microsecond=0)
    day = (said["before"] or said["after"] or "").casefold()
    if "domani" in day or "tomorrow" in day:
        return _tomorrow(said, moment, here, now)
    if not _sure(said) and here - moment > _UNSURE and moment + timedelta(hours=12) > here:
        return None
    if not day and here - moment > _PAST:
        moment += timedelta(days=1)
    elif not day and moment - here > timedelta(days=1) - _PAST:
        moment -= timedelta(days=1)
    if said["date"] and int(said["date"]) != moment.day:
        return None
    return moment.astimezone(now.tzinfo)


def _tomorrow(said: re.Match[str], moment: datetime, here: datetime, now: datetime) -> datetime | None:
    clear = _sure(said) or said["morning"] or moment.hour >= _OFFICE_OPENS
    if here.hour < _NIGHT_ENDS or said["date"] or not clear:
        return None
    return (moment + timedelta(days=1)).astimezone(now.tzinfo)


def _sure(said: re.Match[str]) -> bool:
    """Whether it is one of the morning or of the afternoon beyond doubt."""
    return bool(said["half"]) or int(said["hour"]) >= _NOON or said["hour"].startswith("0")


def _hour(said: re.Match[str]) -> int | None:
    """On a clock of 24 hours; nothing for "17 pm"."""
    hour = int(said["hour"])
    if not said["half"]:
        return hour
    if not 0 < hour <= _NOON:
        return None
    return hour % _NOON + (_NOON if said["half"].casefold() == "p" else 0)
