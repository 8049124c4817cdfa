"""Telephone calls: ringing, what the voice says, the keys a person presses.

TwiML understood: Say, Gather (numDigits, timeout, action, finishOnKey), Pause, Redirect, Hangup.
A call nobody answers ends after its timeout; that and a silent Gather count on the product's clock.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bot.sandbox.clockwork import Alarm
from bot.sandbox.phones import CallState, Phone, PhoneCall

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

Post = Callable[[str, dict[str, str], str], Awaitable[str]]
RINGS_FOR = 60
WORDS_A_SECOND = 2.5
BROKEN = "We are sorry, an application error has occurred. Goodbye."
SEQUENCE = {"initiated": 0, "ringing": 1, "answered": 2, "completed": 3}


@dataclass(slots=True)
class Gather:
    """The voice waits for keys: where to send them, how many, and what follows silence."""

    action: str
    method: str
    digits: int
    finish_on: str
    rest: list[Element]
    pressed: str = ""


@dataclass(slots=True)
class Line:
    """One call under way, as the telephone company sees it."""

    call: PhoneCall
    url: str
    method: str
    twiml: str
    callback: str
    callback_method: str
    events: frozenset[str]
    owner: str
    rang: bool = False
    gather: Gather | None = None
    alarm: Alarm | None = None
    heard: dict[str, str] = field(default_factory=dict)


class Voice:
    """Places calls, follows their TwiML, and reports their end."""

    def __init__(self, sandbox: Sandbox, post: Post) -> None:
        self._sandbox = sandbox
        self._post = post
        self.lines: dict[str, Line] = {}
        sandbox.carrier.answer = self.answer
        sandbox.carrier.press = self.press
        sandbox.carrier.hang_up = self.refuse

    def place(self, sid: str, to: str, form: dict[str, str], events: list[str], phone: Phone | None) -> Line:
        """Let it ring; the rest happens by itself or by the person's hand."""
        call = PhoneCall(sid, form["From"], to, self._sandbox.workspace.clock.now())
        line = Line(
            call,
            form.get("Url", ""),
            form.get("Method", "POST"),
            form.get("Twiml", ""),
            form.get("StatusCallback", ""),
            form.get("StatusCallbackMethod", "POST"),
            frozenset(" ".join(events).split() or ["completed"]),
            phone.owner if phone is not None else "",
        )
        self.lines[sid] = line
        self._sandbox.tasks.begin(self._ring(line, phone, float(form.get("Timeout", RINGS_FOR))))
        return line

    async def answer(self, call: PhoneCall) -> None:
        line = self.lines[call.id]
        if call.state != "ringing":
            return
        self._quieten(line)
        call.state = "in-progress"
        await self._report(line, "answered")
        await self._go(line, line.url)

    async def press(self, call: PhoneCall, key: str) -> None:
        """A key counts only while the voice waits for one."""
        line = self.lines[call.id]
        call.keys.append(key)
        gather = line.gather
        if gather is None:
            return
        if key != gather.finish_on:
            gather.pressed += key
        if key == gather.finish_on or len(gather.pressed) >= gather.digits:
            self._quieten(line)
            await self._go(line, gather.action, {"Digits": gather.pressed}, gather.method)

    async def refuse(self, call: PhoneCall) -> None:
        """Hang up, or send away a call that rings."""
        await self.end(self.lines[call.id], "busy" if call.state == "ringing" else "completed")

    async def end(self, line: Line, state: CallState) -> None:
        if not line.call.live:
            return
        self._quieten(line)
        line.call.state = state
        self._moved(line)
        await self._report(line, "completed")

    # --- inside ---

    async def _ring(self, line: Line, phone: Phone | None, seconds: float) -> None:
        await self._report(line, "initiated")
        if phone is None:
            await self.end(line, "failed")
            return
        line.rang = True
        phone_rings = not phone.off
        if phone_rings:
            phone.calls.append(line.call)
            self._moved(line)
            await self._report(line, "ringing")
        line.alarm = self._sandbox.alarms.after(seconds, lambda: self.end(line, "no-answer"))

    async def _go(self, line: Line, url: str, heard: dict[str, str] | None = None, method: str = "") -> None:
        """Fetch TwiML and do what it says."""
        if not url and line.twiml:
            await self._follow(line, _verbs(line.twiml))
            return
        line.url = urljoin(line.url, url)
        try:
            twiml = await self._post(line.url, self._form(line) | (heard or {}), method or line.method)
            verbs = _verbs(twiml)
        except (ConnectionError, ElementTree.ParseError):
            line.call.said.append(BROKEN)
            await self.end(line, "completed")
            return
        await self._follow(line, verbs)

    async def _follow(self, line: Line, verbs: list[Element]) -> None:
        for place, verb in enumerate(verbs):
            match verb.tag:
                case "Say":
                    self._say(line, verb)
                case "Redirect":
                    await self._go(line, (verb.text or "").strip(), method=verb.get("method", ""))
                    return
                case "Gather":
                    self._listen(line, verb, verbs[place + 1 :])
                    return
                case "Hangup" | "Reject":
                    break
        await self.end(line, "completed")

    def _listen(self, line: Line, verb: Element, rest: list[Element]) -> None:
        words = 0
        for said in verb.iter("Say"):
            words += self._say(line, said)
        digits, finish = int(verb.get("numDigits", "999")), verb.get("finishOnKey", "#")
        line.gather = Gather(verb.get("action", ""), verb.get("method", "POST"), digits, finish, rest)
        line.call.listening = True
        seconds = float(verb.get("timeout", "5")) + words / WORDS_A_SECOND
        line.alarm = self._sandbox.alarms.after(seconds, lambda: self._silence(line))
        self._moved(line)

    async def _silence(self, line: Line) -> None:
        gather = line.gather
        self._quieten(line)
        if gather is not None and line.call.state == "in-progress":
            await self._follow(line, gather.rest)

    def _say(self, line: Line, verb: Element) -> int:
        words = " ".join("".join(verb.itertext()).split())
        line.call.said.append(words)
        self._moved(line)
        return len(words.split()) * int(verb.get("loop", "1"))

    def _quieten(self, line: Line) -> None:
        """Stop waiting, for an answer or for a key."""
        line.gather = None
        line.call.listening = False
        if line.alarm is not None:
            line.alarm.cancel()
            line.alarm = None

    async def _report(self, line: Line, event: str) -> None:
        if not line.callback or event not in line.events:
            return
        status = line.call.state if event in ("answered", "completed") else event
        form = self._form(line) | {"CallStatus": status, "SequenceNumber": str(SEQUENCE[event])}
        if event == "completed":
            spoken = self._sandbox.workspace.clock.now() - line.call.at
            form["CallDuration"] = str(int(spoken.total_seconds()) if line.call.said else 0)
        try:
            await self._post(line.callback, form, line.callback_method)
        except ConnectionError:
            return  # Twilio does not repeat a status call-back either.

    def _form(self, line: Line) -> dict[str, str]:
        call = line.call
        return {
            "CallSid": call.id,
            "AccountSid": self._sandbox.twilio_sid,
            "From": call.from_,
            "To": call.to,
            "Called": call.to,
            "Caller": call.from_,
            "CallStatus": call.state,
            "Direction": "outbound-api",
            "ApiVersion": "2010-04-01",
        }

    def _moved(self, line: Line) -> None:
        self._sandbox.workspace.tell_pages("phone", [line.owner])


def _verbs(twiml: str) -> list[Element]:
    return list(ElementTree.fromstring(twiml))  # noqa: S314 - the app under test wrote it
