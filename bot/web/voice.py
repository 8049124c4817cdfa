"""A call to somebody who is wanted: what it says, what their key did, and how it ended. Where several incidents ask
for one person, the call reads the gravest first, and after each answer goes on with the next.

Promises that nothing is said or done without Twilio's signature over our public address; that only a key
answers, so that a machine which takes the call answers nothing; that the address of a call holds a token of
its one recipient, which expires, answers once, and repeated says how things stand. Whatever the call is worth,
whoever hears it is told.

https://www.twilio.com/docs/voice/twiml/gather, https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

import re
from typing import Final

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.domain.policy import Method
from bot.errors import NotFound, NotRecorded, Stale
from bot.usecases import answer, hear
from bot.usecases.answer import Link
from bot.usecases.hear import Fate
from bot.web.acknowledge import TOKEN
from bot.web.address import WRITE, Address
from bot.web.provider import Provider, Verify
from bot.web.site import Site
from messages import bundle, twiml
from messages.answer import AnswerState, answer_state
from messages.phone import voice, voice_answer, voice_keys, voice_over, voice_question, voice_unrecorded
from messages.words import Words, languages, words_for, words_of

log = structlog.get_logger(__name__)

_CALL: Final = re.compile(r"CA[0-9a-fA-F]{32}")
_ANSWERS: Final = {"1": True, "2": False}
_AGAIN: Final = "3"
_FATES: Final = {
    "completed": Fate.DELIVERED,
    "busy": Fate.FAILED,
    "failed": Fate.FAILED,
    "no-answer": Fate.FAILED,
}
"""How calls end. Completed: somebody, or a machine, took it. A cancelled one we have hung up ourselves."""


class Calls:
    """The calls of one account."""

    def __init__(self, site: Site, provider: Provider) -> None:
        self._core = site.core
        self._base = site.public_url.rstrip("/")
        self._provider = provider
        self._strangers_words = words_for(site.default_language)

    async def begin(self, request: Request) -> Response:
        """The call was taken: how the page stands, and the question while it is one."""
        token = str(request.path_params["token"])
        await self._provider.fields(request)
        try:
            return self._how_it_stands(await self._open(token), token)
        except (NotFound, Stale):
            return _gone(self._strangers_words)
        except NotRecorded:
            return self._unrecorded(self._strangers_words, token)

    async def key(self, request: Request) -> Response:
        """A key was pressed: 1 has it, 2 can't, 3 hears it again; any other is asked again."""
        token, about = str(request.path_params["token"]), _number(request.query_params.get("page", ""))
        pressed = (await self._provider.fields(request)).get("Digits", "")
        words = self._words_of_the_call(request)
        try:
            link = await self._open(token, about)
            if pressed in _ANSWERS:
                return await self._answer(link, token, about, accept=_ANSWERS[pressed])
            return self._ask_again(link, token, again=pressed == _AGAIN)
        except (NotFound, Stale):
            return _gone(words)
        except NotRecorded:
            return self._unrecorded(words, token, about)

    async def status(self, request: Request) -> Response:
        """How a call of ours ended; one that nobody took makes the person's next way due now."""
        fields = await self._provider.fields(request)
        call, ended = fields.get("CallSid", ""), fields.get("CallStatus", "")
        if not _CALL.fullmatch(call):
            raise HTTPException(400)
        fate = _FATES.get(ended)
        if fate is not None:
            code = ended.replace("-", "_") if fate is Fate.FAILED else None
            news = await hear.delivered(self._core, call, fate, code)
            log.info("call_reported", fate=str(fate), code=code, news=news)
        return Response(status_code=204)

    async def _answer(self, link: Link, token: str, about: int | None, *, accept: bool) -> Response:
        """A key pressed twice, or delivered twice, answers once; each time it hears how the page stands. Then comes
        the next that asks, while the person is on the line."""
        try:
            await answer.answer_link(self._core, token, accept=accept, page=about)
        except Stale as stale:
            if stale.code != "link_used":
                raise
        words, link = words_of(link.record.roster, link.person), await self._open(token, about)
        if answer_state(link.record, link.page, link.person) is AnswerState.ASKING:
            return _gone(words)
        return self._go_on(words, link, token)

    def _how_it_stands(self, link: Link, token: str) -> Response:
        words = words_of(link.record.roster, link.person)
        asking = link.asking
        if answer_state(link.record, link.page, link.person) is not AnswerState.ASKING:
            return self._go_on(words, link, token)
        if len(asking) == 1:
            said = voice(words, link.record)
            return _xml(twiml.ask(words, said, answer_to=self._address(words, token)))
        said = bundle.voice(words, [each.record for each in asking])
        return _xml(twiml.ask(words, said, answer_to=self._address(words, token, asking[0].page.id)))

    def _go_on(self, words: Words, link: Link, token: str) -> Response:
        """How the page stands, and the question of the gravest that is left."""
        told = voice_answer(words, link.record, link.page.id, link.person)
        if not link.others:
            return _xml(twiml.say(words, told))
        before = bundle.voice_next(words, told, len(link.others))
        question = voice_question(words, link.others[0].record)
        address = self._address(words, token, link.others[0].page.id)
        return _xml(twiml.ask(words, question, before=before, answer_to=address))

    def _ask_again(self, link: Link, token: str, *, again: bool) -> Response:
        """The same question: whole when it was asked for, else its keys."""
        words = words_of(link.record.roster, link.person)
        if answer_state(link.record, link.page, link.person) is not AnswerState.ASKING:
            return self._go_on(words, link, token)
        question = voice(words, link.record) if again else voice_keys(words)
        return _xml(twiml.ask(words, question, answer_to=self._address(words, token, link.page.id)))

    def _unrecorded(self, words: Words, token: str, about: int | None = None) -> Response:
        """Nothing pretends to be recorded; the keys stay good for the moment in which the record is back."""
        log.warning("call_not_recorded")
        address = self._address(words, token, about)
        return _xml(twiml.ask(words, voice_keys(words), before=voice_unrecorded(words), answer_to=address))

    async def _open(self, token: str, about: int | None = None) -> Link:
        """Whom the call is for. An address that was made for another way of answering is none of a call's."""
        link = await answer.open_link(self._core, token, page=about) if TOKEN.fullmatch(token) else None
        if link is None or link.method != Method.VOICE:
            raise NotFound("link_unknown")
        return link

    def _address(self, words: Words, token: str, about: int | None = None) -> str:
        """Where the key goes. It names the language, for the moment in which we cannot look up whose call it is; and
        the page that was asked about, where it is not the one the call was made for."""
        address = f"{self._base}/hooks/twilio/voice/{token}/key?language={words.language}"
        return f"{address}&page={about}" if about else address

    def _words_of_the_call(self, request: Request) -> Words:
        named = request.query_params.get("language", "")
        return words_for(named) if named in languages() else self._strangers_words


def routes(site: Site, verify: Verify) -> list[Address]:
    calls = Calls(site, Provider(site.public_url, verify))
    return [
        Address("/hooks/twilio/voice/{token}", calls.begin, methods=WRITE),
        Address("/hooks/twilio/voice/{token}/key", calls.key, methods=WRITE),
        Address("/hooks/twilio/call", calls.status, methods=WRITE),
    ]


def _number(written: str) -> int | None:
    """The page that our own address names."""
    return int(written) if written.isascii() and written.isdigit() else None


def _gone(words: Words) -> Response:
    return _xml(twiml.say(words, voice_over(words)))


def _xml(body: str) -> Response:
    return Response(body, media_type="application/xml", headers={"Cache-Control": "no-store"})
