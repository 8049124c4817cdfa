"""The public status page, its feed and its machine-readable twin.

Promises only what customers were told; an incident they were not told of does not exist here. Four hundred visitors
within a moment cost one look at the record and one drawing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.incident import OPEN
from bot.domain.record import Record
from bot.domain.roster import Roster
from bot.errors import NotFound
from bot.usecases import look
from bot.web.address import READ, Address
from bot.web.languages import Choice, choose
from bot.web.pages import Pages
from bot.web.recent import Recent
from bot.web.site import Site
from messages import customers, site
from messages.words import Words, words_for

PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PAST = timedelta(days=90)
_CACHING = "public, max-age=15, stale-while-revalidate=60, stale-if-error=600"


@dataclass(frozen=True)
class Told:
    """Everything customers know, at one moment."""

    records: tuple[Record, ...]
    roster: Roster
    now: datetime

    @property
    def company(self) -> str:
        return self.roster.document.company if self.roster.document else ""

    @property
    def changed(self) -> datetime | None:
        """When customers were last told something."""
        return max((customers.told_at(said) for record in self.records for said in record.published), default=None)

    def words(self, language: str) -> Words:
        return words_for(language, self.roster.company_zone())


@dataclass(frozen=True)
class Wish:
    """What a visitor wants to see; equal wishes share one drawing."""

    kind: str
    choice: Choice
    public_id: str = ""


@dataclass(frozen=True)
class Drawing:
    """A page as it is handed out."""

    body: bytes
    media_type: str
    language: str
    tag: str
    changed: datetime | None = None  # only where the page is the same as long as nothing is said

    def headers(self) -> dict[str, str]:
        headers = {
            "ETag": self.tag,
            "Cache-Control": _CACHING,
            "Vary": "Accept-Language",
            "Content-Language": self.language,
        }
        if self.changed:
            headers["Last-Modified"] = format_datetime(self.changed, usegmt=True)
        return headers


class StatusPages:
    """Draws what customers were told, and remembers the drawing for a moment."""

    def __init__(self, setting: Site, pages: Pages) -> None:
        self._core = setting.core
        self._public_url = setting.public_url.rstrip("/")
        self._home = setting.home
        self._pages = pages
        moment = setting.fresh / 2  # what was looked up, then what was drawn from it
        self._told: Recent[str, Told] = Recent(self._look, fresh=moment)
        self._older: Recent[str, tuple[Record, ...]] = Recent(self._look_for, fresh=moment)
        self._drawings: Recent[Wish, Drawing] = Recent(self._draw, fresh=moment)
        self._kinds: Mapping[str, Callable[[Told, Wish], Drawing]] = {
            "index": self._index,
            "json": self._json,
            "atom": self._feed,
        }

    async def index(self, request: Request) -> Response:
        return await self._answer(request, "index")

    async def json(self, request: Request) -> Response:
        return await self._answer(request, "json")

    async def atom(self, request: Request) -> Response:
        return await self._answer(request, "atom")

    async def incident(self, request: Request) -> Response:
        return await self._answer(request, "incident", str(request.path_params["public_id"]))

    async def _answer(self, request: Request, kind: str, public_id: str = "") -> Response:
        told = await self._told.get("")
        wish = Wish(kind, choose(request, told.roster.public_languages()), public_id)
        try:
            drawing = await self._drawings.get(wish)
        except NotFound:
            return self._pages.fault(request, "not_found", 404, language=wish.choice.language)
        if _known(request.headers.get("if-none-match", ""), drawing.tag):
            return Response(status_code=304, headers=drawing.headers())
        open_to_all = {"Access-Control-Allow-Origin": "*"} if kind in ("json", "atom") else {}
        return Response(drawing.body, media_type=drawing.media_type, headers={**drawing.headers(), **open_to_all})

    # Looking

    async def _look(self, _everything: str) -> Told:
        roster = await look.roster(self._core)
        records = await look.public_records(self._core)
        return Told(tuple(filter(customers.is_public, records)), roster, self._core.clock.now())

    async def _look_for(self, public_id: str) -> tuple[Record, ...]:
        """An incident too old for the list. None, too, is worth remembering."""
        try:
            found = await look.public_record(self._core, public_id)
        except NotFound:
            return ()
        return (found,) if customers.is_public(found) else ()

    async def _find(self, told: Told, public_id: str) -> Record:
        if not PUBLIC_ID.fullmatch(public_id):
            raise NotFound("page_unknown")
        listed = [each for each in told.records if each.incident.public_id == public_id]
        for record in listed or await self._older.get(public_id):
            return record
        raise NotFound("page_unknown")

    # Drawing

    async def _draw(self, wish: Wish) -> Drawing:
        told = await self._told.get("")
        if wish.kind == "incident":
            return self._incident(await self._find(told, wish.public_id), told, wish)
        return self._kinds[wish.kind](told, wish)

    def _index(self, told: Told, wish: Wish) -> Drawing:
        kept = [replace(each, status_url=each.status_url + _query(wish)) for each in told.records]
        context = site.status_index(
            told.words(wish.choice.language),
            kept,
            told.now,
            told.company,
            languages=told.roster.public_languages(),
            address=self._home,
            feed=self._feed_path(wish),
        )
        return self._page("status_index.html", context)

    def _incident(self, record: Record, told: Told, wish: Wish) -> Drawing:
        context = site.status_incident(
            told.words(wish.choice.language),
            record,
            languages=told.roster.public_languages(),
            home=self._home + _query(wish),
            feed=self._feed_path(wish),
        )
        return self._page("status_incident.html", context)

    def _feed(self, told: Told, wish: Wish) -> Drawing:
        words = told.words(wish.choice.language)
        query = _query(wish)
        context = site.status_feed(
            words,
            told.records,
            told.now,
            told.company,
            address=f"{self._public_url}/status.atom{query}",
            home=f"{self._public_url}/status{query}",
        )
        body = self._pages.draw("feed.atom", context).encode()
        return Drawing(body, "application/atom+xml", words.language, _tag(body), told.changed)

    def _json(self, told: Told, wish: Wish) -> Drawing:
        words = told.words(wish.choice.language)
        body = json.dumps(_facts(words, told), ensure_ascii=False, indent=1).encode()
        return Drawing(body, "application/json", words.language, _tag(body))

    def _page(self, template: str, context: Mapping[str, Any]) -> Drawing:
        body = self._pages.draw(template, context)
        moment = str(context["checked"]["iso"])  # to the second; what a person reads of it is to the minute
        tag = _tag(body.replace(moment, "").encode())
        return Drawing(body.encode(), "text/html", context["_"].language, tag)

    def _feed_path(self, wish: Wish) -> str:
        return f"{self._home}.atom?lang={wish.choice.language}"  # feed readers ask for no language


def routes(status: StatusPages) -> list[Address]:
    return [
        Address("/status", status.index, methods=READ),
        Address("/status.json", status.json, methods=READ),
        Address("/status.atom", status.atom, methods=READ),
        Address("/status/{public_id}", status.incident, methods=READ),
    ]


def _query(wish: Wish) -> str:
    """A language asked for by name stays on the way to the next page."""
    return f"?lang={wish.choice.language}" if wish.choice.asked else ""


def _tag(body: bytes) -> str:
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def _known(if_none_match: str, tag: str) -> bool:
    """Whether the visitor has this drawing already (RFC 9110, 13.1.2: compared weakly)."""
    tags = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags


# What machines read: these names stay


def _facts(_: Words, told: Told) -> dict[str, Any]:
    by_age = sorted(told.records, key=lambda each: each.incident.id, reverse=True)
    going_on = [each for each in by_age if customers.goes_on(each)]
    over = [each for each in by_age if not customers.goes_on(each) and told.now - customers.ended_at(each) <= PAST]
    return {
        "company": told.company,
        "language": _.language,
        "status": _overall(going_on),
        "updated_at": customers.iso(told.changed) if told.changed else None,
        "open": [_incident_facts(_, each) for each in going_on],
        "past": [_incident_facts(_, each) for each in over],
    }


def _overall(going_on: Sequence[Record]) -> str:
    tones = {customers.TONES[customers.public_status(each)] for each in going_on}
    return "trouble" if "trouble" in tones else "watch" if tones else "ok"


def _incident_facts(_: Words, record: Record) -> dict[str, Any]:
    status, last = customers.public_status(record), record.last_published
    due = last.next_update_at if last and status in OPEN else None
    return {
        "id": record.incident.public_id,
        "url": record.status_url,
        "title": customers.public_title(_, record),
        "status": str(status),
        "text": customers.state_name(_, status),
        "started_at": customers.iso(record.incident.started_at),
        "next_update_at": customers.iso(due) if due else None,
        "statements": [
            {
                "id": f"s{said.id}",
                "kind": str(said.kind),
                "published_at": customers.iso(customers.told_at(said)),
                "language": _.language if _.language in said.texts else next(iter(said.texts), _.language),
                "text": said.text(_.language),
            }
            for said in reversed(record.published)
        ],
    }
