"""Canvases: one per channel on every plan, standing alone on paid plans."""

from __future__ import annotations

from bot.sandbox.call import Call, Method
from bot.sandbox.refusal import JSON, SlackRefusal

LARGEST = 1024**2


def create(call: Call) -> JSON:
    content = _content(call)
    channel = call.channel("channel_id", member=True) if "channel_id" in call.args else None
    canvas = _keep(call, content, channel.id if channel else None)
    if channel is not None:
        channel.canvas = canvas
    return {"canvas_id": canvas}


def create_in_channel(call: Call) -> JSON:
    content = _content(call)
    channel = call.channel("channel_id", member=True)
    if channel.canvas:
        raise SlackRefusal("channel_canvas_already_exists")
    channel.canvas = _keep(call, content, channel.id)
    call.workspace.tell_pages("channels", channel.members)
    return {"canvas_id": channel.canvas}


def _content(call: Call) -> str:
    content = call.args.get("document_content") or {"type": "markdown", "markdown": ""}
    markdown = content.get("markdown")
    if content.get("type") != "markdown" or not isinstance(markdown, str) or len(markdown.encode()) > LARGEST:
        raise SlackRefusal("canvas_creation_failed")
    return markdown


def _keep(call: Call, markdown: str, channel: str | None) -> str:
    canvas_id = call.workspace.ids.mint("F0")
    title = call.args.get("title", "")
    call.workspace.canvases[canvas_id] = {"id": canvas_id, "title": title, "markdown": markdown, "channel": channel}
    return canvas_id


METHODS = (
    Method(
        "canvases.create",
        create,
        scopes=("canvases:write",),
        args="title document_content:json channel_id",
    ),
    Method(
        "conversations.canvases.create",
        create_in_channel,
        scopes=("canvases:write",),
        args="channel_id! document_content:json title",
    ),
)
