"""What holds for the repository itself: its locks, its image, and the rules that keep its rooms apart."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pip._internal.models.index import PyPI
from ruamel.yaml import YAML

from bot import shipped

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)")


def run(*command: str | Path, cwd: Path = ROOT, said: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, input=said, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )


def pins(lock: str) -> dict[str, str]:
    found = map(PIN.match, (ROOT / lock).read_text().splitlines())
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found if pin}


def requirements_of(group: str) -> Iterator[Requirement]:
    for entry in PROJECT["dependency-groups"][group]:
        if isinstance(entry, str):
            yield Requirement(entry)
        else:
            yield from requirements_of(entry["include-group"])


def needed_to_run() -> list[Requirement]:
    return [*map(Requirement, PROJECT["project"]["dependencies"]), *requirements_of("build")]


def committed() -> Iterator[tuple[str, str]]:
    """Every text file that is, or is about to be, committed; without git, whatever a clean copy holds."""
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard").stdout.splitlines()
    for name in listed or (str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if ".venv" not in path.parts):
        path = ROOT / name
        if path.is_file() and b"\0" not in (raw := path.read_bytes()):
            yield name, raw.decode(errors="replace")


def registries() -> set[str]:
    """The hosts this machine installs from: the well-known ones and those its pip is configured with."""
    configured = run(sys.executable, "-m", "pip", "config", "list").stdout + " ".join(
        value for name, value in os.environ.items() if name.startswith("PIP_")
    )
    hosts = {urlsplit(address).hostname or "" for address in re.findall(r"https?://[^\s'\",]+", configured)}
    return {PyPI.netloc, PyPI.file_storage_domain, *hosts} - {"", "localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_works_behind_any_mirror(lock: str):
    """No index address, no path: only names, versions, hashes and comments."""
    written = (ROOT / lock).read_text()

    assert "://" not in written
    assert not re.search(r"^\s*(-e|-f|-i|--(?!hash=))", written, re.MULTILINE)
    assert not re.search(r"(^|[\s=@'\"])[~.]{0,2}/\w", written)


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_has_a_hash_per_file(lock: str):
    blocks = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]

    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert len(blocks) >= len(pins(lock)) > 0


def test_the_locks_are_in_step_with_the_project():
    running, developing = pins("requirements.lock"), pins("requirements-dev.lock")

    for requirement in needed_to_run():
        name = canonicalize_name(requirement.name)
        assert name in running, f"{requirement} is not locked: run make lock"
        assert requirement.specifier.contains(running[name], prereleases=True), f"{requirement}: run make lock"
    for requirement in requirements_of("dev"):
        name = canonicalize_name(requirement.name)
        assert name in developing, f"{requirement} is not locked: run make lock"
        assert requirement.specifier.contains(developing[name], prereleases=True), f"{requirement}: run make lock"


def test_what_is_tested_is_what_is_shipped():
    running, developing = pins("requirements.lock"), pins("requirements-dev.lock")

    assert {name: developing.get(name) for name in running} == running


def test_what_is_installed_agrees_with_itself():
    checked = run(sys.executable, "-m", "pip", "check")

    assert checked.returncode == 0, checked.stdout


def test_no_file_names_a_registry():
    hosts = registries()

    assert [(name, host) for name, text in committed() for host in hosts if host in text] == []


def test_no_file_names_a_place_on_this_machine():
    telling = [place for place, shortest in ((ROOT, 3), (Path.home(), 2)) if len(place.parts) >= shortest]
    places = [f"{place}/" for place in telling]

    assert [(name, place) for name, text in committed() for place in places if place in text] == []


def test_the_image_passes_the_linter():
    linted = run(BIN / "hadolint", "Dockerfile")

    assert linted.returncode == 0, linted.stdout


def test_the_image_is_built_from_files_that_exist_and_reach_the_builder():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [
        source for line in lines if line.startswith("COPY ") and "--from" not in line for source in line.split()[1:-1]
    ]
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}

    assert [source for source in copied if not (ROOT / source).exists()] == []
    assert set(copied) == let_in


def test_what_the_demo_needs_beside_the_code_is_shipped_with_it(tmp_path: Path):
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))

    packed = {name.partition(".data/data/")[2] for name in ZipFile(wheel).namelist()}
    wanted = {f"share/anticrisi/{file.relative_to(ROOT)}" for file in (shipped.MANIFEST, shipped.EXAMPLE)}
    assert packed - {""} == wanted


def test_the_image_does_not_run_as_root_and_says_how_it_is():
    instructions = re.findall(r"^([A-Z]+) (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    last = dict(instructions)

    assert last["USER"] not in {"0", "root"}
    assert last["CMD"] == '["anticrisi", "serve"]'
    assert "/healthz" in (ROOT / "Dockerfile").read_text().split("HEALTHCHECK", 1)[1]


def test_the_composition_waits_for_its_database():
    services = YAML(typ="safe").load(ROOT / "compose.yaml")["services"]

    assert services["bot"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "pg_isready" in " ".join(services["postgres"]["healthcheck"]["test"])
    assert services["bot"]["environment"]["DATABASE_URL"].startswith("postgresql://")
    assert services["bot"]["env_file"] == ".env"


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import datetime, UTC\n\nnow = datetime.now(UTC)\n",
        "import time\n\nnow = time.time()\n",
        "import uuid\n\nchance = uuid.uuid4()\n",
        "import random\n\nchance = random.random()\n",
    ],
)
def test_time_and_chance_have_one_door(line: str):
    written = f'"""A room."""\n\n{line}'

    elsewhere = run(BIN / "ruff", "check", "--select=TID251", "--stdin-filename=bot/domain/room.py", "-", said=written)
    at_the_door = run(BIN / "ruff", "check", "--select=TID251", "--stdin-filename=bot/clock.py", "-", said=written)

    assert (elsewhere.returncode, at_the_door.returncode) == (1, 0)
    assert "bot/clock.py" in elsewhere.stdout


ROOMS = (
    "bot.domain", "bot.ports", "bot.errors", "bot.clock", "bot.usecases", "bot.storage", "bot.adapters", "bot.engine",
    "bot.web", "bot.sandbox", "bot.settings", "bot.faults", "bot.readiness", "bot.app", "bot.checkup", "bot.cli",
    "bot.demo", "bot.ears", "bot.logs", "bot.rubbish", "bot.shipped", "bot.ways", "handlers", "messages",
)  # fmt: skip
CORE = {"bot.domain", "bot.ports", "bot.errors", "bot.clock"}
MAY_IMPORT = {
    "bot.domain": set(),
    "bot.ports": {"bot.domain", "bot.clock"},
    "bot.errors": {"bot.domain"},
    "bot.clock": {"bot.domain"},
    "bot.usecases": CORE,
    "bot.storage": CORE,
    "bot.adapters": {"bot.domain", "bot.ports", "bot.errors", "messages"},
    "messages": {"bot.domain", "bot.errors"},
    "bot.engine": {"bot.usecases", *CORE},
    "handlers": {"bot.usecases", "bot.domain", "messages", "bot.ports", "bot.errors"},
    "bot.web": {"bot.usecases", "bot.domain", "messages", "bot.ports", "bot.errors"},
    "bot.sandbox": set(),
}


@pytest.fixture
def empty_rooms(tmp_path: Path) -> Path:
    """The rooms with nothing in them, under the project's own rules."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ("bot", *ROOMS):
        folder = tmp_path / room.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    return tmp_path


