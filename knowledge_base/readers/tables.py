"""Tables with a heading row: CSV, TSV and the first sheet of an XLSX workbook -> records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.decode import read_text
from knowledge_base.readers.record import Record

csv.field_size_limit(10_000_000)


def read_csv(file: Path, delimiter: str | None = None) -> Iterator[Record]:
    """`line` is where the record starts in the file, the heading being line 1. Short rows lack fields, longer ones are told by `extra`."""
    text = read_text(file)
    if delimiter is None:
        delimiter = _delimiter(text.split("\n", 1)[0])
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    headings = [heading.strip() for heading in next(rows, [])]
    if not any(headings):
        raise UnreadableFile(str(file), "it is empty; the first line must name the columns")
    line = rows.line_num + 1
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield Record(line, _named(headings, row))
            line = rows.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(str(file), f"line {line}: {error}") from error


def read_tsv(file: Path) -> Iterator[Record]:
    return read_csv(file, "\t")


def read_xlsx(file: Path) -> Iterator[Record]:
    """The first sheet that has rows; numbers come as numbers, dates as ISO text."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(file))
        sheets = [workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(str(file), f"it isn't an XLSX workbook ({error})") from error
    rows = next((sheet for sheet in sheets if any(any(cell != "" for cell in row) for row in sheet)), None)
    if rows is None:
        raise UnreadableFile(str(file), "no sheet has any row")
    first = next(number for number, row in enumerate(rows) if any(cell != "" for cell in row))
    headings = [str(cell).strip() for cell in rows[first]]
    for line, row in enumerate(rows[first + 1 :], first + 2):
        if any(cell != "" for cell in row):
            yield Record(line, _named(headings, [_cell(cell) for cell in row]))


def _cell(cell: object) -> object:
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _delimiter(heading_line: str) -> str:
    return max(",;\t|", key=heading_line.count) if heading_line else ","


def _named(headings: list[str], row: list[str] | list[object]) -> dict[str, object]:
    """The first of several columns with one heading wins where it has a value."""
    named: dict[str, object] = {}
    for heading, cell in zip(headings, row, strict=False):
        if heading and not named.get(heading):
            named[heading] = cell
    return named
