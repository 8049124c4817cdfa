"""Signed HTTP delivery to the app's request url.

https://docs.slack.dev/authentication/verifying-requests-from-slack. Signatures carry real time: whoever checks
them compares with real time too, whatever the product's clock says.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from bot.sandbox.refusal import JSON

if TYPE_CHECKING:
    from bot.sandbox.delivery import Parcel

FORM = "application/x-www-form-urlencoded"


class Webhook:
    """Posts parcels to `url`; empty means Socket Mode."""

    def __init__(self, signing_secret: str) -> None:
        self.url = ""
        self._secret = signing_secret
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, parcel: Parcel) -> JSON | None:
        """The app's answer; ConnectionError for anything but a 2xx."""
        body, content_type = _written(parcel)
        headers = signed(self._secret, body) | {"Content-Type": content_type}
        if parcel.retry:
            headers |= {"X-Slack-Retry-Num": str(parcel.retry), "X-Slack-Retry-Reason": parcel.retry_reason}
        try:
            async with self._open().post(self.url, data=body, headers=headers) as response:
                return await _read(response)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectionError(str(error)) from error

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        return self._session


def signed(secret: str, body: bytes) -> dict[str, str]:
    """The two headers by which an app knows it was Slack."""
    stamp = str(int(time.time()))  # noqa: TID251
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _written(parcel: Parcel) -> tuple[bytes, str]:
    match parcel.kind:
        case "slash_commands":
            return urlencode(parcel.payload).encode(), FORM
        case "interactive":
            return urlencode({"payload": json.dumps(parcel.payload)}).encode(), FORM
    return json.dumps(parcel.payload).encode(), "application/json"


async def _read(response: aiohttp.ClientResponse) -> JSON | None:
    if not 200 <= response.status < 300:
        raise ConnectionError(f"the app answered {response.status}")
    text = await response.text()
    if not text:
        return None
    if response.content_type == "application/json":
        answer: JSON = json.loads(text)
        return answer
    return {"text": text}
