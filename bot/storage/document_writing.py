"""The team document written out as a file its owner would have written.

Promises a stable order, named parts under their names, short lists on one line, long texts as blocks,
and nothing that merely repeats a default. Numbers and addresses are written in full: it is the owner's file.
"""

from datetime import date
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from bot.domain.private import REVEALED
from bot.domain.team import TeamDocument
from bot.domain.text import ANY
from bot.storage.document_schema import SECTIONS

WIDTH: Final = 110
_NOTES: Final = {
    "owners": "Who may edit this document.",
    "last_resort": "Given to the reporter when nobody has answered.",
    "people": "The team. Phones and email are private.",
    "policies": "Whom to wake, in which order.",
    "scenarios": "What can happen, and what we do then.",
    "procedure": "How we work: internal to the team.",
    "cadence": "How often customers hear from us, where it differs from the usual.",
}


def dump(document: TeamDocument) -> str:
    """The document as YAML, private contacts included."""
    plain = document.model_dump(mode="json", context=REVEALED, exclude_defaults=True)
    for section in SECTIONS:
        if section in plain:
            plain[section] = {part.pop("id"): part for part in plain[section]}
    whole = _written(plain)
    for key in list(whole)[1:]:
        if key in _NOTES or key in SECTIONS:
            note = _NOTES.get(key)
            whole.yaml_set_comment_before_after_key(key, before=f"\n{note}" if note else "\n")
    out = StringIO()
    _writer().dump(whole, out)
    return out.getvalue()


def _writer() -> YAML:
    yaml = YAML()
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    return yaml


def _written(value: Any) -> Any:
    match value:
        case {"any": str(sentence)} if len(value) == 1 and ANY in value:
            return _written(sentence)
        case {"number": str(number)} if len(value) == 1:
            return number
        case dict():
            return CommentedMap(
                (key, _day(child) if key == "verified_on" else _written(child)) for key, child in value.items()
            )
        case list():
            return _listed([_written(child) for child in value])
        case str() if "\n" in value and _fits_a_block(value):
            return LiteralScalarString(value)
        case str() if not value[:1].isalnum():
            return DoubleQuotedScalarString(value)  # a bare `?x` in [ ] is written, and then not read back
    return value


def _day(written: str) -> date:
    return date.fromisoformat(written)


def _listed(values: list[Any]) -> CommentedSeq:
    whole = CommentedSeq(values)
    if all(isinstance(value, str) and "\n" not in value for value in values) and sum(map(len, values)) < WIDTH // 2:
        whole.fa.set_flow_style()
    return whole


def _fits_a_block(text: str) -> bool:
    """Whether a block keeps this text as it is: no line that begins or ends with a space, none too odd to print."""
    return all(line == line.strip() and (line.isprintable() or not line) for line in text.split("\n"))
