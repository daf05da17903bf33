"""Cases of the fact lock (docs/cases.md, Facts): what was found, what a writer wants to say, and what of it is a lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.types import Findings, Message
from eval.benchmarks.corpora import cases
from knowledge_base.catalogue import Catalogue
from knowledge_base.passages import of_document, of_faq, sentences
from knowledge_base.reading import read_shop
from knowledge_base.shop import Shop, load_shop
from knowledge_base.types import Document, Faq
from retrieval.types import Hit

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
KINDS = (
    "price", "total", "discount", "stock", "count", "date", "duration", "hours", "measure", "size", "colour", "attribute", "name",
    "order", "link", "email", "phone", "code", "promise", "product",
)  # fmt: skip
HALVES = ("dev", "test", "frozen")


@dataclass(frozen=True, slots=True)
class Case:
    """A reply that is all true, or has the one lie `claim`."""

    id: str
    locale: str
    asked: str
    facts: tuple[str, ...]
    reply: str
    lie: bool
    claim: str
    kind: str
    origin: str
    half: str
    now: datetime = NOW
    handoff: bool = False


class Found:
    """A shop's knowledge, from which the findings of a case are taken."""

    def __init__(self, folder: Path) -> None:
        self.shop: Shop = load_shop(folder)
        knowledge = read_shop(self.shop)
        self.catalogue = Catalogue(knowledge.products, self.shop.locales)
        self.faqs: dict[tuple[str, str], Faq] = {(faq.id, faq.locale): faq for faq in knowledge.faqs}
        self.documents: dict[tuple[str, str], Document] = {(one.id, one.locale): one for one in knowledge.documents}

    def findings(self, case: Case) -> Findings:
        """Raises KeyError for a fact that the shop hasn't."""
        products, hits, texts = [], [], []
        for fact in case.facts:
            source, _, name = fact.partition(":")
            if source == "product":
                product = self.catalogue.get(name, case.locale) or self.catalogue.get(name)
                if product is None:
                    raise KeyError(fact)
                products.append(product)
            elif source == "faq":
                hits.append(Hit(of_faq(self._of(self.faqs, name, case.locale)), 1.0, {}))
            elif source == "document":
                hits += [Hit(passage, 1.0, {}) for passage in of_document(self._of(self.documents, name, case.locale))]
            elif source == "text":
                texts.append(name)
            else:
                raise KeyError(fact)
        return Findings(
            "answer",
            hits=tuple(hits),
            answer="\n".join(texts),
            products=tuple(products),
            handoff="asked" if case.handoff else "",
        )

    def _of(self, known: Mapping[tuple[str, str], Any], name: str, locale: str) -> Any:
        for code in (locale, *self.shop.locales):
            if (name, code) in known:
                return known[name, code]
        raise KeyError(name)


def message(case: Case) -> Message:
    return Message(case.id, f"eval-{case.id}", case.asked, case.now, locale=case.locale)


def pieces(reply: str) -> list[tuple[int, int]]:
    """Where the sentences of a reply stand; a row of a table is one."""
    found, place = [], 0
    for line in reply.split("\n"):
        parts = [line] if line.count("|") >= 2 else sentences(line)
        for part in parts:
            start = reply.find(part, place)
            if part.strip() and start >= 0:
                found.append((start, start + len(part)))
                place = start + len(part)
    return found


def load(file: Path) -> list[Case]:
    """The cases of a file. Raises BadRow for a line that isn't one."""
    return cases(file, _case)


def _case(row: Mapping[str, Any]) -> Case:
    now = datetime.fromisoformat(row["now"]) if row.get("now") else NOW
    case = Case(
        str(row["id"]), str(row["locale"]), str(row.get("asked", "")), _texts(row["facts"]), str(row["reply"]), bool(row["lie"]),
        str(row.get("claim") or ""), str(row["kind"]), str(row.get("origin") or "free"), str(row.get("half") or "test"),
        now if now.tzinfo else now.replace(tzinfo=UTC), bool(row.get("handoff", False)),
    )  # fmt: skip
    if case.kind not in KINDS or case.half not in HALVES:
        raise ValueError(f"kind {case.kind!r} or half {case.half!r} is unknown")
    if case.lie and (not case.claim or case.claim not in case.reply):
        raise ValueError(f"the claim {case.claim!r} doesn't stand in the reply")
    return case


def _texts(value: Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError("facts must be a list")
    return tuple(str(one) for one in value)
