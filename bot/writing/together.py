"""Several things that were found in one turn: what of them is said, and what they allow to be said together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.types import Findings, Found, Prepared
from bot.writing.untold import answers
from knowledge_base.types import Product
from retrieval.text import normalise

ANSWERS = ("answer", "found", "described", "compared", "recommended")
"""Findings that answer."""
PHRASED = (*ANSWERS, "not_stated", "sells")
"""Findings with facts to put into words. All else the template says: a hand-over or a question of ours has to say just what it says."""


def told(found: Sequence[Found]) -> Found:
    """What is said where one thing is: the newest that answers, else what states a fact, else a question to the customer, else the first."""
    newest = [*reversed(found)]
    for says in (ANSWERS, PHRASED):
        if answer := next((one for one in newest if one.findings.say in says), None):
            return answer
    return next((one for one in newest if one.findings.prepared), found[0])


def known(found: Sequence[Found]) -> Findings:
    """All facts of a turn in one. Values of the same name keep both, the later ones under a number."""
    if len(found) == 1:
        return found[0].findings
    all_of = [one.findings for one in found]
    values: dict[str, str] = {}
    for number, one in enumerate(all_of):
        values |= {(name if name not in values else f"{name}/{number}"): value for name, value in one.values.items()}
    hits = {hit.passage.id: hit for one in all_of for hit in one.hits}
    return replace(
        told(found).findings,
        values=values,
        hits=tuple(hits.values()),
        answer="\n".join(dict.fromkeys(one.answer for one in all_of if one.answer)),
        products=tuple({product.id: product for one in all_of for product in one.products}.values()),
        recommendations=tuple(pick for one in all_of for pick in one.recommendations),
    )


def at_the_desk(found: Sequence[Found]) -> Prepared | None:
    """The deed that the customer has to be asked about."""
    waiting = (one.findings.prepared for one in found if one.findings.prepared)
    return next((prepared for prepared in waiting if prepared.state == "waiting"), None)


def named_in(text: str, found: Sequence[Found]) -> Found:
    """What the words rest on: of several finds, the one told, with the products that the words name, in their order."""
    final = told(found)
    if len(found) == 1:
        return final
    plain, all_of = normalise(text), known(found)
    places = {product.id: plain.find(normalise(product.title)) for product in all_of.products}
    named = sorted((product for product in all_of.products if places[product.id] >= 0), key=lambda p: places[p.id])
    products: Sequence[Product] = named or final.findings.products
    told_of = [one.findings for one in found if one is final or _is_told(one.findings, text)]
    hits = {hit.passage.id: hit for findings in told_of for hit in findings.hits}
    return replace(final, findings=replace(final.findings, products=tuple(products), hits=tuple(hits.values())))


def _is_told(findings: Findings, text: str) -> bool:
    return bool(findings.answer) and answers(text, findings, [findings.answer])
