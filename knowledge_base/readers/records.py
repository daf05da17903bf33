"""Nested records: JSON, JSONL and YAML, with a dotted path to where the records lie."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.decode import read_text
from knowledge_base.readers.record import Record

_MOST_NODES = 1_000_000
"""Values in one YAML file once its aliases are written out; what has more is taken for an attack."""


class Lined(dict[str, object]):
    """A mapping that knows the line it starts at."""

    line = 0


def read_jsonl(file: Path, path: str = "") -> Iterator[Record]:
    """One object a line; a torn line is yielded as broken, the others are read."""
    for line, text in enumerate(read_text(file).split("\n"), 1):
        if not text.strip():
            continue
        try:
            value = _json(text)
        except json.JSONDecodeError as error:
            yield Record(line, {}, f"is not JSON ({error.msg} at column {error.colno})")
        except (ValueError, RecursionError) as error:
            yield Record(line, {}, f"is not JSON that can be read ({_short(error)})")
        else:
            found = [*walk(value, path)]
            yield from (_record(line, item) for item in found)
            if not found:
                yield Record(line, {}, f"nothing lies at the path {path!r} that shop.toml names")


def load_json(file: Path) -> object:
    """The whole file as one value. Raises UnreadableFile where it isn't JSON; its message has `Extra data` for JSON Lines."""
    try:
        return _json(read_text(file))
    except json.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise UnreadableFile(str(file), f"it isn't JSON ({where})") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(str(file), f"it isn't JSON that can be read ({_short(error)})") from error


def read_yaml(file: Path, path: str = "") -> Iterator[Record]:
    """All scalars come as the text that stands there: `yes`, `007`, `1.10` and `2026-11-24` mean themselves."""
    import yaml

    loader = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
    try:
        node = yaml.compose(read_text(file), loader)
        value = _YamlValues(file).of(node) if node is not None else None
    except yaml.YAMLError as error:
        raise UnreadableFile(str(file), f"it isn't YAML ({_short(error)})") from error
    except RecursionError as error:
        raise UnreadableFile(str(file), "it is nested too deeply, or an alias names what it stands in") from error
    return located(file, value, path)


class _YamlValues:
    """YAML nodes -> values, as long as there are not too many of them."""

    def __init__(self, file: Path) -> None:
        self._file, self._count = file, 0

    def of(self, node: Any) -> object:
        self._count += 1
        if self._count > _MOST_NODES:
            raise UnreadableFile(str(self._file), f"its aliases write out to more than {_MOST_NODES:,} values")
        if node.id == "scalar":
            return None if not node.style and node.value in ("", "~", "null", "Null", "NULL") else node.value
        if node.id == "sequence":
            return [self.of(item) for item in node.value]
        found = Lined()
        found.line = node.start_mark.line + 1
        for key, item in node.value:
            value = self.of(item)
            found.update(value if key.value == "<<" and isinstance(value, dict) else {str(key.value): value})
        return found


def located(file: Path, value: object, path: str) -> Iterator[Record]:
    """The records at a path. `line` is where each starts if its format knows, else its place from 1."""
    found = list(walk(value, path))
    if not found and path:
        raise UnreadableFile(
            str(file),
            f"nothing lies at path {path!r}; {_seen(value)}. Set `path` in shop.toml to where the records are",
        )
    if not found or found == [None]:
        raise UnreadableFile(str(file), "it has no records")
    return (_record(item.line if isinstance(item, Lined) else place, item) for place, item in enumerate(found, 1))


def _seen(value: object) -> str:
    if isinstance(value, Mapping):
        return "at the top are " + ", ".join(repr(str(key)[:40]) for key in list(value)[:20])
    return f"at the top is a list of {len(value)}" if isinstance(value, list) else "at the top is a single value"


def _record(line: int, value: object) -> Record:
    return Record(line, value) if isinstance(value, dict) else Record(line, {}, "is not an object with named fields")


def _json(text: str) -> object:
    return json.loads(text, parse_float=Decimal)


def _short(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())[:200]


def walk(value: object, path: str) -> Iterable[object]:
    """What lies at a dotted path; `*` is every item of a list or mapping, and a list at the end is its items.
    Without a path, a list's items or the one object."""
    found = [value]
    for head in path.split(".") if path else ():
        found = [item for one in found for item in _step(one, head)]
    return [item for one in found for item in (one if isinstance(one, list) else [one])]


def _step(value: object, head: str) -> Iterable[object]:
    if head == "*":
        return value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    if isinstance(value, Mapping):
        return [value[head]] if head in value else ()
    if isinstance(value, list) and head.isdecimal() and len(head) < 10:
        return value[int(head) : int(head) + 1]
    return ()


def at_path(fields: Mapping[str, object], column: str) -> object:
    """A column by its name, else by a dotted path into nested fields; None where there is nothing."""
    if column in fields:
        return fields[column]
    if "." not in column:
        return None
    found = [item for item in walk(fields, column) if item not in ("", None)]
    return found[0] if len(found) == 1 else found or None
