"""Between Slack and a listener.

Promises that a gesture is answered within two and a half seconds, whatever our store does; that a gesture
delivered again is not done again and gets the same answer; that every listener's task is held until it ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any, Final

from bot.errors import NotRecorded
from handlers import errors
from handlers.desk import Desk
from handlers.gesture import Acknowledge, Gesture, Listener
from handlers.payload import Kind, Payload
from handlers.reader import reader

LIMIT: Final = 2.3  # seconds; Slack waits three, the person was promised two and a half

Heard = Callable[[Acknowledge, dict[str, Any]], Awaitable[None]]


def hears(desk: Desk, listener: Listener) -> Heard:
    """A listener as Bolt calls it."""

    async def heard(ack: Acknowledge, body: dict[str, Any]) -> None:
        await receive(desk, Payload(body), ack, listener)

    return heard


async def receive(desk: Desk, payload: Payload, ack: Acknowledge, listener: Listener) -> None:
    """Let the listener do it, or repeat the answer it has already given."""
    if payload.is_talk and not payload.is_speech:
        return  # joined, renamed, edited: Bolt has acknowledged it, and nobody is waiting for us
    desk.memory.hold(asyncio.current_task())
    while earlier := desk.memory.begin(payload.key):
        answer = await asyncio.shield(earlier)
        if answer is not None:
            await ack(**answer)
            return
    done = False
    try:
        done = await _once(desk, payload, ack, listener)
    finally:
        if not done:
            desk.memory.forget(payload.key)


async def _once(desk: Desk, payload: Payload, ack: Acknowledge, listener: Listener) -> bool:
    """Whether it came to something: a form sent back with faults may be submitted again."""
    heard: list[Gesture] = []
    try:
        await _within_limit(desk, payload, ack, listener, heard)
    except Exception as error:
        if not heard or heard[0].answer is None:
            raise  # Bolt's error handler acknowledges with the reason
        errors.afterwards(desk, payload, error)
    answer = heard[0].answer
    return answer is not None and answer.get("response_action") != "errors"


async def _within_limit(
    desk: Desk, payload: Payload, ack: Acknowledge, listener: Listener, heard: list[Gesture]
) -> None:
    waiting = nullcontext() if payload.kind is Kind.EVENT else desk.core.gestures.waiting()
    try:
        # Bolt has acknowledged an event already: nobody is waiting, and Slack may be asked first
        with waiting:
            async with asyncio.timeout(None if payload.kind is Kind.EVENT else LIMIT) as limit:
                gesture = Gesture(desk, payload, await reader(desk, payload.user), ack, limit)
                heard.append(gesture)
                await listener(gesture)
                await gesture.ack()
    except TimeoutError as late:
        if not heard or heard[0].answer is None:
            raise NotRecorded("too_slow") from late
        raise
