"""YAML text as plain values, each with the place where it stands.

Promises every scalar as the text its author wrote (`no`, `22:30` and `+39 …` are not turned into something
else), and a line and a column for every key and value.
Refuses duplicate keys, aliases, sentences cut short by a comma, several documents in one file, and files too
large or too deep to be a plan.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from bot.domain.references import Path
from bot.errors import Fault

LARGEST: Final = 1_000_000
"""Characters: some hundred times a real plan."""
DEEPEST: Final = 20
"""Parts within parts: more than twice as deep as a plan ever is."""
_NOTHING: Final = ("", "~", "null", "Null", "NULL")
_FOLD_MARK: Final = "\a"  # ruamel leaves one in a folded text wherever a line was folded

Place = tuple[int, int]


@dataclass
class Tree:
    """What a file says, and where. A key with nothing behind it holds None."""

    value: Any = None
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def place(self, path: Path) -> tuple[Place, Path]:
        """Where a path stands; steps that are not in the file are passed over. Also the steps that are."""
        found: Path = ()
        for step in path:
            if (*found, step) in self.places:
                found = (*found, step)
        return self.keys.get(found) or self.places.get(found, (1, 1)), found

    def fault(self, path: Path, code: str, **facts: str) -> None:
        """Note a fault at the place of a path."""
        (line, column), found = self.place(path)
        self.faults.append(Fault(line, column, _dotted(found), code, facts))


def read_tree(text: str) -> Tree:
    """Read a file. Its faults are in the tree: none is raised."""
    tree = Tree()
    if len(text) > LARGEST:
        tree.faults.append(Fault(1, 1, "", "too_large", {"limit": str(LARGEST)}))
        return tree
    yaml = YAML(pure=True)
    yaml.Composer = _Composing
    composing: _Composing = yaml.composer
    composing.refused = tree.faults
    node: Node | None = None
    try:
        node = yaml.compose(text)
    except YAMLError as error:
        tree.faults.append(_syntax(error, text))
    except _TooDeep:
        pass
    if tree.faults:
        return tree  # not read on: a few aliases of aliases can mean millions of values
    if node is None or _is_nothing(node):
        tree.faults.append(Fault(1, 1, "", "empty_document"))
    else:
        tree.value = _Reading(tree).value_of(node, ())
    return tree


class _Composing(Composer):
    """Puts the parts of a file together. Notes aliases, and stops at the first part that is nested too deeply.

    All in one pass: finding out where each part begins and ends is nearly all that reading costs.
    """

    refused: list[Fault]
    within = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.parser.peek_event()
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, AliasEvent):
            self.refused.append(Fault(*place, "", "alias", {"name": str(event.anchor)}))
            self.parser.get_event()
            return ScalarNode("", "", event.start_mark, event.end_mark)
        deeper = isinstance(event, CollectionStartEvent)
        self.within += deeper
        if self.within > DEEPEST:
            self.refused.append(Fault(*place, "", "too_deep"))
            raise _TooDeep
        node = super().compose_node(parent, index)
        self.within -= deeper
        return node


class _TooDeep(Exception):
    """Nothing after it is read."""


def _syntax(error: YAMLError, text: str) -> Fault:
    if isinstance(error, ReaderError):
        before = text[: error.position]
        return Fault(before.count("\n") + 1, len(before) - before.rfind("\n"), "", "strange_character")
    mark = (error.problem_mark or error.context_mark) if isinstance(error, MarkedYAMLError) else None
    problem = str(getattr(error, "problem", None) or error).strip().splitlines()[0]
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Fault(line, column, "", "syntax", {"problem": problem})


def _is_nothing(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.style and node.value in _NOTHING


def _dotted(path: Path) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in path)


class _Reading:
    """One pass over the nodes of a file."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def value_of(self, node: Node, path: Path) -> Any:
        self._tree.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value_of(child, (*path, at)) for at, child in enumerate(node.value)]
        return None if _is_nothing(node) else str(node.value).replace(_FOLD_MARK, "")

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        whole: dict[str, Any] = {}
        for key, child in node.value:
            place = (key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, ScalarNode):
                self._tree.faults.append(Fault(*place, _dotted(path), "key_not_a_word"))
                continue
            name = str(key.value)
            if (*path, name) in self._tree.keys:
                first = self._tree.keys[(*path, name)][0]
                facts = {"key": name, "first_line": str(first)}
                self._tree.faults.append(Fault(*place, _dotted((*path, name)), "duplicate_key", facts))
                continue
            self._tree.keys[(*path, name)] = place
            value = self.value_of(child, (*path, name))
            if value is None and node.flow_style:
                self._tree.faults.append(Fault(*place, _dotted((*path, name)), "cut_by_a_comma", {"key": name}))
                continue
            whole[name] = value
        return whole
