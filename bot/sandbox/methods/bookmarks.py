"""Links on top of a channel."""

from __future__ import annotations

from bot.sandbox.call import Call, Method
from bot.sandbox.channel import Channel
from bot.sandbox.refusal import JSON, SlackRefusal

MOST = 100


def add(call: Call) -> JSON:
    channel = call.channel("channel_id", member=True)
    if call.args["type"] != "link":
        raise SlackRefusal("invalid_bookmark_type")
    _check_link(call.args.get("link", ""))
    if len(channel.bookmarks) >= MOST:
        raise SlackRefusal("too_many_bookmarks")
    bookmark = _bookmark(call, channel)
    channel.bookmarks[bookmark["id"]] = bookmark
    return _changed(call, channel, bookmark)


def edit(call: Call) -> JSON:
    channel = call.channel("channel_id", member=True)
    bookmark = _known(call, channel)
    if "link" in call.args:
        _check_link(call.args["link"])
    given = {name: call.args[name] for name in ("title", "link", "emoji") if name in call.args}
    bookmark |= given | {"date_updated": call.workspace.seconds}
    return _changed(call, channel, bookmark)


def remove(call: Call) -> JSON:
    channel = call.channel("channel_id", member=True)
    _known(call, channel)
    del channel.bookmarks[call.args["bookmark_id"]]
    call.workspace.tell_pages("channels", channel.members)
    return {}


def list_all(call: Call) -> JSON:
    return {"bookmarks": list(call.channel("channel_id", member=True).bookmarks.values())}


def _bookmark(call: Call, channel: Channel) -> JSON:
    return {
        "id": call.workspace.ids.mint("Bk"),
        "channel_id": channel.id,
        "title": call.args["title"],
        "link": call.args["link"],
        "emoji": call.args.get("emoji", ""),
        "icon_url": "",
        "type": "link",
        "entity_id": None,
        "date_created": call.workspace.seconds,
        "date_updated": 0,
        "rank": "",
        "last_updated_by_user_id": call.app.user,
        "last_updated_by_team_id": call.workspace.team,
        "shortcut_id": None,
        "app_id": call.app.id,
    }


def _known(call: Call, channel: Channel) -> JSON:
    bookmark = channel.bookmarks.get(call.args["bookmark_id"])
    if bookmark is None:
        raise SlackRefusal("not_found")
    return bookmark


def _check_link(link: str) -> None:
    if not link.startswith(("http://", "https://")):
        raise SlackRefusal("invalid_link")


def _changed(call: Call, channel: Channel, bookmark: JSON) -> JSON:
    call.workspace.tell_pages("channels", channel.members)
    return {"bookmark": bookmark}


METHODS = (
    Method(
        "bookmarks.add",
        add,
        scopes=("bookmarks:write",),
        args="channel_id! title! type! link emoji entity_id access_level parent_id",
    ),
    Method("bookmarks.edit", edit, scopes=("bookmarks:write",), args="channel_id! bookmark_id! title link emoji"),
    Method("bookmarks.remove", remove, scopes=("bookmarks:write",), args="channel_id! bookmark_id! quip_section_id"),
    Method("bookmarks.list", list_all, scopes=("bookmarks:read",), args="channel_id!"),
)
