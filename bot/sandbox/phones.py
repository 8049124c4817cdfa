"""The telephones in people's pockets: texts, calls and mail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.sandbox.refusal import NotVisible

CallState = Literal["ringing", "in-progress", "completed", "no-answer", "busy", "failed", "canceled"]


@dataclass(slots=True)
class Sms:
    """One text. `state` moves queued → sent → delivered, or ends undelivered."""

    id: str
    from_: str
    to: str
    body: str
    at: datetime
    direction: Literal["in", "out"] = "in"
    state: str = "queued"

    def mentions(self, words: str) -> bool:
        return words.lower() in self.body.lower()


@dataclass(slots=True)
class PhoneCall:
    """One call; `said` is what the voice has said so far, `keys` what was pressed."""

    id: str
    from_: str
    to: str
    at: datetime
    state: CallState = "ringing"
    said: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    listening: bool = False

    @property
    def live(self) -> bool:
        return self.state in ("ringing", "in-progress")

    def mentions(self, words: str) -> bool:
        return words.lower() in " ".join(self.said).lower()


@dataclass(slots=True)
class Mail:
    id: str
    from_: str
    to: str
    subject: str
    body: str
    html: str
    at: datetime
    headers: dict[str, str] = field(default_factory=dict)

    def mentions(self, words: str) -> bool:
        return words.lower() in f"{self.subject}\n{self.body}".lower()


class Carrier:
    """What a phone can ask of the telephone company; set when the workspace starts."""

    def __init__(self) -> None:
        self.text: Callable[[Phone, str, str], Awaitable[str]] = _nobody
        self.answer: Callable[[PhoneCall], Awaitable[None]] = _silence
        self.press: Callable[[PhoneCall, str], Awaitable[None]] = _silence_key
        self.hang_up: Callable[[PhoneCall], Awaitable[None]] = _silence


class Phone:
    """One person's phone. `off` makes texts undeliverable and calls go unanswered."""

    def __init__(self, number: str, address: str, carrier: Carrier, *, owner: str) -> None:
        self.number = number
        self.owner = owner
        self.address = address
        self.off = False
        self.messages: list[Sms] = []
        self.thread: list[Sms] = []
        """Texts in both directions, in the order in which they happened."""
        self.calls: list[PhoneCall] = []
        self.mails: list[Mail] = []
        self.read = 0
        self._carrier = carrier

    @property
    def last_page(self) -> Sms | PhoneCall | Mail:
        """The newest thing that reached this phone."""
        everything: list[Sms | PhoneCall | Mail] = [*self.messages, *self.calls, *self.mails]
        if not everything:
            raise NotVisible("this phone has received nothing")
        return max(everything, key=lambda one: one.at)

    @property
    def ringing(self) -> PhoneCall | None:
        """The call that rings or is under way."""
        return next((call for call in reversed(self.calls) if call.live), None)

    async def replies(self, body: str, *, to: str | None = None) -> str:
        """Text back, to whoever wrote last; returns what the app answered, if anything."""
        if to is None:
            if not self.messages:
                raise NotVisible("there is no text to reply to")
            to = self.messages[-1].from_
        return await self._carrier.text(self, to, body)

    async def answers(self) -> None:
        """Pick up and listen until the voice waits for a key or stops."""
        await self._carrier.answer(self._call())

    async def presses_key(self, key: str) -> None:
        """Press a key, picking up first when it still rings."""
        call = self._call()
        if call.state == "ringing":
            await self._carrier.answer(call)
        await self._carrier.press(call, key)

    async def hangs_up(self) -> None:
        """End the call, or refuse it while it rings."""
        await self._carrier.hang_up(self._call())

    def _call(self) -> PhoneCall:
        call = self.ringing
        if call is None:
            raise NotVisible("this phone is not ringing")
        return call


async def _nobody(phone: Phone, to: str, body: str) -> str:
    raise ConnectionError("the workspace has not started")


async def _silence(call: PhoneCall) -> None:
    raise ConnectionError("the workspace has not started")


async def _silence_key(call: PhoneCall, key: str) -> None:
    raise ConnectionError("the workspace has not started")
