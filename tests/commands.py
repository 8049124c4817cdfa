"""The command line, many times over: each a process of its own, forked from one that has everything imported.

Most of what a command costs is reading the program in. `python -m tests.commands` does that once, then becomes a
command for every line it is given; environment, folder, output and exit status are a fresh process's own.
That the installed command itself starts is shown by the tests that run it as people do.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

INSTALLED = Path(sys.executable).parent / "anticrisi"
PATIENCE = 60  # seconds a command may take
ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    "bot.app",
    "bot.checkup",
    "bot.storage.document_yaml",
    "bot.storage.lock",
    "alembic.command",
    "apprise",
    "bot.demo.run",
)


class CommandLine:
    """A process that becomes whatever command it is asked for."""

    def __init__(self, ready: subprocess.Popen[str]) -> None:
        self._ready = ready

    def run(self, *arguments: str, folder: Path, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """The command in this folder, with these settings and no others."""
        written = [folder / f".{name}-of-the-command" for name in ("stdout", "stderr")]
        asked = {
            "arguments": arguments,
            "folder": str(folder),
            "environment": surroundings(folder, settings),
            "written": list(map(str, written)),
        }
        assert self._ready.stdin
        assert self._ready.stdout
        print(json.dumps(asked), file=self._ready.stdin, flush=True)
        status = int(self._ready.stdout.readline())
        stdout, stderr = (each.read_text(encoding="utf-8") for each in written)
        for each in written:
            each.unlink()
        return subprocess.CompletedProcess(arguments, status, stdout, stderr)


def installed(*arguments: str, folder: Path, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The same, by the command that an installation leaves: slow, and the real thing from its first line."""
    return subprocess.run(
        [INSTALLED, *arguments],
        cwd=folder,
        env=surroundings(folder, settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def surroundings(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """These settings and no others, but for a port of its own: somebody may be using the usual one."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "HTTP_PORT": "0", **settings}


@contextmanager
def command_line() -> Iterator[CommandLine]:
    """Ready for as long as the block lasts."""
    ready = subprocess.Popen(
        [sys.executable, "-m", "tests.commands"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with ready:
        yield CommandLine(ready)
        assert ready.stdin
        ready.stdin.close()


def become_each() -> None:
    """Fork for every line; the child is the command, the parent answers with its exit status."""
    for room in ROOMS:
        import_module(room)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            become(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def become(asked: dict[str, Any]) -> NoReturn:
    """Be that command, to the end of this process.

    What it leaves behind complains as it would at the end of any; what was there before it need not be taken down.
    """
    from bot.cli import main

    signal.alarm(PATIENCE)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    streams = [
        os.open(os.devnull, os.O_RDONLY),
        *(os.open(each, os.O_WRONLY | os.O_CREAT) for each in asked["written"]),
    ]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    sys.argv = ["anticrisi", *asked["arguments"]]
    status: object = 0
    try:
        main()
    except SystemExit as ended:
        status = ended.code or 0
    except BaseException:  # noqa: BLE001 - as an interpreter ends
        status = 1
        traceback.print_exc()
    gc.collect()
    sys.stdout.flush()
    os._exit(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    become_each()
