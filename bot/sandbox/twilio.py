"""A telephone company with Twilio's API: texts with delivery reports, calls that follow TwiML, replies.

https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar
from xml.etree import ElementTree

import aiohttp
from aiohttp import web

from bot.sandbox.faults import Fault
from bot.sandbox.phones import Phone, Sms
from bot.sandbox.refusal import JSON
from bot.sandbox.voice import Line, Voice
from bot.sandbox.web_api import broken

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

T = TypeVar("T")
Serve = Callable[[dict[str, str], list[str]], JSON]
E164 = re.compile(r"\+[1-9]\d{6,14}")
LONGEST_BODY = 1600
ERRORS = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource was not found"),
    20429: (429, "Too Many Requests"),
    21205: (400, "Url parameter is required."),
    21211: (400, "The 'To' number is not a valid phone number."),
    21220: (400, "Call is not in the expected state."),
    21602: (400, "Message body is required."),
    21606: (400, "The 'From' phone number provided is not a valid message-capable Twilio phone number."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
}


class TwilioRefusal(Exception):
    """Answered with one of Twilio's error codes."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Twilio:
    """Texts and the door to calls. Call-backs are signed with the account's token, as Twilio signs them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.webhook_base = ""
        self.texts: dict[str, Sms] = {}
        self._session: aiohttp.ClientSession | None = None
        self.voice = Voice(sandbox, self.post)
        sandbox.carrier.text = self.receive_text

    def mount(self, router: web.UrlDispatcher) -> None:
        account = "/twilio/2010-04-01/Accounts/{account}"
        router.add_post(f"{account}/Messages.json", self._messages)
        router.add_post(f"{account}/Calls.json", self._calls)
        router.add_get(f"{account}.json", self._account)
        router.add_get(f"{account}/Messages/{{sid}}.json", self._message)
        router.add_route("*", f"{account}/Calls/{{sid}}.json", self._call)

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    def phone(self, number: str) -> Phone | None:
        """The phone with this number, if somebody here carries it."""
        return self._sandbox.phones.get(number)

    async def receive_text(self, phone: Phone, to: str, body: str) -> str:
        """A person texts the app; returns the text it answered with, if any."""
        sms = Sms(self._sid("SM"), phone.number, to, body, self._sandbox.workspace.clock.now(), "out", "received")
        phone.thread.append(sms)
        form = {
            "MessageSid": sms.id,
            "SmsSid": sms.id,
            "AccountSid": self._sandbox.twilio_sid,
            "From": phone.number,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
        }
        answer = await self.post(f"{self.webhook_base}/hooks/twilio/sms", form)
        said = _message_of(answer)
        if said:
            self._arrive(phone, Sms(self._sid("SM"), to, phone.number, said, sms.at, state="delivered"))
        self._moved(phone)
        return said

    async def post(self, url: str, form: dict[str, str], method: str = "POST") -> str:
        """Call the app back, signed; returns the body. ConnectionError for anything but a 2xx."""
        if self._session is None:
            # A connection kept open may be closed by the app at the very moment somebody presses a key.
            each_its_own = aiohttp.TCPConnector(force_close=True)
            self._session = aiohttp.ClientSession(connector=each_its_own, timeout=aiohttp.ClientTimeout(total=15))
        headers = {"X-Twilio-Signature": sign(self._sandbox.twilio_token, url, form if method == "POST" else {})}
        where = {"data": form} if method == "POST" else {"params": form}
        try:
            async with self._session.request(method, url, headers=headers, **where) as response:  # type: ignore[arg-type]
                if not 200 <= response.status < 300:
                    raise ConnectionError(f"{url} answered {response.status}")
                return await response.text()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectionError(str(error)) from error

    # --- the API ---

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        return await self._guarded(request, "twilio.Messages", self._send_text)

    async def _calls(self, request: web.Request) -> web.StreamResponse:
        return await self._guarded(request, "twilio.Calls", self._place_call)

    async def _account(self, request: web.Request) -> web.StreamResponse:
        """Who the account belongs to, and whether it may send."""
        fault = self._sandbox.faults.take("twilio.Accounts")
        if fault is not None:
            return await self._suffer(fault, request)
        try:
            self._check_account(request)
        except TwilioRefusal as refusal:
            return _refused(refusal.code)
        name = self._sandbox.workspace.cast.workspace
        return web.json_response(
            {"sid": self._sandbox.twilio_sid, "friendly_name": name, "status": self._sandbox.twilio_status}
        )

    async def _message(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_account(request)
            return web.json_response(self._text_json(self._known(self.texts, request)))
        except TwilioRefusal as refusal:
            return _refused(refusal.code)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        """Look at a call, or end it (`Status=canceled` or `completed`)."""
        try:
            self._check_account(request)
            line = self._known(self.voice.lines, request)
        except TwilioRefusal as refusal:
            return _refused(refusal.code)
        wish = (await request.post()).get("Status")
        if wish == "canceled" and line.call.state != "ringing":
            return _refused(21220)  # somebody has taken it, or it has ended
        if wish in ("canceled", "completed"):
            await self.voice.end(line, "canceled" if line.call.state == "ringing" else "completed")
        return web.json_response(self._call_json(line))

    async def _guarded(self, request: web.Request, name: str, serve: Serve) -> web.StreamResponse:
        faults = self._sandbox.faults
        await faults.delay(name)
        fault = faults.take(name)
        if fault is not None and fault.kind.startswith(("inside:", "swallowed")):
            return web.json_response(self._in_name_only(fault, name), status=201)
        if fault is not None and not fault.kind.startswith("half"):
            return await self._suffer(fault, request)
        try:
            self._check_account(request)
            form = await request.post()
            fields = {key: str(value) for key, value in form.items()}
            events = [str(value) for value in form.getall("StatusCallbackEvent", [])]
            answer = serve(fields, events)
        except TwilioRefusal as refusal:
            return _refused(refusal.code)
        if fault is not None:
            return await self._suffer(fault, request)
        return web.json_response(answer, status=201)

    def _in_name_only(self, fault: Fault, name: str) -> JSON:
        """What is accepted and leads to nothing; said so in the answer, or not at all."""
        refused, _, code = fault.kind.partition(":")
        told = {"error_code": int(code) if code else None, "error_message": ERRORS[int(code)][1] if code else None}
        sid = self._sid("CA" if name == "twilio.Calls" else "SM")
        return {"sid": sid, "status": "failed" if refused == "inside" else "queued", **told}

    async def _suffer(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        """`error:<code>` is one of Twilio's codes here."""
        if fault.kind == "ratelimited":
            return _refused(20429, {"Retry-After": str(fault.retry_after)})
        if fault.kind.startswith("error:"):
            return _refused(int(fault.kind.removeprefix("error:")))
        return await broken(fault, request, self._sandbox.faults)

    def _send_text(self, form: dict[str, str], events: list[str]) -> JSON:
        to = self._destination(form)
        body = form.get("Body", "")
        if not body:
            raise TwilioRefusal(21602)
        if len(body) > LONGEST_BODY:
            raise TwilioRefusal(21617)
        sms = Sms(self._sid("SM"), form["From"], to, body, self._sandbox.workspace.clock.now())
        self.texts[sms.id] = sms
        answer = self._text_json(sms)
        self._sandbox.tasks.begin(self._deliver(sms, form.get("StatusCallback", "")))
        return answer

    def _place_call(self, form: dict[str, str], events: list[str]) -> JSON:
        to = self._destination(form)
        if not form.get("Url") and not form.get("Twiml"):
            raise TwilioRefusal(21205)
        return self._call_json(self.voice.place(self._sid("CA"), to, form, events, self.phone(to)))

    # --- texts on their way ---

    async def _deliver(self, sms: Sms, callback: str) -> None:
        phone = self.phone(sms.to)
        reached = phone is not None and not phone.off
        for state in ("sent", "delivered") if reached else ("sent", "undelivered"):
            sms.state = state
            if state == "delivered" and phone is not None:
                self._arrive(phone, sms)
            if callback:
                await self._report(sms, callback)

    async def _report(self, sms: Sms, callback: str) -> None:
        form = {"MessageSid": sms.id, "SmsSid": sms.id, "MessageStatus": sms.state, "SmsStatus": sms.state}
        form |= {"To": sms.to, "From": sms.from_, "AccountSid": self._sandbox.twilio_sid, "ApiVersion": "2010-04-01"}
        if sms.state == "undelivered":
            form["ErrorCode"] = "30003"
        try:
            await self.post(callback, form)
        except ConnectionError:
            return  # Twilio does not repeat a status call-back either.

    def _arrive(self, phone: Phone, sms: Sms) -> None:
        phone.messages.append(sms)
        phone.thread.append(sms)
        self._moved(phone)

    def _moved(self, phone: Phone) -> None:
        self._sandbox.workspace.tell_pages("phone", [phone.owner])

    # --- checks and shapes ---

    def _check_account(self, request: web.Request) -> None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        expected = f"{self._sandbox.twilio_sid}:{self._sandbox.twilio_token}"
        if scheme != "Basic" or b64decode(secret).decode() != expected:
            raise TwilioRefusal(20003)
        if request.match_info["account"] != self._sandbox.twilio_sid:
            raise TwilioRefusal(20404)

    def _destination(self, form: dict[str, str]) -> str:
        if not E164.fullmatch(form.get("To", "")):
            raise TwilioRefusal(21211)
        if form.get("From") != self._sandbox.twilio_from:
            raise TwilioRefusal(21606)
        return form["To"]

    def _known(self, things: Mapping[str, T], request: web.Request) -> T:
        thing = things.get(request.match_info["sid"])
        if thing is None:
            raise TwilioRefusal(20404)
        return thing

    def _sid(self, prefix: str) -> str:
        return prefix + self._sandbox.workspace.ids.secret(32)

    def _text_json(self, sms: Sms) -> JSON:
        return {
            "sid": sms.id,
            "account_sid": self._sandbox.twilio_sid,
            "status": sms.state,
            "to": sms.to,
            "from": sms.from_,
            "body": sms.body,
            "num_segments": "1",
            "direction": "outbound-api",
            "error_code": 30003 if sms.state == "undelivered" else None,
            "error_message": None,
        }

    def _call_json(self, line: Line) -> JSON:
        call = line.call
        status = "queued" if call.state == "ringing" and not line.rang else call.state
        return {
            "sid": call.id,
            "account_sid": self._sandbox.twilio_sid,
            "status": status,
            "to": call.to,
            "from": call.from_,
            "direction": "outbound-api",
        }


def sign(token: str, url: str, form: dict[str, str]) -> str:
    """https://www.twilio.com/docs/usage/security#validating-requests"""
    written = url + "".join(name + form[name] for name in sorted(form))
    return b64encode(hmac.digest(token.encode(), written.encode(), "sha1")).decode()


def _message_of(answer: str) -> str:
    if not answer.strip():
        return ""
    root = ElementTree.fromstring(answer)  # noqa: S314 - the app under test wrote it
    return " ".join("".join(message.itertext()).strip() for message in root.iter("Message"))


def _refused(code: int, headers: dict[str, str] | None = None) -> web.Response:
    status, message = ERRORS.get(code, (400, "error"))
    body = {"code": code, "message": message, "status": status}
    body["more_info"] = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response(body, status=status, headers=headers)
