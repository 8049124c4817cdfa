"""What Twilio tells us: a person's text, report or reply, and what became of ours.

Promises that nothing changes without Twilio's signature over our public address, and that what is late,
repeated or malformed changes nothing. Refuses to answer machines for ever: what is not a person's answer is
replied to once. A number that is not in the document is never replied to: it learns not even that we are here.

https://www.twilio.com/docs/messaging/guides/webhook-request
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.domain.escalation import Page
from bot.domain.private import PhoneNumber
from bot.domain.record import Record
from bot.domain.slugs import PersonId
from bot.errors import NotRecorded
from bot.ports import Core
from bot.usecases import answer, hear, look
from bot.usecases.answer import Heard, Reply, Word
from bot.usecases.briefs import ANSWER_LINK_LASTS
from bot.usecases.declare_by_text import Outcome, declare_by_text, may_ask_back
from bot.usecases.hear import Fate
from bot.web.address import WRITE, Address
from bot.web.provider import Provider, Verify
from bot.web.site import Site
from messages import twiml
from messages.answer import AnswerState, answer_state
from messages.gsm import segment
from messages.phone import sms_answer, sms_still_yours, sms_which
from messages.refusals import not_recorded
from messages.texted import sms_declared, sms_say_what
from messages.words import words_for, words_of

log = structlog.get_logger(__name__)

_SID: Final = re.compile(r"[A-Z]{2}[0-9a-fA-F]{32}")
_ERROR: Final = re.compile(r"[0-9]{1,6}")
_FATES: Final = {
    "delivered": Fate.DELIVERED,
    "read": Fate.DELIVERED,
    "failed": Fate.FAILED,
    "undelivered": Fate.FAILED,
}
"""The states that tell us something new; the others (queued, sending, sent) we know from our own request."""
_ASKED_BACK: Final = 3  # times for one call: two machines must not talk to each other all night


@dataclass(frozen=True)
class _Standing:
    """The page that a reply is about, as it stands now."""

    record: Record
    page: Page


class Twilio:
    """The call-backs of one account."""

    def __init__(self, site: Site, provider: Provider) -> None:
        self._core = site.core
        self._default_language = site.default_language
        self._provider = provider

    async def sms(self, request: Request) -> Response:
        """A person texts: a report, or a reply to what we sent; the answer goes back as another text."""
        fields = await self._provider.fields(request)
        sid, sender = fields.get("MessageSid", ""), fields.get("From", "")
        if not _SID.fullmatch(sid):
            raise HTTPException(400)
        if not _is_number(sender):
            return _twiml("")
        try:
            return _twiml(await _heard(self._core, sender, fields.get("Body", ""), sid))
        except NotRecorded:
            log.warning("reply_not_recorded")
            return _twiml(segment(not_recorded(words_for(self._default_language)).replace("*", "")))

    async def status(self, request: Request) -> Response:
        """What became of a text of ours."""
        fields = await self._provider.fields(request)
        sid, fate = fields.get("MessageSid", ""), _FATES.get(fields.get("MessageStatus", ""))
        if not _SID.fullmatch(sid):
            raise HTTPException(400)
        if fate is not None:
            error = fields.get("ErrorCode", "")
            code = error if fate is Fate.FAILED and _ERROR.fullmatch(error) else None
            news = await hear.delivered(self._core, sid, fate, code)
            log.info("text_reported", fate=str(fate), news=news)
        return Response(status_code=204)


def routes(site: Site, verify: Verify) -> list[Address]:
    twilio = Twilio(site, Provider(site.public_url, verify))
    return [
        Address("/hooks/twilio/sms", twilio.sms, methods=WRITE),
        Address("/hooks/twilio/status", twilio.status, methods=WRITE),
    ]


async def _heard(core: Core, sender: str, body: str, sid: str) -> str:
    """A report is a report whatever else is open; all other texts answer what we sent."""
    texted = await declare_by_text(core, number=sender, body=body, message=sid)
    if texted.person is None:
        log.info("text_from_a_stranger")
        return ""
    if texted.incident is not None:
        record = await look.record(core, texted.incident)
        joined = texted.outcome is Outcome.JOINED
        return sms_declared(words_of(record.roster, texted.person), record, joined=joined)
    if texted.outcome is Outcome.SAYS_NOTHING:  # the word for it, whatever else is open: asked every time
        return await _say_what(core, texted.person)
    reply = await answer.answer_text(core, number=sender, body=body, message=sid)
    if reply.heard is Heard.NOTHING_OPEN and answer.meaning(body)[0] is Word.UNCLEAR:
        return await _say_what(core, texted.person) if await may_ask_back(core, texted.person) else ""
    return await _words(core, reply, body)


async def _say_what(core: Core, person: PersonId) -> str:
    return sms_say_what(words_of(await look.roster(core), person))


async def _words(core: Core, reply: Reply, body: str) -> str:
    """What the person reads in return; nothing for strangers, nor for machines that answer us again."""
    if reply.person is None:
        return ""
    if reply.heard is Heard.WHICH:
        return await _which(core, reply, reply.person)
    standing = await _standing(core, reply, reply.person)
    if standing is None:
        return ""
    state = answer_state(standing.record, standing.page, reply.person)
    if reply.heard is not Heard.ANSWERED:
        said = f"sms-said:{standing.page.id}:{standing.page.epoch}:{reply.person}:{state}:{reply.cannot}"
        if not await (_may_ask(core, said, body) if reply.heard is Heard.UNCLEAR else hear.first_time(core, said)):
            return ""
    words = words_of(standing.record.roster, reply.person)
    if reply.cannot and state is AnswerState.YOURS:
        return sms_still_yours(words, standing.record.incident)
    understood = reply.heard is not Heard.UNCLEAR
    return sms_answer(words, standing.record, standing.page.id, reply.person, understood=understood)


async def _may_ask(core: Core, said: str, body: str) -> bool:
    """A person tries other words, and is told each time that they were not understood; a machine repeats its own."""
    words = hashlib.sha256(body.strip().casefold().encode()).hexdigest()[:16]
    if not await hear.first_time(core, f"{said}:{words}"):
        return False
    for time in range(_ASKED_BACK):
        if await hear.first_time(core, f"{said}:{time}"):
            return True
    return False


async def _which(core: Core, reply: Reply, person: PersonId) -> str:
    records = [await look.record(core, incident) for incident in reply.open]
    told = [record.incident for record in records]
    listed = [(int(incident.id), "" if incident.private else incident.title) for incident in told]
    return sms_which(words_of(records[0].roster, person), listed)


async def _standing(core: Core, reply: Reply, person: PersonId) -> _Standing | None:
    """The page that was answered, else the last one in which this person was called, if it goes on or ended lately."""
    if reply.answered is not None:
        record = await look.record(core, reply.answered.incident.id)
        page = record.page(reply.answered.page.id)
        return _Standing(record, page) if page else None
    if reply.open:
        return _last_call(await look.record(core, reply.open[-1]), person)
    seen = await look.overview(core, by=str(person))
    going_on = sorted(seen.open, key=lambda each: each.incident.id)
    records = [*await look.ended_lately(core, person, within=ANSWER_LINK_LASTS), *going_on]
    called = [_last_call(record, person) for record in records]
    return next((each for each in reversed(called) if each), None)


def _last_call(record: Record, person: PersonId) -> _Standing | None:
    pages = [record.page(level.page) for level in record.levels if person in level.people]
    return next((_Standing(record, page) for page in reversed(pages) if page), None)


def _is_number(sender: str) -> bool:
    try:
        PhoneNumber(sender)
    except ValueError:
        return False  # short codes and names of companies: nobody on the team writes from one
    return True


def _twiml(text: str) -> Response:
    return Response(twiml.text_back(text), media_type="application/xml", headers={"Cache-Control": "no-store"})
