"""What was said: newest first in a channel, oldest first in a thread."""

from __future__ import annotations

from bot.sandbox.call import HISTORY, Call, Method, read_cursor, write_cursor
from bot.sandbox.channel import span
from bot.sandbox.message import Message
from bot.sandbox.refusal import JSON, SlackRefusal

MOST = 999


def history(call: Call) -> JSON:
    channel = call.channel(scopes=HISTORY, member=True)
    places = channel.between(call.args.get("oldest", ""), _latest(call), inclusive=bool(call.args.get("inclusive")))
    start, limit = read_cursor(call.args.get("cursor", "")), _limit(call)
    newest_first = places[::-1]
    stamps = [channel.top[place] for place in newest_first[start : start + limit]]
    return {
        "messages": [_shown(call, channel.messages[ts]) for ts in stamps],
        "pin_count": len(channel.pins),
        **_rest(start + limit, len(places)),
    }


def replies(call: Call) -> JSON:
    """The message itself, then its replies."""
    channel = call.channel(scopes=HISTORY, member=True)
    given = channel.messages.get(call.args["ts"])
    if given is None:
        raise SlackRefusal("thread_not_found")
    root = channel.messages[given.thread_ts] if given.thread_ts else given
    places = span(root.replies, call.args.get("oldest", ""), _latest(call), inclusive=bool(call.args.get("inclusive")))
    start, limit = read_cursor(call.args.get("cursor", "")), _limit(call)
    stamps = [root.replies[place] for place in places[start : start + limit]]
    shown = [root, *(channel.messages[ts] for ts in stamps)]
    return {"messages": [_shown(call, message) for message in shown], **_rest(start + limit, len(places))}


def _latest(call: Call) -> str:
    latest: str = call.args.get("latest", "")
    return "" if latest in ("now", "0") else latest


def _limit(call: Call) -> int:
    limit: int = call.args.get("limit") or 100
    if not 1 <= limit <= MOST:
        raise SlackRefusal("invalid_limit")
    return limit


def _shown(call: Call, message: Message) -> JSON:
    return message.json(with_metadata=bool(call.args.get("include_all_metadata")))


def _rest(place: int, total: int) -> JSON:
    more = place < total
    return {"has_more": more} | ({"response_metadata": {"next_cursor": write_cursor(place)}} if more else {})


SPAN = "cursor limit:int oldest latest inclusive:bool include_all_metadata:bool"
SCOPES = ("channels:history", "groups:history", "im:history")
METHODS = (
    Method("conversations.history", history, scopes=SCOPES, args=f"channel! {SPAN}"),
    Method("conversations.replies", replies, scopes=SCOPES, args=f"channel! ts! {SPAN}"),
)
