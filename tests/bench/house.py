"""Where a benchmark runs: sizes, a folder, and databases with the current schema, empty or copied.

PostgreSQL is left out where there is none; the table then says so by its rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from shutil import copyfile
from urllib.parse import urlsplit

from bot.storage import migrations
from tests.postgres import Server


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    declarations: int = 3
    acknowledgements: int = 400
    pages_beside_them: int = 1000
    starts: int = 5
    past_incidents: int = 10_000
    pages: int = 10_000
    sends: int = 1000
    few_closed: int = 100
    many_closed: int = 100_000
    ticks: int = 200
    due_at_once: int = 500
    backlog: int = 600


QUICK = Sizes(
    declarations=1,
    acknowledgements=40,
    pages_beside_them=200,
    starts=1,
    past_incidents=500,
    pages=1000,
    sends=200,
    many_closed=5000,
    ticks=50,
    due_at_once=100,
    backlog=200,
)


@dataclass
class House:
    """What every benchmark is given."""

    folder: Path
    server: Server | None
    sizes: Sizes
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def kinds(self) -> tuple[str, ...]:
        return ("SQLite", "PostgreSQL") if self.server else ("SQLite",)

    @contextmanager
    def database(self, kind: str) -> Iterator[str]:
        """An empty database with the current schema."""
        if kind == "SQLite":
            yield self._sqlite(self.folder / "schema.db", prepared=True)
            return
        assert self.server is not None
        with self.server.database(template=self.server.template("bench", migrations.upgrade)) as url:
            yield url

    @contextmanager
    def copy(self, url: str) -> Iterator[str]:
        """The same rows once more. Nobody may be connected to the original."""
        if url.startswith("sqlite"):
            yield self._sqlite(Path(url.removeprefix("sqlite:///")), prepared=False)
            return
        assert self.server is not None
        with self.server.database(template=urlsplit(url).path.lstrip("/")) as copied:
            yield copied

    def _sqlite(self, original: Path, *, prepared: bool) -> str:
        if prepared and not original.exists():
            migrations.upgrade(f"sqlite:///{original}")
        with sqlite3.connect(original) as line:
            line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        line.close()
        file = self.folder / f"{next(self._numbers)}.db"
        copyfile(original, file)
        return f"sqlite:///{file}"
