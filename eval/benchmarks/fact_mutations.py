"""True replies of a shop and lies made of them by changing exactly one fact. The lock's own code makes none of them.

True are what the template writer says of products and comparisons, answers and sentences of policies, and the free truths of the half.
Which half a case falls in is told by the digest of what it is about, so no product or answer is in two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from random import Random

from bot.types import Findings
from bot.writing.template import TemplateWriter
from bot.writing.wordings import Wordings
from eval.benchmarks.fact_cases import HALVES, Case, Found
from eval.benchmarks.fact_changes import MAKERS
from knowledge_base.passages import sentences
from knowledge_base.types import Product

LIES_PER_TRUTH = 3
SEED = 7


def mutated(found: Found, free: Sequence[Case], half: str) -> list[Case]:
    """The true replies of a half and the lies made of them; `all` for every half."""
    made: list[Case] = []
    for truth in (
        *_truths(found),
        *(replace(case, id=f"{case.id}t", origin="mutated") for case in free if not case.lie),
    ):
        if half not in ("all", truth.half):
            continue
        if not truth.id.endswith("t"):
            made.append(truth)
        made += _lies(truth, found)
    return made


def _truths(found: Found) -> Iterator[Case]:
    """What the template writer says of each product alone and beside another, each answer, each sentence of a policy."""
    writer = TemplateWriter(Wordings.load())
    for locale in found.shop.locales:
        if locale not in ("en", "zh"):
            continue
        products = sorted((p for p in found.catalogue if p.locale == locale), key=lambda p: p.id)
        for place, product in enumerate(products):
            yield from _of_product(product, products[(place + 1) % len(products)], writer, locale)
        for (name, code), faq in found.faqs.items():
            if code == locale:
                yield _case(f"faq-{name}", locale, faq.question, (f"faq:{name}",), faq.answer, "attribute", name)
        for (name, code), document in found.documents.items():
            if code == locale:
                for number, section in enumerate(document.sections):
                    for at, text in enumerate(sentences(section.text)):
                        yield _case(
                            f"doc-{name}-{number}-{at}",
                            locale,
                            " ".join(section.headings),
                            (f"document:{name}",),
                            text,
                            "attribute",
                            f"{name}{number}",
                        )


def _of_product(product: Product, other: Product, writer: TemplateWriter, locale: str) -> Iterator[Case]:
    fact = f"product:{product.id}"
    asked = product.title
    described = "\n".join(writer.lines(Findings("described", products=(product,)), locale, product.id))
    yield _case(f"des-{product.id}", locale, asked, (fact,), described, "attribute", product.id)
    line = "\n".join(
        writer.lines(Findings("described", values={"asked": "price"}, products=(product,)), locale, product.id)
    )
    yield _case(f"pri-{product.id}", locale, asked, (fact,), line, "price", product.id)
    if other.id != product.id and _half(product.id) == _half(other.id):
        both = (fact, f"product:{other.id}")
        found = "\n".join(writer.lines(Findings("found", products=(product, other)), locale, product.id))
        yield _case(f"fnd-{product.id}", locale, asked, both, found, "price", product.id)
        compared = "\n".join(writer.lines(Findings("compared", products=(product, other)), locale, product.id))
        yield _case(f"cmp-{product.id}", locale, asked, both, compared, "product", product.id)


def _case(name: str, locale: str, asked: str, facts: tuple[str, ...], reply: str, kind: str, about: str) -> Case:
    return Case(f"{name}-{locale}", locale, asked, facts, reply, False, "", kind, "mutated", _half(about))


def _half(about: str) -> str:
    return HALVES[sha256(about.encode()).digest()[0] % 3]


def _lies(truth: Case, found: Found) -> Iterator[Case]:
    random = Random(f"{SEED}/{truth.id}")
    known = _known(truth, found)
    makers = list(MAKERS)
    random.shuffle(makers)
    changes = (change for maker in makers for change in islice(maker(truth, known, random, found), 1))
    for number, (kind, reply, claim, _) in enumerate(islice(changes, LIES_PER_TRUTH)):
        yield replace(truth, id=f"{truth.id}-m{number}", reply=reply, lie=True, claim=claim, kind=kind)


def _known(truth: Case, found: Found) -> str:
    """Everything that the findings say, in small letters: a changed fact mustn't stand in it."""
    findings = found.findings(truth)
    texts = [
        findings.answer,
        *(hit.passage.text for hit in findings.hits),
        truth.reply,
        *found.shop.contacts.values(),
        *found.shop.opening_hours.values(),
    ]
    for product in findings.products:
        texts += [
            product.title,
            product.description,
            product.keywords,
            str(product.price),
            str(product.compare_at),
            str(product.stock),
            *product.attributes.values(),
            *product.attributes,
        ]
        texts += [f"{v.price} {v.stock} {' '.join(v.attributes.values())}" for v in product.variants]
    return "\n".join(texts).lower()
