"""Shortcuts and the pushpin: a message becomes a report, or a line in the story.

Promises that a note keeps its writer and its own time, and that marking a message twice keeps it once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.domain.incident import IncidentId
from bot.domain.timeline import EventKind
from bot.usecases import coordinate, look
from handlers import forms
from handlers.gesture import SLACK_FAILURES, Gesture
from handlers.incident import confirm, moment
from handlers.slack_text import plain
from messages import actions as ids

_PATIENCE = 1.0  # seconds for a link; the form has three in all


async def declare_from_message(gesture: Gesture) -> None:
    """SHORTCUT_DECLARE_MESSAGE: the form, begun with what the message says."""
    payload = gesture.payload
    await gesture.ack()
    link = await _permalink(gesture, payload.channel, str(payload.message.get("ts", "")))
    await forms.show(gesture, ids.FORM_DECLARE, text=_text(gesture, payload.message), link=link)


async def note_message(gesture: Gesture) -> None:
    """SHORTCUT_NOTE: into this channel's story; from elsewhere the person says whose."""
    payload = gesture.payload
    here = await look.incident_here(gesture.core, payload.channel)
    if here is not None:
        await _keep(gesture, here.id, payload.channel, payload.message)
        await confirm(gesture, here.id, EventKind.NOTED)
        return
    facts = {
        "text": _text(gesture, payload.message),
        "ts": f"{payload.channel}:{payload.message.get('ts', '')}",
        "author": str(payload.message.get("user") or ""),
    }
    seen = (await look.overview(gesture.core, by=gesture.by)).open
    if len(seen) == 1:
        await forms.show(gesture, ids.FORM_NOTE, incident=seen[0].incident.id, **facts)
    else:
        await forms.show(gesture, ids.FORM_PICK, command="note", **facts)


async def marked(gesture: Gesture) -> None:
    """reaction_added: a pushpin in an incident's channel keeps the message."""
    place = await _marked_message(gesture)
    if place is None:
        return
    incident, channel, ts = place
    message = await _read(gesture, channel, ts)
    if message is not None:
        await _keep(gesture, incident, channel, message)


async def unmarked(gesture: Gesture) -> None:
    """reaction_removed: struck out again."""
    place = await _marked_message(gesture)
    if place is not None:
        incident, channel, ts = place
        await coordinate.unnote(gesture.core, incident, f"{channel}:{ts}", by=gesture.by)


async def _marked_message(gesture: Gesture) -> tuple[IncidentId, str, str] | None:
    event = gesture.payload.event
    item = event.get("item") or {}
    if event.get("reaction") != ids.REACTION_NOTE or item.get("type") != "message":
        return None
    channel = str(item.get("channel", ""))
    here = await look.incident_here(gesture.core, channel)
    return (here.id, channel, str(item.get("ts", ""))) if here else None


async def _read(gesture: Gesture, channel: str, ts: str) -> Mapping[str, Any] | None:
    """The message itself, in the channel or in one of its threads."""
    slack = gesture.desk.slack
    found = await slack.conversations_history(channel=channel, latest=ts, inclusive=True, limit=1)
    for message in found.get("messages") or ():
        if message.get("ts") == ts:
            return dict(message)
    thread = await slack.conversations_replies(channel=channel, ts=ts, latest=ts, inclusive=True, limit=10)
    return next((dict(each) for each in thread.get("messages") or () if each.get("ts") == ts), None)


async def _keep(gesture: Gesture, incident: IncidentId, channel: str, message: Mapping[str, Any]) -> None:
    ts = str(message.get("ts", ""))
    await coordinate.note(
        gesture.core,
        incident,
        _text(gesture, message),
        by=gesture.by,
        author=str(message.get("user") or "") or None,
        at=moment(ts),
        message=f"{channel}:{ts}",
    )


def _text(gesture: Gesture, message: Mapping[str, Any]) -> str:
    """What it says; of a file without words, its name."""
    said = plain(str(message.get("text") or ""), gesture.reader.roster)
    files = [str(file.get("name") or file.get("title") or "") for file in message.get("files") or ()]
    return said or ", ".join(filter(None, files))


async def _permalink(gesture: Gesture, channel: str, ts: str) -> str:
    """Without it the form opens all the same."""
    try:
        async with asyncio.timeout(_PATIENCE):
            found = await gesture.desk.slack.chat_getPermalink(channel=channel, message_ts=ts)
    except SLACK_FAILURES:
        return ""
    return str(found.get("permalink") or "")
