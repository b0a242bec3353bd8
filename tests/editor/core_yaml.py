"""YAML by the core schema of version 1.2, with the place of every key and value.

So `on` and `yes` stay text, and a day stays what was written. What stands in the values is not judged here.
"""

import io

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

TAG = "tag:yaml.org,2002:"


class Unreadable(Exception):
    """The text is no YAML that has a meaning as JSON."""


class Document:
    """A value, and where its parts stand."""

    def __init__(self, text):
        # Each part by its path: where its key stands (in a list, it itself) and where it begins.
        self.places = {(): {(1, 1)}}
        reader = YAML(typ="safe", pure=True)
        reader.version = "1.2"
        try:
            nodes = list(reader.compose_all(io.StringIO(text)))
        except (YAMLError, ValueError, RecursionError) as error:
            raise Unreadable(str(error)) from error
        if len(nodes) > 1:
            raise Unreadable("more than one document")
        self.value = None
        if nodes and nodes[0] is not None:
            self.value = self._value(nodes[0], (), nodes[0], ())

    def _value(self, node, path, key, above):
        if node in above or len(above) > 40:
            raise Unreadable("an alias that holds itself, or too deep")
        above = (*above, node)
        self.places[path] = {place(key), place(node)}
        if isinstance(node, ScalarNode):
            return scalar(node)
        if not isinstance(node, MappingNode):
            return [self._value(item, (*path, n), item, above) for n, item in enumerate(node.value)]
        result = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise Unreadable("a key that is no text")
            if key.value in result:
                raise Unreadable(f"{key.value} twice")
            result[key.value] = self._value(value, (*path, key.value), key, above)
        return result


def place(node):
    """Line and column of its first character, from 1."""
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def number(kind, word):
    if kind == "float":
        return float(word.lower().replace(".inf", "inf").replace(".nan", "nan"))
    try:
        return int(word.replace("_", ""), 0 if word.lstrip("+-")[:1] == "0" else 10)
    except ValueError:
        return float(word)


def scalar(node):
    """A single value: `null`, a boolean, a number or a text."""
    kind = node.tag.removeprefix(TAG)
    word = node.value
    if kind == "null":
        return None
    if kind == "bool":
        return word.lower() == "true"
    if kind in ("int", "float"):
        try:
            return number(kind, word)
        except ValueError:
            raise Unreadable(f"{word} is no number") from None
    if kind in ("str", "timestamp"):
        return word
    raise Unreadable(f"a tag, {node.tag}")
