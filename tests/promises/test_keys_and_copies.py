"""A key that was mistyped, changed or lost; a database that another release holds: what the operator is told."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.checkup.database import open_work
from bot.checkup.line import OK, WEAK, Line
from bot.shipped import EXAMPLE
from bot.storage import migrations
from bot.storage.secrets import Secrets
from tests.commands import PATIENCE, ROOT, surroundings
from tests.promises.test_another_release import migrated_to
from tests.promises.test_settings import COMPLETE

ANOTHER = COMPLETE | {"SECRET_KEY": "quite another text that nobody guesses"}
PHONES = "phones:"


@pytest.fixture
def plan(anticrisi, tmp_path: Path) -> Path:
    """Of a company whose database is in this folder."""
    shutil.copy(EXAMPLE, tmp_path / "team.yaml")
    assert anticrisi("doc", "import", "team.yaml", **COMPLETE).returncode == 0
    return tmp_path / "team.yaml"


def test_the_bot_does_not_start_with_a_key_that_opens_no_telephone(anticrisi, plan):
    served, checked = anticrisi("serve", **ANOTHER), anticrisi("check", **ANOTHER)

    assert served.returncode == checked.returncode == 1
    (said,) = served.stderr.splitlines()
    assert said.startswith("SECRET_KEY does not open the stored contacts: append the key they were saved with")
    (line,) = [line for line in checked.stdout.splitlines() if " database " in line]
    assert line.startswith("wrong")
    assert line.endswith(said)


def test_with_the_key_lost_the_plan_without_contacts_is_written_out_and_taken_in_again(anticrisi, plan):
    rest = anticrisi("doc", "export", "--without-contacts", **ANOTHER)
    plan.write_text(rest.stdout, encoding="utf-8")
    taken_in = anticrisi("doc", "import", "team.yaml", **ANOTHER)
    checked = anticrisi("check", **ANOTHER)

    assert (rest.returncode, taken_in.returncode, checked.returncode) == (0, 0, 0)
    assert "name: Anna" in rest.stdout
    assert PHONES not in rest.stdout
    assert "holds the plan of Bottega Ventura" in checked.stdout
    assert anticrisi("doc", "export", **ANOTHER).stdout == rest.stdout


def test_an_export_never_leaves_contacts_out_unasked(anticrisi, plan):
    ended = anticrisi("doc", "export", **ANOTHER)

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert PHONES in anticrisi("doc", "export", **COMPLETE).stdout


def test_looking_while_keys_are_rotated_changes_nothing(anticrisi, plan):
    rotating = COMPLETE | {"SECRET_KEY": f"{ANOTHER['SECRET_KEY']},{COMPLETE['SECRET_KEY']}"}

    for command in (("check",), ("doc", "export")):
        assert anticrisi(*command, **rotating).returncode == 0

    assert PHONES in anticrisi("doc", "export", **COMPLETE).stdout


def test_a_check_leaves_no_file_that_the_bot_may_not_write(anticrisi, tmp_path):
    ended = anticrisi("check", **COMPLETE)

    assert "still empty" in ended.stdout
    assert list(tmp_path.iterdir()) == []


def test_several_keys_are_no_fault_of_an_empty_database(anticrisi, tmp_path):
    (tmp_path / "anticrisi.db").touch()

    ended = anticrisi("check", **COMPLETE | {"SECRET_KEY": f"{ANOTHER['SECRET_KEY']},{COMPLETE['SECRET_KEY']}"})

    assert ended.returncode == 0
    assert "still empty" in ended.stdout


@pytest.mark.parametrize("command", [("doc", "export"), ("doc", "import", "team.yaml")])
def test_a_command_about_the_plan_migrates_no_database_that_an_older_release_serves(anticrisi, plan, tmp_path, command):
    migrated_to(migrations.known()[0], f"sqlite:///{tmp_path / 'anticrisi.db'}")

    ended = anticrisi(*command, **COMPLETE)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["DATABASE_URL: the database has an older schema, run anticrisi migrate"]


def without_anna(plan: Path) -> None:
    """The plan as it is once she has left."""
    tree = YAML(typ="safe").load(plan.read_text(encoding="utf-8"))
    smaller = {"company": tree["company"], "people": {"bruno": {"name": "Bruno Ferri", "slack": "U0BRUNO"}}}
    with plan.open("w", encoding="utf-8") as file:
        YAML().dump(smaller, file)


def test_whoever_left_is_forgotten_in_every_version_and_nobody_else_is(anticrisi, plan, tmp_path):
    assert anticrisi("doc", "import", "team.yaml", **COMPLETE).returncode == 0
    without_anna(plan)

    ended = anticrisi("doc", "import", "team.yaml", "--forget", "anna", **COMPLETE)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines()[1] == "anna: phones and address are erased from 2 of the 2 versions before."
    with closing(sqlite3.connect(tmp_path / "anticrisi.db")) as database:
        contacts = database.execute("SELECT contacts FROM team_version WHERE number < 3").fetchall()
        told = database.execute("SELECT kind, facts FROM audit").fetchall()
    opened = [Secrets([COMPLETE["SECRET_KEY"]]).unseal(sealed)["people"] for (sealed,) in contacts]
    assert ["anna" in people for people in opened] == [False, False]
    assert [bool(people["bruno"]["phones"]) for people in opened] == [True, True]
    assert told == [("contacts_erased", '{"of":"anna"}')]


def test_nobody_is_forgotten_who_is_still_called(anticrisi, plan):
    ended = anticrisi("doc", "import", "team.yaml", "--forget", "anna", **COMPLETE)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        "--forget anna: team.yaml still has them; take them out first. Nothing was changed."
    ]
    assert "name: Anna" in anticrisi("doc", "export", **COMPLETE).stdout


def test_a_misspelt_name_is_no_success(anticrisi, plan):
    without_anna(plan)

    ended = anticrisi("doc", "import", "team.yaml", "--forget", "ana", **COMPLETE)

    assert ended.returncode == 1
    assert ended.stdout.splitlines() == ["team.yaml is version 2 of the team document."]
    assert ended.stderr.splitlines() == [
        "ana: no version before holds contacts of theirs, so nothing was erased. Is that how the plan writes it?"
    ]


def test_a_plan_is_taken_in_from_a_pipe_as_well(tmp_path):
    with EXAMPLE.open("rb") as piped:
        ended = subprocess.run(
            [sys.executable, "-m", "bot.cli", "doc", "check", "-"],
            env=surroundings(tmp_path, {"PYTHONPATH": str(ROOT)}),
            stdin=piped,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("-: Bottega Ventura, 11 people")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "team.yaml: cannot be read (Is a directory). Nothing was changed."),
        (
            "company: Caffè\n".encode("latin-1"),
            "team.yaml: is no text in UTF-8: save it as UTF-8. Nothing was changed.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(anticrisi, tmp_path, content, said):
    if content is None:
        (tmp_path / "team.yaml").mkdir()
    else:
        (tmp_path / "team.yaml").write_bytes(content)

    ended = anticrisi("doc", "import", "team.yaml", **COMPLETE)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [said]


NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("incidents", "due", "line"),
    [
        (0, None, Line("open work", OK, "no incident is open")),
        (2, NOON + timedelta(minutes=3), Line("open work", OK, "2 incidents open")),
        (2, NOON - timedelta(minutes=5, seconds=-1), Line("open work", OK, "2 incidents open")),
        (
            2,
            NOON - timedelta(minutes=5),
            Line(
                "open work",
                WEAK,
                "2 incidents open; calls due since 2026-03-10 11:55 UTC leave as soon as serve starts",
            ),
        ),
    ],
)
def test_check_says_whom_a_copy_would_call_before_it_is_served(incidents, due, line):
    assert open_work(incidents, due, NOON) == line


def test_check_looks_for_open_work_in_the_database(anticrisi, plan):
    assert "ok     open work                no incident is open" in anticrisi("check", **COMPLETE).stdout
