"""Single values changed in JSONL, JSON and CSV files, every other byte left as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadSetting
from knowledge_base.readers.decode import decode, read_bytes

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_ENCODINGS = ("utf-8-sig", "utf-8", "utf-16", "gb18030", "cp1252")


@dataclass(frozen=True, slots=True)
class CellChange:
    """In the record whose `id_column` is `row_id`, `column` becomes `text`; `kept_column` gets what it was, unless it has that already."""

    id_column: str
    row_id: str
    column: str
    kept_column: str
    text: str
    locale: str = ""
    path: str = ""


def change_jsonl(file: Path, changes: Sequence[CellChange]) -> bytes:
    """The file's new content."""
    text, encoding = decoded(file)
    lines = text.split("\n")
    for change in changes:
        for place, line in enumerate(lines):
            if (
                line.strip()
                and change.row_id in line
                and (spans := _object_spans(line, 0))
                and _is(spans, line, change)
            ):
                lines[place] = _changed(line, spans, change)
                break
        else:
            raise _lost(file, change)
    return "\n".join(lines).encode(encoding)


def change_json(file: Path, changes: Sequence[CellChange]) -> bytes:
    """The file's new content; the records may lie anywhere in it."""
    text, encoding = decoded(file)
    for change in changes:
        for match in re.finditer(r"\{", text):
            try:
                spans = _object_spans(text, match.start())
            except ValueError:
                continue
            if spans and _is(spans, text, change):
                text = _changed(text, spans, change)
                break
        else:
            raise _lost(file, change)
    return text.encode(encoding)


def _is(spans: Mapping[str, tuple[int, int]], text: str, change: CellChange) -> bool:
    span = spans.get(change.id_column)
    return span is not None and str(json.loads(text[span[0] : span[1]])) == change.row_id


def _object_spans(text: str, start: int) -> dict[str, tuple[int, int]]:
    """Key -> (start, end) of its value, of the object that begins at `start`. Empty where none does; ValueError where it is broken."""
    place = _skip(text, start)
    if text[place : place + 1] == "\ufeff":
        place = _skip(text, place + 1)
    if text[place : place + 1] != "{":
        return {}
    spans: dict[str, tuple[int, int]] = {}
    place = _skip(text, place + 1)
    while text[place : place + 1] == '"':
        key, place = _DECODER.raw_decode(text, place)
        place = _skip(text, place)
        if text[place : place + 1] != ":":
            raise ValueError(f"no colon at {place}")
        first = _skip(text, place + 1)
        _, last = _DECODER.raw_decode(text, first)
        spans[key] = (first, last)
        place = _skip(text, last)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
    return spans


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _changed(text: str, spans: Mapping[str, tuple[int, int]], change: CellChange) -> str:
    """The value replaced, and the original written behind it under a key of its own, the first time."""
    new = json.dumps(change.text, ensure_ascii=not re.search(r"[^\x00-\x7f]", text) and "\\u" in text)
    if change.column not in spans:
        first = min(start for start, _ in spans.values())
        key = text.rfind('"', 0, text.rfind('"', 0, text.rfind(":", 0, first)))
        return f'{text[:key]}{json.dumps(change.column)}: {new}, {json.dumps(change.kept_column)}: "", {text[key:]}'
    start, end = spans[change.column]
    kept = "" if change.kept_column in spans else f", {json.dumps(change.kept_column)}: {text[start:end]}"
    if ":" in text[: spans[change.column][0]] and text[start - 1] == ":":  # written without spaces
        kept = kept.replace(", ", ",", 1).replace(": ", ":", 1)
    return text[:start] + new + kept + text[end:]


def change_csv(file: Path, changes: Sequence[CellChange]) -> bytes:
    """The file's new content: changed cells, and one more column where the original has none yet."""
    text, encoding = decoded(file)
    delimiter, rows = _rows(text, file)
    heading = [_unquoted(text[a:b]).strip() for a, b in rows[0]]
    edits: dict[int, dict[int, str]] = {}
    originals: dict[int, str] = {}
    for change in changes:
        key = heading.index(change.id_column)
        row = next(
            (
                n
                for n, cells in enumerate(rows)
                if n and len(cells) > key and _unquoted(text[slice(*cells[key])]).strip() == change.row_id
            ),
            None,
        )
        if row is None:
            raise _lost(file, change)
        edits.setdefault(row, {})
        if change.column in heading and heading.index(change.column) < len(rows[row]):
            place = heading.index(change.column)
            edits[row][place] = _quoted(change.text, delimiter)
            originals[row] = text[slice(*rows[row][place])]
        else:
            raise BadSetting(
                "--accept",
                str(file),
                f"it has no column {change.column!r} in the row of {change.row_id}; add one first",
            )
    kept = changes[0].kept_column
    return _rewritten(text, rows, delimiter, edits, originals, heading, kept).encode(encoding)


