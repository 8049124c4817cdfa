"""Between Slack and a listener.

Promises that a gesture is answered within two and a half seconds, whatever our store does; that a gesture
delivered again is not done again and gets the same answer; that every listener's task is held until it ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from bot.domain.roster import Roster
from bot.errors import NotRecorded
from handlers import errors
from handlers.desk import Desk
from handlers.gesture import Acknowledge, Gesture, Listener
from handlers.payload import Kind, Payload
from handlers.reader import reader, reader_in

AtOnce = Callable[[Payload, Roster], bool]


def _never(payload: Payload, roster: Roster) -> bool:
    return False


@dataclass(frozen=True)
class Ear:
    """A listener as Bolt calls it. What ``at_once`` says yes to has its answer before anything is looked up."""

    desk: Desk
    listener: Listener
    at_once: AtOnce = _never

    async def heard(self, ack: Acknowledge, body: dict[str, Any]) -> None:
        """Let the listener do it, or repeat the answer it has already given."""
        payload, memory = Payload(body), self.desk.memory
        if payload.is_talk and not payload.is_speech:
            return  # joined, renamed, edited: Bolt has acknowledged it, and nobody is waiting for us
        memory.hold(asyncio.current_task())
        while earlier := memory.begin(payload.key):
            answer = await asyncio.shield(earlier)
            if answer is not None:
                await ack(**answer)
                return
        done = False
        try:
            done = await self._once(payload, ack)
        finally:
            if not done:
                memory.forget(payload.key)

    async def _once(self, payload: Payload, ack: Acknowledge) -> bool:
        """Whether it came to something: a form sent back with faults may be submitted again."""
        heard: list[Gesture] = []
        try:
            await self._within_limit(payload, ack, heard)
        except Exception as error:
            if not heard or heard[0].answer is None:
                raise  # Bolt's error handler acknowledges with the reason
            errors.afterwards(self.desk, payload, error)
        answer = heard[0].answer
        return answer is not None and answer.get("response_action") != "errors"

    async def _within_limit(self, payload: Payload, ack: Acknowledge, heard: list[Gesture]) -> None:
        desk, event = self.desk, payload.kind is Kind.EVENT
        # Bolt has acknowledged an event already: nobody is waiting, and Slack may be asked first
        waiting = nullcontext() if event else desk.core.gestures.waiting()
        try:
            with waiting:
                async with asyncio.timeout(None if event else desk.core.patience.answer) as limit:
                    gesture = Gesture(desk, payload, reader_in(desk.memory.roster, payload.user), ack, limit)
                    heard.append(gesture)
                    if self.at_once(payload, desk.memory.roster):
                        await gesture.ack()
                    gesture.reader = await reader(desk, payload.user)
                    await self.listener(gesture)
                    await gesture.ack()
        except TimeoutError as late:
            if not heard or heard[0].answer is None:
                raise NotRecorded("too_slow") from late
            raise
