"""One call of Slack's Web API, and what its failure means for us.

Retries are the dispatcher's: the SDK's own are switched off, because it repeats a POST whose
first copy may have worked.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NoReturn

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable

METADATA_TYPE = "anticrisi_effect"
TIME_OUT = 10  # seconds

_PASSING = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "internal_error"})
_MAY_HAVE_WORKED = frozenset({"fatal_error", "service_unavailable", "request_timeout"})  # may have half-worked
SLACK_KNOWS_US_NO_MORE = frozenset({"account_inactive", "token_revoked", "invalid_auth", "not_authed", "token_expired"})
DONE_ALREADY = frozenset({"already_in_channel", "already_pinned", "already_reacted", "message_not_changed"})


def session() -> aiohttp.ClientSession:
    """Connections that are kept between calls: a page must not wait for another handshake. Close it at the end."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIME_OUT))


def client(token: str, api_url: str | None, kept: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    """A client without retries of its own, and with a time-out shorter than a lease."""
    base = api_url or AsyncWebClient.BASE_URL
    secure = None if base.startswith("https") else _plain()
    return AsyncWebClient(
        token=token, base_url=base.rstrip("/") + "/", timeout=TIME_OUT, retry_handlers=[], ssl=secure, session=kept
    )


class SlackCalls:
    """The Web API with failures in our own words."""

    def __init__(self, web: AsyncWebClient) -> None:
        self.web = web
        self._me: str | None = None
        self.refused = ""  # why Slack took our token for nobody's at the last call, in its own word

    async def __call__(self, method: str, *, within: float = 10.0, **arguments: Any) -> dict[str, Any]:
        """Call a method. Raises ``NotYetDelivered``, ``Undeliverable`` or ``OutcomeUnknown``."""
        return _body(await self._answer(method, arguments, within))

    async def granted(self) -> tuple[dict[str, Any], frozenset[str]]:
        """Who we are in the workspace, and the scopes that it has granted us."""
        answer = await self._answer("auth.test", {}, TIME_OUT)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return _body(answer), frozenset(filter(None, headers.get("x-oauth-scopes", "").split(",")))

    async def _answer(self, method: str, arguments: Mapping[str, Any], within: float) -> AsyncSlackResponse:
        present = {name: value for name, value in arguments.items() if value is not None}
        try:
            async with asyncio.timeout(within):
                answer = await self.web.api_call(method, json=present)
        except SlackApiError as error:
            code = str(error.response.get("error") or "")
            self.refused = code if code in SLACK_KNOWS_US_NO_MORE else ""
            _refused(error)
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError) as error:
            raise NotYetDelivered("slack_unreachable") from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise OutcomeUnknown("slack_silent") from error
        self.refused = ""
        return answer

    async def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes to the place Slack named for them."""
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
                answer = await session.post(url, data=content, headers={"Content-Type": "text/markdown"})
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise NotYetDelivered("upload_failed") from error
        if answer.status >= 400:
            raise NotYetDelivered(f"upload_http_{answer.status}")

    async def me(self) -> str:
        """Our own user id in the workspace."""
        if self._me is None:
            self._me = str((await self("auth.test"))["user_id"])
        return self._me

    async def find_posted(self, channel: str, key: str) -> str | None:
        """The ts of a message that carries an effect's key, when an earlier attempt did post it.

        Where Slack won't let us look, nothing is found: a message twice is better than none.
        """
        try:
            place = await self._id_of(channel)
            history = await self._history(place) if place else {}
        except Undeliverable:
            return None
        for message in history.get("messages", []):
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return f"{place}:{message['ts']}"
        return None

    async def _history(self, channel: str) -> dict[str, Any]:
        """The newest messages. A public channel that we have only written to has to be joined to be read."""
        wanted: dict[str, Any] = {"channel": channel, "limit": 100, "include_all_metadata": True}
        try:
            return await self("conversations.history", **wanted)
        except Undeliverable as refusal:
            if refusal.code != "not_in_channel":
                raise
        await self("conversations.join", channel=channel)
        return await self("conversations.history", **wanted)

    async def _id_of(self, channel: str) -> str | None:
        """The conversation with a person, the channel of a name, or what is an id already."""
        if channel.startswith(("U", "W")):
            return str((await self("conversations.open", users=channel))["channel"]["id"])
        if not channel.startswith("#"):
            return channel
        cursor: str | None = None
        while cursor != "":
            page = await self(
                "conversations.list", types="public_channel", exclude_archived=True, limit=1000, cursor=cursor
            )
            for each in page.get("channels", []):
                if each["name"] == channel.removeprefix("#"):
                    return str(each["id"])
            cursor = page.get("response_metadata", {}).get("next_cursor", "")
        return None


def _refused(error: SlackApiError) -> NoReturn:
    response = error.response
    code = str(response.get("error") or "")
    status = getattr(response, "status_code", 200)
    if status == 429 or code in _PASSING:
        wait = response.headers.get("Retry-After") or response.headers.get("retry-after")
        seconds = timedelta(seconds=float(wait)) if wait else None
        raise NotYetDelivered(code or "ratelimited", retry_after=seconds) from error
    if status >= 500 or code in _MAY_HAVE_WORKED or not code:
        raise OutcomeUnknown(code or f"http_{status}") from error
    if code in SLACK_KNOWS_US_NO_MORE:
        raise NotYetDelivered(code, retry_after=timedelta(minutes=1)) from error
    raise Undeliverable(code) from error


def _body(answer: AsyncSlackResponse) -> dict[str, Any]:
    return dict(answer.data) if isinstance(answer.data, dict) else {}


def _plain() -> ssl.SSLContext:
    """The embedded workspace is reached over plain HTTP on loopback; the SDK still wants a context.

    This one trusts nobody: reading the trusted authorities, for nothing, would take a tenth of a second.
    """
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
