"""What the process writes is one kind of line, whoever speaks: people's or machines'."""

import json
import subprocess
import sys

import pytest

SAID = """
import logging, structlog
from bot import logs
from bot.settings import Settings

logs.configure(Settings(_env_file=None, log_format={form!r}))
structlog.get_logger().info("ours", number=1)
logging.getLogger("slack_bolt.AsyncApp").warning("theirs %s", 2)
logging.getLogger("slack_bolt.AsyncApp").info("chatter")
logging.getLogger("apscheduler.scheduler").info("chatter")
private = "+39 320 555 0100"
for log in (structlog.get_logger(), logging.getLogger("theirs")):
    try:
        raise LookupError("nobody")
    except LookupError:
        log.exception("stumbled")
"""


def said(form: str) -> str:
    command = [sys.executable, "-c", SAID.format(form=form)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    return done.stderr


def test_a_machine_reads_an_object_a_line_with_a_time_and_a_level():
    lines = [json.loads(line) for line in said("json").splitlines()]

    assert [line["event"] for line in lines] == ["ours", "theirs 2", "stumbled", "stumbled"]
    assert [line["level"] for line in lines] == ["info", "warning", "error", "error"]
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert all("LookupError: nobody" in line["exception"] for line in lines[2:])


def test_a_person_reads_plain_lines_without_colours_where_there_is_no_terminal():
    written = said("console")

    assert "\x1b" not in written
    assert [line.split("] ")[1].split()[0] for line in written.splitlines() if "] " in line] == [
        "ours",
        "theirs",
        "stumbled",
        "stumbled",
    ]


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_traceback_shows_what_the_variables_held(form: str):
    assert "0100" not in said(form)
