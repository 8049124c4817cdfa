"""The bytes of files: received at an upload address, sent to whoever opens the file."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.web_api import broken
from bot.sandbox.workspace import Workspace


class Uploads:
    """Serves `/upload/v1/{file}` and `/files/{file}/{name}`."""

    def __init__(self, workspace: Workspace, faults: Faults) -> None:
        self._workspace = workspace
        self._faults = faults

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """The bytes, raw or as the `file` of a form; their number must be the one announced."""
        fault = self._faults.take("files.upload")
        if fault is not None:
            return await broken(fault, request, self._faults)
        file = self._workspace.files.get(request.match_info["file"])
        if file is None:
            return web.Response(status=404, text="not found")
        content = await _content(request)
        if len(content) != file.size:
            return web.Response(status=400, text=f"expected {file.size} bytes")
        file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def send(self, request: web.Request) -> web.StreamResponse:
        file = self._workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            return web.Response(status=404, text="not found")
        headers = {"Content-Disposition": f"inline; filename*=UTF-8''{quote(file.name)}"}
        return web.Response(body=file.content, headers=headers | {"Content-Type": file.mimetype})


async def _content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    form = await request.post()
    for part in form.values():
        if isinstance(part, web.FileField):
            return part.file.read()
    return b""
