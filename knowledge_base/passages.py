"""Product, Faq, Document -> Passages: cut at headings and sentence ends, with the heading path in the text, under stable ids."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge_base.types import Document, Faq, Knowledge, Passage, Product, Source

LONGEST = 420
"""Weight of the longest passage: a Latin letter counts 1, a Chinese character 3 (about 75 words or 140 characters)."""

_END = re.compile(
    r"""[。！？；…]+["'”’」』）)]*                    # a Chinese stop ends a sentence anywhere
      | [!?]+["'”’)]*(?=\s|[\u4e00-\u9fff])         # so do these before a space or a Chinese character
      | [.]["'”’)]*(?=\s+["'“‘(]?[A-Z0-9\u4e00-\u9fff])  # a full stop, before a capital
      | \n+""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:^[(（]?\d{1,2}|\b(?:(?:[A-Z]\.)+[A-Z]|Mr|Mrs|Ms|Dr|St|No|Nos|Inc|Ltd|Co|vs|etc|approx|ca|e\.g|i\.e|a\.m|p\.m|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec))\.$"
)


def sentences(text: str) -> list[str]:
    """Cut at sentence ends of both languages; joined they are the text again, but for the spaces around the cuts."""
    cut: list[str] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()]
        if match.group().startswith(".") and _ABBREVIATION.search(piece.strip()):  # `Mr.`, and the `1.` of a list
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
    """One passage with what names and describes the product, then the rest of a long description and each detail.

    Prices and stock are looked up, never indexed.
    """
    head = " · ".join(part for part in (product.title, product.brand, product.category) if part)
    facts = "; ".join(f"{name}: {value}" for name, value in product.attributes.items())
    forms = "; ".join(sorted({" ".join(v.attributes.values()) for v in product.variants if v.attributes}))
    described = list(_pieces(sentences(product.description)))
    first = "\n".join(part for part in (head, *described[:1], facts, forms, product.keywords) if part)
    yield _passage("product", product.id, product.locale, "", first, product.title, product.category)
    for part, piece in enumerate(described[1:], 2):
        yield _of_detail(product, f"0.{part}", "", piece)
    for number, (name, text) in enumerate(product.details, 1):
        pieces = ((heading, piece) for heading, words in _headed(name, text) for piece in _pieces(sentences(words)))
        for part, (heading, piece) in enumerate(pieces, 1):
            yield _of_detail(product, f"{number}.{part}", heading, piece)


_BRACKETED = re.compile(r"(?:^|(?<=[\n。！？；]))\s*【([^【】\n]{1,20})】")


def _headed(name: str, text: str) -> Iterator[tuple[str, str]]:
    """(heading path, words): Chinese long texts carry their headings within, as `【安装流程】` where a sentence starts."""
    parts = _BRACKETED.split(text)
    if parts[0].strip():
        yield name, parts[0]
    for heading, words in zip(parts[1::2], parts[2::2], strict=True):
        yield f"{name} > {heading}", words


def _of_detail(product: Product, part: str, name: str, piece: str) -> Passage:
    path = " > ".join(filter(None, (product.title, name)))
    title = " · ".join(filter(None, (product.title, name)))
    return _passage("product", product.id, product.locale, part, f"{path}\n{piece}", title, product.category)


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
    """A document's or a product's passage without its first line, the heading path or the names: words that may be quoted."""
    words = passage.text.partition("\n")[2]
    return words if words and passage.source != "faq" else passage.text


def _pieces(parts: Sequence[str]) -> Iterator[str]:
    """Neighbouring sentences joined up to the longest passage; a sentence is cut only where it alone is far too long."""
    held: list[str] = []
    weight = 0
    for part in (piece for sentence in parts for piece in _bearable(sentence)):
        more = _weight(part)
        if held and weight + more > LONGEST:
            yield join(held)
            held, weight = [], 0
        held.append(part)
        weight += more
    if held:
        yield join(held)


_HAN = re.compile("[\u3400-\u9fff]+")
_CLAUSE = re.compile(r"[^，,、：:\s]{0,120}[，,、：:\s]*")


def _bearable(sentence: str) -> Iterator[str]:
    """The sentence, or where it has twice the weight of a passage its clauses, joined up to that weight."""
    if _weight(sentence) <= 2 * LONGEST:
        yield sentence
        return
    held, weight = "", 0
    for clause in _CLAUSE.findall(sentence):
        more = _weight(clause)
        if held and weight + more > LONGEST:
            yield held.strip()
            held, weight = "", 0
        held += clause
        weight += more
    if held.strip():
        yield held.strip()


def join(parts: Iterable[str]) -> str:
    """Sentences side by side, with a space where the script has one."""
    text = ""
    for part in parts:
        space = "" if not text or text[-1] in "。！？；…”’」）\n" else " "
        text += space + part
    return text


def _weight(text: str) -> int:
    """Its letters, a Chinese one counting three."""
    return len(text) if text.isascii() else len(text) + 2 * sum(map(len, _HAN.findall(text)))


def _passage(
    source: Source, source_id: str, locale: str, part: str, text: str, title: str, category: str = ""
) -> Passage:
    passage_id = ":".join(filter(None, (source, source_id, locale, part)))
    digest = hashlib.sha256("\x1f".join((text, title, category)).encode()).hexdigest()
    return Passage(passage_id, text, source, source_id, locale, digest, title, category)
