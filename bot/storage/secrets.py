"""Private contacts at rest.

Promises that what is sealed can be read only with one of our keys, that the first key seals, and that
older keys still open. Refuses to work without a key. What a lost key sealed stays as it is, should the key be
found again. Logs nothing.
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
        opened = _opened(self._all, sealed)
        if opened is None:
            raise Misconfigured(
                "SECRET_KEY does not open the stored contacts: append the key they were saved with, after a comma; "
                "with that key lost, run anticrisi doc import FILE"
            )
        return json.loads(opened)

    def unseal_if_ours(self, sealed: bytes) -> Any | None:
        """What was sealed, or nothing: for what may be forgotten when its key is lost."""
        opened = _opened(self._all, sealed)
        return None if opened is None else json.loads(opened)

    def resealed(self, sealed: bytes) -> bytes | None:
        """The same under the newest key; nothing when it already is, or was sealed with a key that is lost."""
        if _opened(self._newest, sealed) is not None:
            return None
        opened = _opened(self._all, sealed)
        return None if opened is None else self._newest.encrypt(opened)

    @cached_property
    def _newest(self) -> Fernet:
        return _fernet(self._keys[0])

    @cached_property
    def _all(self) -> MultiFernet:
        from cryptography.fernet import MultiFernet

        return MultiFernet([_fernet(key) for key in self._keys])


def _opened(keys: Fernet | MultiFernet, sealed: bytes) -> bytes | None:
    from cryptography.fernet import InvalidToken

    try:
        return keys.decrypt(sealed)
    except InvalidToken:
        return None


def _fernet(key: str) -> Fernet:
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"anticrisi private contacts").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
