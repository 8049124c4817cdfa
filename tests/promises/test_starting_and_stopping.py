"""What stands in the way of a command is one line that says what to do; and ``serve`` stops when it is told to."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.commands import PATIENCE, ROOT, surroundings
from tests.promises.test_settings import COMPLETE

REMEDY = "Look whether it runs, is reached from here and lets us make tables; of SQLite, whether its folder is there"


@pytest.mark.parametrize("command", [("migrate",), ("doc", "export"), ("serve",)])
def test_a_database_that_does_not_answer_is_one_line(anticrisi, command):
    ended = anticrisi(*command, **COMPLETE, HTTP_PORT="0", DATABASE_URL="postgresql://us:do-not-print@127.0.0.1:1/none")

    assert ended.returncode == 1
    assert ended.stdout == ""
    (said,) = ended.stderr.splitlines()
    assert said.startswith("DATABASE_URL: the database did not answer (connection failed: ")
    assert said.endswith(f"Connection refused). {REMEDY}")
    assert "do-not-print" not in said


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_database_that_takes_the_call_and_says_nothing_is_not_waited_for(anticrisi, command):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://us:do-not-print@127.0.0.1:{silent.getsockname()[1]}/none"
        ended = anticrisi(command, **COMPLETE, DATABASE_URL=address)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"DATABASE_URL: the database did not answer (connection timeout expired). {REMEDY}"
    ]


@pytest.mark.parametrize("command", ["serve", "migrate"])
def test_a_file_that_cannot_be_made_is_one_line(anticrisi, command):
    ended = anticrisi(command, **COMPLETE, HTTP_PORT="0", DATABASE_URL="sqlite:////nowhere/at/all/anticrisi.db")

    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith("DATABASE_URL: ")


@pytest.fixture
def without_rights(postgres_ready: str) -> Iterator[str]:
    """The address of a database with our tables, for a user who may do nothing with them."""
    address = urlsplit(postgres_ready)
    user = f"nobody_of_{address.path[1:]}"
    with psycopg.connect(postgres_ready, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'x'").format(sql.Identifier(user)))
        yield urlunsplit(address._replace(netloc=f"{user}:x@{address.netloc.rpartition('@')[2]}"))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(user)))


@pytest.mark.parametrize("command", [("migrate",), ("doc", "export"), ("check",), ("serve",)])
def test_a_database_that_lets_us_do_nothing_is_one_line(anticrisi, without_rights, command):
    ended = anticrisi(*command, **COMPLETE, HTTP_PORT="0", DATABASE_URL=without_rights)

    assert ended.returncode == 1
    (said,) = [line for line in (ended.stdout + ended.stderr).splitlines() if "DATABASE_URL" in line]
    assert "(permission denied for " in said
    assert said.endswith(REMEDY)
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("address", ["nonsense", "postgresql://a:b@host:port/name", "mysql://db"])
@pytest.mark.parametrize("command", [("migrate",), ("doc", "export"), ("check",), ("serve",)])
def test_an_address_that_is_none_is_one_line(anticrisi, address, command):
    ended = anticrisi(*command, **COMPLETE, DATABASE_URL=address)

    assert ended.returncode == 1
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if "DATABASE_URL" in line]
    assert len(said) == 1
    assert "postgresql://…" in said[0]
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"PUBLIC_URL": "crisis.example.com"}, "PUBLIC_URL is no web address: write https://"),
        ({"PUBLIC_URL": "ftp://crisis.example.com"}, "PUBLIC_URL is no web address"),
        ({"PUBLIC_URL": "https://crisis.example.com   # ours"}, "PUBLIC_URL is no web address"),
        (
            {
                "PUBLIC_URL": "https://x.example",
                "TWILIO_ACCOUNT_SID": "AC1",
                "TWILIO_AUTH_TOKEN": "t",
                "TWILIO_FROM": "us",
            },
            "TWILIO_FROM is no telephone number",
        ),
    ],
)
def test_a_setting_that_would_fail_when_somebody_is_called_is_refused_at_the_start(anticrisi, settings, said):
    for command in ("check", "serve"):
        ended = anticrisi(command, **COMPLETE, **settings)

        assert ended.returncode == 1
        assert said in ended.stdout + ended.stderr


def test_a_way_of_paging_whose_settings_are_wrong_is_not_called_well(anticrisi):
    ended = anticrisi(
        "check", **COMPLETE, SMTP_URL="mail.example", MAIL_FROM="a@b.example", PUBLIC_URL="https://x.example"
    )

    assert "off    paging: email" in ended.stdout


def test_the_demo_says_what_it_was_asked_for_and_cannot_do(anticrisi):
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
        taken = anticrisi("demo", "--no-browser", "--port", port)
    spoken = anticrisi("demo", "--no-browser", "--language", "de")

    assert taken.returncode == spoken.returncode == 1
    assert taken.stderr.startswith(f"--port {port} cannot be used")
    assert len(taken.stderr.splitlines()) == 1
    assert spoken.stderr.strip() == "--language de: we speak en, it"


def test_the_release_is_said(anticrisi):
    ended = anticrisi("--version")

    assert ended.returncode == 0
    assert ended.stdout == f"anticrisi {metadata.version('anticrisi')}\n"


def test_a_file_that_is_not_there_is_said_to_be_missing(anticrisi):
    ended = anticrisi("doc", "check", "plan.yaml")

    assert ended.stderr.strip() == "plan.yaml: there is no such file. Nothing was changed."


def up_to(lines: Iterable[str], last: str) -> Iterator[str]:
    for line in lines:
        yield line
        if last in line:
            return


def test_serve_ends_when_told_to_while_slack_cannot_be_reached(tmp_path):
    settings = {**COMPLETE, "HTTP_PORT": "0", "LOG_FORMAT": "json", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot.cli", "serve"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=surroundings(tmp_path, settings), stderr=subprocess.PIPE, text=True
    ) as serving:
        said = "".join(up_to(serving.stderr, "Failed to connect"))

        serving.send_signal(signal.SIGTERM)
        rest = serving.communicate(timeout=PATIENCE)[1]

    assert serving.returncode == 0, rest
    assert "Traceback" not in said + rest
    assert '"because": "PUBLIC_URL is missing or a loopback address' in said
