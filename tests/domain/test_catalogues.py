"""Every sentence a person reads is in the catalogues, whole, and nowhere else."""

import ast
from pathlib import Path

import pytest

from messages import catalogues
from messages.catalogues import placeholders, sources, template
from messages.words import LOCALES, languages

ROOT = Path(__file__).resolve().parents[2]
SPEAKING = {"_", "N_"}


def python_sources():
    return [path for paths in sources().values() for path in paths if path.suffix == ".py"]


def test_the_catalogues_are_whole():
    assert catalogues.check() == []


def test_italian_and_english_are_there_from_the_first_day():
    assert set(languages()) >= {"en", "it"}
    assert all(path.suffix == ".po" for path in (LOCALES / "it").iterdir())


@pytest.mark.parametrize("path", python_sources(), ids=lambda path: path.stem)
def test_every_sentence_said_is_one_that_is_extracted(path):
    extracted = {each.id if isinstance(each.id, str) else each.id[0] for each in template([path]) if each.id}

    assert set(said_in(path)) <= extracted


@pytest.mark.parametrize(
    "path",
    [*python_sources(), *sorted((ROOT / "handlers").rglob("*.py"))],
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_no_sentence_is_written_outside_the_catalogues(path):
    assert [text for text in spoken_to_blocks(path) if " " in text.strip() and any(map(str.isalpha, text))] == []


def test_placeholders_are_found():
    assert placeholders("{who} joined {n:d} {{}}") == {"who", "n"}


def said_in(path):
    """The sentences of a file, as Python reads them: also those inside f-strings, which are easily overlooked."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        if name in {*SPEAKING, "plural"} and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


BUILDERS = {
    "section",
    "header",
    "context",
    "button",
    "plain",
    "mrkdwn",
    "markdown",
    "input_block",
    "confirmation",
    "of",
}


def spoken_to_blocks(path):
    """Bare literals handed to what people read."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if name not in BUILDERS or (name == "of" and not _is_message(node.func)):
            continue
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def _is_message(function):
    return isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "Message"
