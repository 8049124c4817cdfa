"""Twilio's REST API, as far as pages need it.

Over httpx: the SDK adds nothing that we use. Signatures are checked where call-backs arrive.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from bot.errors import NotYetDelivered, OutcomeUnknown, Undeliverable

TIME_OUT = 10.0  # seconds; shorter than a lease
DEFAULT_API = "https://api.twilio.com"


class Twilio:
    """One account."""

    def __init__(
        self, *, sid: str, token: str, sender: str, api_url: str = DEFAULT_API, time_out: float = TIME_OUT
    ) -> None:
        self.sender = sender
        self._token = token
        self._account = f"{api_url.rstrip('/')}/2010-04-01/Accounts/{sid}"
        encrypted = not api_url.startswith("http://")  # the embedded provider's is not: no authorities to read
        self._http = httpx.AsyncClient(auth=(sid, token), timeout=time_out, verify=encrypted)

    async def create(self, what: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """Create a message or a call. The provider's own description of it."""
        return await self._ask("POST", f"{self._account}/{what}.json", data=dict(fields))

    async def account(self) -> dict[str, Any]:
        """Who we are to the provider: ``friendly_name``, and ``status``, which is ``active`` when we may send."""
        return await self._ask("GET", f"{self._account}.json")

    async def _ask(self, verb: str, url: str, **what: Any) -> dict[str, Any]:
        try:
            answer = await self._http.request(verb, url, **what)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotYetDelivered("provider_unreachable") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown("provider_silent") from error
        if answer.status_code == 429:
            wait = answer.headers.get("Retry-After", "")
            raise NotYetDelivered("ratelimited", retry_after=timedelta(seconds=float(wait)) if wait else None)
        if answer.status_code >= 500:
            raise OutcomeUnknown(f"provider_http_{answer.status_code}")
        return _accepted(answer)

    def signed(self, url: str, fields: Mapping[str, str], signature: str) -> bool:
        """Whether Twilio sent this: HMAC-SHA1 over the address and the sorted fields, in constant time.

        https://www.twilio.com/docs/usage/security#validating-requests
        """
        text = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
        ours = base64.b64encode(hmac.new(self._token.encode(), text.encode(), hashlib.sha1).digest()).decode()
        return hmac.compare_digest(ours.encode(), signature.encode())

    async def close(self) -> None:
        await self._http.aclose()


def _accepted(answer: httpx.Response) -> dict[str, Any]:
    """A 2xx may still carry a refusal inside."""
    try:
        body = answer.json()
    except ValueError as error:
        raise OutcomeUnknown("provider_gibberish") from error
    if not isinstance(body, dict):
        raise OutcomeUnknown("provider_gibberish")
    refused = answer.status_code >= 400 or body.get("error_code") or body.get("status") in ("failed", "undelivered")
    if refused:
        raise Undeliverable(str(body.get("code") or body.get("error_code") or answer.status_code))
    return body
