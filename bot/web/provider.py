"""Who is speaking: the check that what arrives was posted by the provider itself.

Promises that nothing is read unless it was signed for our public address, query included, with the account's
secret, compared in constant time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.fields import fields_of

Verify = Callable[[str, Mapping[str, str], str], bool]
"""Whether the provider signed (address, fields, signature)."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Provider:
    """Twilio, as it speaks to us at our public address."""

    public_url: str
    verify: Verify

    async def fields(self, request: Request) -> dict[str, str]:
        """The fields, if the provider signed them for our public address; raises 403 if not."""
        signature = request.headers.get("x-twilio-signature", "")
        if not signature or not signature.isascii():
            raise HTTPException(403)
        fields = await fields_of(request)
        query = f"?{request.url.query}" if request.url.query else ""
        if not self.verify(f"{self.public_url.rstrip('/')}{request.url.path}{query}", fields, signature):
            log.warning("provider_signature_wrong", provider="twilio")
            raise HTTPException(403)
        return fields
