"""A problem in a shop's files, and the statements in which problems are looked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from knowledge_base.passages import sentences
from knowledge_base.shop import Shop
from knowledge_base.types import Knowledge, Locale, Place, Source

RULES = {
    "figures-differ": "Two texts of the shop give different figures for the same thing.",
    "words-differ": "Two texts of the shop say opposite things.",
    "prices-differ": "A product's prices contradict each other.",
    "expired": "A day until which something holds has passed.",
    "duplicate": "The same question or the same text stands in two entries.",
    "unanswered": "A question's entry, in one language, says nothing of what it says in the other.",
    "missing": "A product, entry or section lacks what others like it have.",
    "refused": "A line that `shopclerk index` leaves out.",
    "dead-link": "An address, product or contact is named that the shop doesn't have.",
}
"""Name -> what it means; the names are those of SARIF rules and of `--ignore`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `subject` is whose text it is (`faq delivery-cost`), `text` the words, `says` what is wrong with them."""

    rule: str
    place: Place
    subject: str
    locale: Locale
    text: str
    says: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of the shop: an FAQ answer, a policy's section, a product's description with its attributes."""

    source: Source
    id: str
    locale: Locale
    heading: str
    text: str
    place: Place
    asked: tuple[str, ...] = ()
    """The wordings of an FAQ entry's question."""
    number: int = 0
    """Of a section within its document; 0 is a product's text, 1 its attributes."""

    @property
    def subject(self) -> str:
        return f"{self.source} {self.id}" + (f", {self.heading}" if self.source == "document" else "")

    @property
    def lines(self) -> list[str]:
        return [one for line in self.text.split("\n") for one in sentences(line)]

    def problem(self, rule: str, text: str, says: str) -> Problem:
        return Problem(rule, self.place, self.subject, self.locale, text, says)


@dataclass(frozen=True, slots=True)
class Texts:
    """Everything that is read: `today` is the shop's day."""

    shop: Shop
    knowledge: Knowledge
    today: date
    entries: tuple[Entry, ...] = field(default=())

    @classmethod
    def of(cls, shop: Shop, knowledge: Knowledge, today: date) -> Texts:
        return cls(shop, knowledge, today, tuple(_entries(knowledge)))

    def twins(self) -> Iterator[tuple[Entry, Entry]]:
        """The same entry in two languages."""
        known = {(one.source, one.id, one.number, one.locale): one for one in self.entries}
        first, *others = self.shop.locales
        for one in self.entries:
            if one.locale == first:
                for locale in others:
                    if twin := known.get((one.source, one.id, one.number, locale)):
                        yield one, twin


def _entries(knowledge: Knowledge) -> Iterator[Entry]:
    for faq in knowledge.faqs:
        place = knowledge.places["faq", faq.id, faq.locale]
        yield Entry("faq", faq.id, faq.locale, faq.question, faq.answer, place, (faq.question, *faq.also))
    for document in knowledge.documents:
        place = knowledge.places["document", document.id, document.locale]
        for number, section in enumerate(document.sections):
            heading = section.headings[-1] if section.headings else document.title
            yield Entry("document", document.id, document.locale, heading, section.text, place, number=number)
    for product in knowledge.products:
        place = knowledge.places["product", product.id, product.locale]
        details = [text for _, text in product.details]
        text = "\n".join([product.title, product.description, *details])
        yield Entry("product", product.id, product.locale, product.title, text, place)
        facts = "\n".join(f"{name}: {value}" for name, value in product.attributes.items())
        yield Entry("product", product.id, product.locale, product.title, facts, place, number=1)
