"""A shop's own (attributes, description) pairs, read from JSONL or CSV: what the tuned writer learns from."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import random
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.describe.types import STYLES
from bot.errors import BadLine
from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.decode import decode
from knowledge_base.types import Product

TEXT_COLUMNS = ("refs", "text", "description")
_ABOUT = ("id", "locale", "image", "url")
_MR = re.compile(r"\s*([^,\[\]]+?)\s*\[([^\[\]]*)\]\s*(?:,|$)")
Slots = tuple[tuple[str, str], ...]
"""An attribute and its value, in the order of the file."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is known of one thing, and one or more texts that say it in one language and style."""

    slots: Slots
    texts: tuple[str, ...]
    locale: str = "en"
    style: str = "page"


def read_pairs(file: Path) -> list[Pair]:
    """The pairs of `file`: JSONL (`.gz`, too) or CSV. Equal attributes are one pair. Raises BadLine, naming the line."""
    texts: dict[tuple[Slots, str, str], list[str]] = {}
    for line, row in _rows(file):
        about = _slots(file, line, row), str(row.get("locale") or "en"), _style(row) or "page"
        texts.setdefault(about, []).extend(_texts(file, line, row))
    return [Pair(slots, tuple(said), locale, style) for (slots, locale, style), said in texts.items()]


def slots_of(product: Product) -> Slots:
    """What a description of the product may say, as the tuned writer reads it."""
    first = {"name": product.title, "category": product.category, "brand": product.brand}
    return tuple((key, _said(value)) for key, value in {**first, **product.attributes}.items() if value)


def pairs_of(products: Iterable[Product]) -> list[Pair]:
    """The catalogue's own descriptions, of the products that have one."""
    return [Pair(slots_of(p), (_said(p.description),), p.locale) for p in products if p.description]


def parse_mr(text: str) -> Slots:
    """`name[Aromi], area[riverside]` as slots; empty where it is nothing of the kind."""
    return tuple((key, value.strip()) for key, value in _MR.findall(text))


def digest(pairs: Iterable[Pair]) -> str:
    """Equal pairs in any order have one digest."""
    lines = sorted(json.dumps([p.slots, p.texts, p.locale, p.style], ensure_ascii=False) for p in pairs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def split(pairs: Sequence[Pair], share: float, seed: int) -> tuple[list[Pair], list[Pair]]:
    """The rest, and `share` of the pairs held back: whole pairs, by chance that the seed alone decides."""
    order = sorted(pairs, key=lambda pair: (pair.slots, pair.locale, pair.style))
    random.Random(seed).shuffle(order)
    cut = max(1, round(len(order) * share))
    return order[cut:], order[:cut]


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    raw = _unpacked(file) if file.suffix == ".gz" else file.read_bytes()
    text = decode(raw, str(file)).lstrip("\ufeff")
    if file.name.removesuffix(".gz").endswith(".csv"):
        yield from enumerate(csv.DictReader(io.StringIO(text, newline="")), 2)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, _object(file, number, line)


def _unpacked(file: Path) -> bytes:
    try:
        return gzip.decompress(file.read_bytes())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(str(file), f"it can't be unpacked ({error}); pack it again with gzip") from error


def _object(file: Path, number: int, line: str) -> Mapping[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(str(file), number, line[:60], f"this is no JSON: {error}") from error
    if not isinstance(row, dict):
        raise BadLine(str(file), number, line[:60], 'a line is an object: {"attributes": {...}, "text": "..."}')
    return row


def _slots(file: Path, line: int, row: Mapping[str, object]) -> Slots:
    given = row.get("attributes", row.get("mr"))
    if given is None:  # a table: every column that is no text is an attribute
        no_attribute = {*TEXT_COLUMNS, *_ABOUT, *(["style"] if _style(row) else [])}
        given = {key: value for key, value in row.items() if key and key not in no_attribute}
    if isinstance(given, str):
        found = parse_mr(given) or _of_json(given)
    elif isinstance(given, Mapping):
        found = tuple((str(key), _said(value)) for key, value in given.items())
    else:
        found = ()
    found = tuple((key, value) for key, value in found if value)
    if not found:
        raise BadLine(str(file), line, given, "no attribute; give a mapping, or `name[Aromi], area[riverside]`")
    return found


def _style(row: Mapping[str, object]) -> str:
    """One of our styles where the row names one; any other `style` is an attribute of the thing."""
    return str(row["style"]) if row.get("style") in STYLES else ""


def _of_json(text: str) -> Slots:
    try:
        found = json.loads(text)
    except ValueError:
        return ()
    return tuple((str(key), _said(value)) for key, value in found.items()) if isinstance(found, dict) else ()


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value)
    return "" if value is None else " ".join(str(value).split())


def _texts(file: Path, line: int, row: Mapping[str, object]) -> list[str]:
    given = next((row[name] for name in TEXT_COLUMNS if row.get(name)), None)
    found = [" ".join(str(one).split()) for one in (given if isinstance(given, list) else [given or ""])]
    if not all(found):
        raise BadLine(str(file), line, given, "no text; give `text`, or `refs` with one or more")
    return found
