"""Product, Faq, Document -> Passages: cut at headings and sentence ends, with the heading path in the text, under stable ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge_base.types import Document, Faq, Knowledge, Passage, Product, Source

LONGEST = 420
"""Weight of the longest passage: a Latin letter counts 1, a Chinese character 3 (about 75 words or 140 characters)."""

_END = re.compile(
    r"""(?<=[。！？；…])["'”’」』）)]*            # a Chinese stop ends a sentence anywhere
      | (?<=[!?])["'”’)]*(?=\s)                  # so do these before a space
      | (?<=[.])["'”’)]*(?=\s+["'“‘(]?[A-Z0-9\u4e00-\u9fff])  # a full stop, before a capital
      | \n+""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:(?:[A-Z]\.)+[A-Z]|Mr|Mrs|Ms|Dr|St|No|Nos|Inc|Ltd|Co|vs|etc|approx|ca|e\.g|i\.e|a\.m|p\.m|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.$"
)


def sentences(text: str) -> list[str]:
    """Cut at sentence ends of both languages; joined they are the text again, but for the spaces around the cuts."""
    cut: list[str] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()]
        if _ABBREVIATION.search(piece.strip()) and "\n" not in match.group():
            continue
        cut.append(piece)
        start = match.end()
    cut.append(text[start:])
    return [piece.strip() for piece in cut if piece.strip()]


def cut(knowledge: Knowledge) -> list[Passage]:
    """All passages of a shop, in the order of what they were cut from. Ids are unique; equal knowledge gives equal passages."""
    passages: list[Passage] = []
    for product in knowledge.products:
        passages += of_product(product)
    for faq in knowledge.faqs:
        passages.append(of_faq(faq))
    for document in knowledge.documents:
        passages += of_document(document)
    return passages


def of_product(product: Product) -> Iterator[Passage]:
    """One passage with what names and describes the product, then one or more a detail. Prices and stock are looked up, never indexed."""
    head = " · ".join(part for part in (product.title, product.brand, product.category) if part)
    facts = "; ".join(f"{name}: {value}" for name, value in product.attributes.items())
    forms = "; ".join(sorted({" ".join(v.attributes.values()) for v in product.variants if v.attributes}))
    first = "\n".join(part for part in (head, product.description, facts, forms, product.keywords) if part)
    yield _passage("product", product.id, product.locale, "", first, product.title, product.category)
    for number, (name, text) in enumerate(product.details, 1):
        for part, piece in enumerate(_pieces(sentences(text)), 1):
            body = f"{product.title} > {name}\n{piece}"
            yield _passage(
                "product",
                product.id,
                product.locale,
                f"{number}.{part}",
                body,
                f"{product.title} · {name}",
                product.category,
            )


def of_faq(faq: Faq) -> Passage:
    return _passage("faq", faq.id, faq.locale, "", "\n".join([faq.question, *faq.also, faq.answer]), faq.question)


def of_document(document: Document) -> Iterator[Passage]:
    number = 0
    for section in document.sections:
        path = " > ".join(section.headings)
        for piece in _pieces(sentences(section.text)):
            number += 1
            yield _passage("document", document.id, document.locale, str(number), f"{path}\n{piece}", path)


def body(passage: Passage) -> str:
    """A document's passage without its heading path: the words that may be quoted."""
    return passage.text.split("\n", 1)[1] if passage.source == "document" and "\n" in passage.text else passage.text


def _pieces(parts: Sequence[str]) -> Iterator[str]:
    """Neighbouring sentences joined up to the longest passage; one sentence is never cut."""
    held: list[str] = []
    for part in parts:
        if held and _weight(held) + _weight([part]) > LONGEST:
            yield join(held)
            held = []
        held.append(part)
    if held:
        yield join(held)


def join(parts: Iterable[str]) -> str:
    """Sentences side by side, with a space where the script has one."""
    text = ""
    for part in parts:
        space = "" if not text or text[-1] in "。！？；…”’」）\n" else " "
        text += space + part
    return text


def _weight(parts: Iterable[str]) -> int:
    return sum(3 if "\u3400" <= letter <= "\u9fff" else 1 for part in parts for letter in part)


def _passage(
    source: Source, source_id: str, locale: str, part: str, text: str, title: str, category: str = ""
) -> Passage:
    passage_id = ":".join(filter(None, (source, source_id, locale, part)))
    digest = hashlib.sha256("\x1f".join((text, title, category)).encode()).hexdigest()
    return Passage(passage_id, text, source, source_id, locale, digest, title, category)
