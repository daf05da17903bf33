"""The check before words leave: every number, link, address and promise in a sentence must stand in the Findings. First version."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from bot.types import Findings, Message, Stopped, Verdict
from knowledge_base.shop import Shop
from retrieval.text import normalise

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_ADDRESS = re.compile(
    r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]*\w|\b(?:[\w-]+\.)+(?:com|net|org|example|cn|io|shop)\b(?:/\S*)?"
)
_PROMISE = re.compile(
    r"\b(?:refund(?:ed)?|free shipping|free delivery|guarantee[ds]?|price match|replacement|i have cancelled|coupon|discount"
    r"|(?:passed|put|transferred|handed|connected) you (?:on|to|through|over)|(?:colleague|person|someone) will)\b"
    r"|退款|包邮|免运费|保证|赔偿|优惠券|打折|已取消|补发|已经?[为帮给]?您?转|同事会"
)


class Lock:
    """What one turn's Findings allow to be said. Sentences are read in their order, as soon as a writer has made them."""

    def __init__(self, findings: Findings, message: Message, shop: Shop) -> None:
        self._known = _known(findings, message, shop)
        self._numbers = _numbers(self._known) | {Decimal(len(findings.products))}
        self._read = 0

    def stops(self, sentence: str) -> Stopped | None:
        """The sentence's first claim that doesn't follow; None where it may be said."""
        fault = _fault(sentence, self._known, self._numbers | {Decimal(self._read)})
        self._read += 1
        return Stopped(sentence.strip(), *fault) if fault else None


def check(pieces: Iterable[str], findings: Findings, message: Message, shop: Shop) -> Verdict:
    """Each piece said, or stopped with its first claim that doesn't follow."""
    lock = Lock(findings, message, shop)
    read = [(piece, lock.stops(piece)) for piece in pieces]
    return Verdict(
        tuple(piece for piece, stopped in read if stopped is None), tuple(stopped for _, stopped in read if stopped)
    )


def _fault(piece: str, known: str, numbers: set[Decimal]) -> tuple[str, str, str] | None:
    text = normalise(piece)
    for match in _ADDRESS.finditer(text):
        if match.group().rstrip(".,;。，") not in known:
            return match.group(), "address", "a link or address from the shop's own texts"
    for match in _NUMBER.finditer(text):
        value = _value(match.group())
        if value is not None and value not in numbers:
            return match.group(), "number", "a number from the findings"
    for match in _PROMISE.finditer(text):
        if match.group() not in known:
            return match.group(), "promise", "a promise from the shop's own texts"
    return None


def _known(findings: Findings, message: Message, shop: Shop) -> str:
    parts = [
        message.text,
        findings.answer,
        *findings.values.values(),
        *shop.contacts.values(),
        *shop.opening_hours.values(),
    ]
    parts += [hit.passage.text for hit in findings.hits]
    for product in findings.products:
        parts += [
            product.title,
            product.description,
            str(product.price),
            str(product.compare_at or ""),
            str(product.stock or ""),
        ]
        parts += [*product.attributes.values(), *product.attributes.keys(), product.url]
        parts += [f"{variant.price} {' '.join(variant.attributes.values())}" for variant in product.variants]
    parts += [" ".join(pick.because) for pick in findings.recommendations]
    return normalise("\n".join(parts))


def _numbers(text: str) -> set[Decimal]:
    return {value for match in _NUMBER.finditer(text) if (value := _value(match.group())) is not None}


def _value(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "")).normalize()
    except InvalidOperation:
        return None
