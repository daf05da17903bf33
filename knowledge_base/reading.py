"""All sources of a shop -> Knowledge. A bad line is refused by name and the others are kept; a bad file ends the reading."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from knowledge_base.columns import Row, mapped
from knowledge_base.errors import CurrencyMix, EmptyCatalogue, UnreadableFile
from knowledge_base.own_intents import check_answers
from knowledge_base.products import Bench, duplicate, fold_products, shop_locale
from knowledge_base.readers import Record, open_records, read_document
from knowledge_base.readers.decode import checked, clean
from knowledge_base.recommending import FILE as RULES
from knowledge_base.recommending import check_rules
from knowledge_base.rows import FaqRow, InteractionRow, ReviewRow, RowError, moment, price_of, validated
from knowledge_base.shop import Shop, SourceSpec
from knowledge_base.types import (
    Document,
    Faq,
    Interaction,
    InteractionKind,
    Knowledge,
    Locale,
    Place,
    Product,
    Refusal,
    Review,
    Source,
)
from knowledge_base.withheld import hold_back

Progress = Callable[[str, int], None]
"""Called with a file's name and how many records of it were read so far."""


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def locale(self) -> Locale: ...


AHEAD = timedelta(minutes=5)
"""How far the clock of who wrote a file may go ahead of ours."""

T = TypeVar("T")
N = TypeVar("N", bound=_Named)


class _Shelf(Generic[N]):
    """Things by id and locale, in the order they came; of two under one id the last stays, and that is told."""

    def __init__(self) -> None:
        self._things: dict[tuple[str, Locale], tuple[N, Place]] = {}

    def put(self, thing: N, place: Place, refusals: list[Refusal]) -> None:
        key = (thing.id, thing.locale)
        if key in self._things:
            _, other = self._things[key]
            refusals.append(duplicate(place.name, place.line, thing.id, other.name, other.line))
        self._things[key] = (thing, place)

    def things(self) -> tuple[N, ...]:
        return tuple(thing for thing, _ in self._things.values())

    def places(self, source: Source) -> dict[tuple[Source, str, Locale], Place]:
        return {(source, *key): place for key, (_, place) in self._things.items()}


@dataclass(slots=True)
class _Pile:
    """What was read so far."""

    products: _Shelf[Product] = field(default_factory=_Shelf)
    faqs: _Shelf[Faq] = field(default_factory=_Shelf)
    documents: _Shelf[Document] = field(default_factory=_Shelf)
    reviews: _Shelf[Review] = field(default_factory=_Shelf)
    interactions: set[Interaction] = field(default_factory=set)
    refusals: list[Refusal] = field(default_factory=list)
    read: int = 0
    price_files: list[Path] = field(default_factory=list)
    dated: bool = False
    raised: dict[tuple[str, Locale], Decimal] = field(default_factory=dict)


def read_shop(shop: Shop, *, now: datetime | None = None, on_progress: Progress | None = None) -> Knowledge:
    """Everything under [[sources]] but orders, without what is to be held back; `now` (aware) decides which sale prices hold.

    Raises as `read_files` does.
    """
    return hold_back(read_files(shop, now=now, on_progress=on_progress), shop.own)


def read_files(shop: Shop, *, now: datetime | None = None, on_progress: Progress | None = None) -> Knowledge:
    """As the files have it. For who looks at the files themselves: what customers are told comes of `read_shop`.

    Raises UnreadableFile, EmptyCatalogue (nothing to answer from was kept), CurrencyMix, or BadShopFile where an own intent
    names an FAQ entry, or a rule of recommend.toml a product or category, that there isn't.
    """
    pile = _Pile()
    for spec in shop.sources:
        if spec.kind != "orders":
            for file in files_of(shop, spec):
                _read_file(shop, spec, file, pile, now or datetime.now(UTC), on_progress or (lambda name, count: None))
    products, faqs, documents = pile.products.things(), pile.faqs.things(), pile.documents.things()
    check_answers(shop.intents, {faq.id for faq in faqs}, shop.folder)
    sold = {product.id: product.category for product in products}
    check_rules(shop.rules, shop.folder, sold.keys(), {one.category for one in products}, shop.categories)
    if not (products or faqs or documents):
        raise EmptyCatalogue(shop.name, len(pile.refusals), pile.refusals[:3])
    _check_currency(shop, products)
    return Knowledge(
        products=products,
        faqs=faqs,
        documents=documents,
        interactions=tuple(
            sorted(pile.interactions, key=lambda i: (i.at, i.customer_id, i.product_id, i.kind, i.amount or 0))
        ),
        reviews=pile.reviews.things(),
        refusals=tuple(pile.refusals),
        read=pile.read,
        prices_as_of=_oldest(pile.price_files),
        dated=pile.dated,
        raised=pile.raised,
        places=pile.products.places("product") | pile.faqs.places("faq") | pile.documents.places("document"),
    )


