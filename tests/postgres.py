"""A real PostgreSQL for the tests.

One server per run: the one `TEST_DATABASE_URL` names, or else a throw-away one started from the system's binaries.
Every `postgres_url` is a database of its own, empty, and gone afterwards.
Without a server the tests that want one are skipped, and say what to install; with `ANTICRISI_REQUIRE_POSTGRES=1`
they fail. Knows nothing of the product's tables: pass a `prepare` to `Server.template` to have them in every copy.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.memory import roomy

GIVEN = "TEST_DATABASE_URL"
REQUIRED = "ANTICRISI_REQUIRE_POSTGRES"
REMEDY = f"No PostgreSQL: install one (apt-get install postgresql) or set {GIVEN}=postgresql://…"

# Where packages put the binaries when they keep them off the PATH: Debian and Ubuntu, Fedora, Homebrew.
HOUSES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
TRIES = 3
FIRST_WITH_STRATEGIES = 150_000

# Nothing here outlives the run, so nothing needs to reach the disk.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


class Unavailable(Exception):
    """No server can be had here. The message is the remedy."""


@dataclass(frozen=True)
class Server:
    """A running server, known by the address of its maintenance database. One that was lent to us stays as it is."""

    url: str
    restart: Callable[[], None] | None = None
    _templates: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def database(self, *, template: str | None = None) -> Iterator[str]:
        """The address of a new database, dropped at the end even when somebody is still connected."""
        name = self._create(template=template)
        try:
            yield self._address(name)
        finally:
            self._drop(name)

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """Prepare a database once, to be copied by `database(template=…)`. `prepare` must leave no connection open."""
        if name not in self._templates:
            created = self._create()
            prepare(self._address(created))
            self._templates[name] = created
        return self._templates[name]

    def forget_templates(self) -> None:
        """Drop what `template` made: a server that was lent to us is given back as it was."""
        while self._templates:
            self._drop(self._templates.popitem()[1])

    def _create(self, *, template: str | None = None) -> str:
        name = f"anticrisi_test_{secrets.token_hex(6)}"
        self._execute(f"CREATE DATABASE {{}} TEMPLATE {{}} {self._copying}", name, template or "template0")
        return name

    @cached_property
    def _copying(self) -> str:
        """Copying the files takes half the time that writing all of them to the log does. Before 15 it is the rule."""
        with psycopg.connect(self.url) as connection:
            return "STRATEGY FILE_COPY" if connection.info.server_version >= FIRST_WITH_STRATEGIES else ""

    def _drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _address(self, database: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))


def binaries(path: str | None = None, houses: Sequence[str] = HOUSES) -> Path:
    """The folder of `initdb` and `pg_ctl`: the PATH's, or else the newest among the usual places."""
    if on_path := shutil.which("pg_ctl", path=path):
        return Path(on_path).resolve().parent
    found = [Path(folder) for house in houses for folder in Path("/").glob(house.lstrip("/"))]
    if not found:
        raise Unavailable(REMEDY)
    return max(found, key=_version)


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block lasts. Raises `Unavailable` when there is none and none can be started."""
    if given := os.environ.get(GIVEN):
        server = Server(given)
        try:
            yield server
        finally:
            server.forget_templates()
    else:
        with _throw_away(binaries()) as server:
            yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """The run's one server."""
    try:
        with running() as server:
            yield server
    except Unavailable as missing:
        go_without(str(missing))


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """An empty database of the test's own, as `postgresql://…`."""
    with postgres_server.database() as url:
        yield url


def go_without(remedy: str) -> NoReturn:
    """Skip the test that wanted a server, or fail it where one is required."""
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{remedy} ({REQUIRED}=1 forbids skipping)", pytrace=False)
    pytest.skip(remedy)


@contextmanager
def _throw_away(folder: Path) -> Iterator[Server]:
    home = Path(tempfile.mkdtemp(prefix="anticrisi-postgres-", dir=roomy()))
    account = _account()
    if account:
        shutil.chown(home, account)
    try:
        _run(folder / "initdb", *_initdb_arguments(), home=home, account=account)
        port = _start(folder, home=home, account=account)
        try:
            yield Server(
                f"postgresql://anticrisi@127.0.0.1:{port}/postgres",
                restart=partial(_restart, folder, home=home, account=account),
            )
        finally:
            _run(folder / "pg_ctl", "stop", "--mode=immediate", "--wait", home=home, account=account)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(folder: Path, *, home: Path, account: str | None) -> int:
    """Start on a free port. Between our look and the server's start somebody else may take it: then another one."""
    for left in reversed(range(TRIES)):
        port = _free_port()
        options = " ".join(f"-c {name}={value}" for name, value in {**SETTINGS, "port": port}.items())
        arguments = ["start", "--wait", f"--log={home}/log", f"--options={options} -c unix_socket_directories={home}"]
        try:
            _run(folder / "pg_ctl", *arguments, home=home, account=account)
        except Unavailable:
            if not left:
                raise
        else:
            return port
    raise AssertionError("unreachable: the last try either returns or raises")


def _restart(folder: Path, *, home: Path, account: str | None) -> None:
    """Whoever is connected is thrown out; what they had committed is there afterwards."""
    _run(folder / "pg_ctl", "restart", "--mode=fast", "--wait", f"--log={home}/log", home=home, account=account)


def _run(program: Path, *arguments: str, home: Path, account: str | None) -> None:
    """Run one of PostgreSQL's programs; its own words become the error."""
    done = subprocess.run(
        [program, *arguments],
        env={"PATH": os.environ.get("PATH", ""), "PGDATA": str(home / "cluster")},
        cwd=home,
        user=account,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        log = home / "log"
        raise Unavailable(f"{program.name} failed: {done.stdout}{log.read_text() if log.exists() else ''}")


def _initdb_arguments() -> list[str]:
    arguments = ["--username=anticrisi", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    return [*arguments, "--locale=C.UTF-8"] if sys.platform == "linux" else arguments


def _account() -> str | None:
    """PostgreSQL refuses to run as root: then its own account runs it, or nobody."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _version(folder: Path) -> list[int]:
    digits = "".join(character if character.isdigit() else " " for character in str(folder))
    return [int(number) for number in digits.split()]
