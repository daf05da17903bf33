"""All sources of a shop -> Knowledge. A bad line is refused by name and the others are kept; a bad file ends the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from knowledge_base.columns import mapped
from knowledge_base.errors import CurrencyMix, EmptyCatalogue, UnreadableFile
from knowledge_base.products import fold_products
from knowledge_base.readers import Record, open_records, read_document
from knowledge_base.rows import FaqRow, InteractionRow, ReviewRow, RowError, moment, validated
from knowledge_base.shop import Shop, SourceSpec
from knowledge_base.types import Document, Faq, Interaction, Knowledge, Product, Refusal, Review

Progress = Callable[[str, int], None]
"""Called with a file's name and how many records of it were read so far."""

T = TypeVar("T")


@dataclass(slots=True)
class _Pile:
    """What was read so far."""

    products: list[Product] = field(default_factory=list)
    faqs: list[Faq] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    read: int = 0
    price_files: list[Path] = field(default_factory=list)


def read_shop(shop: Shop, *, on_progress: Progress | None = None) -> Knowledge:
    """Everything under [[sources]] but orders.

    Raises UnreadableFile, EmptyCatalogue (nothing to answer from was kept) or CurrencyMix.
    """
    pile = _Pile()
    for spec in shop.sources:
        if spec.kind == "orders":
            continue
        for file in files_of(shop, spec):
            _read_file(shop, spec, file, pile, on_progress or (lambda name, count: None))
    if not (pile.products or pile.faqs or pile.documents):
        raise EmptyCatalogue(shop.name, len(pile.refusals))
    products = _last_wins(pile.products, lambda p: (p.id, p.locale))
    _check_currency(shop, products)
    return Knowledge(
        products=products,
        faqs=_last_wins(pile.faqs, lambda f: (f.id, f.locale)),
        documents=_last_wins(pile.documents, lambda d: (d.id, d.locale)),
        interactions=tuple(sorted(set(pile.interactions), key=lambda i: (i.at, i.customer_id, i.product_id, i.kind))),
        reviews=_last_wins(pile.reviews, lambda r: (r.id, r.locale)),
        refusals=tuple(pile.refusals),
        read=pile.read,
        prices_as_of=_oldest(pile.price_files),
    )


def files_of(shop: Shop, spec: SourceSpec) -> list[Path]:
    """The files a source names, in order; raises UnreadableFile where there is none."""
    if Path(spec.file).is_absolute() or ".." in Path(spec.file).parts or not any(mark in spec.file for mark in "*?["):
        files = [(shop.folder / spec.file).resolve()]
    else:
        files = sorted(path for path in shop.folder.glob(spec.file) if path.is_file())
    if not files or not all(path.is_file() for path in files):
        raise UnreadableFile(
            str(shop.folder / spec.file), "there is no such file; correct `file` under [[sources]] in shop.toml"
        )
    return files


def _read_file(shop: Shop, spec: SourceSpec, file: Path, pile: _Pile, on_progress: Progress) -> None:
    locale = spec.locale or _locale_in_name(file, shop)
    if spec.kind == "documents":
        pile.documents.append(read_document(file, locale, file.stem))
        pile.read += 1
        on_progress(file.name, 1)
        return
    counted = _counted(open_records(file, spec.kind, format=spec.format, path=spec.path), file, pile, on_progress)
    wanted = (record for record in counted if _is_wanted(record, spec))
    rows = mapped(wanted, spec, file.name, pile.refusals)
    if spec.kind == "products":
        pile.price_files.append(file)
        pile.products += fold_products(rows, shop, locale, file.name, pile.refusals)
    elif spec.kind == "faq":
        pile.faqs += _each(rows, lambda raw: _faq(raw, locale), file.name, pile.refusals)
    elif spec.kind == "interactions":
        pile.interactions += _each(rows, lambda raw: _interaction(raw, shop), file.name, pile.refusals)
    elif spec.kind == "reviews":
        pile.reviews += _each(rows, lambda raw: _review(raw, shop, locale), file.name, pile.refusals)
    _tell_duplicates(pile, spec.kind, file.name)


def _counted(records: Iterable[Record], file: Path, pile: _Pile, on_progress: Progress) -> Iterator[Record]:
    count = 0
    for count, record in enumerate(records, 1):
        pile.read += 1
        if count % 500 == 0:
            on_progress(file.name, count)
        yield record
    on_progress(file.name, count)


def _is_wanted(record: Record, spec: SourceSpec) -> bool:
    return all(str(record.fields.get(column, "")) == value for column, value in spec.only.items())


def _each(
    rows: Iterable[tuple[int, dict[str, object]]],
    make: Callable[[dict[str, object]], T],
    file: str,
    refusals: list[Refusal],
) -> Iterator[T]:
    for line, raw in rows:
        try:
            yield make({"id": "", **raw, "_line": line})
        except RowError as error:
            refusals.append(Refusal(file, line, error.field, str(error.value), error.reason))


def _faq(raw: dict[str, object], locale: str) -> Faq:
    row = validated(FaqRow, raw)
    return Faq(row.id or f"faq-{raw['_line']}", row.question, row.answer, row.tags, row.locale or locale, row.also)


def _interaction(raw: dict[str, object], shop: Shop) -> Interaction:
    row = validated(InteractionRow, raw)
    return Interaction(row.customer_id, row.product_id, row.kind, moment("at", row.at, shop.timezone))


def _review(raw: dict[str, object], shop: Shop, locale: str) -> Review:
    row = validated(ReviewRow, raw)
    at = moment("at", row.at, shop.timezone) if row.at else None
    review_id = row.id or f"{row.product_id}-{raw['_line']}"
    return Review(review_id, row.product_id, row.rating, row.text, row.locale or locale, row.customer_id, at)


def _locale_in_name(file: Path, shop: Shop) -> str:
    """`faq.zh.yaml` and `policies/zh/returns.md` are Chinese; else the shop's first language."""
    parts = [*file.name.split(".")[1:-1], file.parent.name]
    return next((part for part in parts if part in shop.locales), shop.default_locale)


def _tell_duplicates(pile: _Pile, kind: str, file: str) -> None:
    things = {"products": pile.products, "faq": pile.faqs, "reviews": pile.reviews}.get(kind, [])
    seen: set[tuple[str, str]] = {(r.value, r.field) for r in pile.refusals if r.reason.startswith("duplicate")}
    known: set[tuple[str, str]] = set()
    for thing in things:
        key = (thing.id, thing.locale)
        if key in known and (thing.id, f"id ({thing.locale})") not in seen:
            pile.refusals.append(Refusal(file, 0, f"id ({thing.locale})", thing.id, "duplicate id, the last one wins"))
            seen.add((thing.id, f"id ({thing.locale})"))
        known.add(key)


def _last_wins(things: Iterable[T], key: Callable[[T], object]) -> tuple[T, ...]:
    return tuple({key(thing): thing for thing in things}.values())


def _check_currency(shop: Shop, products: Iterable[Product]) -> None:
    strangers = {p.currency: p.id for p in products if p.currency != shop.currency}
    if strangers:
        raise CurrencyMix(shop.currency, strangers)


def _oldest(files: Iterable[Path]) -> datetime | None:
    times = [file.stat().st_mtime for file in files]
    return datetime.fromtimestamp(min(times), UTC) if times else None
