"""Every sentence a person reads can be translated: written where the extractor finds it, and nowhere else."""

import ast
import re
from pathlib import Path

import pytest

from messages import catalogues
from messages.words import languages

ROOT = Path(__file__).parents[2]
SPEAKING = sorted([*(ROOT / "messages").rglob("*.py"), *(ROOT / "handlers").rglob("*.py")])
SENTENCE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")
MINE = {"_", "plural", "N_"}
NOT_READ = {"compile", "sub", "split", "search", "match", "fullmatch", "finditer", "replace", "write"}
"""Calls whose words no reader of a message sees: patterns, lists of words, a command line."""
NOT_SENTENCES = {"alphabets.py", "grammar.py", "gsm.py", "catalogues.py", "twiml.py"}
"""Files of letters and of command words, not of sentences."""


def name_of(call):
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def literals(tree):
    """Every string of a module that is neither a docstring nor in a translated or unread place."""
    skipped = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and name_of(node) in NOT_READ):
            skipped |= {id(each) for each in ast.walk(node)}
        if isinstance(node, ast.Call) and name_of(node) in MINE:
            skipped |= {id(each) for argument in node.args for each in ast.walk(argument)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node


def spoken(tree):
    """The sentences given to be translated, as the parser sees them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in MINE:
            wanted = node.args[:2] if name_of(node) == "plural" else node.args[:1]
            yield from (each.value for each in wanted if isinstance(each, ast.Constant) and isinstance(each.value, str))


@pytest.mark.parametrize(
    "path",
    [path for path in SPEAKING if path.name not in NOT_SENTENCES],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_no_sentence_stands_outside_the_catalogues(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))

    assert [f"{node.lineno}: {node.value}" for node in literals(tree) if SENTENCE.search(node.value)] == []


def test_the_extractor_finds_every_sentence():
    """Babel overlooks a sentence within an f-string or within another sentence's arguments."""
    found = set()
    for paths in catalogues.sources().values():
        for message in catalogues.template(paths):
            found |= set(message.id if isinstance(message.id, tuple | list) else [message.id])

    said = {
        sentence
        for path in sorted((ROOT / "messages").rglob("*.py"))
        for sentence in spoken(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert said - found == set()


def test_one_sentence_is_translated_in_one_way():
    ways: dict[tuple[str, str], set[str]] = {}
    for language in languages()[1:]:
        for name in catalogues.sources():
            for message in catalogues.read(language, name):
                if message.id:
                    ways.setdefault((language, str(message.id)), set()).add(str(message.string))

    assert {sentence: texts for sentence, texts in ways.items() if len(texts) > 1} == {}
