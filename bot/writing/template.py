"""The default Writer: Findings into fixed wordings, in the customer's language."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from bot.types import Conversation, Findings, Message
from bot.writing.facts.promises import sounds_promising
from bot.writing.forms import listed, money, noted
from bot.writing.wordings import Wordings
from knowledge_base.types import Locale, Product

SIZES = ("size", "尺码", "尺寸", "大小")
"""Variant attributes that are sizes."""
FEW = 3
"""Stock up to which the count is told."""
_DESCRIPTION = 320
_OF_THE_CATALOGUE = (
    "found_one", "found_many", "line", "price_from", "was", "in_stock", "few_left", "sold_out", "stock_unknown",
    "told_there", "told_few", "told_sold_out", "told_unknown", "not_stated",
)  # fmt: skip
"""Wordings of what the catalogue has."""


class TemplateWriter:
    def __init__(self, wordings: Wordings) -> None:
        self._wordings = wordings

    async def write(
        self, message: Message, findings: Findings, history: Conversation, locale: Locale
    ) -> AsyncIterator[str]:
        for line in self.lines(findings, locale, f"{message.conversation_id}/{len(history.turns)}"):
            yield line + "\n"

    def lines(self, findings: Findings, locale: Locale, turn: str) -> list[str]:
        """The reply, a line a piece."""
        if findings.say in ("answer", "order_told"):
            return [findings.answer]
        many = {
            "found": self._found,
            "described": self._described,
            "not_stated": self._described,
            "compared": self._compared,
            "recommended": self._recommended,
        }
        if findings.say in many:
            return [*self._notes(findings, locale), *many[findings.say](findings, locale, turn)]
        values = dict(findings.values)
        if findings.say == "nothing_fits":
            names = [self._wordings.say(locale, f"limit_{limit}") for limit in values["limits"].split()]
            values["limits"] = listed(names, locale)
        if findings.handoff:
            values["reach"] = self._reach(values, locale)
        told = [findings.answer] if findings.answer else []
        return [*told, self._wordings.say(locale, findings.say, turn, **values)]

    def sure(self, findings: Findings, locale: Locale, turn: str) -> list[str]:
        """Those lines that say titles, prices, stock and how many as the catalogue has them, in wordings of ours: what they are made
        of proves them. Not where a title sounds like a promise."""
        titles = [product.title for product in findings.products]
        if findings.values.get("size") or any(map(sounds_promising, titles)) or not self._are_ours(locale):
            return []
        if findings.say == "found":
            return self._found(findings, locale, turn)[bool(findings.relaxed) :]
        if findings.say == "recommended":  # their reasons are looked at apart
            return [f"{place}. {self._line(product, locale)}" for place, product in enumerate(findings.products, 1)]
        if findings.say not in ("described", "not_stated") or findings.answer:
            return []
        (product,) = findings.products
        told = [self._told(product, "", locale)]
        return [*told, self._not_stated(product, locale, turn)] if findings.say == "not_stated" else told

    def _are_ours(self, locale: Locale) -> bool:
        return self._wordings.are_ours(locale, _OF_THE_CATALOGUE)

    def _not_stated(self, product: Product, locale: Locale, turn: str) -> str:
        return self._wordings.say(locale, "not_stated", turn, title=product.title)

    def _notes(self, findings: Findings, locale: Locale) -> list[str]:
        """What is told before products: that an amount in another currency was taken for the shop's own."""
        if "foreign" not in findings.values:
            return []
        return [self._wordings.say(locale, "own_currency", currency=findings.products[0].currency)]

    def _reach(self, values: Mapping[str, str], locale: Locale) -> str:
        """How the shop can be reached, as far as it has said so."""
        known = [name for name in ("email", "phone") if values.get(name)]
        key = "both" if len(known) == 2 else known[0] if known else "none"
        return self._wordings.say(locale, f"reach_{key}", email=values.get("email", ""), phone=values.get("phone", ""))

    def _found(self, findings: Findings, locale: Locale, turn: str) -> list[str]:
        if findings.relaxed:
            head = self._relaxed(findings, locale, turn)
        else:
            count = len(findings.products)
            head = self._wordings.say(locale, "found_one" if count == 1 else "found_many", turn, count=count)
        size = findings.values.get("size", "")
        lines = [self._line(product, locale) + self._in_size(product, size, locale) for product in findings.products]
        return [head, *(f"{place}. {line}" for place, line in enumerate(lines, 1))]

    def _relaxed(self, findings: Findings, locale: Locale, turn: str) -> str:
        """Which limit was given up and, of an amount, how far the nearest lies over or under it."""
        way = findings.values.get("way", "")
        return self._wordings.say(
            locale, f"relaxed_{findings.relaxed}" + (f"_{way}" if way else ""), turn, **findings.values
        )

    def _in_size(self, product: Product, size: str, locale: Locale) -> str:
        """What is true of the size that was asked for: a product in stock may be sold out in it, or not come in it."""
        sized = [v for v in product.variants if any(name.casefold() in SIZES for name in v.attributes)]
        if not size or not sized:
            return ""
        these = [v for v in sized if size in {value.strip().upper() for value in v.attributes.values()}]
        key = "size_missing" if not these else "size_sold_out" if all(v.stock == 0 for v in these) else "size_there"
        return self._wordings.say(locale, key, size=size)

    def _recommended(self, findings: Findings, locale: Locale, turn: str) -> list[str]:
        head = self._relaxed(findings, locale, turn) if findings.relaxed else self._advises(findings, locale, turn)
        reasons = [findings.values.get(f"because:{product.id}", "") for product in findings.products]
        lines = [
            noted(self._line(product, locale), [because], locale)
            for product, because in zip(findings.products, reasons, strict=True)
        ]
        return [head, *(f"{place}. {line}" for place, line in enumerate(lines, 1))]

    def _advises(self, findings: Findings, locale: Locale, turn: str) -> str:
        """What is said before recommendations; where they aren't quite what was wished, that they aren't."""
        head = findings.values.get("head", "")
        values = {name: findings.values[name] for name in ("what",) if name in findings.values}
        return self._wordings.say(locale, f"recommended_{head}" if head else "recommended", turn, **values)

    def _described(self, findings: Findings, locale: Locale, turn: str) -> list[str]:
        (product,) = findings.products
        asked = findings.values.get("asked", "")
        lines = [self._told(product, self._in_size(product, findings.values.get("size", ""), locale), locale)]
        lines += self._asked_forms(product, findings.values.get("forms", ""), locale)
        if findings.answer:
            return [findings.answer, *lines]
        if "tags" in findings.values:
            return [self._wordings.say(locale, "tagged", tags=findings.values["tags"]), *lines]
        if asked in product.attributes:
            told = self._wordings.say(locale, "stated", name=_capital(asked), value=product.attributes[asked])
            return [told, *lines, *(self._forms(product, locale) if asked.casefold() in SIZES else [])]
        if asked == "price":
            return lines if "forms" in findings.values else [*lines, *self._forms(product, locale)]
        if findings.say == "not_stated":
            lines.insert(0, self._not_stated(product, locale, turn))
        if words := product.description or findings.values.get("told", ""):
            lines.append(_shortened(words))
        lines += [
            f"- {self._wordings.say(locale, 'attribute', name=_capital(name), value=value)}"
            for name, value in product.attributes.items()
        ]
        return [*lines, *self._forms(product, locale)]

    def _forms(self, product: Product, locale: Locale) -> list[str]:
        """What a product comes in, each form with its own price where they differ, and which are sold out."""
        prices_differ = len({variant.price for variant in product.variants}) > 1
        forms = []
        for variant in product.variants:
            notes = [money(variant.price, product.currency, locale)] if prices_differ else []
            notes += [self._wordings.say(locale, "sold_out")] if variant.stock == 0 else []
            name = " ".join(variant.attributes.values())
            forms.append(noted(name, notes, locale))
        if not any(forms):
            return []
        return [self._wordings.say(locale, "comes_in", forms=listed(forms, locale))]

    def _asked_forms(self, product: Product, ids: str, locale: Locale) -> list[str]:
        """Price and stock of the forms that were asked for."""
        wanted = ids.split("\n")
        return [
            self._wordings.say(
                locale,
                "form",
                form=" ".join(variant.attributes.values()),
                price=money(variant.price, product.currency, locale),
                stock=self._left(variant.stock and FEW + 1, locale),
            )
            for variant in product.variants
            if variant.id in wanted
        ]

    def _compared(self, findings: Findings, locale: Locale, turn: str) -> list[str]:
        """A Markdown table of price, stock and the attributes in which they differ."""
        products = findings.products
        names = [name for p in products for name in p.attributes]
        asked = findings.values.get("asked", "")
        differing = [n for n in dict.fromkeys(names) if n == asked or len({p.attributes.get(n) for p in products}) > 1]
        rows = [["", *(p.title for p in products)]]
        rows.append([self._wordings.say(locale, "price"), *(self.price(p, locale) for p in products)])
        rows.append([self._wordings.say(locale, "stock"), *(self._stock_cell(p, locale) for p in products)])
        rows += [[_capital(name), *(p.attributes.get(name, "–") for p in products)] for name in differing]
        table = ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
        return [self._wordings.say(locale, "compared", turn), "", table[0], "|" + "---|" * len(rows[0]), *table[1:]]

    def _line(self, product: Product, locale: Locale) -> str:
        return self._wordings.say(
            locale, "line", title=product.title, price=self.price(product, locale), stock=self.stock(product, locale)
        )

    def _told(self, product: Product, note: str, locale: Locale) -> str:
        """Price and stock of one product as a sentence; `note` is what is true of the size that was asked for."""
        is_few = product.in_stock and product.stock is not None and product.stock <= FEW
        key = (
            "unknown"
            if product.in_stock is None
            else "sold_out"
            if not product.in_stock
            else "few"
            if is_few
            else "there"
        )
        values = {"title": product.title, "price": self.price(product, locale), "note": note}
        if is_few:
            values["count"] = str(product.stock)
        return self._wordings.say(locale, f"told_{key}", **values)

    def _stock_cell(self, product: Product, locale: Locale) -> str:
        return self.stock(product, locale) if product.in_stock is not None else self._wordings.say(locale, "not_known")

    def price(self, product: Product, locale: Locale) -> str:
        text = money(product.price, product.currency, locale)
        if len({variant.price for variant in product.variants}) > 1:
            text = self._wordings.say(locale, "price_from", price=text)
        if product.compare_at is not None:
            before = self._wordings.say(locale, "was", price=money(product.compare_at, product.currency, locale))
            text = noted(text, [before], locale)
        return text

    def stock(self, product: Product, locale: Locale) -> str:
        if product.in_stock is None or not product.in_stock:
            return self._wordings.say(locale, "stock_unknown" if product.in_stock is None else "sold_out")
        return self._left(FEW + 1 if product.stock is None else product.stock, locale)

    def _left(self, count: int | None, locale: Locale) -> str:
        """How much of something is left, in words."""
        if count is None:
            return self._wordings.say(locale, "stock_unknown")
        if count == 0:
            return self._wordings.say(locale, "sold_out")
        return (
            self._wordings.say(locale, "few_left", count=count)
            if count <= FEW
            else self._wordings.say(locale, "in_stock")
        )


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _shortened(text: str) -> str:
    """At a sentence end, where the description is long."""
    from knowledge_base.passages import join, sentences

    kept: list[str] = []
    for sentence in sentences(text):
        if kept and sum(map(len, kept)) + len(sentence) > _DESCRIPTION:
            break
        kept.append(sentence)
    return join(kept)
