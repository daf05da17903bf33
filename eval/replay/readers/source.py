"""The objects of a JSON or JSONL file, one after the other with their lines; memory holds one of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from eval.errors import BadRow
from eval.replay.errors import TooLong, TornLine

Row = Mapping[str, Any]
MOST_BYTES = 8 * 2**20
"""Letters of one line, and of a JSON file that isn't written line by line eight times as many."""


_TOO_MANY_DIGITS = "a number of more than 4,300 digits"


def opened(file: Path) -> IO[str]:
    """The file as text, unpacked where it is called .gz."""
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig")
    return file.open(encoding="utf-8-sig", newline="")


def objects(file: Path) -> Iterator[tuple[int, Row]]:
    """(line, object). Raises BadRow, TornLine for what is no JSON, TooLong."""
    try:
        with opened(file) as text:
            first = next((line for line in iter(lambda: text.readline(MOST_BYTES), "") if line.strip()), "")
        if first:
            yield from _lines(file) if _is_object(first) else _whole(file)
    except UnicodeDecodeError as error:
        raise BadRow(file, 1, f"this is not UTF-8 ({error.reason} at byte {error.start})") from error


def _is_object(line: str) -> bool:
    """Whether a conversation or a message stands in the first line; what Chatwoot wraps a list in is none."""
    try:
        found = json.loads(line)
        return isinstance(found, dict) and _wrapped(found) is None
    except json.JSONDecodeError:
        return line.lstrip().startswith('{"') and len(line.strip()) > 2  # torn, or one object over many lines
    except ValueError:
        return True  # told with its line


def _lines(file: Path) -> Iterator[tuple[int, Row]]:
    with opened(file) as text:
        for number, line in enumerate(iter(lambda: text.readline(MOST_BYTES), ""), 1):
            if len(line) >= MOST_BYTES:
                raise TooLong(file, number, f"a line of more than {MOST_BYTES // 2**20} MiB is no conversation")
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise TornLine(file, number, error.msg) from error
            except ValueError as error:
                raise BadRow(file, number, _TOO_MANY_DIGITS) from error
            yield number, _object(file, number, row)


def _whole(file: Path) -> Iterator[tuple[int, Row]]:
    """An array of objects, or one object over many lines; Chatwoot's `payload` and `data` are looked into."""
    with opened(file) as text:
        said = text.read(8 * MOST_BYTES + 1)
    if len(said) > 8 * MOST_BYTES:
        raise TooLong(
            file, 1, f"more than {8 * MOST_BYTES // 2**20} MiB of JSON: write it as JSONL, a conversation a line"
        )
    try:
        found = json.loads(said)
    except json.JSONDecodeError as error:
        raise TornLine(file, error.lineno, error.msg) from error
    except ValueError as error:
        raise BadRow(file, 1, _TOO_MANY_DIGITS) from error
    if isinstance(found, dict):
        inner = _wrapped(found)
        if inner is None:
            yield 1, found
            return
        found = inner
    if not isinstance(found, list):
        raise BadRow(file, 1, f"a list of conversations is wanted, not {said[:40]!r}")
    for place, row in zip(_starts(said, len(found)), found, strict=False):
        yield place, _object(file, place, row)


def _wrapped(found: Row) -> list[Any] | None:
    """The list within what Chatwoot's API answers, `{"data": {"payload": [...]}}`, or an export's `{"conversations": [...]}`."""
    inner = found.get("conversations") or found.get("data")
    inner = inner.get("payload") if isinstance(inner, dict) else inner
    return inner if isinstance(inner, list) else None


def _starts(said: str, count: int) -> Iterator[int]:
    """The lines where the elements of a list begin: found again by decoding, since `json` forgets them."""
    decode, at = json.JSONDecoder().raw_decode, said.index("[") + 1
    for _ in range(count):
        while said[at] in " \t\r\n,":
            at += 1
        yield said.count("\n", 0, at) + 1
        at = decode(said, at)[1]


def _object(file: Path, number: int, row: object) -> Row:
    if not isinstance(row, dict):
        raise BadRow(file, number, f"an object is wanted, not {str(row)[:40]!r}")
    return row
