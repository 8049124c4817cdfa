"""Posting, editing and deleting messages, and the links to them.

https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.blocks import accept_message
from bot.sandbox.call import Call, Method
from bot.sandbox.channel import Channel
from bot.sandbox.message import Message
from bot.sandbox.metadata import accept_metadata
from bot.sandbox.refusal import JSON, SlackRefusal

MOST_TEXT = 40_000
MOST_UPDATED_TEXT = 4_000
MOST_MARKDOWN_TEXT = 12_000


def post_message(call: Call) -> JSON:
    channel = destination(call)
    content = accepted(call, longest=MOST_TEXT)
    thread_ts = call.args.get("thread_ts")
    if thread_ts is not None and thread_ts not in channel.messages:
        raise SlackRefusal("thread_not_found")
    message = call.workspace.post(
        channel,
        call.app.user,
        content.pop("text"),
        thread_ts=thread_ts,
        broadcast=bool(call.args.get("reply_broadcast")),
        **content,
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.json(with_metadata=True)}


def post_ephemeral(call: Call) -> JSON:
    """Only to someone who is in the channel; nothing says whether it was seen."""
    channel = destination(call)
    user = call.args["user"]
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    content = accepted(call, longest=MOST_TEXT)
    content.pop("metadata", None)
    message = call.workspace.post_ephemeral(
        channel, call.app.user, user, content.pop("text"), thread_ts=call.args.get("thread_ts"), **content
    )
    return {"message_ts": message.ts}


def update(call: Call) -> JSON:
    """Blocks stay only when neither text nor blocks are given; text alone removes them."""
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != call.app.user:
        raise SlackRefusal("cant_update_message")
    content = accepted(call, longest=MOST_UPDATED_TEXT, before=message)
    before = message.json()
    for name, value in content.items():
        setattr(message, name, value)
    message.edited = {"user": call.app.user, "ts": call.workspace.stamps.next()}
    call.workspace.changed(channel, message, before)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.json(with_metadata=True)}


def delete(call: Call) -> JSON:
    channel = call.channel()
    message = call.message(channel, "ts")
    if message.user != call.app.user:
        raise SlackRefusal("cant_delete_message")
    call.workspace.delete(channel, message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> JSON:
    channel = call.channel()
    message = call.message(channel, "message_ts")
    link = f"{call.workspace.url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def destination(call: Call) -> Channel:
    """Where the app may write: a channel by id or #name, or a person's direct messages by user id."""
    wanted = call.args["channel"]
    if wanted.startswith(("U", "W")):
        return direct_messages(call, wanted)
    channel = call.workspace.channels.get(wanted) or call.workspace.channel_named(wanted)
    if channel is None or (channel.kind != "channel" and call.app.user not in channel.members):
        raise SlackRefusal("channel_not_found")
    if channel.is_im:
        return direct_messages(call, channel.creator)
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    if call.app.user not in channel.members and "chat:write.public" not in call.app.scopes:
        raise SlackRefusal("not_in_channel")
    return channel


def direct_messages(call: Call, user: str) -> Channel:
    """The app's conversation with a person who can still be written to."""
    if user not in call.workspace.members:
        raise SlackRefusal("channel_not_found")
    if call.workspace.members[user].deleted:
        raise SlackRefusal("user_disabled")
    if not call.app.messages_tab:
        raise SlackRefusal("messages_tab_disabled")
    return call.workspace.dm(user)


def accepted(call: Call, *, longest: int, before: Message | None = None) -> JSON:
    """Text, blocks, attachments and metadata, within Slack's limits."""
    args = call.args
    if {"username", "icon_emoji", "icon_url"} & args.keys():
        call.needs("chat:write.customize")
    content: dict[str, Any] = {}
    if "markdown_text" in args:
        content |= _markdown(args)
    if "blocks" in args:
        content["blocks"] = accept_message(args["blocks"], call.workspace.ids)
    if "attachments" in args:
        content["attachments"] = args["attachments"]
    if "metadata" in args:
        content["metadata"] = accept_metadata(args["metadata"])
    if "text" in args:
        content["text"] = args["text"]
    return _complete(content, longest, before)


def _complete(content: dict[str, Any], longest: int, before: Message | None) -> dict[str, Any]:
    if len(content.get("text", "")) > longest:
        raise SlackRefusal("msg_too_long")
    if before is not None and "text" in content and "blocks" not in content:
        content["blocks"] = []
    if before is None:
        content.setdefault("text", "")
    kept = before is not None and "text" not in content and "blocks" not in content
    shown = content.get("text", before.text if before else "").strip()
    if not kept and not shown and not content.get("blocks") and not content.get("attachments"):
        raise SlackRefusal("no_text")
    return content


def _markdown(args: JSON) -> dict[str, Any]:
    if "text" in args or "blocks" in args:
        raise SlackRefusal("markdown_text_conflict")
    if len(args["markdown_text"]) > MOST_MARKDOWN_TEXT:
        raise SlackRefusal("msg_too_long")
    return {"text": args["markdown_text"]}


CONTENT = "text blocks:json attachments:json metadata:json markdown_text parse link_names:bool"
DRESS = "username icon_emoji icon_url as_user:bool"
UNFURL = "unfurl_links:bool unfurl_media:bool"
METHODS = (
    Method(
        "chat.postMessage",
        post_message,
        scopes=("chat:write",),
        args=f"channel! {CONTENT} {DRESS} {UNFURL} thread_ts reply_broadcast:bool mrkdwn:bool",
    ),
    Method(
        "chat.postEphemeral",
        post_ephemeral,
        scopes=("chat:write",),
        args=f"channel! user! {CONTENT} {DRESS} thread_ts",
    ),
    Method(
        "chat.update",
        update,
        scopes=("chat:write",),
        args=f"channel! ts! {CONTENT} {UNFURL} as_user:bool reply_broadcast:bool",
    ),
    Method("chat.delete", delete, scopes=("chat:write",), args="channel! ts! as_user:bool"),
    Method("chat.getPermalink", permalink, args="channel! message_ts!"),
)
