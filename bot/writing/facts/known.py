"""What a turn's Findings state, as the checks ask for it: which word tells how much, which money is the same, what stands word for word."""

from __future__ import annotations

from bot.writing.facts import shades
from bot.writing.facts.gathered import Gathered
from bot.writing.facts.phrases import plain_words
from bot.writing.facts.reading import stated
from bot.writing.facts.verbatim import bare
from knowledge_base.money import currency_code


class Known(Gathered):
    """The facts of one turn, as the checks ask for them."""

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
        return shades.alike(shade)

    def is_family_word(self, kind: str, word: str) -> bool:
        """`green` and 绿色, but not `sage`."""
        return shades.is_family_word(kind, word)

    def holds(self, label: str, cell: str, subjects: tuple[str, ...]) -> bool:
        """Whether a cell says an attribute of its product word for word."""
        return bool(subjects) and all(self.values.get((one, bare(label))) == bare(cell) for one in subjects)

    def attributes(self, product: str) -> list[tuple[str, str]]:
        """(name, value) of a product, in small letters, in each language that it is known in."""
        return [(name, value) for (one, name), value in self.values.items() if one == product]

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
