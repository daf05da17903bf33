"""What a turn's Findings state, read once: clauses with the product that they are said of, and every amount with its surroundings."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from bot.types import Findings
from bot.writing.facts.amounts import Amount
from bot.writing.facts.reading import Clause, Sentence, stated, surroundings
from bot.writing.facts.terms import plain_words
from bot.writing.facts.times import Day, Moment
from knowledge_base.attributes import claim_of
from knowledge_base.families import plain, tables
from knowledge_base.money import currency_code
from knowledge_base.passages import sentences
from knowledge_base.shop import Shop
from knowledge_base.types import Passage, Product
from retrieval.text import normalise

_DAY_NAMES = {
    "mon": "Monday 周一",
    "tue": "Tuesday 周二",
    "wed": "Wednesday 周三",
    "thu": "Thursday 周四",
    "fri": "Friday 周五",
    "sat": "Saturday 周六",
    "sun": "Sunday 周日",
}


_ZONES = {
    "America/Los_Angeles": "Pacific 太平洋时间", "America/New_York": "Eastern 美国东部时间", "America/Chicago": "Central", "America/Denver": "Mountain",
    "Europe/London": "London UK GMT 英国时间", "Asia/Shanghai": "Beijing 北京时间", "Europe/Berlin": "Berlin CET", "Europe/Paris": "Paris CET",
    "Asia/Hong_Kong": "Hong Kong 香港时间", "Asia/Tokyo": "Tokyo 东京时间", "Asia/Singapore": "Singapore 新加坡时间",
}  # fmt: skip
"""What people call the commonest time zones."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A clause of the findings; `subject` is the product that it is said of, empty where of none. `wide` is all that its sentence says."""

    subject: str
    clause: Clause
    wide: frozenset[str]
    text: str
    claim: bool = False
    """Whether it is the yes or no of an attribute."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount in the findings with the words beside it (`near`) and in its sentence and headings (`wide`)."""

    amount: Amount
    subject: str
    near: Mapping[str, float]
    """Id -> how near it stands, up to 1."""
    wide: frozenset[str]
    text: str
    role: str = ""
    """`price`, `before`, `stock` of the catalogue's own figures."""


@dataclass(frozen=True, slots=True)
class When:
    """A day or hour in the findings, with the words beside it."""

    what: Day | Moment
    near: Mapping[str, float]
    wide: frozenset[str]
    text: str


class Known:
    """The facts of one turn."""

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
        self.sentences: set[str] = set()
        self.values: dict[tuple[str, str], str] = {}
        self.raw: dict[str, str] = {}
        """All texts of a product (or of none), as they are compared."""
        self.titles: dict[str, list[str]] = defaultdict(list)
        self.names: dict[str, list[str]] = defaultdict(list)
        self.title_ids: dict[str, frozenset[str]] = {}
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

    def weight(self, one: str) -> float:
        """How much it tells that two clauses share this: the rarer the more, common words little."""
        boost = 0.3 if one in plain_words() else 2.0 if one.startswith(("place:", "city-")) else 1.0
        return self.weights.get(one, 1.0) * boost

    def same_money(self, kind: str, other: str) -> bool:
        """`$` is the shop's own currency where it has the sign, 块 any; 元 is that of a Chinese sentence, so the shop's, too."""
        mine, theirs = self._code(kind), self._code(other)
        return "?" in (mine, theirs) or mine == theirs

    def is_own_money(self, kind: str) -> bool:
        """Whether an amount is in a currency of the shop or of a product that was found."""
        return self._code(kind) in {"?", self.shop.currency, *(product.currency for product in self.products.values())}

    def _code(self, kind: str) -> str:
        mark = kind.partition(":")[2]
        if mark == "元":
            return "CNY" if self.shop.currency != "CNY" else self.shop.currency
        if mark in ("?", ""):
            return "?"
        try:
            return currency_code(mark, self.shop.currency)
        except ValueError:
            return mark

    def alike(self, shade: str) -> tuple[str, ...]:
        """Shades that are called alike."""
        return _alike_shades().get(shade, ())

    def is_family_word(self, kind: str, word: str) -> bool:
        """`green` and 绿色, but not `sage`."""
        return is_family_word(kind, word)

    def says(self, part: str) -> bool:
        """Whether a sentence stands in the findings word for word, as a whole sentence said of a product that was found."""
        return bare(part) in self.sentences

    def holds(self, label: str, cell: str, subjects: tuple[str, ...]) -> bool:
        """Whether a cell says an attribute of its product word for word."""
        return bool(subjects) and all(self.values.get((one, bare(label))) == bare(cell) for one in subjects)

    def in_title(self, lower: str, place: int) -> bool:
        """Whether a place of a sentence lies within a product's name, written whole."""
        for titles in self.titles.values():
            for title in titles:
                start = lower.find(title)
                if 0 <= start <= place < start + len(title):
                    return True
        return False

    def vocabulary(self, subject: str) -> str:
        return self.raw.get(subject, "")

    def form_numbers(self, subject: str) -> set[float]:
        """The numbers that forms of a product are told apart by, without their units."""
        values = {value for one in self.written[subject] for form in one.variants for value in form.attributes.values()}
        return {amount.raw[0] for value in values for amount in stated(value, self.today).amounts}

    # reading

    def _add(self, text: str, subject: str = "", context: frozenset[str] = frozenset(), role: str = "") -> Sentence:
        self._texts[subject].append(text)
        if len(text) > 12 and (not subject or len(self.findings.products) == 1):
            self.sentences.add(bare(text))
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
        if len(self.findings.products) == 1:
            self.sentences.add(bare(f"{name}: {value}"))
        if claim is None:
            head = stated(name, self.today).ids
            self._add(f"{name} {value}", product.id, context | head)
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
        head, _, body = passage.text.partition("\n")
        if passage.source == "faq":
            head, _, body = passage.text.rpartition("\n")
            head = passage.title
        elif not body:
            head, body = "", passage.text
        context = stated(head, self.today).ids if head else frozenset()
        self._texts[subject].append(head)
        for text in sentences(body):
            self._add(text, subject, context)

    def _shop(self) -> None:
        shop = self.shop
        self._texts[""] += [shop.name, *shop.names.values(), *shop.contacts.values()]
        self.addresses += list(shop.contacts.values())
        for value in shop.contacts.values():
            self._add(value)
        for day, hours in shop.opening_hours.items():
            name = _DAY_NAMES.get(day, day)
            self._add(f"{name} closed" if hours == "closed" else f"{name} open from {hours.replace('-', ' close at ')}")
        zone = str(shop.timezone)
        self._add(f"{zone.replace('_', ' ').replace('/', ' ')} {_ZONES.get(zone, '')}")


