"""The web server goes politely: whoever had come in is answered."""

from __future__ import annotations

import asyncio
import socket

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web.server import WebServer, listen

LOOPBACK = "127.0.0.1"


async def answered(_: Request) -> PlainTextResponse:
    return PlainTextResponse("Taken")


@pytest.mark.parametrize("turns", range(6))
async def test_a_request_that_arrives_as_the_server_goes_is_answered(turns: int) -> None:
    listening = listen(LOOPBACK, 0)
    server = WebServer(Starlette(routes=[Route("/", answered)]), listening)
    await server.start()

    with socket.create_connection(listening.getsockname()) as provider:
        provider.sendall(b"GET / HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n")
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.stop()
        provider.settimeout(5)
        assert provider.recv(100).startswith(b"HTTP/1.1 200")


async def test_whoever_says_nothing_does_not_keep_it_from_going() -> None:
    listening = listen(LOOPBACK, 0)
    server = WebServer(Starlette(routes=[Route("/", answered)]), listening)
    await server.start()

    with socket.create_connection(listening.getsockname()) as silent:
        await server.stop()
        silent.settimeout(5)
        assert silent.recv(100) == b""
