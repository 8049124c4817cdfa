"""The pages customers see in a browser, and the feed: contexts for the web's templates.

Promises only what was published. The page that answers a call is in `answer`.
Refuses to hand a template anything but plain values; escaping is the template's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.record import Record
from bot.domain.statement import Statement
from messages.customers import (
    Context,
    ended_at,
    goes_on,
    incident_facts,
    is_public,
    iso,
    public_status,
    public_title,
    since,
    state_name,
    statement_facts,
    told_at,
)
from messages.marks import capital
from messages.words import Words, words_for

_PAST: Final = timedelta(days=90)
_PAST_SHOWN: Final = 20
_FEED_ENTRIES: Final = 50


def status_index(
    _: Words,
    records: Sequence[Record],
    now: datetime,
    company: str,
    *,
    languages: Sequence[str] = (),
    address: str = "/status",
    feed: str = "/status.atom",
) -> Context:
    """The page of all incidents, for `status_index.html`."""
    told = sorted((each for each in records if is_public(each)), key=lambda each: each.incident.id, reverse=True)
    going_on = [each for each in told if goes_on(each)]
    over = [each for each in told if not goes_on(each) and now - ended_at(each) <= _PAST][:_PAST_SHOWN]
    shown = [incident_facts(_, each, now) for each in going_on]
    title = _("{company}: service status", company=company) if company else _("Service status")
    return {
        **_page(_, title, company=company, home=address, languages=languages, address=address, feed=feed),
        "headline": _headline(_, shown),
        "tone": _tone(shown),
        "open": shown,
        "past": [_past(_, each, now) for each in over],
        "checked": _checked(_, now),
    }


def status_incident(
    _: Words,
    record: Record,
    *,
    company: str | None = None,
    languages: Sequence[str] = (),
    home: str = "/status",
    feed: str = "/status.atom",
) -> Context:
    """One incident's page, for `status_incident.html`. Ask `is_public` first: a page nobody may see is refused."""
    if not is_public(record):
        raise ValueError("customers were told nothing of this incident")
    document = record.roster.document
    name = company if company is not None else document.company if document else ""
    facts = incident_facts(_, record, record.now)
    title = f"{facts['title']} · {name}" if name else facts["title"]
    return {
        **_page(_, title, company=name, home=home, languages=languages, address=facts["url"], feed=feed),
        "incident": facts,
        "checked": _checked(_, record.now),
    }


def status_feed(
    _: Words, records: Sequence[Record], now: datetime, company: str, *, address: str, home: str
) -> Context:
    """Everything customers were told, newest first, for `feed.atom`. Addresses are whole (RFC 4287)."""
    told = [(record, each) for record in records if is_public(record) for each in record.published]
    told.sort(key=lambda pair: told_at(pair[1]), reverse=True)
    title = _("{company}: service status", company=company) if company else _("Service status")
    return {
        "_": _,
        "title": title,
        "company": company or title,
        "address": address,
        "home": home,
        "updated": iso(told_at(told[0][1]) if told else now),
        "entries": [_entry(_, record, statement) for record, statement in told[:_FEED_ENTRIES]],
    }


def error_page(_: Words, code: str, *, link: str = "") -> Context:
    """A page that cannot be shown: `not_found`, `expired`, `too_many`, `unavailable`; for `error.html`."""
    heading, lead = _errors(_).get(code) or _errors(_)["unavailable"]
    onward = {"url": link, "label": _("Everything we know of")} if link else None
    return {**_page(_, heading, indexable=False), "heading": heading, "lead": lead, "link": onward}


def _page(
    _: Words,
    title: str,
    *,
    company: str = "",
    home: str = "",
    languages: Sequence[str] = (),
    address: str = "",
    feed: str = "",
    indexable: bool = True,
) -> Context:
    return {
        "_": _,
        "title": title,
        "company": company,
        "home": home,
        "languages": [_tongue(_, code, address) for code in languages],
        "indexable": indexable,
        "feed": feed,
        "address": address,
    }


def _tongue(_: Words, code: str, address: str) -> Context:
    name = capital(words_for(code).language_name(code))
    return {
        "code": code,
        "name": name,
        "url": f"{address}?lang={code}",
        "current": code == _.language,
    }


def _headline(_: Words, shown: Sequence[Mapping[str, Any]]) -> str:
    if not shown:
        return _("Everything is working, as far as we know")
    if all(each["tone"] == "watch" for each in shown):
        return _("It works again, and we are keeping watch")
    return _.plural(
        "We're sorry: something isn't working", "We're sorry: {n} things aren't working", len(shown), n=len(shown)
    )


def _tone(shown: Sequence[Mapping[str, Any]]) -> str:
    tones = {each["tone"] for each in shown}
    return "trouble" if "trouble" in tones else "watch" if tones else "ok"


def _past(_: Words, record: Record, now: datetime) -> Context:
    return {
        "url": record.status_url,
        "title": public_title(_, record),
        "state": state_name(_, public_status(record)),
        "when": since(_, record, now),
    }


def _entry(_: Words, record: Record, statement: Statement) -> Context:
    facts = statement_facts(_, statement, record.now)
    return {
        "id": f"{record.status_url}#{facts['id']}",
        "url": f"{record.status_url}#{facts['id']}",
        "title": f"{public_title(_, record)}: {facts['kind']}",
        "iso": facts["iso"],
        "language": facts["language"],
        "text": "\n\n".join(facts["paragraphs"]),
    }


def _checked(_: Words, now: datetime) -> Context:
    return {"iso": iso(now), "text": _("As of {time}", time=_.date_time(now))}


def _errors(_: Words) -> dict[str, tuple[str, str]]:
    return {
        "not_found": (
            _("There is nothing here"),
            _("The address may be cut or mistyped. Nothing was changed."),
        ),
        "expired": (
            _("This link is no longer good"),
            _(
                "Nothing was changed. Answer in Slack, reply to the text message, or wait: if it is still needed, "
                "you are called again."
            ),
        ),
        "too_many": (
            _("Too many at once"),
            _("Wait a moment and load the page again. Nothing was changed."),
        ),
        "unavailable": (
            _("We can't show this right now"),
            _(
                "The fault is ours. Load the page again in a minute; if you were answering a call, answer in Slack "
                "or by phone."
            ),
        ),
    }
