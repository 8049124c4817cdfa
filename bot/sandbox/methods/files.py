"""Uploading a file in three steps: an address, the bytes, the sharing."""

from __future__ import annotations

import mimetypes

from bot.sandbox.blocks import accept_message
from bot.sandbox.call import Call, Method
from bot.sandbox.files import File
from bot.sandbox.methods.chat import destination
from bot.sandbox.refusal import JSON, SlackRefusal

LARGEST = 1024**3


def upload_url(call: Call) -> JSON:
    if not 0 < call.args["length"] <= LARGEST:
        raise SlackRefusal("file_upload_size_restricted")
    name = call.args["filename"]
    file_id = call.workspace.ids.mint("F0")
    call.workspace.files[file_id] = File(
        id=file_id,
        name=name,
        title=name,
        size=call.args["length"],
        user=call.app.user,
        created=call.workspace.seconds,
        url=f"{call.workspace.url}/files/{file_id}/{name}",
        mimetype=mimetypes.guess_type(name)[0] or "application/octet-stream",
    )
    return {"upload_url": f"{call.workspace.url}/upload/v1/{file_id}", "file_id": file_id}


def complete(call: Call) -> JSON:
    """Share uploaded files, with an optional comment, as one message."""
    files = [_uploaded(call, given) for given in call.args["files"]]
    channels = [call.args["channel_id"]] if "channel_id" in call.args else call.args.get("channels", [])
    for channel_id in channels:
        _share(call, channel_id, files)
    return {"files": [file.json() for file in files]}


def info(call: Call) -> JSON:
    file = call.workspace.files.get(call.args["file"])
    if file is None:
        raise SlackRefusal("file_not_found")
    return {"file": file.json(), "comments": []}


def _uploaded(call: Call, given: JSON) -> File:
    file = call.workspace.files.get(given.get("id", ""))
    if file is None or file.content is None:
        raise SlackRefusal("file_not_found")
    file.title = given.get("title") or file.title
    return file


def _share(call: Call, channel_id: str, files: list[File]) -> None:
    call.args["channel"] = channel_id
    channel = destination(call)
    if call.app.user not in channel.members:
        raise SlackRefusal("not_in_channel")
    for file in files:
        file.shared_in.add(channel.id)
    blocks = accept_message(call.args["blocks"], call.workspace.ids) if "blocks" in call.args else []
    call.workspace.post(
        channel,
        call.app.user,
        call.args.get("initial_comment", ""),
        blocks=blocks,
        thread_ts=call.args.get("thread_ts"),
        files=[file.json() for file in files],
    )


METHODS = (
    Method(
        "files.getUploadURLExternal",
        upload_url,
        scopes=("files:write",),
        args="filename! length!:int alt_txt snippet_type",
    ),
    Method(
        "files.completeUploadExternal",
        complete,
        scopes=("files:write",),
        args="files!:json channel_id channels:list initial_comment thread_ts blocks:json",
    ),
    Method("files.info", info, scopes=("files:read",), args="file! cursor limit:int"),
)
