"""One process per SQLite database.

``serve`` and ``demo`` hold the lock; commands about the document don't. The operating system lets it go
when its holder dies, however it dies, so there is never a stale one to remove.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from bot.errors import Misconfigured
from bot.storage.database import normalised


class DatabaseLock:
    """Held between entering and leaving. On PostgreSQL there is nothing to hold: replicas are welcome."""

    def __init__(self, url: str) -> None:
        address = normalised(url)
        sqlite = address.get_backend_name() == "sqlite"
        self._path = Path(f"{address.database}.lock") if sqlite else None
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Raises ``Misconfigured`` when another process holds it, and says which; or when it cannot be made."""
        if self._path is None:
            return self
        try:
            file = self._path.open("a+", encoding="ascii")
        except OSError as closed:
            raise Misconfigured(
                f"DATABASE_URL: {self._path.parent} is no folder we may write in: make it, or name another"
            ) from closed
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise Misconfigured(
                f"DATABASE_URL: {self._path} is held by process {holder}: stop it, or use PostgreSQL for several"
            ) from held
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
