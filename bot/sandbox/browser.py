"""What the browser page asks and hears: JSON under /ui, one WebSocket per page, the page's own files.

Every answer is drawn for one person (`as`): nobody's page can read a channel its person is not in.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from bot.sandbox.channel import Channel
from bot.sandbox.forms import Outcome
from bot.sandbox.message import Message
from bot.sandbox.people import Person
from bot.sandbox.picture import Picture
from bot.sandbox.refusal import JSON, NotVisible, SlackRefusal
from bot.sandbox.state import take
from bot.sandbox.view import View

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

PAGE = Path(__file__).parent / "page"
Gesture = Callable[[Person, JSON], Awaitable[JSON]]


class Browser:
    """Serves the page and carries out its gestures."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._picture = Picture(sandbox)
        self._pages: dict[web.WebSocketResponse, tuple[str, set[str], asyncio.Event]] = {}

    def mount(self, router: web.UrlDispatcher) -> None:
        router.add_get("/", self._index)
        router.add_get("/archives/{channel}/{message}", self._archive)
        router.add_get("/ui/bootstrap", self._bootstrap)
        router.add_get("/ui/channel/{channel}", self._channel)
        router.add_get("/ui/ws", self._socket)
        for path, gesture in self._gestures().items():
            router.add_post(f"/ui/{path}", self._handler(gesture))
        router.add_get("/page/{file:.+}", self._file)
        router.add_get("/favicon.ico", self._icon)

    def tell(self, topic: str, users: Iterable[str] | None) -> None:
        """Something moved; pages of these people (None: of all) are told once."""
        if not self._pages:
            return
        wanted = None if users is None else set(users)
        for user, topics, news in self._pages.values():
            if wanted is None or user in wanted:
                topics.add(topic)
                news.set()

    async def stop(self) -> None:
        for page in list(self._pages):
            await page.close()

    # --- reading ---

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return _fresh(PAGE / "index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        file = (PAGE / request.match_info["file"]).resolve()
        if not file.is_relative_to(PAGE.resolve()) or not file.is_file():
            raise web.HTTPNotFound
        return _fresh(file)

    async def _icon(self, request: web.Request) -> web.StreamResponse:
        return _fresh(PAGE / "icon.svg")

    async def _archive(self, request: web.Request) -> web.StreamResponse:
        stamp = request.match_info["message"].removeprefix("p")
        ts = f"{stamp[:-6]}.{stamp[-6:]}"
        raise web.HTTPFound(f"/?channel={request.match_info['channel']}&message={ts}")

    async def _bootstrap(self, request: web.Request) -> web.StreamResponse:
        if not request.query.get("as"):
            return web.json_response(self._picture.cast())
        try:
            person = self._person(request.query)
        except LookupError as error:
            return _wrong(str(error))
        return web.json_response(await self._picture.bootstrap(person))

    async def _channel(self, request: web.Request) -> web.StreamResponse:
        try:
            person = self._person(request.query)
            channel = self._visible(person, request.match_info["channel"])
        except LookupError as error:
            return _wrong(str(error))
        return web.json_response(self._picture.channel(person, channel, request.query.get("thread")))

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        try:
            person = self._person(request.query)
        except LookupError as error:
            return _wrong(str(error))
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        topics: set[str] = set()
        news = asyncio.Event()
        self._pages[socket] = (person.user_id, topics, news)
        teller = asyncio.create_task(_tell(socket, topics, news))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            self._pages.pop(socket, None)
            teller.cancel()
        return socket

    # --- acting ---

    def _gestures(self) -> dict[str, Gesture]:
        return {
            "type": self._type,
            "act": self._act,
            "submit": self._submit,
            "close": self._close,
            "suggest": self._suggest,
            "shortcut": self._shortcut,
            "react": self._react,
            "home": self._home,
            "read": self._read,
            "join": self._join,
            "leave": self._leave,
            "phone/reply": self._reply,
            "phone/key": self._key,
            "phone/answer": self._answer,
            "phone/hangup": self._hang_up,
            "phone/read": self._phone_read,
            "clock": self._clock,
            "locale": self._locale,
        }

    def _handler(self, gesture: Gesture) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                body: JSON = json.loads(await request.text() or "{}")
                return web.json_response(await gesture(self._person(body), body))
            except (LookupError, ConnectionError, json.JSONDecodeError) as error:
                return _wrong(str(error))
            except SlackRefusal as refusal:
                return web.json_response(refusal.answer(), status=400)

        return handle

    async def _type(self, person: Person, body: JSON) -> JSON:
        channel = self._visible(person, body["channel"])
        gestures = self._sandbox.gestures
        return _told(await gestures.type(person.user_id, channel, body["text"], body.get("thread_ts")))

    async def _act(self, person: Person, body: JSON) -> JSON:
        message, view = self._container(person, body["container"])
        if view is not None:
            take(view.values, view.blocks, body.get("values"))
        outcome = await self._sandbox.gestures.act(
            person.user_id, body["block_id"], body["action_id"], body.get("value", body), message=message, view=view
        )
        return _told(outcome)

    async def _submit(self, person: Person, body: JSON) -> JSON:
        return _told(await self._sandbox.gestures.forms.submit(self._view(person, body["view_id"]), body.get("values")))

    async def _close(self, person: Person, body: JSON) -> JSON:
        view = self._view(person, body["view_id"])
        return _told(await self._sandbox.gestures.forms.close(view, everything=bool(body.get("everything"))))

    async def _suggest(self, person: Person, body: JSON) -> JSON:
        container = body.get("container") or {"type": "view", "view_id": body["view_id"]}
        message, view = self._container(person, container)
        options = await self._sandbox.gestures.suggest(
            person.user_id, body["block_id"], body["action_id"], body["value"], message=message, view=view
        )
        return {"ok": True, "options": options}

    async def _shortcut(self, person: Person, body: JSON) -> JSON:
        if "ts" not in body:
            return _told(await self._sandbox.gestures.shortcut(person.user_id, body["callback_id"]))
        message = self._message(person, body["channel"], body["ts"])
        return _told(await self._sandbox.gestures.message_shortcut(person.user_id, body["callback_id"], message))

    async def _react(self, person: Person, body: JSON) -> JSON:
        message = self._message(person, body["channel"], body["ts"])
        return _told(await self._sandbox.gestures.react(person.user_id, message, body["name"]))

    async def _home(self, person: Person, body: JSON) -> JSON:
        return _told(await person.opens_home())

    async def _locale(self, person: Person, body: JSON) -> JSON:
        await self._sandbox.changes(person.name, locale=body["locale"])
        return {"ok": True}

    async def _read(self, person: Person, body: JSON) -> JSON:
        channel = self._visible(person, body["channel"])
        channel.last_read[person.user_id] = channel.top[-1] if channel.top else ""
        self.tell("channels", (person.user_id,))
        return {"ok": True}

    async def _join(self, person: Person, body: JSON) -> JSON:
        await person.joins(body["channel"])
        return {"ok": True}

    async def _leave(self, person: Person, body: JSON) -> JSON:
        await person.leaves(body["channel"])
        return {"ok": True}

    async def _reply(self, person: Person, body: JSON) -> JSON:
        return {"ok": True, "answer": await person.phone.replies(body["body"], to=body.get("to"))}

    async def _key(self, person: Person, body: JSON) -> JSON:
        await person.phone.presses_key(str(body["key"]))
        return {"ok": True}

    async def _answer(self, person: Person, body: JSON) -> JSON:
        await person.phone.answers()
        return {"ok": True}

    async def _hang_up(self, person: Person, body: JSON) -> JSON:
        await person.phone.hangs_up()
        return {"ok": True}

    async def _phone_read(self, person: Person, body: JSON) -> JSON:
        phone = person.phone
        phone.read = len(phone.messages) + len(phone.calls) + len(phone.mails)
        self.tell("phone", (person.user_id,))
        return {"ok": True}

    async def _clock(self, person: Person, body: JSON) -> JSON:
        from bot.sandbox.server import TurnRequest

        if self._sandbox.on_turn is None:
            return {"ok": False, "error": "the clock of this workspace can't be turned"}
        await self._sandbox.on_turn(TurnRequest(body.get("minutes"), bool(body.get("to_next"))))
        self._sandbox.clock_turned()
        return {"ok": True}

    # --- finding what a page names ---

    def _person(self, body: Mapping[str, Any]) -> Person:
        """Whoever the page acts for; the first of the cast when it does not say."""
        return self._sandbox.person(body.get("as") or next(iter(self._sandbox.people)))

    def _visible(self, person: Person, channel_id: str) -> Channel:
        channel = self._sandbox.workspace.channels.get(channel_id)
        if channel is None or (person.user_id not in channel.members and channel.kind != "channel"):
            raise NotVisible(f"no channel {channel_id}")
        return channel

    def _container(self, person: Person, container: JSON) -> tuple[Message | None, View | None]:
        match container["type"]:
            case "message":
                return self._message(person, container["channel"], container["ts"]), None
            case "home":
                home = self._sandbox.workspace.views.homes.get(person.user_id)
                if home is None:
                    raise NotVisible("the Home tab is empty")
                return None, home
        return None, self._view(person, container["view_id"])

    def _message(self, person: Person, channel_id: str, ts: str) -> Message:
        channel = self._visible(person, channel_id)
        mine = channel.ephemerals.get(person.user_id, ())
        message = channel.messages.get(ts) or next((one for one in mine if one.ts == ts), None)
        if message is None:
            raise NotVisible("that message is gone")
        return message

    def _view(self, person: Person, view_id: str) -> View:
        view = self._sandbox.workspace.views.get(view_id)
        if view is None or view.user != person.user_id:
            raise NotVisible("that form is gone")
        return view


async def _tell(socket: web.WebSocketResponse, topics: set[str], news: asyncio.Event) -> None:
    """Send what moved since the last time, all at once."""
    while not socket.closed:
        await news.wait()
        news.clear()
        changed = sorted(topics)
        topics.clear()
        await socket.send_json({"changed": changed})


def _fresh(file: Path) -> web.FileResponse:
    """The browser asks each time whether its copy is still the newest: a restarted demo is never half old."""
    return web.FileResponse(file, headers={"Cache-Control": "no-cache"})


def _told(outcome: Outcome) -> JSON:
    answer: JSON = {"ok": outcome.ok}
    if outcome.error:
        answer["error"] = outcome.error
    if outcome.errors:
        answer["errors"] = outcome.errors
    return answer


def _wrong(reason: str) -> web.Response:
    return web.json_response({"ok": False, "error": reason}, status=404)
