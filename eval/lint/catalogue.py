"""What is wrong with products by themselves: prices, companions that there aren't, attributes that others of their kind have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from eval.lint.types import Problem, Texts
from knowledge_base.types import Locale, Product


def check(texts: Texts) -> Iterator[Problem]:
    known = {product.id for product in texts.knowledge.products}
    for product in texts.knowledge.products:
        yield from _prices(product, texts)
        for other in product.goes_with:
            if other not in known:
                says = f"{product.id} goes with {other}, which is not in the catalogue"
                yield _problem("dead-link", product, texts, other, says)
        if product.image.startswith("/") and not (texts.shop.folder / product.image.lstrip("/")).is_file():
            says = f"the shop's folder has no {product.image.lstrip('/')}"
            yield _problem("dead-link", product, texts, product.image, says)
        if not product.description.strip():
            yield _problem("missing", product, texts, product.title, f"{product.id} has no description")
    yield from _called_alike(texts)
    yield from _untranslated(texts)


def _problem(rule: str, product: Product, texts: Texts, text: str, says: str) -> Problem:
    place = texts.knowledge.places["product", product.id, product.locale]
    return Problem(rule, place, f"product {product.id}", product.locale, text, says)


def _prices(product: Product, texts: Texts) -> Iterator[Problem]:
    if before := texts.knowledge.raised.get((product.id, product.locale)):
        says = f"{product.id} costs {product.price} and is said to have cost {before}, which is less"
        yield _problem("prices-differ", product, texts, str(before), says)
    prices = [variant.price for variant in product.variants]
    if prices and not min(prices) <= product.price <= max(prices):
        says = f"{product.id} costs {product.price}, its variants {min(prices)} to {max(prices)}"
        yield _problem("prices-differ", product, texts, str(product.price), says)


def _called_alike(texts: Texts) -> Iterator[Problem]:
    """Two products that nothing tells apart by name."""
    met: dict[tuple[str, Locale], str] = {}
    for product in texts.knowledge.products:
        first = met.setdefault((product.title.casefold(), product.locale), product.id)
        if first != product.id:
            yield _problem("duplicate", product, texts, product.title, f"{product.id} is called as {first} is")


def _untranslated(texts: Texts) -> Iterator[Problem]:
    """An attribute, or a text, that a product has in one language alone."""
    by_id: dict[str, dict[Locale, Product]] = defaultdict(dict)
    for product in texts.knowledge.products:
        by_id[product.id][product.locale] = product
    first, *others = texts.shop.locales
    for locale in others:
        pairs = [(one[first], one[locale]) for one in by_id.values() if first in one and locale in one]
        called = _called(pairs)
        for mine, theirs in pairs:
            yield from _lacking(mine, theirs, called, texts)
            yield from _lacking(theirs, mine, {b: a for a, b in called.items()}, texts)


def _lacking(mine: Product, theirs: Product, called: Mapping[str, str], texts: Texts) -> Iterator[Problem]:
    for name in mine.attributes:
        if (theirs_name := called.get(name)) and theirs_name not in theirs.attributes:
            says = f"{theirs.id} has “{name}” in {mine.locale} and no “{theirs_name}” in {theirs.locale}"
            yield _problem("missing", theirs, texts, theirs_name, says)


def _called(pairs: list[tuple[Product, Product]]) -> dict[str, str]:
    """How each attribute is called in the other language: by what stands in its place in most products that have as many."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for mine, theirs in pairs:
        if len(mine.attributes) == len(theirs.attributes):
            for a, b in zip(mine.attributes, theirs.attributes, strict=True):
                counts[a][b] += 1
    return {a: best for a, found in counts.items() for best, times in found.most_common(1) if 2 * times > found.total()}
