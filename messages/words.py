"""Sentences, in one reader's language and time zone.

Promises that every sentence comes out: in the reader's language where the catalogue has it, else in English;
that values are set in after translation and never read as formats; times as people say them.
Refuses to know the present moment: whoever asks brings `now`. Languages are the folders of `locales`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.localedata import exists
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.domain.incident import Status
from bot.domain.roster import Roster
from bot.domain.slugs import PersonId
from bot.domain.team import TeamDocument

LOCALES: Final = Path(__file__).parent / "locales"
PSEUDO: Final = "qps"
"""A language without a catalogue, whose every sentence stands in ⟦ ⟧: what stands outside was never translated."""

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_JUST_NOW: Final = timedelta(seconds=10)


def N_(sentence: str) -> str:  # noqa: N802 - the name that gettext gives to this
    """Mark a sentence that is said elsewhere, so that it reaches the catalogue."""
    return sentence


class Words:
    """What one reader is addressed with: called with a sentence, it gives the sentence in their language."""

    def __init__(self, language: str, time_zone: str, translations: NullTranslations) -> None:
        self.language = language
        self.time_zone = time_zone
        self._zone = _zone(time_zone)
        self._translations = translations

    def __call__(self, sentence: str, /, **values: object) -> str:
        """The sentence, with its values set in."""
        return self._filled(self._translations.gettext(sentence), values)

    _ = __call__

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The sentence for this number."""
        return self._filled(self._translations.ngettext(one, many, n), values)

    def _filled(self, sentence: str, values: dict[str, object]) -> str:
        said = sentence.format(**values) if values else sentence
        return f"⟦{said}⟧" if self.language == PSEUDO else said

    # Times

    def duration(self, length: timedelta) -> str:
        """`20 s`, `2 min 10 s`, `18 min`, `1 h 16 min`, `2 d 3 h`: as exact as its size deserves."""
        seconds = max(round(length.total_seconds()), 0)
        if seconds >= 10 * _MINUTE:
            seconds = round(seconds / _MINUTE) * _MINUTE
        if seconds < _MINUTE:
            return self._("{n} s", n=seconds)
        if seconds < _HOUR:
            return self._two(self._("{n} min", n=seconds // _MINUTE), N_("{n} s"), seconds % _MINUTE)
        if seconds < _DAY:
            return self._two(self._("{n} h", n=seconds // _HOUR), N_("{n} min"), seconds % _HOUR // _MINUTE)
        return self._two(self._("{n} d", n=seconds // _DAY), N_("{n} h"), seconds % _DAY // _HOUR)

    def _two(self, first: str, sentence: str, rest: int) -> str:
        return f"{first} {self(sentence, n=rest)}" if rest else first

    def whole(self, length: timedelta) -> str:
        """The same in whole minutes, once there is one: for what is still to come."""
        seconds = max(round(length.total_seconds()), 0)
        return self.duration(timedelta(minutes=round(seconds / _MINUTE)) if seconds >= _MINUTE else length)

    def until(self, moment: datetime, now: datetime) -> str:
        """`in 12 min`; a moment that has passed is `now`."""
        return self._("in {duration}", duration=self.whole(moment - now)) if moment > now else self._("now")

    def by(self, moment: datetime, now: datetime) -> str:
        """`in 12 min, by 10:24`: for what is still read when those minutes are fewer; `now` once it has passed."""
        if moment <= now:
            return self.until(moment, now)
        return self._("{until}, by {time}", until=self.until(moment, now), time=self.clock(moment, now))

    def ago(self, moment: datetime, now: datetime) -> str:
        """`20 s ago`; under ten seconds `just now`."""
        if now - moment < _JUST_NOW:
            return self._("just now")
        return self._("{duration} ago", duration=self.duration(now - moment))

    def since(self, moment: datetime, now: datetime) -> str:
        """`since 10:02`; with the day when it was not today."""
        if self._day(moment) == self._day(now):
            return self._("since {time}", time=self.clock(moment))
        return self._("since {time} on {day}", time=self.clock(moment), day=self.day(moment))

    def clock(self, moment: datetime, now: datetime | None = None) -> str:
        """`10:02`; given `now`, with the day when it is not today."""
        time = f"{self.local(moment):%H:%M}"
        if now is None or self._day(moment) == self._day(now):
            return time
        return self._("{time} on {day}", time=time, day=self.day(moment))

    def seconds(self, moment: datetime) -> str:
        """`10:02:41`."""
        return f"{self.local(moment):%H:%M:%S}"

    def day(self, moment: datetime) -> str:
        """`21 Nov`."""
        return format_datetime(self.local(moment), "d MMM", locale=self.locale)

    def date_time(self, moment: datetime) -> str:
        """`21 Nov 2026, 10:02`."""
        return format_datetime(self.local(moment), "d MMM y, HH:mm", locale=self.locale)

    def slack_time(self, moment: datetime) -> str:
        """A token that Slack shows in each reader's own time; `10:02` where it cannot."""
        return f"<!date^{int(moment.timestamp())}^{{time}}|{self.clock(moment)}>"

    def local(self, moment: datetime) -> datetime:
        """The moment in this reader's time zone."""
        return moment.astimezone(self._zone)

    def _day(self, moment: datetime) -> str:
        return self.local(moment).date().isoformat()

    @property
    def locale(self) -> str:
        """What babel calls this language; English where it knows none."""
        return self.language if self.language != "en" and exists(self.language) else "en_GB"

    # Names of things

    def people(self, names: Sequence[str]) -> str:
        """`Anna, Bruno and Luca`."""
        if len(names) < 2:
            return "".join(names)
        return self._("{first} and {last}", first=", ".join(names[:-1]), last=names[-1])

    def language_name(self, code: str) -> str:
        """`Italian`; the code itself when nobody knows it."""
        try:
            return Locale.parse(code, sep="-").get_display_name(self.locale) or code
        except (UnknownLocaleError, ValueError):
            return code

    def severity(self, severity: int) -> str:
        """`SEV1`, the same in every language."""
        return f"SEV{int(severity)}"

    def status(self, status: Status) -> str:
        return self(_STATUSES[status])

    def role(self, role: str, document: TeamDocument | None = None) -> str:
        """As the document calls it, else by its usual name."""
        described = document.role(role) if document else None
        if described:
            return described.name.in_(self.language, document.language if document else "en")
        return self(_ROLES[role]) if role in _ROLES else role.replace("_", " ")

    def method(self, method: str) -> str:
        """`by SMS`."""
        return self(_METHODS[method]) if method in _METHODS else method


_STATUSES: Final = {
    Status.INVESTIGATING: N_("investigating"),
    Status.IDENTIFIED: N_("identified"),
    Status.MONITORING: N_("monitoring"),
    Status.RESOLVED: N_("resolved"),
    Status.CANCELLED: N_("false alarm"),
    Status.MERGED: N_("merged"),
}

_ROLES: Final = {
    "incident_commander": N_("incident commander"),
    "communications_lead": N_("communications lead"),
    "customer_care_lead": N_("customer care lead"),
    "technical_lead": N_("technical lead"),
    "scribe": N_("scribe"),
    "executive_sponsor": N_("executive sponsor"),
}

_METHODS: Final = {
    "slack_dm": N_("in Slack"),
    "sms": N_("by SMS"),
    "voice": N_("by phone"),
    "email": N_("by email"),
    "command": N_("with a command"),
}


@lru_cache(maxsize=1024)
def words_for(language: str, time_zone: str = "UTC") -> Words:
    """The words of a language, English where there is no catalogue. One object per language and zone."""
    return Words(language, time_zone, _translations(language))


def words_of(roster: Roster, person: PersonId) -> Words:
    """The words for one person, in their language and time zone."""
    return words_for(roster.language(person), roster.time_zone(person))


def languages() -> tuple[str, ...]:
    """English, which the sources are written in, and every language that has a folder."""
    return ("en", *sorted(path.name for path in LOCALES.iterdir() if path.is_dir() and path.name != "en"))


@lru_cache(maxsize=64)
def _translations(language: str) -> NullTranslations:
    files = sorted((LOCALES / language).glob("*.po")) if language.isalpha() else []
    if not files:
        return NullTranslations()
    whole = Catalog(locale=language)
    for file in files:
        with file.open("rb") as source:
            for message in read_po(source, locale=language):
                if message.id:
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")  # a reader whose zone we cannot read is told the time all the same