def _rewritten(
    text: str, rows: Sequence[Sequence[tuple[int, int]]], delimiter: str, edits: Mapping[int, Mapping[int, str]],
    originals: Mapping[int, str], heading: Sequence[str], kept: str,
) -> str:  # fmt: skip
    """The text with its cells changed, and the kept column filled or added."""
    there = heading.index(kept) if kept in heading else None
    out, done = [], 0
    for number, cells in enumerate(rows):
        blank = len(cells) == 1 and cells[0][0] == cells[0][1]
        for place, (start, end) in enumerate(cells):
            new = edits.get(number, {}).get(place)
            if place == there and number in originals and start == end:
                new = originals[number]
            if new is not None:
                out += [text[done:start], new]
                done = end
        if there is None and not blank:
            end = cells[-1][1]
            missing = delimiter * (len(heading) - len(cells)) if number else ""
            out += [text[done:end], missing, delimiter, kept if number == 0 else originals.get(number, "")]
            done = end
    return "".join([*out, text[done:]])


def _rows(text: str, file: Path) -> tuple[str, list[list[tuple[int, int]]]]:
    """(delimiter, rows of (start, end) of each cell, quotes included), the heading first."""
    start = re.match(r"\ufeff?(?:sep=(.)\r?\n)?\s*", text)
    begin = start.end() if start else 0
    line = re.sub(r'"[^"]*"', "", text[begin:].split("\n", 1)[0])
    delimiter = (
        start[1] if start and start[1] else "\t" if file.suffix.lower() == ".tsv" else max(",;\t|", key=line.count)
    )
    rows = list(_cells(text, begin, delimiter))
    if not rows:
        raise BadSetting("--accept", str(file), "it has no heading row")
    return delimiter, rows


def _cells(text: str, place: int, delimiter: str) -> Iterator[list[tuple[int, int]]]:
    plain_end = re.compile(f"[{re.escape(delimiter)}\\r\\n]")
    row: list[tuple[int, int]] = []
    while place <= len(text):
        if text[place : place + 1] == '"':
            closed = re.compile(r'"(?:[^"]|"")*"').match(text, place)
            end = closed.end() if closed else len(text)
            match = plain_end.search(text, end)
        else:
            match = plain_end.search(text, place)
        stop = match.start() if match else len(text)
        row.append((place, stop))
        if match and match.group() == delimiter:
            place = stop + 1
            continue
        if row != [(len(text), len(text))]:
            yield row
        row = []
        if not match:
            return
        place = stop + (2 if text[stop : stop + 2] == "\r\n" else 1)


def _unquoted(cell: str) -> str:
    bare = cell.strip()
    return bare[1:-1].replace('""', '"') if len(bare) > 1 and bare[0] == bare[-1] == '"' else cell


def _quoted(text: str, delimiter: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(rf'["\r\n{re.escape(delimiter)}]', text) else text


def decoded(file: Path) -> tuple[str, str]:
    """The text with its own line ends and mark, and the encoding that gives its bytes back."""
    raw = read_bytes(file)
    for encoding in _ENCODINGS:
        try:
            text = raw.decode("utf-8" if encoding == "utf-8-sig" else encoding)
        except UnicodeDecodeError:
            continue
        chosen = "utf-8" if encoding == "utf-8-sig" else encoding
        if text.encode(chosen) == raw and text.replace("\r\n", "\n").lstrip("\ufeff") == decode(raw, str(file)).replace(
            "\r\n", "\n"
        ).lstrip("\ufeff"):
            return text, chosen
    raise BadSetting("--accept", str(file), "its encoding can't be written back exactly; save it as UTF-8 first")


def _lost(file: Path, change: CellChange) -> BadSetting:
    return BadSetting(
        "--accept", str(file), f"its record of {change.row_id} can't be found to be changed; nothing was written"
    )
