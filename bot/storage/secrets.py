"""Private contacts at rest.

Promises that what is sealed can be read only with one of our keys, that the first key seals, and that
older keys still open. Refuses to work without a key. Logs nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import Misconfigured


class Secrets:
    """Seals with the newest key and opens with any. A key is any string; its length is its owner's care."""

    def __init__(self, keys: Sequence[str]) -> None:
        fernets = [_fernet(key.strip()) for key in keys if key.strip()]
        if not fernets:
            raise Misconfigured("SECRET_KEY is empty: set it to a long random string")
        self._newest = fernets[0]
        self._all = MultiFernet(fernets)
        self.rotating = len(fernets) > 1

    def seal(self, content: Any) -> bytes:
        """Anything JSON can say, as bytes that say nothing."""
        return self._all.encrypt(json.dumps(content, ensure_ascii=False).encode())

    def unseal(self, sealed: bytes) -> Any:
        """What was sealed. Raises ``Misconfigured`` when none of our keys did it."""
        try:
            return json.loads(self._all.decrypt(sealed))
        except InvalidToken as mismatch:
            raise Misconfigured(
                "SECRET_KEY does not open the stored contacts: append the key they were saved with, after a comma"
            ) from mismatch

    def resealed(self, sealed: bytes) -> bytes | None:
        """The same under the newest key, or nothing when it already is."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return self.seal(self.unseal(sealed))
        return None


def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"anticrisi private contacts").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
