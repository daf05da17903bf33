"""One module a family of formats; `open_records` chooses by the file's ending, its content and what shop.toml says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers import feeds, parquet, records, tables
from knowledge_base.readers.decode import checked
from knowledge_base.readers.pages import read_document
from knowledge_base.readers.record import Record

__all__ = ["Record", "open_records", "read_document"]

_FORMATS = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "tsv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx",
    ".xls": "xlsx", ".xlsm": "xlsx", ".ods": "xlsx", ".yaml": "yaml", ".yml": "yaml", ".xml": "xml", ".md": "markdown",
    ".markdown": "markdown", ".parquet": "parquet",
}  # fmt: skip

_TABLES: Mapping[str, Callable[[Path], Iterator[Record]]] = {
    "csv": tables.read_csv,
    "tsv": tables.read_tsv,
    "xlsx": tables.read_xlsx,
    "parquet": parquet.read_parquet,
}


def open_records(file: Path, kind: str, *, format: str | None = None, path: str = "") -> list[Record]:
    """The records of a file. Raises UnreadableFile where the format isn't known or the file isn't what it says."""
    checked(file)
    chosen = format or _FORMATS.get(file.suffix.lower(), "")
    if path and chosen not in ("json", "jsonl", "yaml"):
        raise UnreadableFile(
            str(file), f"`path` = {path!r} means nothing in {chosen or 'it'}; take it out of shop.toml"
        )
    if chosen in _TABLES:
        return _table(_TABLES[chosen](file), kind)
    if chosen == "jsonl":
        return list(records.read_jsonl(file, path))
    if chosen == "json":
        return list(_json(file, kind, path))
    if chosen == "yaml":
        return list(records.read_yaml(file, path))
    if chosen == "xml" and kind == "products":
        return list(feeds.read_google_xml(file))
    if chosen == "markdown" and kind == "faq":
        return list(_markdown_faq(file))
    raise UnreadableFile(
        str(file), f"{kind} can't be read from {file.suffix or 'a file without an ending'}; set `format` in shop.toml"
    )


def _table(rows: Iterator[Record], kind: str) -> list[Record]:
    """The rows as they are, or brought to our names where a shop system's export is known by its headings."""
    found = list(rows)
    headings = list(dict.fromkeys(heading for record in found[:100] for heading in record.fields))
    adapter = feeds.adapter_of(headings) if kind == "products" else None
    return list(adapter(found)) if adapter else found


def _json(file: Path, kind: str, path: str) -> Iterator[Record]:
    try:
        value = records.load_json(file)
    except UnreadableFile as error:
        if "Extra data" not in error.reason:
            raise
        return records.read_jsonl(file, path)  # JSON Lines under the wrong ending
    if path or not isinstance(value, dict) or not isinstance(value.get(kind), list):
        return records.located(file, value, path)
    found = records.located(file, value, kind)
    return feeds.shopify_json(found) if feeds.is_shopify_json(value[kind]) else found


def _markdown_faq(file: Path) -> Iterator[Record]:
    """Each heading below the title is a question, the text under it the answer."""
    sections = read_document(file, "en", file.stem).sections
    deepest = max(len(section.headings) for section in sections)
    for place, section in enumerate(sections, 1):
        if len(section.headings) > 1 or deepest == 1:
            yield Record(
                place, {"question": section.headings[-1], "answer": section.text, "tags": section.headings[1:-1]}
            )
