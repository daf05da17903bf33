"""What a turn's Findings state, read once: clauses with the product that they are said of, and every amount with its surroundings."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from bot.types import Findings
from bot.writing.facts.amounts import Amount
from bot.writing.facts.mentions import Fact, Mention, When
from bot.writing.facts.reading import Clause, Sentence, stated, surroundings
from bot.writing.facts.verbatim import bare, head_and_body, shop_texts
from knowledge_base.attributes import claim_of
from knowledge_base.passages import sentences
from knowledge_base.shop import Shop
from knowledge_base.types import Passage, Product
from retrieval.text import normalise


class Gathered:
    """All that the findings of one turn state."""

    def __init__(self, findings: Findings, shop: Shop, now: datetime, others: Sequence[Product] = ()) -> None:
        self.findings, self.shop = findings, shop
        self.of_order = bool(_ORDER.search(findings.answer))
        """Whether the state of an order was found: then nothing else of it may be said."""
        self.today: date = now.astimezone(shop.timezone).date()
        self.now = now.astimezone(shop.timezone)
        self.products = {product.id: product for product in findings.products}
        self.facts: list[Fact] = []
        self.mentions: list[Mention] = []
        self.days: list[When] = []
        self.moments: list[When] = []
        self.addresses: list[str] = []
        self.brands = {product.brand.lower().split()[0] for product in findings.products if product.brand}
        self.values: dict[tuple[str, str], str] = {}
        self.raw: dict[str, str] = {}
        """All texts of a product (or of none), as they are compared."""
        self.titles: dict[str, list[str]] = defaultdict(list)
        self.names: dict[str, list[str]] = defaultdict(list)
        self.title_ids: dict[str, frozenset[str]] = {}
        self.headed: frozenset[str] = frozenset()
        """What the headings of texts and the questions of answers speak of."""
        self.risky: frozenset[str] = frozenset()
        """Words that claim something wherever they stand: those of the shop's attributes."""
        self.blank = Fact("", Clause(0, 0, (), frozenset(), frozenset(), frozenset()), frozenset(), "")
        """Stands for a word that a text has, of which no clause was read."""
        self._texts: dict[str, list[str]] = defaultdict(list)
        self.written: dict[str, list[Product]] = defaultdict(list)
        """Each product in the languages that it is known in."""
        for product in (*findings.products, *others):
            self.written[product.id].append(product)
            self._product(product)
        self._general(findings)
        self._shop()
        self.raw = {subject: normalise("\n".join(texts)) for subject, texts in self._texts.items()}
        self.by_id: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            for one in fact.clause.ids:
                self.by_id[one].append(fact)
        self.all_text = "\n".join(self.raw.values())
        self.weights = {one: 1 / math.sqrt(len(found)) for one, found in self.by_id.items()}

    def _add(self, text: str, subject: str = "", context: frozenset[str] = frozenset(), role: str = "") -> Sentence:
        self._texts[subject].append(text)
        read = stated(text, self.today)
        wide = read.ids | context
        self.facts += [Fact(subject, clause, wide, text) for clause in read.clauses]
        for amount in read.amounts:
            self.mentions.append(Mention(amount, subject, surroundings(read, amount), wide, text, role))
        for found, kept in ((read.days, self.days), (read.moments, self.moments)):
            for one in (*found,):
                kept.append(When(one, surroundings(read, one), wide, text))
        self.addresses += [one.text for one in read.addresses]
        return read

    def _product(self, product: Product) -> None:
        title = self._add(product.title, product.id)
        context = title.ids
        self.titles[product.id].append(title.text.lower)
        self.names[product.id].append(product.title)
        self.title_ids[product.id] = self.title_ids.get(product.id, frozenset()) | title.ids
        self._texts[product.id] += [product.category, product.brand, product.keywords, product.url, product.id]
        self._texts[product.id] += [variant.id for variant in product.variants]
        if product.url:
            self.addresses.append(product.url)
        for text in sentences(product.description):
            self._add(text, product.id, context)
        for heading, text in product.details:
            head = stated(heading, self.today).ids
            for part in sentences(text):
                self._add(part, product.id, context | head)
        for name, value in product.attributes.items():
            self._attribute(product, name, value, context)
        self._figures(product, context)

    def _attribute(self, product: Product, name: str, value: str, context: frozenset[str]) -> None:
        claim = claim_of(value)
        self.values[product.id, bare(name)] = bare(value)
        if claim is None:
            head = stated(name, self.today).ids
            first = len(self.facts)
            self._add(f"{name} {value}", product.id, context | head)
            self.facts[first:] = [
                replace(one, named=head - stated(value, self.today).ids) for one in self.facts[first:]
            ]
            return
        read = stated(name, self.today)
        self._add(value, product.id, context | read.ids)
        self._texts[product.id].append(name)
        for clause in read.clauses:
            ids = clause.ids
            made = Clause(0, 1, clause.terms, ids if claim else frozenset(), frozenset() if claim else ids, ids)
            self.facts.append(Fact(product.id, made, ids | context, f"{name}: {value}", True))

    def _figures(self, product: Product, context: frozenset[str]) -> None:
        """Prices and stock of the catalogue, of the product and of each of its forms."""
        currency = f"money:{product.currency}"
        self._figure(
            product, currency, float(product.price), {"price"}, context, "price", f"{product.price} {product.currency}"
        )
        if product.compare_at is not None:
            self._figure(
                product,
                currency,
                float(product.compare_at),
                {"before", "price"},
                context,
                "before",
                f"before {product.compare_at} {product.currency}",
            )
        if product.stock is not None:
            self._figure(product, "bare", product.stock, {"stock"}, context, "stock", f"{product.stock} in stock")
        self._standing(product, frozenset(), product.in_stock, context)
        for variant in product.variants:
            name = " ".join(variant.attributes.values())
            ids = stated(name, self.today).ids if name else frozenset()
            if name:
                self._add(name, product.id, context)
            self._figure(
                product,
                currency,
                float(variant.price),
                {"price", *ids},
                context,
                "price",
                f"{name}: {variant.price} {product.currency}",
            )
            if variant.stock is not None:
                self._figure(
                    product,
                    "bare",
                    variant.stock,
                    {"stock", *ids},
                    context,
                    "stock",
                    f"{name}: {variant.stock} in stock",
                )
                self._standing(product, ids, variant.stock > 0, context)

    def _figure(
        self,
        product: Product,
        kind: str,
        value: float,
        near: Iterable[str],
        context: frozenset[str],
        role: str,
        text: str,
    ) -> None:
        self.mentions.append(
            Mention(
                Amount(kind, value, value, 0, 0, raw=(value, value)),
                product.id,
                dict.fromkeys(near, 1.0),
                frozenset(near) | context,
                text,
                role,
            )
        )

    def _standing(self, product: Product, ids: frozenset[str], there: bool | None, context: frozenset[str]) -> None:
        """Whether a form is in stock, as a clause."""
        if there is None:
            return
        stock = frozenset({"stock"})
        clause = Clause(0, 1, (), ids | stock if there else ids, frozenset() if there else stock, ids | stock)
        self.facts.append(Fact(product.id, clause, ids | stock | context, "in stock" if there else "sold out"))

    def _general(self, findings: Findings) -> None:
        for text in sentences(findings.answer):
            self._add(text)
        for name, value in findings.values.items():
            if name not in ("asked", "order", "size"):
                self._add(value)
        for hit in findings.hits:
            self._passage(hit.passage)
        for pick in findings.recommendations:
            self._texts[""] += list(pick.because)
            for value in pick.because:
                if value.isdigit():
                    self._add(value)

    def _passage(self, passage: Passage) -> None:
        subject = passage.source_id if passage.source == "product" and passage.source_id in self.products else ""
        if passage.source == "product" and subject:
            return
        head, body = head_and_body(passage)
        context = stated(head, self.today).ids if head else frozenset()
        self.headed |= context
        self._texts[subject].append(head)
        for text in sentences(body):
            self._add(text, subject, context)

    def _shop(self) -> None:
        shop = self.shop
        self._texts[""] += [shop.name, *shop.names.values(), *shop.contacts.values()]
        self.addresses += list(shop.contacts.values())
        contacts = set(shop.contacts.values())
        for text in shop_texts(shop):
            self._add(text, role="address" if text in contacts else "")


_ORDER = re.compile(r"\b[Oo]rder\b|订单|包裹|parcel")
