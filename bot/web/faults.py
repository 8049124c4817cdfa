"""What went wrong, as its reader wants it: a calm page for a person, a code and a sentence for a program."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.errors import NotAllowed, NotFound, NotRecorded, Refused, Stale
from bot.web.pages import Pages
from messages.refusals import refusal
from messages.words import words_for

_PROGRAMS: Final = ("/api/", "/hooks/", "/slack/", "/status.json", "/status.atom", "/healthz", "/readyz", "/metrics")
_CODES: Final = {
    400: ("malformed", "The request could not be read."),
    401: ("unauthorized", "A bearer token is required: the value of API_TOKEN."),
    403: ("forbidden", "The signature is missing or wrong; nothing was changed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not answer to that method."),
    413: ("too_large", "The request is too large; nothing was changed."),
    415: ("unsupported_media_type", "The request's content type is not one this address reads."),
    422: ("invalid", "Some fields are missing or wrong; nothing was changed."),
    503: ("not_recorded", "The database does not answer: nothing was recorded. Try again in a minute."),
}
_UNFORESEEN: Final = ("failed", "Something failed on our side, and it was logged.")
_PAGES: Final = {404: "not_found", 405: "not_found", 429: "too_many"}


class Fault(BaseModel):
    """Why a request was refused."""

    code: str = Field(description="Stable, for programs.", examples=["title_missing"])
    message: str = Field(description="For the person who reads the log.")
    fields: list[str] = Field(default_factory=list, description="The fields that are missing or wrong, if any.")


class Faulty(BaseModel):
    """The body of every answer of the API that is not a success."""

    error: Fault


class Faults:
    """Turns what was raised into an answer."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    @property
    def handlers(self) -> dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]]:
        """By what was raised."""
        return {HTTPException: self.http, Refused: self.refused, NotRecorded: self.not_recorded}

    async def http(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = self._answer(request, error.status_code)
        response.headers.update(error.headers or {})
        return response

    def invalid(self, request: Request, fields: Iterable[str]) -> Response:
        """Some fields are missing or wrong."""
        return self._answer(request, 422, fields=sorted(set(fields)))

    async def refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, Refused)
        match error:
            case NotFound():
                status = 404
            case NotAllowed():
                status = 403
            case Stale():
                status = 409
            case _:
                status = 422
        return self._answer(request, status, fault=Fault(code=error.code, message=refusal(words_for("en"), error)))

    async def not_recorded(self, request: Request, error: Exception) -> Response:
        response = self._answer(request, 503)
        response.headers["Retry-After"] = "60"
        return response

    def unforeseen(self, request: Request) -> Response:
        return self._answer(request, 500)

    def _answer(
        self, request: Request, status: int, *, fault: Fault | None = None, fields: list[str] | None = None
    ) -> Response:
        if not request.url.path.startswith(_PROGRAMS):
            return self._pages.fault(request, _PAGES.get(status, "unavailable"), status)
        code, message = _CODES.get(status, _UNFORESEEN)
        said = fault or Fault(code=code, message=message, fields=fields or [])
        return JSONResponse(Faulty(error=said).model_dump(), status, headers={"Cache-Control": "no-store"})
