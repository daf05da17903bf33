"""Accepted texts into the catalogue's own files: the description's column gets the new one, a column beside keeps the first original."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.describe.cells import CellChange, change_csv, change_json, change_jsonl
from bot.describe.putting_out import draft_of, replace_file
from bot.describe.workbook import change_xlsx
from bot.errors import BadSetting
from knowledge_base.columns import plain
from knowledge_base.headings import canonical
from knowledge_base.readers import open_records
from knowledge_base.reading import files_of
from knowledge_base.rows import text_of
from knowledge_base.shop import Shop, SourceSpec
from knowledge_base.types import Locale

KEPT = "_original"
"""What the column with the first original is called after: description_original."""
_CHANGERS = {
    ".jsonl": change_jsonl, ".ndjson": change_jsonl, ".json": change_json, ".csv": change_csv, ".tsv": change_csv, ".xlsx": change_xlsx,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accepted:
    """A text to go into the catalogue, of a product in a language."""

    product_id: str
    locale: Locale
    text: str


def accept_all(shop: Shop, rows: Sequence[Mapping[str, Any]], *, now: datetime | None = None) -> list[str]:
    """Write the texts of all rows into the files that the products came from; what was done, a line a file.

    Each file is replaced in one step and kept before as `<name>.<time>.bak`. Raises BadSetting where a product's file can't be written.
    """
    wanted = [Accepted(str(row["id"]), str(row.get("locale") or shop.default_locale), whole_text(row)) for row in rows]
    left = {(one.product_id, one.locale): one.text for one in wanted}
    plans: dict[Path, list[CellChange]] = {}
    formats: dict[Path, str] = {}
    for spec in shop.sources:
        if spec.kind == "products":
            for file in files_of(shop, spec):
                changes = _changes(shop, spec, file, left)
                if changes:
                    plans.setdefault(file, []).extend(changes)
                    formats[file] = _ending(spec, file)
    found = {(change.row_id, change.locale) for changes in plans.values() for change in changes}
    if missing := [f"{pid} ({loc})" for pid, loc in left if (pid, loc) not in found]:
        raise BadSetting(
            "--accept", missing[0], f"no products file of {shop.name} has a description of it; nothing was written"
        )
    for file, ending in formats.items():
        if ending not in _CHANGERS:
            raise BadSetting(
                "--accept", str(file), f"texts go back into {', '.join(_CHANGERS)} alone; nothing was written"
            )
    made = {file: _CHANGERS[formats[file]](file, changes) for file, changes in plans.items()}
    stamp = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%S")
    return [_replaced(file, content, stamp, len(plans[file])) for file, content in made.items()]


def whole_text(row: Mapping[str, Any]) -> str:
    """What goes into the column: the selling points, a line each, then the text; the title stays the catalogue's own."""
    draft = draft_of(row)
    return (
        "\n".join([*(f"- {point}" for point in draft.selling_points), draft.text])
        if draft.selling_points
        else draft.text
    )


def _replaced(file: Path, content: bytes, stamp: str, count: int) -> str:
    kept = file.with_name(f"{file.name}.{stamp}.bak")
    number = 1
    while kept.exists():
        kept, number = file.with_name(f"{file.name}.{stamp}-{number}.bak"), number + 1
    replace_file(kept, file.read_bytes())
    replace_file(file, content)
    return f"{file}: {count} descriptions replaced; the file as it was is {kept.name}"


def _ending(spec: SourceSpec, file: Path) -> str:
    return f".{spec.format}" if spec.format else file.suffix.lower()


def _changes(shop: Shop, spec: SourceSpec, file: Path, texts: Mapping[tuple[str, Locale], str]) -> list[CellChange]:
    """What is to be changed in one file of one source: its records are found by id, its column as the readers find it."""
    records = open_records(file, spec.kind, format=spec.format, path=spec.path)
    headings = list(dict.fromkeys(heading for record in records for heading in record.fields))
    columns = canonical(headings, spec.kind, spec.columns)
    id_column = columns.get("id")
    locale = _locale(spec, file, shop)
    if id_column is None:
        return []
    there = {str(text_of(record.fields.get(id_column))) for record in records if not record.broken}
    column = columns.get("description") or _free_heading(headings)
    return [
        CellChange(id_column, product_id, column, column + KEPT, text, loc, spec.path)
        for (product_id, loc), text in texts.items()
        if loc == locale and product_id in there
    ]


def _free_heading(headings: Sequence[str]) -> str:
    """The column that a catalogue without descriptions gets."""
    return next(name for name in ("description", "product description") if name not in map(plain, headings))


def _locale(spec: SourceSpec, file: Path, shop: Shop) -> Locale:
    from knowledge_base.reading import _locale_in_name

    return spec.locale or _locale_in_name(file, shop)
