"""The page behind the link of an email or a text message.

Looking changes nothing, whoever looks: a person, a preview, a scanner. Only a form's button answers, once. Other
calls that ask the same person stand below, each with buttons of its own.
Whatever the link is worth, whoever opens it reads how things stand and what to do.
"""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.domain.policy import Method
from bot.domain.reachability import ways
from bot.errors import NotFound, Stale
from bot.usecases import answer, hear
from bot.usecases.answer import Link
from bot.usecases.respond import Result
from bot.web.address import READ, WRITE, Address
from bot.web.fields import fields_of
from bot.web.pages import Pages
from bot.web.site import Site
from messages.answer import AnswerState, answer_page, answer_state
from messages.words import words_of

TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,128}")
ANSWERS: Final = {"acknowledge": True, "decline": False}
_PAGE: Final = re.compile(r"[1-9][0-9]{0,8}")
_PRIVATE: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
_STATUS: Final = {
    Result.TAKEN: 200,
    Result.ALREADY_YOURS: 200,
    Result.DECLINED: 200,
    Result.ALREADY_TAKEN: 409,
    Result.MOVED_ON: 409,
    Result.OVER: 410,
}
_WANTED: Final = {True: AnswerState.YOURS, False: AnswerState.DECLINED}


class AnswerPages:
    """Shows a call to the one who was called, and takes their answer."""

    def __init__(self, setting: Site, pages: Pages) -> None:
        self._core = setting.core
        self._base = setting.base
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """One address for both, so that it names every method it answers to."""
        return await (self.act if request.method in WRITE else self.show)(request)

    async def show(self, request: Request) -> Response:
        """GET: how it stands, and the buttons."""
        token = str(request.path_params["token"])
        try:
            link = await self._open(token)
            spent = await hear.spent(self._core, token)
        except (NotFound, Stale) as refused:
            return self._refuse(request, refused)
        over = answer_state(link.record, link.page, link.person) is AnswerState.OVER
        return self._page(link, token, 410 if over else 200, buttons=not spent)

    async def act(self, request: Request) -> Response:
        """POST: the answer, and how it stands then."""
        token = str(request.path_params["token"])
        fields = await fields_of(request)
        chosen = fields.get("answer", "")
        try:
            about = _number(fields.get("page", ""))
            link = await self._open(token, about)
            if chosen not in ANSWERS:
                return self._page(link, token, 400)
            return await self._answer(request, token, about, accept=ANSWERS[chosen])
        except (NotFound, Stale) as refused:
            return self._refuse(request, refused)

    async def _answer(self, request: Request, token: str, about: int | None, *, accept: bool) -> Response:
        try:
            answered = await answer.answer_link(self._core, token, accept=accept, page=about)
        except Stale as stale:
            if stale.code != "link_used":
                raise
            return self._again(request, await self._open(token, about), token, accept=accept)
        return self._page(await self._open(token, about), token, _STATUS.get(answered.result, 200), buttons=False)

    def _again(self, request: Request, link: Link, token: str, *, accept: bool) -> Response:
        """The button of a link that has answered: pressed twice it says the same, otherwise that it is used."""
        state = answer_state(link.record, link.page, link.person)
        if state is not _WANTED[accept] and state in (AnswerState.ASKING, AnswerState.DECLINED):
            language = words_of(link.record.roster, link.person).language
            return self._pages.fault(request, "expired", 409, language=language)
        status = 410 if state is AnswerState.OVER else 200 if state is _WANTED[accept] else 409
        insists = state is AnswerState.YOURS and not accept
        return self._page(link, token, status, buttons=False, insists=insists)

    async def _open(self, token: str, about: int | None = None) -> Link:
        if not TOKEN.fullmatch(token):
            raise NotFound("link_unknown")
        return await answer.open_link(self._core, token, page=about)

    def _page(
        self, link: Link, token: str, status: int, *, buttons: bool = True, insists: bool = False
    ) -> HTMLResponse:
        words = words_of(link.record.roster, link.person)
        others = [(each.record, each.page) for each in link.others]
        address = f"{self._base}/ack/{token}"
        context = answer_page(
            words,
            link.record,
            link.page.id,
            link.person,
            post=address,
            others=others,
            spent=not buttons,
            insists=insists,
            by_text=Method.SMS in ways(link.person, link.record.roster, methods=self._core.methods),
        )
        body = self._pages.draw("answer.html", context)
        return HTMLResponse(body, status, headers={**_PRIVATE, "Content-Language": words.language})

    def _refuse(self, request: Request, refused: NotFound | Stale) -> Response:
        if isinstance(refused, NotFound):
            return self._pages.fault(request, "not_found", 404)
        return self._pages.fault(request, "expired", 410)


def _number(written: str) -> int | None:
    """Which call a form answers. Raises ``NotFound``; nothing when it does not say: the one of the link."""
    if not written:
        return None
    if not _PAGE.fullmatch(written):
        raise NotFound("link_unknown")
    return int(written)


def routes(answers: AnswerPages) -> list[Address]:
    return [Address("/ack/{token}", answers.answer, methods=(*READ, *WRITE))]
