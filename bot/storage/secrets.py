"""Private contacts at rest.

Promises that what is sealed can be read only with one of our keys, that the first key seals, and that
older keys still open. Refuses to work without a key. Logs nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bot.errors import Misconfigured

if TYPE_CHECKING:  # loaded with the first secret
    from cryptography.fernet import Fernet, MultiFernet


class Secrets:
    """Seals with the newest key and opens with any. A key is any string; its length is its owner's care."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [key.strip() for key in keys if key.strip()]
        if not self._keys:
            raise Misconfigured("SECRET_KEY is empty: set it to a long random string")
        self.rotating = len(self._keys) > 1

    def seal(self, content: Any) -> bytes:
        """Anything JSON can say, as bytes that say nothing."""
        return self._all.encrypt(json.dumps(content, ensure_ascii=False).encode())

    def unseal(self, sealed: bytes) -> Any:
        """What was sealed. Raises ``Misconfigured`` when none of our keys did it."""
        from cryptography.fernet import InvalidToken

        try:
            return json.loads(self._all.decrypt(sealed))
        except InvalidToken as mismatch:
            raise Misconfigured(
                "SECRET_KEY does not open the stored contacts: append the key they were saved with, after a comma"
            ) from mismatch

    def resealed(self, sealed: bytes) -> bytes | None:
        """The same under the newest key, or nothing when it already is."""
        from cryptography.fernet import InvalidToken

        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return self.seal(self.unseal(sealed))
        return None

    @cached_property
    def _newest(self) -> Fernet:
        return _fernet(self._keys[0])

    @cached_property
    def _all(self) -> MultiFernet:
        from cryptography.fernet import MultiFernet

        return MultiFernet([_fernet(key) for key in self._keys])


def _fernet(key: str) -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"anticrisi private contacts").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
