"""Tables with a heading row: CSV, TSV and the first sheet of an XLSX workbook -> records."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path

from knowledge_base.errors import UnreadableFile, why
from knowledge_base.readers.decode import checked_zip, read_text
from knowledge_base.readers.record import Record

LONGEST_CELL = 1_000_000
"""Characters; a longer cell is most often a quote mark that was left open."""


def read_csv(file: Path, delimiter: str | None = None) -> Iterator[Record]:
    """`line` is where the record starts in the file. Rows may be short; one with more cells than headings is broken."""
    text = read_text(file)
    if marked := re.match(r"sep=(.)\n", text):  # a line that Excel writes for itself
        delimiter = delimiter or marked[1]
    before = marked.end() if marked else 0
    blank = re.compile(r"(?:[ \t]*\n)*").match(text, before)
    start = blank.end() if blank else before
    if not text[start:].strip():
        raise UnreadableFile(str(file), "it is empty; the first line must name the columns")
    chosen = delimiter or _delimiter(text[start:].split("\n", 1)[0])
    rows = _numbered(file, text[start:], chosen, text.count("\n", 0, start) + 1)
    headings = [heading.strip() for heading in next(rows)[1]]
    for line, row in rows:
        if any(cell.strip() for cell in row):
            yield _record(line, headings, row)


def read_tsv(file: Path) -> Iterator[Record]:
    return read_csv(file, "\t")


def read_xlsx(file: Path) -> Iterator[Record]:
    """The first sheet that has rows; numbers come as numbers, dates as ISO text."""
    rows = _first_sheet(checked_zip(file))
    first = next((number for number, row in enumerate(rows) if any(cell != "" for cell in row)), None)
    if first is None:
        raise UnreadableFile(str(file), "no sheet has any row")
    headings = [str(cell).strip() for cell in rows[first]]
    for line, row in enumerate(rows[first + 1 :], first + 2):
        if any(cell != "" for cell in row):
            yield _record(line, headings, [_cell(cell) for cell in row])


def _numbered(file: Path, text: str, delimiter: str, line: int) -> Iterator[tuple[int, list[str]]]:
    """(line it starts at, row), the first line being `line`. Raises UnreadableFile for a cell without end."""
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    first = last = line
    try:
        for row in rows:
            yield line, row
            last, line = line, first + rows.line_num
        rest = text.split("\n", last - first)[-1]
        list(csv.reader(io.StringIO(rest), delimiter=delimiter, strict=rest.count('"') % 2 == 1))
    except csv.Error as error:
        told = str(error)
        if "unexpected end of data" in told:
            line, told = last, "a quote mark is opened there and never closed"
        elif "field larger" in told:
            told = f"a cell has more than {LONGEST_CELL:,} characters; is a quote mark left open there?"
        raise UnreadableFile(str(file), f"line {line}: {told}") from error


def _first_sheet(file: Path) -> Sequence[Sequence[object]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(file))
        for name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                return rows
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(str(file), f"it isn't a readable XLSX workbook ({why(error)})") from error
    return []


def _cell(cell: object) -> object:
    if isinstance(cell, (datetime, date, time)):
        return cell.isoformat()
    # from 2**53 on a float no longer knows its last digits: it stays a float, and is refused where it should be an id
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53 else cell


def _delimiter(heading_line: str) -> str:
    bare = re.sub(r'"[^"]*"', "", heading_line)
    return max(",;\t|", key=bare.count)


def _record(line: int, headings: Sequence[str], row: Sequence[object]) -> Record:
    if any(cell not in ("", None) and str(cell).strip() for cell in row[len(headings) :]):
        return Record(
            line, {}, f"has {len(row)} cells under {len(headings)} headings; a cell with a delimiter in it needs quotes"
        )
    return Record(line, _named(headings, row))


def _named(headings: Sequence[str], row: Sequence[object]) -> dict[str, object]:
    """The first of several columns with one heading wins where it has a value."""
    named: dict[str, object] = {}
    for heading, cell in zip(headings, row, strict=False):
        if heading and named.get(heading) in ("", None):
            named[heading] = cell
    return named
