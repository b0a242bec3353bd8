"""Compares what the SDK read with the JSON that it read it from, and makes broken variants of JSON."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

# In the place of text, a number, a truth value, a time or null, this is a wrong type, and so is WRONG_PART in the
# place of a list or an object.
WRONG = {"wrong": True}
WRONG_PART = "wrong"

MISSING = "missing"

# Parts that the SDK accepts with any content: the fields of a key in a key set.
OPEN = ("jwks.keys[].",)


@dataclass
class Difference:
    path: str
    what: str
    # Whether the type of the SDK has no such field.
    unnamed: bool = False

    @property
    def field(self) -> str:
        return self.path.split(".")[-1]

    def __str__(self) -> str:
        return f"{self.path or 'the body'}: {self.what}"


def differences(json: object, read: object, at: str = "") -> Iterator[Difference]:
    """Yields what the SDK did not find in the JSON, what its types do not name, and what it read as another value."""
    def below(name: str) -> str:
        return f"{at}.{name}" if at else name

    if isinstance(read, BaseModel) and isinstance(json, dict):
        fields = {field.alias or name: name for name, field in type(read).model_fields.items()}
        for name in sorted(fields.keys() - json.keys()):
            yield Difference(below(name), MISSING)
        for name in sorted(json.keys() - fields.keys()):
            yield Difference(below(name), f"not a field of {type(read).__name__}", unnamed=True)
        for name in json.keys() & fields.keys():
            yield from differences(json[name], getattr(read, fields[name]), below(name))
    elif isinstance(read, dict) and isinstance(json, dict) and json.keys() == read.keys():
        for name in json:
            yield from differences(json[name], read[name], below(name))
    elif isinstance(read, list) and isinstance(json, list) and len(json) == len(read):
        for one, other in zip(json, read):
            yield from differences(one, other, f"{at}[]")
    elif isinstance(read, datetime) and isinstance(json, str) and datetime.fromisoformat(json) == read:
        return
    elif type(read) is not type(json) or read != json:
        yield Difference(at, f"read as {read!r}, is {json!r}")


def broken(json: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Yields the JSON with one part of a wrong type, for every part that has a type, and where the part is."""
    parts = json.items() if isinstance(json, dict) else enumerate(json) if isinstance(json, list) else []
    for key, part in parts:
        below = f"{at}[]" if isinstance(json, list) else f"{at}.{key}" if at else key
        if any(part_of in below for part_of in OPEN):
            continue
        wrong = WRONG_PART if isinstance(part, (dict, list)) else WRONG
        for where, new in [(below, wrong), *broken(part, below)]:
            changed = copy.copy(json)
            changed[key] = new
            yield where, changed