def lint_imports(rooms: Path) -> subprocess.CompletedProcess[str]:
    return run(BIN / "lint-imports", "--no-cache", "--no-logo", cwd=rooms, PYTHONPATH=str(rooms))


def test_each_room_may_import_what_the_table_says(empty_rooms: Path):
    for room, allowed in MAY_IMPORT.items():
        lines = [f"import {other}\n" for other in sorted(allowed)]
        (empty_rooms / room.replace(".", "/") / "__init__.py").write_text("".join(lines))

    linted = lint_imports(empty_rooms)

    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_no_room_may_import_anything_else(empty_rooms: Path):
    forbidden = {(room, other) for room, may in MAY_IMPORT.items() for other in set(ROOMS) - may - {room}}
    for room in MAY_IMPORT:
        lines = [f"import {other}\n" for importer, other in sorted(forbidden) if importer == room]
        (empty_rooms / room.replace(".", "/") / "__init__.py").write_text("".join(lines))

    linted = lint_imports(empty_rooms)

    assert linted.returncode == 1
    assert set(re.findall(r"-\s+([\w.]+) -> ([\w.]+) \(", linted.stdout)) == forbidden


def test_the_domain_knows_no_library_but_pydantic_and_slugify():
    contract = next(c for c in PROJECT["tool"]["importlinter"]["contracts"] if c["source_modules"] == ["bot.domain"])
    ours = {canonicalize_name(requirement.name) for requirement in map(Requirement, PROJECT["project"]["dependencies"])}
    modules = {
        module
        for module, distributions in packages_distributions().items()
        if ours & set(map(canonicalize_name, distributions)) and not module.startswith("_")
    }

    assert modules - {"pydantic", "slugify"} - set(contract["forbidden_modules"]) == set()


@pytest.fixture
def interpreter(tmp_path: Path):
    """An interpreter that answers the way the test wants, question by question."""

    def answering(script: str) -> str:
        fake = tmp_path / "python"
        fake.write_text(f"#!/bin/sh\n{script}\n")
        fake.chmod(0o755)
        return str(fake)

    return answering


def test_too_old_a_python_is_told_in_one_line(interpreter, tmp_path: Path):
    installed = run("tools/install.sh", "run", tmp_path / "venv", PYTHON=interpreter("exit 1"))

    assert installed.returncode != 0
    assert installed.stderr.startswith("Python 3.11 or newer is needed")
    assert len(installed.stderr.splitlines()) == 1


def test_a_python_without_venv_is_told_what_to_install(interpreter, tmp_path: Path):
    without_venv = interpreter('case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; esac')

    installed = run("tools/install.sh", "run", tmp_path / "venv", PYTHON=without_venv)

    assert installed.returncode != 0
    assert "apt-get install python3.11-venv" in installed.stderr
    assert len(installed.stderr.splitlines()) == 1
