"""YAML of other projects becomes plain values: every scalar the text that was typed, every map with its line."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import GrammarError

MAX_VALUES = 5_000_000
MAX_DEPTH = 60


class LineMap(dict[str, Any]):
    """A map with the line that it begins on, counted from 1."""

    line: int = 0


def load_foreign_yaml(text: str, max_values: int = MAX_VALUES) -> Any:
    """Returns the first document of *text*: LineMap, lists and texts. Raises GrammarError, with the line, for what is no YAML.

    An alias counts as all the values that it stands for; more than *max_values* are refused.
    """
    try:
        check_depth(text)
        loader = yaml.CSafeLoader(text)
        try:
            node = loader.get_node() if loader.check_node() else None
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise GrammarError(f"line {mark.line + 1 if mark else 1}: {error.problem or 'not YAML'}") from error
    except yaml.YAMLError as error:
        raise GrammarError(f"not YAML: {error}") from error
    return _Converter(max_values).convert(node) if node is not None else ""


def check_depth(text: str) -> None:
    """Refuses nesting that would exhaust the C stack of the composer. Raises GrammarError, or yaml's own error."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise GrammarError(
                    f"line {(event.start_mark.line if event.start_mark else 0) + 1}: nested deeper than {MAX_DEPTH} levels"
                )
        elif isinstance(event, CollectionEndEvent):
            depth -= 1


class _Converter:
    """Turns nodes into values; an alias that contains itself, or repeats without bounds, is refused."""

    def __init__(self, max_values: int) -> None:
        self.max_values = max_values
        self.open: set[int] = set()
        self.count = 0

    def convert(self, node: Node) -> Any:
        self.count += 1
        if id(node) in self.open or self.count > self.max_values:
            raise GrammarError(f"line {node.start_mark.line + 1}: an alias that holds itself, or far too many values")
        if isinstance(node, ScalarNode):
            return node.value
        self.open.add(id(node))
        result: Any
        if isinstance(node, MappingNode):
            result = LineMap()
            result.line = node.start_mark.line + 1
            for key, item in node.value:
                result[str(key.value) if isinstance(key, ScalarNode) else ""] = self.convert(item)
        else:
            assert isinstance(node, SequenceNode)
            result = [self.convert(item) for item in node.value]
        self.open.discard(id(node))
        return result
