"""Descriptions to a file: JSONL, CSV or Markdown, by its ending; and texts back from one, to be scored or accepted."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.describe.types import STYLES, Draft
from bot.errors import BadLine, BadSetting
from knowledge_base.readers.decode import decode

Rows = Sequence[Mapping[str, Any]]


def put_out(rows: Rows, file: Path) -> None:
    """Write all rows at once: a reader never sees half a file. Raises BadSetting for an ending that we don't write."""
    replace_file(file, shaped(rows, file).encode("utf-8"))


ENDINGS = (".jsonl", ".csv", ".md")


def check_ending(file: Path, endings: Sequence[str] = ENDINGS) -> None:
    """Raises BadSetting for an ending that we don't write."""
    if file.suffix.lower() not in endings:
        raise BadSetting("--out", str(file), f"it may end in {', '.join(endings)}")


def shaped(rows: Rows, file: Path) -> str:
    check_ending(file)
    shapes: Mapping[str, Callable[[Rows], str]] = {".jsonl": as_jsonl, ".csv": as_csv, ".md": as_markdown}
    return shapes[file.suffix.lower()](rows)


def as_jsonl(rows: Rows) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_csv(rows: Rows) -> str:
    """With a mark in front, so that a spreadsheet reads Chinese; a cell that a spreadsheet would reckon with gets a quote."""
    names = list(dict.fromkeys(name for row in rows for name in row)) or ["id"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([[_cell(row.get(name, "")) for name in names] for row in rows])
    return "\ufeff" + out.getvalue()


def _cell(value: Any) -> str:
    text = (
        "\n".join(value)
        if isinstance(value, list | tuple)
        else json.dumps(value)
        if isinstance(value, dict)
        else str(value)
    )
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t") else text


def as_markdown(rows: Rows) -> str:
    parts = []
    for row in rows:
        points = "".join(f"* {point}\n" for point in row["selling_points"])
        parts.append(
            f"## {row['title']}\n\n{points}{chr(10) if points else ''}{row['text']}\n\n<!-- {row['id']} {row['locale']} {row['style']} -->\n"
        )
    return "\n".join(parts)


def read_texts(file: Path) -> list[dict[str, Any]]:
    """Rows of JSONL or CSV with id and text; `title`, `selling_points`, `style` and `locale` where they are there. Raises BadLine."""
    text = decode(file.read_bytes(), str(file)).lstrip("\ufeff")
    rows = _csv_rows(text) if file.suffix.lower() == ".csv" else _jsonl_rows(file, text)
    for line, row in rows:
        for name in ("id", "text"):
            if not isinstance(row.get(name), str | int) or not str(row[name]).strip():
                raise BadLine(str(file), line, row.get(name), f"each row needs {name!r}")
        for name, wrong in ((name, row.get(name)) for name in ("title", "style", "locale")):
            if wrong is not None and not isinstance(wrong, str):
                raise BadLine(str(file), line, wrong, f"{name!r} is a text")
        if row.get("style") not in (None, "", *STYLES):
            raise BadLine(str(file), line, row["style"], f"'style' may be {', '.join(STYLES)}")
        points = row.get("selling_points")
        if points is not None and not isinstance(points, str | list):
            raise BadLine(str(file), line, points, "'selling_points' is a list of texts")
    return [{**row, "id": str(row["id"])} for _, row in rows]


def draft_of(row: Mapping[str, Any]) -> Draft:
    points = row.get("selling_points") or ()
    listed = points.split("\n") if isinstance(points, str) else points
    return Draft(
        str(row.get("title") or ""), tuple(str(point) for point in listed if str(point).strip()), str(row["text"])
    )


def _jsonl_rows(file: Path, text: str) -> list[tuple[int, dict[str, Any]]]:
    rows = []
    for line, said in enumerate(text.split("\n"), 1):
        if not said.strip():
            continue
        try:
            row = json.loads(said)
        except (ValueError, RecursionError) as error:
            raise BadLine(str(file), line, said[:60], f"is not JSON ({error})") from error
        if not isinstance(row, dict):
            raise BadLine(str(file), line, said[:60], "is not an object with named fields")
        rows.append((line, row))
    return rows


def _csv_rows(text: str) -> list[tuple[int, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    return [(reader.line_num, {name: value for name, value in row.items() if name and value}) for row in reader]


def replace_file(file: Path, content: bytes) -> None:
    """Put a file's new content in its place in one step, with the old one's permissions."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
