"""Records with a file's own headings -> rows with our field names, by `headings` and what shop.toml says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from knowledge_base.headings import PLAIN_ATTRIBUTES, REQUIRED, attribute_of, canonical, plain
from knowledge_base.readers.record import Record
from knowledge_base.readers.records import at_path
from knowledge_base.rows import RowError, is_blank, mapping_of, text_of
from knowledge_base.shop import SourceSpec
from knowledge_base.types import Refusal

Row = tuple[int, dict[str, object]]
"""The line a record starts at, and its values under our field names."""

__all__ = ["PLAIN_ATTRIBUTES", "Row", "long_text", "mapped", "plain"]


def mapped(records: Sequence[Record], spec: SourceSpec, file: str, refusals: list[Refusal]) -> Iterator[Row]:
    """The rows of all records that could be parsed; the broken ones, and columns that nobody has, are refused."""
    headings = list(dict.fromkeys(heading for record in records for heading in record.fields))
    columns = canonical(headings, spec.kind, spec.columns)
    refusals += _absent_columns(records, headings, spec, file)
    if lacking := _lacking(columns, headings, spec, file):
        if any(not record.broken for record in records):
            refusals.append(lacking)
        records = [record for record in records if record.broken]
    attributes = _attribute_columns(headings, columns, spec)
    for record in records:
        if record.broken:
            refusals.append(Refusal(file, record.line, "line", "", record.broken))
        elif _is_wanted(record, spec):
            try:
                yield record.line, _row(record, columns, attributes, spec)
            except RowError as error:
                refusals.append(error.refusal(file, record.line))


def _row(
    record: Record, columns: Mapping[str, str], attributes: Mapping[str, str], spec: SourceSpec
) -> dict[str, object]:
    row: dict[str, object] = dict(spec.defaults)
    for field, column in columns.items():
        value = at_path(record.fields, column)
        if not is_blank(value):
            row[field] = value
    if spec.kind != "products":
        return row
    row["attributes"] = _attributes(record.fields, row.get("attributes"), attributes)
    texts = ((name, long_text(at_path(record.fields, column))) for column, name in spec.detail_columns.items())
    row["details"] = tuple((name, text) for name, text in texts if text)
    return row


def _attributes(fields: Mapping[str, object], given: object, columns: Mapping[str, str]) -> object:
    """The attributes' own column, then every column that is one by its heading or by shop.toml."""
    try:
        own = mapping_of(given)
    except ValueError as error:
        raise RowError("attributes", given, str(error)) from error
    if not isinstance(own, dict):
        return own
    more = {name: value for column, name in columns.items() if not is_blank(value := at_path(fields, column))}
    return {**more, **own}


def _attribute_columns(headings: Sequence[str], columns: Mapping[str, str], spec: SourceSpec) -> dict[str, str]:
    """Column -> attribute: what shop.toml names, then what is one by its heading and isn't taken for something else."""
    if spec.kind != "products":
        return {}
    taken = {*columns.values(), *spec.detail_columns, *spec.attribute_columns}
    by_heading = {h: name for h in headings if h not in taken and (name := attribute_of(h))}
    return {**spec.attribute_columns, **by_heading}


def _absent_columns(
    records: Sequence[Record], headings: Sequence[str], spec: SourceSpec, file: str
) -> Iterator[Refusal]:
    """Columns that shop.toml names and no record of the file has, each told once."""
    named = {
        **{column: f"columns.{field}" for field, column in spec.columns.items() if column},
        **dict.fromkeys(spec.attribute_columns, "attribute_columns"),
        **dict.fromkeys(spec.detail_columns, "detail_columns"),
        **dict.fromkeys(spec.only, "only"),
    }
    whole = [record.fields for record in records if not record.broken]
    for column, key in named.items():
        if whole and column not in headings and all(at_path(fields, column) is None for fields in whole):
            yield Refusal(
                file, 1, key, column, f"shop.toml names this column, but the file has none such; {_seen(headings)}"
            )


def _lacking(columns: Mapping[str, str], headings: Sequence[str], spec: SourceSpec, file: str) -> Refusal | None:
    """One refusal for the whole file where no column can hold a field that every row needs."""
    for field in REQUIRED[spec.kind]:
        if field == "price" and "variants" in columns:  # the variants may be priced
            continue
        if field not in columns and field not in spec.defaults:
            reason = f"no column holds the {field}; {_seen(headings)}. Name it under `columns` in shop.toml"
            return Refusal(file, 1, field, "", reason)
    return None


def _seen(headings: Sequence[str]) -> str:
    shown = ", ".join(repr(heading[:40]) for heading in headings[:30])
    return f"the columns seen are {shown}" + (f" and {len(headings) - 30} more" if len(headings) > 30 else "")


def _is_wanted(record: Record, spec: SourceSpec) -> bool:
    return all(str(text_of(at_path(record.fields, column))) == value for column, value in spec.only.items())


def long_text(value: object) -> str:
    """Text, a list of texts, or a list of small objects -> lines; an object's values are joined in their order."""
    if isinstance(value, (list, tuple)):
        return "\n".join(line for item in value if (line := long_text(item)))
    if isinstance(value, Mapping):
        return ": ".join(text for item in value.values() if (text := long_text(item)))
    words = text_of(value)
    # an export that escaped twice leaves a backslash and an n where a line ended; `\name` is left alone
    return re.sub(r"\\n(?![a-z])", "\n", words) if isinstance(words, str) else ""
