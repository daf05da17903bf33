"""Ways to make a lie of a true reply by changing exactly one fact of it: what each could make of it, in an order that `random` deals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from eval.benchmarks.fact_cases import Case, Found
from eval.benchmarks.fact_words import (
    COLOURS,
    CURRENCIES,
    MATERIALS,
    MONTHS,
    NEGATIONS,
    PROMISES,
    STOCK,
    UNITS,
    WEEKDAYS,
)

_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/-]|[.,]\d)")
Change = tuple[str, str, str, str]
"""(kind, new reply, the claim in it, what was there)."""


def _number(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    matches = list(_NUMBER.finditer(truth.reply))
    random.shuffle(matches)
    there = {value.replace(",", "") for value in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", known)}
    for match in matches:
        if (
            re.match(r"\.\s", truth.reply[match.end() :])
            and truth.reply[: match.start()].endswith(("\n", ""))
            and match.start() in _line_starts(truth.reply)
        ):
            continue
        digits = match.group()
        places = [place for place, sign in enumerate(digits) if sign.isdigit()]
        place = random.choice(places[: max(1, len(places) - 2)] if "." in digits else places)
        new = digits[:place] + str((int(digits[place]) + random.choice((1, 2, 3, 5))) % 10) + digits[place + 1 :]
        if new.startswith("0") or float(new.replace(",", "")) in {float(value) for value in there}:
            continue
        yield _changed(truth, match, new, _kind_of(truth.reply, match))


def _line_starts(reply: str) -> set[int]:
    return {0, *(m.end() for m in re.finditer("\n", reply))}


def _kind_of(reply: str, match: re.Match[str]) -> str:
    before, after = reply[max(0, match.start() - 3) : match.start()], reply[match.end() : match.end() + 8]
    if "$" in before or "¥" in before or re.match(r"\s?(?:美元|元|dollars)", after):
        return "price"
    if re.match(r"\s?%", after):
        return "discount"
    if re.match(r"\s?(?:days?|hours?|minutes?|months?|years?|weeks?|working|天|小时|分钟|个月|年|周|个工作日)", after):
        return "duration"
    if re.match(r"\s?(?:kg|g\b|ml|l\b|cm|mm|m\b|w\b|克|千克|升|毫升|厘米|毫米|米|瓦)", after, re.IGNORECASE):
        return "measure"
    if re.match(r"\s?(?:left|件)", after):
        return "stock"
    return "count"


def _swap(words: dict[str, str], kind: str) -> Callable[[Case, str, Random, Found], Iterator[Change]]:
    def make(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
        del found
        items = list(words.items())
        random.shuffle(items)
        for old, new in items:
            pattern = (
                rf"(?<=\d)\s?{re.escape(old.strip())}(?![a-z])" if kind in ("measure", "duration") else re.escape(old)
            )
            match = re.search(pattern, truth.reply)
            if match and not (kind == "stock" and new in truth.reply):
                text = (
                    (" " if match.group().startswith(" ") else "") + new.strip()
                    if kind in ("measure", "duration")
                    else new
                )
                start = re.search(r"[\d.,–-]+$", truth.reply[: match.start()])
                change = _changed(truth, match, text, kind)
                claim = (start.group() if start and kind in ("measure", "duration") else "") + change[2]
                if claim.lower() not in known:
                    yield (change[0], change[1], claim.strip(), change[3])

    return make


def _one_of(words: Sequence[str], kind: str) -> Callable[[Case, str, Random, Found], Iterator[Change]]:
    """One word of a closed list for another that isn't known."""

    def make(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
        del found
        for match in re.finditer("|".join(words), truth.reply):
            others = [word for word in words if word.isascii() == match.group().isascii() and word.lower() not in known]
            if others:
                yield _changed(truth, match, random.choice(others), kind)

    return make


def _listed(table: Mapping[str, tuple[str, ...]], kind: str) -> Callable[[Case, str, Random, Found], Iterator[Change]]:
    """A colour or stuff of the reply for another that the findings don't name."""

    def make(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
        del found
        words = table[truth.locale]
        for word in random.sample(words, len(words)):
            match = re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", truth.reply)
            others = [other for other in words if not any(part in known for part in (other, other.removesuffix("色")))]
            if match and others:
                yield _changed(truth, match, random.choice(others), kind)

    return make


def _promise(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    del known, found
    said = random.choice(PROMISES[truth.locale])
    joint = "\n" if "\n" in truth.reply else " " if truth.locale == "en" else ""
    yield "promise", f"{truth.reply}{joint}{said}", said, ""


def _negation(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    """Denies what is said, where a telling word follows; only of attributes and answers in the shop's own words."""
    del known, found
    if truth.id.endswith("t") or truth.id.startswith(("fnd", "pri", "cmp")):
        return
    pairs = list(NEGATIONS)
    random.shuffle(pairs)
    for old, new in pairs:
        places = [m.start() for m in re.finditer(re.escape(old), truth.reply)]
        if not places:
            continue
        place = places[0]
        if not old.isascii() and (truth.reply[place - 1 : place] == "不" or truth.reply[place - 1 : place] == "可"):
            continue
        reply = truth.reply[:place] + new + truth.reply[place + len(old) :]
        end = re.search(r"[.!?。！？;；\n]", reply[place + len(new) :])
        stop = place + len(new) + (end.start() if end else len(reply))
        yield "attribute", reply, reply[place : min(stop, place + 60)].strip(), old


def _address(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    for pattern, kind in ((r"[\w.]+@[\w.]+\w", "email"), (r"https?://\S+\w", "link"), (r"\+?\d[\d -]{8,}\d", "phone")):
        for match in re.finditer(pattern, truth.reply):
            said = match.group()
            places = [
                place
                for place, sign in enumerate(said)
                if sign.isdigit() or (sign.isalpha() and place > len(said) // 3)
            ]
            place = random.choice(places)
            new = (
                said[:place]
                + (
                    str((int(said[place]) + 4) % 10)
                    if said[place].isdigit()
                    else chr((ord(said[place]) - 97 + 5) % 26 + 97)
                )
                + said[place + 1 :]
            )
            if new.lower() not in known:
                yield _changed(truth, match, new, kind)
    contacts = found.shop.contacts
    if "email" in contacts and contacts["email"] not in truth.reply:
        said = random.choice(("support@", "sales@", "info@")) + contacts["email"].partition("@")[2]
        text = f"Write to {said}." if truth.locale == "en" else f"请写信到 {said}。"
        yield "email", f"{truth.reply}\n{text}", said, ""


def _code(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    del found
    said = random.choice(("SAVE20", "WELCOME10", "VIP15", "SUMMER25"))
    if said.lower() not in known:
        text = f"Use the code {said} at checkout." if truth.locale == "en" else f"结账时输入优惠码 {said}。"
        yield "code", f"{truth.reply}\n{text}", said, ""


def _other_product(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    """The first price of two is said of the second."""
    del random
    if not truth.id.startswith(("fnd", "cmp")):
        return
    prices = list(re.finditer(r"(?:US)?[$¥€£]\s?\d+(?:,\d{3})*(?:\.\d+)?", truth.reply))
    products = found.findings(truth).products
    values = [re.sub(r"[^\d.]", "", match.group()) for match in prices]
    for match, value in zip(prices, values, strict=True):
        other = next(
            (one.group() for one, that in zip(prices, values, strict=True) if float(that) != float(value)), None
        )
        if other is None:
            return
        owner = next((p for p in products if float(p.price) == float(value)), None)
        figures = (
            {float(v.price) for v in owner.variants} | {float(owner.price), float(owner.compare_at or 0)}
            if owner
            else set()
        )
        if owner and float(re.sub(r"[^\d.]", "", other)) not in figures:
            yield _changed(truth, match, other, "product")


def _title(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    """A brand or name within the reply for another product's."""
    products = found.findings(truth).products
    brands = sorted({p.brand for p in found.catalogue if p.brand and p.brand.lower() not in known})
    for product in products:
        if product.brand and brands and (match := re.search(re.escape(product.brand), truth.reply)):
            yield _changed(truth, match, random.choice(brands), "name")


def _changed(truth: Case, match: re.Match[str], new: str, kind: str) -> Change:
    return kind, truth.reply[: match.start()] + new + truth.reply[match.end() :], new, match.group()


MAKERS: tuple[Callable[[Case, str, Random, Found], Iterator[Change]], ...] = (
    _number, _number, _swap(UNITS, "measure"), _one_of(WEEKDAYS, "date"), _one_of(MONTHS, "date"), _swap(CURRENCIES, "price"),
    _listed(COLOURS, "colour"), _listed(MATERIALS, "attribute"), _swap(STOCK, "stock"), _promise, _negation, _address, _code, _other_product, _title,
)  # fmt: skip
