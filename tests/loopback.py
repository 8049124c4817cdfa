"""A small service on loopback, for what the bot calls or is called by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

Hear = Callable[[web.Request], Awaitable[web.Response]]
ANYTHING = "/{tail:.*}"


@asynccontextmanager
async def serving(hears: Mapping[str, Hear]) -> AsyncIterator[str]:
    """Serve each path until left; yields where, as "http://127.0.0.1:<port>"."""
    app = web.Application()
    for path, hear in hears.items():
        app.router.add_route("*", path, hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
