"""Slack's `<!date^…>` tokens, as one reader sees them: in their time zone and language."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

MONTHS = {
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}
DAYS = {
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}
NEAR = {"it": {-1: "ieri", 0: "oggi", 1: "domani"}, "en": {-1: "yesterday", 0: "today", 1: "tomorrow"}}


def render(stamp: int, pattern: str, *, tz: str, locale: str, now: datetime) -> str:
    """Fill a token's pattern (`{date_short_pretty}`, `{time}` …)."""
    language = "it" if locale.startswith("it") else "en"
    then = datetime.fromtimestamp(stamp, UTC).astimezone(ZoneInfo(tz))
    words = _words(then, language)
    near = NEAR[language].get((then.date() - now.astimezone(ZoneInfo(tz)).date()).days)
    for name in ("date", "date_short", "date_long"):
        words[f"{name}_pretty"] = near or words[name]
    words["ago"] = _ago(int(now.timestamp()) - stamp, language)
    for name, word in words.items():
        pattern = pattern.replace("{" + name + "}", word)
    return pattern


def _words(then: datetime, language: str) -> dict[str, str]:
    month, day = MONTHS[language][then.month - 1], DAYS[language][then.weekday()]
    long = f"{month} {then.day}, {then.year}" if language == "en" else f"{then.day} {month} {then.year}"
    short = f"{month[:3]} {then.day}, {then.year}" if language == "en" else f"{then.day} {month[:3]} {then.year}"
    return {
        "date_num": f"{then:%Y-%m-%d}",
        "date_slash": f"{then:%d/%m/%Y}",
        "date": long,
        "date_short": short,
        "date_long": f"{day}, {long}" if language == "en" else f"{day} {long}",
        "time": f"{then:%H:%M}",
        "time_secs": f"{then:%H:%M:%S}",
    }


def _ago(seconds: int, language: str) -> str:
    size, unit = next(
        ((abs(seconds) // length, name) for name, length in (("h", 3600), ("min", 60)) if abs(seconds) >= length),
        (abs(seconds), "s"),
    )
    if seconds < 0:
        return f"tra {size} {unit}" if language == "it" else f"in {size} {unit}"
    return f"{size} {unit} fa" if language == "it" else f"{size} {unit} ago"