def signature(shop: Shop) -> str:
    """Equal where `read_shop` would read the same, but for prices that depend on the day: of the files, and of the code that reads them.

    Raises UnreadableFile.
    """
    total = hashlib.sha256()
    here = Path(__file__).parent
    own = [*sorted(here.rglob("*.py")), *sorted(here.glob("*.toml"))]
    given = [file for spec in shop.sources if spec.kind != "orders" for file in files_of(shop, spec)]
    rules = [shop.folder / RULES] if (shop.folder / RULES).is_file() else []
    for file in [*own, shop.folder / "shop.toml", *rules, *given]:
        total.update(f"{file}\n{file.stat().st_size}\n".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def files_of(shop: Shop, spec: SourceSpec) -> list[Path]:
    """The files a source names, in order. `file` is relative to the shop's folder, may lead out of it or be absolute, and
    may have `*`, `?`, `[...]` and `**`. Raises UnreadableFile where it names none, or something that isn't a readable file."""
    whole = shop.folder / spec.file
    if os.path.lexists(whole) or not glob.has_magic(spec.file):
        return [Path(os.path.realpath(checked(whole)))]
    found = sorted(glob.glob(spec.file, root_dir=shop.folder, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    files = [shop.folder / name for name in found if not os.path.isdir(shop.folder / name)]  # noqa: PTH112 (Path.is_dir may raise)
    if not files:
        raise UnreadableFile(str(whole), "no file matches; correct `file` under [[sources]] in shop.toml")
    return [Path(os.path.realpath(checked(file))) for file in files]


def locale_of(shop: Shop, spec: SourceSpec, file: Path) -> Locale:
    """What the records of a file are in, unless they say so themselves."""
    return spec.locale or _locale_in_name(file, shop)


def _read_file(shop: Shop, spec: SourceSpec, file: Path, pile: _Pile, now: datetime, on_progress: Progress) -> None:
    name, locale, refusals = clean(file.name), locale_of(shop, spec, file), pile.refusals
    path = _below(file, shop)
    if spec.kind == "documents":
        pile.documents.put(read_document(file, locale, _document_id(file, shop), spec.format), Place(path, 1), refusals)
        pile.read += 1
        on_progress(name, 1)
        return
    records = open_records(file, spec.kind, format=spec.format, path=spec.path)
    pile.read += len(records)
    rows = mapped(_told(records, name, on_progress), spec, name, refusals)
    if spec.kind == "products":
        pile.price_files.append(file)
        bench = Bench(shop, locale, name, now, refusals)
        for line, product in fold_products(rows, bench):
            pile.products.put(product, Place(path, line), refusals)
        pile.dated |= bool(bench.dated)
        pile.raised |= {(product_id, locale): before for product_id, before in bench.raised.items()}
    elif spec.kind == "faq":
        for line, faq in _each(rows, lambda raw: _faq(raw, shop, locale), name, refusals):
            pile.faqs.put(faq, Place(path, line), refusals)
    elif spec.kind == "interactions":
        told = (row for row in rows if spec.kinds.get(_word(row[1].get("kind")), "other") != "")
        pile.interactions |= {
            one for _, one in _each(told, lambda raw: _interaction(raw, shop, spec, now), name, refusals)
        }
    elif spec.kind == "reviews":
        for line, review in _each(rows, lambda raw: _review(raw, shop, locale), name, refusals):
            pile.reviews.put(review, Place(path, line), refusals)


def _below(file: Path, shop: Shop) -> str:
    """The file as seen from the shop's folder, with `/`; whole where it lies elsewhere."""
    folder = Path(os.path.realpath(shop.folder))
    return clean((file.relative_to(folder) if file.is_relative_to(folder) else file).as_posix())


def _told(records: Sequence[Record], name: str, on_progress: Progress) -> Sequence[Record]:
    on_progress(name, len(records))
    return records


def _each(
    rows: Iterable[Row], make: Callable[[dict[str, object]], T], file: str, refusals: list[Refusal]
) -> Iterator[tuple[int, T]]:
    for line, raw in rows:
        try:
            yield line, make(raw)
        except RowError as error:
            refusals.append(error.refusal(file, line))


def _faq(raw: dict[str, object], shop: Shop, locale: Locale) -> Faq:
    row = validated(FaqRow, raw)
    faq_id = row.id or f"faq-{_digest(' '.join(row.question.casefold().split()))}"
    return Faq(faq_id, row.question, row.answer, row.tags, shop_locale(row.locale, shop, locale), row.also)


def _interaction(raw: dict[str, object], shop: Shop, spec: SourceSpec, now: datetime) -> Interaction:
    """By the shop's own words for kinds first; what is later than `now` is refused."""
    row = validated(InteractionRow, {**raw, "kind": spec.kinds.get(_word(raw.get("kind")), raw.get("kind"))})
    at = moment("at", row.at, shop.timezone)
    if at > now + AHEAD:
        raise RowError(
            "at", row.at, f"is of the future: it is {now:%Y-%m-%dT%H:%M}Z now; correct the clock or the file"
        )
    return Interaction(row.customer_id, row.product_id, row.kind, at, _paid(row, shop))


def _paid(row: InteractionRow, shop: Shop) -> Decimal | None:
    """What a purchase says was paid; a refund's sum, which may be written either way, isn't looked at."""
    if row.kind is not InteractionKind.BOUGHT or row.amount == "":
        return None
    paid, currency = price_of("amount", row.amount, shop.currency)
    if currency not in (None, shop.currency):
        raise RowError("amount", row.amount, f"is in {currency}, and the shop sells in {shop.currency}")
    return paid


def _word(value: object) -> str:
    """What stands there, where it is a word."""
    return value.strip() if isinstance(value, str) else ""


def _review(raw: dict[str, object], shop: Shop, locale: Locale) -> Review:
    row = validated(ReviewRow, raw)
    at = moment("at", row.at, shop.timezone) if row.at else None
    review_id = row.id or f"{row.product_id}-{_digest('|'.join((row.customer_id, row.at, row.text)))}"
    stated = shop_locale(row.locale, shop, locale)
    return Review(review_id, row.product_id, row.rating, row.text, stated, row.customer_id, at)


def _digest(text: str) -> str:
    """An id for what has none of its own: it stays while the words stay, wherever in the file they move."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _locale_in_name(file: Path, shop: Shop) -> Locale:
    """`faq.zh.yaml`, `faq_zh.csv` and `policies/zh/returns.md` are Chinese; else the shop's first language."""
    parts = [*file.name.split(".")[1:-1], re.split(r"[_-]", file.stem)[-1], file.parent.name]
    return next((part for part in parts if part in shop.locales), shop.default_locale)


def _document_id(file: Path, shop: Shop) -> str:
    """The path within the shop's folder, less its language and ending: `policies/zh/returns.md` is `policies/returns`."""
    inside = file.is_relative_to(shop.folder)
    parts = (file.relative_to(shop.folder) if inside else Path(file.parent.name, file.name)).with_suffix("").parts
    return clean("/".join(part for part in parts if part not in shop.locales))


def _check_currency(shop: Shop, products: Iterable[Product]) -> None:
    strangers = {p.currency: p.id for p in products if p.currency != shop.currency}
    if strangers:
        raise CurrencyMix(shop.currency, strangers)


def _oldest(files: Iterable[Path]) -> datetime | None:
    times = [file.stat().st_mtime for file in files]
    return datetime.fromtimestamp(min(times), UTC) if times else None
