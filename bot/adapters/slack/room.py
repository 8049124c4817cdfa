"""The incident's channel: opened once, furnished piece by piece."""

from __future__ import annotations

from bot.adapters.slack.calls import DONE_ALREADY, SlackCalls
from bot.adapters.slack.posting import words_of_room
from bot.domain.incident import Incident, channel_name
from bot.domain.roster import GUESTS_KEPT_OUT
from bot.errors import Undeliverable
from bot.ports import Brief, Receipt
from messages import card

NAMES_TO_TRY = 5
INVITED_AT_ONCE = 100  # Slack's limit for conversations.invite


async def open_channel(calls: SlackCalls, brief: Brief) -> Receipt:
    """Create the channel, or adopt the one that an interrupted attempt has created."""
    incident = brief.record.incident
    if incident.room.channel:
        return Receipt(incident.room.channel, {"name": incident.room.channel_name or ""})
    for taken in range(NAMES_TO_TRY):
        name = channel_name(incident.id, incident.title, fallback=incident.scenario or "incident", taken=taken)
        try:
            answer = await calls("conversations.create", name=name, is_private=incident.private)
            return Receipt(answer["channel"]["id"], {"name": answer["channel"]["name"]})
        except Undeliverable as refusal:
            if refusal.code != "name_taken":
                raise
            if mine := await _ours(calls, name, incident):
                return Receipt(mine, {"name": name})
    raise Undeliverable("name_taken")


async def invite(calls: SlackCalls, brief: Brief, people: tuple[str, ...]) -> Receipt:
    """Bring people in; those whom Slack refuses don't stop the others.

    A guest is asked for alone, so that their refusal is heard. Raises ``Undeliverable`` of the code
    ``GUESTS_KEPT_OUT`` when it is: a member has to bring them in by hand.
    """
    guests = [each for each in people if brief.roster.is_guest(each)]
    members = [each for each in people if each not in guests]
    refused: list[str] = []
    for start in range(0, len(members), INVITED_AT_ONCE):
        refused += await _invite(calls, brief, members[start : start + INVITED_AT_ONCE])
    kept_out = [guest for guest in guests if await _kept_out(calls, brief, guest)]
    if kept_out:
        raise Undeliverable(GUESTS_KEPT_OUT)
    return Receipt(facts={"refused": refused})


async def _invite(calls: SlackCalls, brief: Brief, people: list[str]) -> list[str]:
    channel = brief.record.incident.room.channel
    try:
        answer = await calls("conversations.invite", channel=channel, users=",".join(people), force=True)
    except Undeliverable as refusal:
        if refusal.code not in DONE_ALREADY:
            raise
        return []
    return [entry.get("user", "") for entry in answer.get("errors", [])]


async def _kept_out(calls: SlackCalls, brief: Brief, guest: str) -> bool:
    try:
        return bool(await _invite(calls, brief, [guest]))
    except Undeliverable:
        return True


async def set_topic(calls: SlackCalls, brief: Brief) -> Receipt:
    _ = words_of_room(brief.roster)
    await calls("conversations.setTopic", channel=brief.record.incident.room.channel, topic=card.topic(_, brief.record))
    return Receipt()


async def pin_card(calls: SlackCalls, brief: Brief) -> Receipt:
    channel, _, ts = (brief.posted or "").partition(":")
    try:
        await calls("pins.add", channel=channel, timestamp=ts)
    except Undeliverable as refusal:
        if refusal.code not in DONE_ALREADY:
            raise
    return Receipt()


async def bookmark(calls: SlackCalls, brief: Brief, what: str) -> Receipt:
    """A link in the channel's bar; after an interruption, one that is there is left alone."""
    incident = brief.record.incident
    known = card.bookmark(words_of_room(brief.roster), brief.record, what)
    if known is None:
        return Receipt(worked=False)
    title, link = known
    if brief.uncertain:
        there = await calls("bookmarks.list", channel_id=incident.room.channel)
        if any(each.get("link") == link for each in there.get("bookmarks", [])):
            return Receipt()
    await calls("bookmarks.add", channel_id=incident.room.channel, title=title, type="link", link=link)
    return Receipt()


async def _ours(calls: SlackCalls, name: str, incident: Incident) -> str | None:
    """The channel of this name, if we created it for this incident and nobody else has it."""
    me, cursor = await calls.me(), ""
    while True:
        page = await calls(
            "conversations.list",
            types="private_channel" if incident.private else "public_channel",
            exclude_archived=True,
            limit=1000,
            cursor=cursor or None,
        )
        for channel in page.get("channels", []):
            made_for_this = channel.get("created", 0) >= int(incident.declared_at.timestamp())
            if channel["name"] == name and channel.get("creator") == me and made_for_this:
                return str(channel["id"])
        cursor = page.get("response_metadata", {}).get("next_cursor", "")
        if not cursor:
            return None
