"""What stands before every request: a limit to its size, headers on every answer, an answer to every failure.

Promises that no body larger than agreed is read, and that a failure nobody foresaw is logged and answered
calmly. Refuses to log addresses: they hold tokens.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FRAMES = 8  # the innermost ones

LARGEST_BODY = 64 * 1024
LARGEST_SLACK_BODY = 1024 * 1024  # a view alone may be 250 KB, and its state comes with it

log = structlog.get_logger(__name__)


class Guard:
    """ASGI middleware around the whole site."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str], failed: Callable[[Request], Response]) -> None:
        self._app = app
        self._headers = headers
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self._headers)
        try:
            await self._app(scope, _limited(scope, receive), answer.send)
        except Exception as error:  # whoever asks gets an answer, and never a traceback
            log.error("web_failed", route=_route(scope), method=scope["method"], **_told(error))
            if answer.begun:
                raise
            await self._failed(Request(scope))(scope, receive, answer.send)


class _Answer:
    """One answer on its way out."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _limited(scope: Scope, receive: Receive) -> Receive:
    most = LARGEST_SLACK_BODY if scope["path"] == "/slack/events" else LARGEST_BODY
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    read = int(declared) if declared.isdigit() else 0
    too_large, read = read > most, 0

    async def limited() -> Message:
        nonlocal read
        if too_large:
            raise HTTPException(413)
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413)
        return message

    return limited


def _told(error: Exception) -> dict[str, object]:
    """Where it happened. Neither its message nor any value: both may hold what is private."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "places": places}


def _route(scope: Scope) -> str:
    """The pattern that matched, never the address itself."""
    return str(getattr(scope.get("route"), "path", "unknown"))
