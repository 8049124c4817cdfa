"""The Web API over HTTP: tokens, arguments, limits, faults, and the record of every call."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.sandbox.call import Call, Method
from bot.sandbox.clockwork import Stir
from bot.sandbox.delivery import Delivery
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.limits import Limits
from bot.sandbox.methods import METHODS
from bot.sandbox.refusal import JSON, SlackRefusal
from bot.sandbox.triggers import Triggers
from bot.sandbox.workspace import Workspace


@dataclass(slots=True)
class ApiCall:
    """One call as it arrived. `at` is product time; `started` and `ended` are monotonic seconds."""

    method: str
    args: JSON
    at: datetime
    started: float
    ended: float = 0.0
    ok: bool = False
    error: str = ""


class WebApi:
    """Serves `/api/{method}`."""

    def __init__(
        self, workspace: Workspace, delivery: Delivery, triggers: Triggers, *, bot_token: str, app_token: str
    ) -> None:
        self.workspace = workspace
        self.delivery = delivery
        self.triggers = triggers
        self.faults = Faults()
        self.limits = Limits(workspace.clock)
        self.rate_limits = False
        self.stir = Stir()
        self.log: list[ApiCall] = []
        self._tokens = {"bot": bot_token, "app": app_token}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        args = await read_args(request)
        token = _token(request, args)
        loop = asyncio.get_running_loop()
        record = ApiCall(name, args, self.workspace.clock.now(), loop.time())
        self.log.append(record)
        self.stir.stir()
        await self.faults.delay(name)
        response = await self._answer(request, record, token)
        record.ended = loop.time()
        self.stir.stir()
        return response

    async def _answer(self, request: web.Request, record: ApiCall, token: str) -> web.StreamResponse:
        fault = self.faults.take(record.method)
        if fault is not None:
            return await self._suffer(fault, request, record, token)
        limited = self._limited(record)
        if limited:
            return _note(record, too_many(limited))
        return self._result(record, token)

    async def _suffer(self, fault: Fault, request: web.Request, record: ApiCall, token: str) -> web.StreamResponse:
        record.error = fault.kind
        match fault.kind:
            case "ratelimited":
                return too_many(fault.retry_after)
            case "half" | "half500":
                self._result(record, token)
                record.ok, record.error = False, fault.kind
        return await broken(fault, request, self.faults)

    def _limited(self, record: ApiCall) -> int:
        if not self.rate_limits or record.method not in METHODS:
            return 0
        return self.limits.wait(record.method, record.args.get("channel"))

    def _result(self, record: ApiCall, token: str) -> web.Response:
        try:
            answer = self.run(record.method, record.args, token)
        except SlackRefusal as refusal:
            record.error = refusal.code
            return web.json_response(refusal.answer())
        record.ok = True
        # Bolt learns the granted scopes from this header of auth.test.
        asked = record.method == "auth.test"
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.workspace.app.scopes))} if asked else None
        return web.json_response({"ok": True, **answer}, headers=headers)

    def run(self, name: str, args: JSON, token: str) -> JSON:
        """The effect of one call, or a refusal."""
        method = METHODS.get(name)
        if method is None:
            raise SlackRefusal("unknown_method", req_method=name)
        self._authorise(method, token)
        call = Call(self.workspace, self.triggers, self.delivery, method.accept(args))
        if method.scopes and method.token == "bot":
            call.needs(*method.scopes)
        return method.run(call)

    def _authorise(self, method: Method, token: str) -> None:
        if not token:
            raise SlackRefusal("not_authed")
        if token not in self._tokens.values():
            raise SlackRefusal("invalid_auth")
        if token != self._tokens[method.token]:
            raise SlackRefusal("not_allowed_token_type")


async def read_args(request: web.Request) -> JSON:
    """Arguments from the query, a form or JSON; later ones win."""
    args: JSON = dict(request.query)
    if not request.can_read_body:
        return args
    if request.content_type == "application/json":
        given = json.loads(await request.text() or "{}")
        return args | {name: value for name, value in given.items() if value is not None}
    return args | dict(await request.post())


def too_many(retry_after: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(retry_after)}
    )


async def broken(fault: Fault, request: web.Request, faults: Faults) -> web.StreamResponse:
    """The answer of a service that is ill: none, half, or an error."""
    if fault.kind == "hang":
        await faults.hang()
    if fault.kind.startswith("error:"):
        return web.json_response({"ok": False, "error": fault.kind.removeprefix("error:")})
    if fault.kind == "ratelimited":
        return too_many(fault.retry_after)
    if fault.kind == "half" and request.transport is not None:
        request.transport.abort()
    return web.Response(status=500, text="", content_type="text/html")


def _token(request: web.Request, args: JSON) -> str:
    header = request.headers.get("Authorization", "")
    given = args.pop("token", "")
    return header.removeprefix("Bearer ") if header.startswith("Bearer ") else str(given)


def _note(record: ApiCall, response: web.Response) -> web.Response:
    record.error = "ratelimited"
    return response
