"""One module a family of formats; `open_records` chooses by the file's ending, its content and what shop.toml says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers import feeds, records, tables
from knowledge_base.readers.decode import read_text
from knowledge_base.readers.pages import read_document
from knowledge_base.readers.record import Record

__all__ = ["Record", "open_records", "read_document"]

_FORMATS = {
    ".csv": "csv", ".tsv": "tsv", ".txt": "tsv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".xlsx": "xlsx",
    ".xls": "xlsx", ".yaml": "yaml", ".yml": "yaml", ".xml": "xml", ".md": "markdown", ".markdown": "markdown",
}  # fmt: skip


def open_records(file: Path, kind: str, *, format: str | None = None, path: str = "") -> Iterator[Record]:
    """The records of a file. Raises UnreadableFile where the format isn't known or the file isn't what it says."""
    if not file.is_file():
        raise UnreadableFile(str(file), "there is no such file")
    chosen = format or _FORMATS.get(file.suffix.lower())
    if chosen in ("csv", "tsv"):
        return _table(file, chosen, kind)
    if chosen == "xlsx":
        return tables.read_xlsx(file)
    if chosen == "jsonl":
        return records.read_jsonl(file, path)
    if chosen == "json":
        return _json(file, kind, path)
    if chosen == "yaml":
        return records.read_yaml(file, path)
    if chosen == "xml" and kind == "products":
        return feeds.read_google_xml(file)
    if chosen == "markdown" and kind == "faq":
        return _markdown_faq(file)
    raise UnreadableFile(
        str(file), f"{kind} can't be read from {file.suffix or 'a file without an ending'}; set `format` in shop.toml"
    )


def _table(file: Path, format: str, kind: str) -> Iterator[Record]:
    rows = list(tables.read_tsv(file) if format == "tsv" else tables.read_csv(file))
    headings = rows[0].fields.keys() if rows else ()
    if kind == "products" and feeds.is_shopify_csv(headings):
        return feeds.shopify_csv(rows)
    if kind == "products" and feeds.is_woocommerce_csv(headings):
        return feeds.woocommerce_csv(rows)
    return iter(rows)


def _json(file: Path, kind: str, path: str) -> Iterator[Record]:
    text = read_text(file)[:4000]
    if kind == "products" and not path and '"products"' in text and '"body_html"' in text:
        return feeds.shopify_json(records.read_json(file, "products"))
    if not path and text.lstrip().startswith("{") and f'"{kind}"' in text.split(":", 1)[0]:
        return records.read_json(file, kind)
    return records.read_json(file, path)


def _markdown_faq(file: Path) -> Iterator[Record]:
    """Each heading below the title is a question, the text under it the answer."""
    document = read_document(file, "en", file.stem)
    for place, section in enumerate(document.sections, 1):
        yield Record(place, {"question": section.headings[-1], "answer": section.text})
