"""YAML with line numbers: every value can say where it was written."""

import re
from collections.abc import Sequence
from typing import Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Location = Sequence[str | int]


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain values: `20:00` and `+1303...` stay text, `no` is a language, not false."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own class-level registry


_PLAIN: Final = (
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:null", r"~|null|", ["~", "n", ""]),
    ("tag:yaml.org,2002:int", r"-?(?:0|[1-9]\d*)", "-0123456789"),
    ("tag:yaml.org,2002:float", r"-?(?:0|[1-9]\d*)\.\d+", "-0123456789"),
    ("tag:yaml.org,2002:merge", r"<<", "<"),
)
for _tag, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), list(_first))


def read_yaml(text: str) -> tuple[object, Node | None]:
    """The document's value, and its tree of nodes; raises yaml.MarkedYAMLError."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return (loader.construct_document(node) if node else None), node
    finally:
        loader.dispose()


def repeated_keys(root: Node | None) -> list[tuple[int, str, int]]:
    """Keys written twice in a mapping, as (line, key, first line); PyYAML would keep the last."""
    found: list[tuple[int, str, int]] = []
    pending, seen = [root], set[int]()
    while pending:
        node = pending.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            first: dict[str, int] = {}
            for key, value in node.value:
                if isinstance(key, ScalarNode) and key.value in first:
                    found.append((line_of(key), key.value, first[key.value]))
                elif isinstance(key, ScalarNode):
                    first[key.value] = line_of(key)
                pending.append(value)
        elif isinstance(node, SequenceNode):
            pending.extend(node.value)
    return found


def line_of(node: Node) -> int:
    """The line a node begins on, counted from 1."""
    return int(node.start_mark.line) + 1


def line_at(root: Node | None, location: Location) -> int:
    """The line of the deepest part of a location that is written; other parts are passed over."""
    line, node = 1, root
    for part in location:
        if isinstance(node, MappingNode):
            pair = next(((k, v) for k, v in node.value if k.value == part), None)
            if pair is not None:
                line, node = line_of(pair[0]), pair[1]
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = line_of(node)
    return line
