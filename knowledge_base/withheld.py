"""What of a shop's texts is kept from customers and from a language model: orders to whoever answers, and strange contacts.

Whatever a text says, it is data. This is the one place where it is looked through; all that is indexed comes after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from knowledge_base.contacts import OwnContacts
from knowledge_base.passages import join, sentences
from knowledge_base.planted import order_in
from knowledge_base.types import Document, Faq, Knowledge, Product, Review, Variant, Withheld

_SHOWN = 160
"""Characters of a text that a report shows."""


@dataclass(slots=True)
class _Look:
    """One thing's texts being looked through."""

    own: OwnContacts
    kind: str
    id: str
    locale: str
    found: list[Withheld] = field(default_factory=list)

    def whole(self, place: str, text: str) -> bool:
        """Whether a text gives no orders. One that does is held back whole: what stands around an order often belongs to it."""
        if (order := order_in(text)) is None:
            return True
        disguise = "" if order.disguise == "plain" else f", written as {order.disguise}"
        return self._hold(place, order.sentence, f"it gives orders to who answers ({', '.join(order.cues)}{disguise})")

    def text(self, place: str, text: str) -> str:
        """The text, without sentences that name contacts which aren't the shop's; nothing of one that gives orders."""
        if not text or not self.whole(place, text):
            return ""
        if self.own.stranger(text) is None:
            return text
        return "\n".join(line for part in text.split("\n") if (line := join(self._kept(place, part))))

    def _kept(self, place: str, line: str) -> Iterable[str]:
        for sentence in sentences(line):
            if (stranger := self.own.stranger(sentence)) is None:
                yield sentence
            else:
                where = "under [contacts] or [trust] in shop.toml"
                self._hold(place, sentence, f"the {stranger.kind} {stranger.text} isn't the shop's; name it {where}")

    def _hold(self, place: str, text: str, reason: str) -> bool:
        self.found.append(Withheld(self.kind, self.id, self.locale, place, text[:_SHOWN], reason))
        return False


def hold_back(knowledge: Knowledge, own: OwnContacts) -> Knowledge:
    """The same knowledge without such texts; `withheld` names each with its place."""
    found: list[Withheld] = []

    def look(kind: str, thing: Product | Faq | Document | Review) -> _Look:
        one = _Look(own, kind, thing.id, thing.locale)
        one.found = found
        return one

    faqs = [_faq(look("faq", faq), faq) for faq in knowledge.faqs]
    documents = [_document(look("document", document), document) for document in knowledge.documents]
    reviews = [_review(look("review", review), review) for review in knowledge.reviews]
    return replace(
        knowledge,
        products=tuple(_product(look("product", product), product) for product in knowledge.products),
        faqs=tuple(faq for faq in faqs if faq is not None),
        documents=tuple(document for document in documents if document is not None),
        reviews=tuple(review for review in reviews if review is not None),
        withheld=tuple(found),
    )


def _product(look: _Look, product: Product) -> Product:
    """A product stays for sale whatever its texts say; a title that can't be shown gives way to the id."""
    return replace(
        product,
        description=look.text("description", product.description),
        category=look.text("category", product.category),
        brand=look.text("brand", product.brand),
        keywords=look.text("keywords", product.keywords),
        title=look.text("title", product.title) or product.id,
        attributes=_values(look, "attribute", product.attributes),
        variants=tuple(_variant(look, variant) for variant in product.variants),
        details=tuple(
            (name, kept_text)
            for name, text in product.details
            if look.whole("detail", name) and (kept_text := look.text(f"detail {name}", text))
        ),
        url=_address(product.url),
        image=_address(product.image),
    )


def _variant(look: _Look, variant: Variant) -> Variant:
    return replace(variant, attributes=_values(look, f"variant {variant.id}", variant.attributes))


def _values(look: _Look, place: str, values: Mapping[str, str]) -> Mapping[str, str]:
    """Without a value that is held back: part of a value would be another one."""
    kept = {}
    for name, value in values.items():
        if look.whole(place, f"{name}: {value}") and look.text(f"{place} {name}", value) == value:
            kept[name] = value
    return kept


def _faq(look: _Look, faq: Faq) -> Faq | None:
    """Without an answer that can be said there is nothing to ask."""
    question, answer = look.text("question", faq.question), look.text("answer", faq.answer)
    if not question or not answer:
        return None
    return replace(
        faq, question=question, answer=answer, also=tuple(one for one in faq.also if look.whole("also", one))
    )


def _document(look: _Look, document: Document) -> Document | None:
    sections = []
    for number, section in enumerate(document.sections, 1):
        if not all(look.whole(f"heading of section {number}", heading) for heading in section.headings):
            continue
        if text := _paragraphs(look, f"section {number} ({section.headings[-1]})", section.text):
            sections.append(replace(section, text=text))
    if not sections:
        return None
    title = document.title if look.whole("title", document.title) else document.id
    return replace(document, title=title, sections=tuple(sections))


def _paragraphs(look: _Look, place: str, text: str) -> str:
    """Nothing of a section that gives orders; its neighbours are other texts."""
    return look.text(place, text)


def _review(look: _Look, review: Review) -> Review | None:
    """A review whose words are held back still counts with its stars."""
    return replace(review, text=look.text("text", review.text))


def _address(link: str) -> str:
    """A link or a picture may lead anywhere that the catalogue says, but not run anything."""
    return "" if link.strip().casefold().startswith(("javascript:", "data:", "vbscript:")) else link
