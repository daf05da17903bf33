"""Nested records: JSON, JSONL and YAML, with a dotted path to where the records lie."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.decode import read_text
from knowledge_base.readers.record import Record


def read_jsonl(file: Path, path: str = "") -> Iterator[Record]:
    """One object a line; a torn line is yielded as broken, the others are read."""
    for line, text in enumerate(read_text(file).split("\n"), 1):
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            yield Record(line, {}, f"is not JSON ({error.msg} at column {error.colno})")
            continue
        for record in walk(value, path):
            yield Record(line, record) if isinstance(record, dict) else Record(line, {}, "is not an object")


def read_json(file: Path, path: str = "") -> Iterator[Record]:
    try:
        value = json.loads(read_text(file))
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            str(file), f"it isn't JSON ({error.msg} at line {error.lineno}, column {error.colno})"
        ) from error
    yield from _numbered(file, value, path)


def read_yaml(file: Path, path: str = "") -> Iterator[Record]:
    import yaml

    try:
        value = yaml.safe_load(read_text(file))
    except yaml.YAMLError as error:
        raise UnreadableFile(str(file), f"it isn't YAML ({error})") from error
    yield from _numbered(file, value, path)


def _numbered(file: Path, value: object, path: str) -> Iterator[Record]:
    found = list(walk(value, path))
    if not found:
        raise UnreadableFile(
            str(file), f"nothing lies at path {path!r}; set `path` in shop.toml to where the records are"
        )
    for place, record in enumerate(found, 1):
        yield Record(place, record) if isinstance(record, dict) else Record(place, {}, "is not an object")


def walk(value: object, path: str) -> Iterator[object]:
    """What lies at a dotted path; `*` is every item of a list or mapping. Without a path, a list's items or the one object."""
    if not path:
        yield from value if isinstance(value, list) else [value]
        return
    head, _, rest = path.partition(".")
    for item in _step(value, head):
        if rest:
            yield from walk(item, rest)
        elif isinstance(item, list) and head != "*":
            yield from item
        else:
            yield item


def _step(value: object, head: str) -> Iterator[object]:
    if head == "*":
        yield from value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    elif isinstance(value, Mapping) and head in value:
        yield value[head]
    elif isinstance(value, list) and head.isdigit() and int(head) < len(value):
        yield value[int(head)]


def at_path(fields: Mapping[str, object], column: str) -> object:
    """A column by its name, else by a dotted path into nested fields; None where there is nothing."""
    if column in fields:
        return fields[column]
    if "." not in column:
        return None
    found = list(walk(dict(fields), column))
    return found[0] if len(found) == 1 else found or None
