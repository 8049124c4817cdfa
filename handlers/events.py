"""What Slack tells us without being asked: people come, change and join; channels are archived.

Promises that everyone in an incident's channel counts among those involved, and that whoever writes there is
known to be at work. Bolt acknowledges events before we
see them, so each may be repeated without harm.
"""

from __future__ import annotations

from bot.usecases import look, respond, room
from handlers.commands import OFFERED
from handlers.gesture import Gesture
from messages.blocks import Message
from messages.help import help


async def person_changed(gesture: Gesture) -> None:
    """team_join, user_change"""
    profile = gesture.payload.event.get("user") or {}
    await gesture.desk.directory.meet(profile)
    if "locale" not in profile:
        await gesture.desk.directory.refresh(str(profile.get("id") or ""))


async def came_in(gesture: Gesture) -> None:
    """member_joined_channel: somebody came by themselves, or was brought by a colleague."""
    here = await look.incident_here(gesture.core, gesture.payload.channel)
    if here is not None and here.open and not await _is_a_bot(gesture):
        await room.came_in(gesture.core, here.id, by=gesture.by)


async def archived(gesture: Gesture) -> None:
    """channel_archive, group_archive"""
    here = await look.incident_here(gesture.core, gesture.payload.channel)
    if here is not None:
        await room.archived(gesture.core, here.id, by=gesture.by)


async def written_to(gesture: Gesture) -> None:
    """message, app_mention: somebody talks to us; they hear how to be understood.

    What colleagues say to each other is theirs: we hear that they are at work, and keep nothing of it.
    """
    if gesture.payload.is_talk:
        await _overhear(gesture)
        return
    event = gesture.payload.event
    personal = event.get("channel_type") == "im" or event.get("type") == "app_mention"
    if not personal or event.get("subtype") or event.get("bot_id") or not gesture.by:
        return
    await _answer(gesture, help(gesture.words, offered=OFFERED))


async def heeded(gesture: Gesture) -> None:
    """Everything else that we are told: nothing to do."""
    await gesture.ack()


async def _overhear(gesture: Gesture) -> None:
    """Somebody wrote in an incident's channel: if it is theirs, they need not be asked whether they are there."""
    here = await look.incident_here(gesture.core, gesture.payload.channel)
    if here is not None and here.open:
        await respond.seen_at_work(gesture.core, here.id, by=gesture.by)


async def _answer(gesture: Gesture, message: Message) -> None:
    if gesture.payload.event.get("type") == "app_mention":
        await gesture.tell(message)
        return
    await gesture.desk.slack.chat_postMessage(
        channel=gesture.payload.channel, text=message.text, blocks=message.blocks, unfurl_links=False
    )


async def _is_a_bot(gesture: Gesture) -> bool:
    user = gesture.reader.roster.users.get(gesture.by)
    me = await gesture.desk.directory.myself()
    return gesture.by == me or (user is not None and user.is_bot)
