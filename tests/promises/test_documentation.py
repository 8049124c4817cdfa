"""What can be typed, set or chosen is written down, and what is written down leads somewhere."""

import re
import shlex
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.settings import Settings
from bot.web.metrics import Metrics
from handlers.commands import OFFERED
from messages.grammar import COMMANDS
from messages.help import help as help_message
from messages.words import LOCALES, words_for
from tests.crash.wishes import chosen, wishes

HOUSE = Path(__file__).resolve().parents[2]
PAGES = sorted([HOUSE / "README.md", HOUSE / "CHANGELOG.md", *(HOUSE / "docs").rglob("*.md")])
README, OPERATIONS = (HOUSE / "README.md").read_text(), (HOUSE / "docs" / "operations.md").read_text()
SET_UP = (HOUSE / "docs" / "set-up.md").read_text(encoding="utf-8")
GUARANTEES = (HOUSE / "docs" / "guarantees.md").read_text(encoding="utf-8")
LINK = re.compile(r"(?<!\w)\[[^\]]*\]\(([^)\s]+)\)")


def commands_of_the_command_line() -> list[str]:
    tree = typer.main.get_command(app)
    return [
        f"{name} {inner}" if inner else name
        for name, command in tree.commands.items()
        for inner in (getattr(command, "commands", None) or {"": None})
    ]


@pytest.mark.parametrize("command", commands_of_the_command_line())
def test_every_command_of_the_command_line_is_in_the_readme(command):
    first, _, second = command.partition(" ")

    assert f"`anticrisi {first}" in README
    assert not second or re.search(rf"\| `anticrisi {first} [^|]*\b{second}\b[^|]*\|", README)


def test_every_option_of_the_command_line_says_what_it_does():
    tree = typer.main.get_command(app)
    named = {
        f"{name} {option.opts[0]}": option.help
        for name, command in tree.commands.items()
        for option in command.params
        if option.opts[0].startswith("-")
    }

    assert [name for name, said in named.items() if not said] == []


@pytest.mark.parametrize("name", [name.upper() for name in Settings.model_fields])
def test_every_setting_is_in_the_table_of_operations(name):
    table = [line for line in OPERATIONS.splitlines() if line.startswith("| `")]

    assert any(f"`{name}`" in line.split("|")[1] for line in table)


def test_every_number_that_is_served_is_in_the_table_of_operations_and_no_other():
    served = {family.name for family in Metrics().registry.collect()} - {"anticrisi_sends"} | {"anticrisi_sends_total"}
    table = [line.split("|")[1] for line in OPERATIONS.splitlines() if line.startswith("| `anticrisi_")]

    assert {name for row in table for name in re.findall(r"`(anticrisi_[a-z_]+)`", row)} == served


def test_the_settings_of_the_guide_are_there_and_read_alike_by_everybody():
    [example] = re.findall(r"```sh\n(SLACK_BOT_TOKEN=.*?)```", SET_UP, flags=re.S)
    assigned = [line.removeprefix("# ") for line in example.splitlines() if re.match(r"(# )?[A-Z_]+=", line)]

    names = {line.partition("=")[0] for line in assigned}
    assert names - {"POSTGRES_PASSWORD"} <= {name.upper() for name in Settings.model_fields}
    assert "POSTGRES_PASSWORD" in names
    assert "${POSTGRES_PASSWORD" in (HOUSE / "compose.yaml").read_text(encoding="utf-8")
    assert [line for line in assigned if " " in line] == []  # docker run --env-file keeps what stands behind a value


def test_no_setting_is_documented_that_is_not_there():
    named = re.findall(r"^\| (`[A-Z_`, ]+`) \|", OPERATIONS, flags=re.M)

    assert {each for row in named for each in re.findall(r"[A-Z_]+", row)} <= {
        name.upper() for name in Settings.model_fields
    }


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize("command", OFFERED)
def test_every_subcommand_is_in_the_help_in_each_language(command, language):
    whole = help_message(words_for(language), offered=OFFERED)
    spoken = COMMANDS[command].get(language, COMMANDS[command]["en"])

    said = str(whole.blocks)
    assert command == "help" or f"/crisis {spoken[0]}" in said


@pytest.mark.parametrize("command", OFFERED)
def test_every_subcommand_is_in_the_table_of_commands_with_its_words(command):
    table = (HOUSE / "docs" / "commands.md").read_text()

    row = next((line for line in table.splitlines() if line.startswith(f"| `{COMMANDS[command]['en'][0]}`")), "")
    assert all(f"`{word}" in row for spoken in COMMANDS[command].values() for word in spoken), row


def test_every_language_we_speak_is_named():
    names = {"it": "Italian"}

    for folder in (path.name for path in LOCALES.iterdir() if path.is_dir()):
        assert names[folder] in README


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_every_link_within_the_documentation_leads_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in anchors(file), f"{page.name}: {target}"


def test_the_changelog_tells_users_what_is_new():
    assert re.search(r"^## .+\n- .{20,}", (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.M)


PROOFS = sorted(set(re.findall(r"`(tests/[^`]+)`", GUARANTEES)))
COMMANDS_OF_MAKE = sorted(set(re.findall(r"`(make [^`]+)`", GUARANTEES)) - {'make test ARGS="<proof>"'})


@pytest.mark.parametrize("proof", PROOFS)
def test_every_test_that_proves_a_guarantee_is_there(proof):
    path, _, name = proof.partition("::")

    written = (HOUSE / path).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {name or 'test_.*'}\(", written, flags=re.M)


@pytest.mark.parametrize("command", COMMANDS_OF_MAKE)
def test_every_command_that_proves_a_guarantee_does_something(command):
    _, target, *arguments = shlex.split(command)
    offered = re.findall(r"^([a-z-]+):.*##", (HOUSE / "Makefile").read_text(encoding="utf-8"), flags=re.M)

    assert target in offered
    if target == "crash" and arguments:
        assert chosen(wishes(shlex.split(arguments[0].removeprefix("ARGS="))))


def test_every_guarantee_has_a_proof():
    rows = [line for line in GUARANTEES.splitlines() if line.startswith("| ") and "| --- |" not in line]
    promises = [row for row in rows if not row.startswith(("| you may rely on", "| command", "| `make"))]

    assert len(promises) > 20
    assert [row for row in promises if not re.search(r"`(tests/|make )", row)] == []


def anchors(page: Path) -> set[str]:
    """As the sites that show Markdown name them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}
