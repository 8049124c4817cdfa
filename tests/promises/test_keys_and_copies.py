"""A key that was mistyped, changed or lost; a database that another release holds: what the operator is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.shipped import EXAMPLE
from bot.storage import migrations
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


def test_several_keys_are_no_fault_of_an_empty_database(anticrisi):
    ended = anticrisi("check", **COMPLETE | {"SECRET_KEY": f"{ANOTHER['SECRET_KEY']},{COMPLETE['SECRET_KEY']}"})

    assert ended.returncode == 0
    assert "still empty" in ended.stdout


@pytest.mark.parametrize("command", [("doc", "export"), ("doc", "import", "team.yaml")])
def test_a_command_about_the_plan_migrates_no_database_that_an_older_release_serves(anticrisi, plan, tmp_path, command):
    migrated_to(migrations.known()[0], f"sqlite:///{tmp_path / 'anticrisi.db'}")

    ended = anticrisi(*command, **COMPLETE)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["DATABASE_URL: the database has an older schema, run anticrisi migrate"]
