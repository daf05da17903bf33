"""The score sheet: one text of one product, all checks, each fault with its kind and its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.describe.lengths import LENGTHS
from bot.describe.score.coverage import Coverage, coverage, synonyms_of
from bot.describe.score.forbidden import Rule, forbidden_in, load_rules, markets_of
from bot.describe.score.nearness import Texts
from bot.describe.score.reading import reading
from bot.describe.score.spelling import misspelt
from bot.describe.score.support import Facts, Vocabulary
from bot.describe.stating import same_attributes
from bot.describe.types import Brief, Draft, Style
from knowledge_base.passages import sentences
from knowledge_base.shop import Shop
from knowledge_base.types import Product

FaultKind = Literal["coverage", "unsupported", "forbidden", "similar", "reading", "spelling"]
KINDS: tuple[FaultKind, ...] = ("coverage", "unsupported", "forbidden", "similar", "reading", "spelling")
_WEIGHT: Mapping[FaultKind, float] = {
    "unsupported": 100, "forbidden": 100, "spelling": 20, "similar": 10, "reading": 5, "coverage": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """`words` is where it stands in the text (or which attribute is missing), `why` what is wrong with it."""

    kind: FaultKind
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Score:
    """`coverage` is the share (0 to 1) of what the style has to state; `ease` is Flesch's, None for Chinese."""

    coverage: float
    faults: tuple[Fault, ...]
    stated: Mapping[str, float]
    columns: int
    ease: float | None
    nearest: tuple[str, float] = ("", 0.0)

    @property
    def clean(self) -> bool:
        return not self.faults

    def of(self, kind: FaultKind) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.kind == kind)

    @property
    def badness(self) -> float:
        """Lower is better: what may never be said counts far above what could be said better."""
        return sum(_WEIGHT[fault.kind] for fault in self.faults) + (1 - self.coverage) / 2 + self.columns / 10_000

    def as_json(self) -> dict[str, Any]:
        return {
            "coverage": round(self.coverage, 4), "columns": self.columns,
            "ease": None if self.ease is None else round(self.ease, 1), "nearest": list(self.nearest) if self.nearest[0] else None,
            "faults": [{"kind": fault.kind, "words": fault.words, "why": fault.why} for fault in self.faults],
        }  # fmt: skip


class Sheet:
    """Scores texts of one shop's products. Without `markets`, the lists of each text's language hold."""

    def __init__(self, shop: Shop, products: Sequence[Product], markets: Sequence[str] = ()) -> None:
        self._shop, self._markets = shop, tuple(markets)
        self._products = {(product.id, product.locale): product for product in products}
        self._synonyms = synonyms_of(products)
        self._vocabulary = Vocabulary(products)
        self._brands = frozenset(product.brand for product in products if product.brand)
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._facts: dict[tuple[str, str], Facts] = {}

    def score(self, product: Product, draft: Draft, style: Style = "page", others: Texts | None = None) -> Score:
        """Every check on one draft; `others` are the texts that it must not be like, by product id."""
        covered = coverage(product, draft.whole, self._synonyms)
        read = reading(draft, style, [product.title, *product.attributes.values()])
        near = self._nearest(product, draft, others)
        faults = [
            *_lacking(covered, style),
            *(Fault("unsupported", claim.words, f"{claim.kind}: {claim.sentence}") for claim in self._facts_of(product).unsupported(draft.whole)),
            *(Fault("forbidden", hit.words, f"{hit.kind}: {hit.why}") for hit in forbidden_in(draft.whole, self.rules(product.locale))),
            *(Fault("similar", near[0], f"{near[1]:.2f} like the text of {near[0]}") for _ in range(bool(near[0]))),
            *(Fault("reading", reason.split(":")[0], reason) for reason in read.faults),
            *(Fault("spelling", as_is, f"should be {right!r}") for as_is, right in misspelt(product, draft.whole, self._brands)),
        ]  # fmt: skip
        return Score(_share(covered, style), tuple(faults), covered.stated, read.columns, read.ease, near)

    def rank(self, brief: Brief, draft: Draft) -> float:
        return self.score(brief.product, draft, brief.style).badness

    def rules(self, locale: str) -> tuple[Rule, ...]:
        """The forbidden words that hold for a language, the shop's own included."""
        if locale not in self._rules:
            self._rules[locale] = load_rules(self._markets or markets_of(locale), self._shop.folder)
        return self._rules[locale]

    def sayable(self, product: Product) -> Product:
        """The product without what may not be said: forbidden words of its name, attributes that have one in their value."""
        rules = self.rules(product.locale)
        if not forbidden_in(
            "\n".join((product.title, *product.attributes, *product.attributes.values(), product.keywords)), rules
        ):
            return product
        said = {n: v for n, v in product.attributes.items() if not forbidden_in(f"{n}: {v}", rules)}
        keywords = "" if forbidden_in(product.keywords, rules) else product.keywords
        return replace(product, title=_without(product.title, rules), attributes=said, keywords=keywords)

    def unsupported(self, product: Product, text: str) -> list[str]:
        """The sentences of a text that claim something the product's facts don't say."""
        return [claim.sentence for claim in self._facts_of(product).unsupported(text)]

    def unsayable(self, product: Product, text: str) -> list[str]:
        """The sentences of a text that claim too much or have a forbidden word."""
        rules = self.rules(product.locale)
        return [*self.unsupported(product, text), *(part for part in sentences(text) if forbidden_in(part, rules))]

    def product(self, product_id: str, locale: str) -> Product | None:
        return self._products.get((product_id, locale))

    def _nearest(self, product: Product, draft: Draft, others: Texts | None) -> tuple[str, float]:
        key, share = others.nearest(draft.whole, but=product.id) if others else ("", 0.0)
        other = self._products.get((key.partition("#")[0], product.locale))
        return ("", share) if other is not None and same_attributes(product, other) else (key, share)

    def _facts_of(self, product: Product) -> Facts:
        key = (product.id, product.locale)
        if key not in self._facts:
            self._facts[key] = Facts(product, self._shop, self._vocabulary)
        return self._facts[key]


def _without(title: str, rules: Sequence[Rule]) -> str:
    """The title without its forbidden words; as it is where nothing would be left."""
    bare = title
    for hit in forbidden_in(title, rules):
        bare = re.sub(re.escape(hit.words), " ", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\s+", " ", bare).strip(" -–,，、")
    return bare if len(bare) > 1 else title


def _share(covered: Coverage, style: Style) -> float:
    """Of a page all attributes; of a shorter style as many as it has to state."""
    quota = LENGTHS[style].attributes
    if not quota or not covered.stated:
        return covered.share
    return min(1.0, sum(share == 1 for share in covered.stated.values()) / min(quota, len(covered.stated)))


def _lacking(covered: Coverage, style: Style) -> Iterable[Fault]:
    if not LENGTHS[style].attributes:
        return [Fault("coverage", name, f"{name} isn't stated, or not wholly") for name in covered.missing]
    lacks = _share(covered, style) < 1
    return [Fault("coverage", name, "too few attributes are stated") for name in covered.missing[:1] if lacks]