_ORDER = re.compile(r"\b[Oo]rder\b|订单|包裹|parcel")


def bare(text: str) -> str:
    """A sentence without its marks, as it is compared with another."""
    return re.sub(r"\s*[:：]\s*", ":", normalise(text).strip(" .。!！-*•"))


_SHADES = (
    ("navy", "navy blue", "dark blue", "藏青", "深蓝", "藏蓝", "海军蓝"),
    ("charcoal", "graphite", "dark grey", "dark gray", "slate grey", "炭灰", "石墨", "石墨灰", "深灰", "石墨色"),
    (
        "cream",
        "ivory",
        "off white",
        "off-white",
        "warm white",
        "米白",
        "奶白",
        "奶油白",
        "象牙白",
        "乳白",
        "奶油色",
        "象牙色",
        "暖白",
    ),
    ("sage", "sage green", "鼠尾草绿", "灰豆绿", "豆绿"),
    ("moss", "moss green", "苔绿", "苔绿色"),
    ("olive", "olive green", "橄榄绿", "橄榄色"),
    ("rust", "rust red", "铁锈红", "锈红"),
    ("mustard", "mustard yellow", "芥末黄", "芥黄", "芥末色"),
    ("oat", "oatmeal", "燕麦色"),
    ("beige", "米色"),
    ("ink blue", "墨蓝"),
    ("sky blue", "天蓝", "light blue", "浅蓝"),
    ("dark green", "forest green", "bottle green", "墨绿", "深绿", "森林绿"),
    ("matte black", "哑光黑"),
    ("celadon", "青瓷"),
    ("teal", "孔雀蓝"),
    ("burgundy", "wine red", "酒红"),
    ("terracotta", "陶土红", "赤陶色"),
)


@cache
def _alike_shades() -> dict[str, tuple[str, ...]]:
    return {word: group for group in _SHADES for word in group}


@cache
def _family_words() -> dict[str, frozenset[str]]:
    """The first words of each family in each language, and those that are as wide."""
    found = {}
    for kind in ("colour", "material"):
        words = set()
        for family, listed in tables()[kind].items():
            words |= {
                plain(family),
                *(
                    plain(w)
                    for w in listed
                    if w in (family, f"{family}en", f"{family}ish") or (not w.isascii() and len(w) <= 2)
                ),
            }
            words |= {
                plain(w)
                for w in listed
                if w.removesuffix("色")
                .removesuffix("的")
                .removesuffix("质")
                .removesuffix("制")
                .removesuffix("头")
                .removesuffix("子")
                in listed
                and not w.isascii()
                and len(w.removesuffix("色")) <= 2
            }
        found[kind] = frozenset(
            words
            | {
                "gray",
                "wooden",
                "golden",
                "woollen",
                "reddish",
                "greenish",
                "bluish",
                "greyish",
                "ceramics",
                "stainless",
                "皮革",
                "皮质",
                "陶瓷",
                "不锈钢",
                "塑料",
                "羊毛",
                "玻璃",
            }
        )
    return found


def is_family_word(kind: str, word: str) -> bool:
    return word in _family_words()[kind]
