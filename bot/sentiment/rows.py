"""Labelled texts from files: JSONL or CSV, gzipped or not. A line that can't be learned from is named."""

from __future__ import annotations

import csv
import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from bot.errors import BadLine, BadSetting, OneLabel
from knowledge_base.errors import why

LONGEST = 20_000
"""Characters of a text; a longer one is rather a file in the wrong column."""
FEWEST = 5
"""Rows that each label needs."""
_KINDS = (".jsonl", ".csv")
csv.field_size_limit(10 * LONGEST)


@dataclass(frozen=True, slots=True)
class Labelled:
    """`group` is what may be left out as a whole: a category of products, a shop."""

    text: str
    label: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """What the columns are called."""

    text: str = "text"
    label: str = "label"
    group: str = "cat"


def read_labelled(file: Path, fields: Fields = Fields()) -> Iterator[Labelled]:
    """One line in memory at a time. Raises BadLine, and BadSetting where the file as a whole can't be read."""
    kind = Path(file.stem).suffix if file.suffix.casefold() == ".gz" else file.suffix
    if kind.casefold() not in _KINDS:
        raise BadSetting("the file", str(file), "labelled texts end in .jsonl or .csv, and .gz where they are gzipped.")
    rows = _of_csv if kind.casefold() == ".csv" else _of_jsonl
    try:
        with _opened(file) as lines:
            for number, row in rows(str(file), lines, fields):
                yield _labelled(str(file), number, row, fields)
    except FileNotFoundError:
        raise BadSetting("the file", str(file), "there is no such file.") from None
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise BadSetting("the file", str(file), f"it can't be read as UTF-8 text to its end ({why(error)}).") from error


def to_learn(rows: Iterable[Labelled]) -> list[Labelled]:
    """Each once. Raises OneLabel where there are fewer than two labels, or a label has fewer than FEWEST rows."""
    kept = list(dict.fromkeys(rows))
    counts = Counter(row.label for row in kept)
    if len(counts) < 2 or min(counts.values()) < FEWEST:
        raise OneLabel(dict(counts), FEWEST)
    return kept


def digest(rows: Sequence[Labelled]) -> str:
    """Of what is learned from; the order counts."""
    whole = sha256()
    for row in rows:
        whole.update(repr((row.text, row.label)).encode())
    return whole.hexdigest()


def _opened(file: Path) -> TextIO:
    if file.suffix.casefold() == ".gz":
        return gzip.open(file, "rt", encoding="utf-8-sig", newline="")
    return file.open(encoding="utf-8-sig", newline="")


def _of_jsonl(file: str, lines: TextIO, fields: Fields) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadLine(file, number, line.strip()[:60], f"this is not JSON ({error})") from error
        if not isinstance(row, dict):
            raise BadLine(
                file, number, line.strip()[:60], f"this is not an object with {fields.text} and {fields.label}"
            )
        yield number, row


def _of_csv(file: str, lines: TextIO, fields: Fields) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader(lines, strict=True)
    try:
        if not {fields.text, fields.label} <= set(reader.fieldnames or ()):
            headings = ",".join(reader.fieldnames or ())
            raise BadLine(file, 1, headings, f"the first line has to name the columns {fields.text} and {fields.label}")
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise BadLine(file, reader.line_num, "", f"this is not CSV ({error})") from error


def _labelled(file: str, number: int, row: Mapping[str, Any], fields: Fields) -> Labelled:
    text, label, group = row.get(fields.text), row.get(fields.label), row.get(fields.group)
    if not isinstance(text, str) or not text.strip():
        raise BadLine(file, number, text, f"{fields.text} is missing or empty")
    if len(text) > LONGEST:
        raise BadLine(file, number, text[:60], f"{fields.text} is longer than {LONGEST} characters")
    if not isinstance(label, str | int | float) or not str(label).strip():
        raise BadLine(file, number, label, f"{fields.label} is missing; a word or a number is needed")
    return Labelled(text.strip(), str(label).strip(), str(group) if isinstance(group, str | int) else "")
