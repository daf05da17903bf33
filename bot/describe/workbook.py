"""Single cells changed in an XLSX workbook: every other part of the archive, and every other cell of the sheet, stays as it is."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path

from bot.describe.cells import CellChange
from bot.errors import BadSetting

_ROW = re.compile(r"<row\b[^>]*?(?:/>|>.*?</row>)", re.DOTALL)
_CELL = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*?(?:/>|>(.*?)</t>)", re.DOTALL)


def change_xlsx(file: Path, changes: Sequence[CellChange]) -> bytes:
    """The workbook's new content. Its first sheet with rows is the one that is read, so it is the one that is changed."""
    with zipfile.ZipFile(file) as archive:
        shared = _shared(archive)
        name = _first_sheet(archive)
        sheet = archive.read(name).decode("utf-8")
        changed = _sheet(sheet, shared, changes, file)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
            for entry in archive.infolist():
                content = changed.encode("utf-8") if entry.filename == name else archive.read(entry.filename)
                copy.writestr(entry, content, compress_type=entry.compress_type)
    return out.getvalue()


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The part that holds the first sheet with rows, in the workbook's order."""
    book = archive.read("xl/workbook.xml").decode("utf-8")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
    targets = {}
    for relation in re.findall(r"<Relationship\b[^>]*>", relations):
        found = {key: unescape(value) for key, value in re.findall(r'(\w+)="([^"]*)"', relation)}
        targets[found["Id"]] = found["Target"]
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        relation_id = re.search(r'\br:id="([^"]*)"', sheet)
        target = targets.get(relation_id[1], "") if relation_id else ""
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.namelist() and re.search(r"<c\b", archive.read(part).decode("utf-8")):
            return part
    raise KeyError("no sheet has rows")


def _shared(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    text = archive.read("xl/sharedStrings.xml").decode("utf-8")
    return [_words(item) for item in re.findall(r"<si\b[^>]*?(?:/>|>.*?</si>)", text, re.DOTALL)]


def _words(xml: str) -> str:
    bare = re.sub(r"<rPh\b.*?</rPh>", "", xml, flags=re.DOTALL)
    return unescape("".join(_TEXT.findall(bare)))


def _sheet(sheet: str, shared: Sequence[str], changes: Sequence[CellChange], file: Path) -> str:
    rows = [match.span() for match in _ROW.finditer(sheet)]
    headings: dict[str, str] = {}
    heading_row = -1
    for number, (start, end) in enumerate(rows):
        headings = {
            value.strip(): column for column, value in _values(sheet[start:end], shared).items() if value.strip()
        }
        if headings:
            heading_row = number
            break
    kept = changes[0].kept_column
    new_column = headings.get(kept) or _after(max(headings.values(), key=_number))
    edits: dict[int, str] = {}
    for change in changes:
        if change.id_column not in headings or change.column not in headings:
            raise BadSetting("--accept", str(file), f"its first sheet has no column {change.column!r}; add one first")
        row = next(
            (
                n
                for n in range(heading_row + 1, len(rows))
                if _values(sheet[slice(*rows[n])], shared).get(headings[change.id_column], "").strip() == change.row_id
            ),
            None,
        )
        if row is None:
            raise BadSetting("--accept", str(file), f"its row of {change.row_id} can't be found; nothing was written")
        xml = edits.get(row, sheet[slice(*rows[row])])
        before = _values(xml, shared).get(headings[change.column], "")
        xml = _with_cell(xml, headings[change.column], change.text)
        if not _values(xml, shared).get(new_column):
            xml = _with_cell(xml, new_column, before)
        edits[row] = xml
    if kept not in headings:
        edits[heading_row] = _with_cell(sheet[slice(*rows[heading_row])], new_column, kept)
    out, done = [], 0
    for row, xml in sorted(edits.items()):
        out += [sheet[done : rows[row][0]], xml]
        done = rows[row][1]
    return _wider("".join([*out, sheet[done:]]), new_column)


def _values(row: str, shared: Sequence[str]) -> dict[str, str]:
    """Column letter -> text of each cell."""
    found = {}
    for place, match in enumerate(_CELL.finditer(row)):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', match[1]))
        column = re.sub(r"\d", "", attributes.get("r", "")) or _letters(place + 1)
        inner = match[2] or ""
        value = re.search(r"<v>(.*?)</v>", inner, re.DOTALL)
        if attributes.get("t") == "s" and value:
            found[column] = shared[int(value[1])]
        elif attributes.get("t") == "inlineStr":
            found[column] = _words(inner)
        else:
            found[column] = _plain_number(unescape(value[1])) if value else ""
    return found


def _plain_number(text: str) -> str:
    return text[:-2] if re.fullmatch(r"-?\d+\.0", text) else text


def _with_cell(row: str, column: str, text: str) -> str:
    """The row with one cell's text, at its place; its style stays."""
    opened = re.match(r"<row\b([^>]*?)(/?)>", row)
    assert opened is not None
    number = (re.search(r'\br="(\d+)"', opened[1]) or ["", ""])[1]
    for match in _CELL.finditer(row):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', match[1]))
        letters = re.sub(r"\d", "", attributes.get("r", ""))
        if letters == column:
            return row[: match.start()] + _cell(column, number, text, attributes.get("s", "")) + row[match.end() :]
        if letters and _number(letters) > _number(column):
            return row[: match.start()] + _cell(column, number, text) + row[match.start() :]
    head = re.sub(r'\sspans="[^"]*"', "", opened.group())
    if opened[2]:
        return f"{head[:-2]}>{_cell(column, number, text)}</row>"
    return head + row[opened.end() : row.rindex("</row>")] + _cell(column, number, text) + "</row>"


def _cell(column: str, number: str, text: str, style: str = "") -> str:
    kept = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)
    styled = f' s="{style}"' if style else ""
    return f'<c r="{column}{number}"{styled} t="inlineStr"><is><t xml:space="preserve">{escape(kept, quote=False)}</t></is></c>'


def _wider(sheet: str, column: str) -> str:
    """The sheet's stated extent, where it ends before the new column."""
    match = re.search(r'<dimension ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"', sheet)
    if not match or _number(match[3]) >= _number(column):
        return sheet
    return f'{sheet[: match.start()]}<dimension ref="{match[1]}{match[2]}:{column}{match[4]}"{sheet[match.end() :]}'


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _after(letters: str) -> str:
    return _letters(_number(letters) + 1)
