"""What a clerk may not promise, unless the findings do: deeds done, refunds, gifts, calls, guarantees."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from bot.writing.facts.known import Known
from bot.writing.facts.reading import Address
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.terms import read, terms
from bot.writing.facts.workdays import days_by


def check(scene: Scene) -> Fault | None:
    lower = scene.lower
    offers = bool(_offer().search(lower))
    for pattern, row in _rows():
        for match in pattern.finditer(lower):
            if offers and not row.get("word"):
                continue
            if scene.doubts or _allowed(match, row, scene):
                continue
            return (
                scene.read.text.own[match.start() : match.end()].strip(),
                "promise",
                "a promise that the shop's own texts make",
            )
    return None


@lru_cache(maxsize=20_000)
def sounds_promising(text: str) -> bool:
    """Whether a text has words of a promise, whoever may make it."""
    lower = text.lower()
    return any(pattern.search(lower) for pattern, _ in _rows())


def _allowed(match: re.Match[str], row: Mapping[str, Any], scene: Scene) -> bool:
    known = scene.known
    if row.get("handoff"):
        if not known.findings.handoff:
            return False
        return not re.search(row["call"], match.group()) if "call" in row else True
    said = match.group()
    denied = any(start <= match.start() < end for start, end in scene.read.spans)
    if row.get("done") and denied and scene.lower.isascii():
        return True
    if row.get("done"):
        verbs = re.findall(r"[a-z]{4,}(?:ed|en)\b|put|kept|held|取消|退款|撤|预留|登记|通知", said)
        return bool(verbs) and any(_done(verb, known) for verb in verbs)
    if not said.isascii() and (said.strip() in known.all_text or _BY_OTHERS.search(scene.lower[: match.start()])):
        return True
    if any(start <= match.start() < end for start, end in scene.read.spans) or _denies(scene.lower, match.start()):
        return True
    if row.get("arrival"):
        return _arrives(scene)
    if row.get("restock"):
        return not _is_gone(scene) or re.search(row["near"], known.all_text) is not None
    if row.get("unless_word"):
        verbs = [
            verb
            for verb in re.findall(r"[a-z]{4,}", said)
            if verb not in ("will", "gladly", "happily", "even", "also", "have", "it's", "them", "with", "free")
        ]
        return bool(verbs) and all(verb[:5] in known.all_text for verb in verbs)
    if near := row.get("near"):
        return re.search(near, known.all_text) is not None
    if row.get("word"):
        return _speaks_of(said.strip(), known)
    if (verb := _OURS.search(said)) and re.search(rf"\bwe (?:will |can |also )?{verb['verb']}\b", known.all_text):
        return True
    wanted = row.get("unless", ())
    return any(any(one in fact.clause.said for fact in known.by_id.get(one, ())) for one in wanted)


def _is_gone(scene: Scene) -> bool:
    """Whether a product, or a form of it, is sold out, or is said to be."""
    last = scene.told.last.text.lower if scene.told.last else ""
    products = scene.known.products.values()
    return bool(_GONE.search(f"{last} {scene.lower}")) or any(
        product.stock == 0 or any(form.stock == 0 for form in product.variants) for product in products
    )


_GONE = re.compile(r"\b(?:sold out|out of stock|gone|none left|no longer available|run out|ran out|unavailable)\b")
_OURS = re.compile(r"\b(?:i|we)(?:'ll| will| can| shall)?(?: gladly| happily| also)? (?P<verb>[a-z]{3,})")


_BY_OTHERS = re.compile(r"(?:朋友|别人|人家|家人|亲友|对方|同事)[^,，。]{0,8}$")
"""Who else is said to do it: 朋友当礼物送您的."""


def _speaks_of(said: str, known: Known) -> bool:
    """Whether the findings have the words, or say what they mean."""
    if said in known.all_text or said.removesuffix("s") in known.all_text:
        return True
    if said.endswith("hour") and "at any time" in known.all_text:
        return True
    if not said.isascii():
        return False
    ids = [one for term in terms(read(said)) if term.kind == "concept" for one in term.ids]
    return said.isascii() and any(one in fact.clause.said for one in ids for fact in known.by_id.get(one, ()))


def _done(verb: str, known: Known) -> bool:
    """Whether the findings say that it has been done, and not that it hasn't."""
    text = known.findings.answer.lower()
    return verb in text and not re.search(
        rf"\b(?:not|yet to)(?: been| be)? {verb}|(?:未|没有?|尚未|还没)[^，。]{{0,3}}{verb}", text
    )


def _arrives(scene: Scene) -> bool:
    """Whether the day of an arrival follows from a duration or stands in the findings."""
    days = [one for one in scene.read.days if one.on or one.weekday is not None or one.span]
    return bool(days) and all(days_by(one, scene) for one in days)


def _denies(lower: str, place: int) -> bool:
    return bool(
        re.search(
            r"\b(?:can'?t|cannot|won'?t|not|don'?t|no|unable to|never)\b[^.,;]{0,24}$|不(?:能|会|可|提供|支持|做|敢)?[^，。]{0,6}$|没(?:有|法)[^，。]{0,6}$|无法[^，。]{0,6}$",
            lower[max(0, place - 30) : place],
        )
    )


def addresses(scene: Scene) -> Fault | None:
    """Links, e-mails and phones stand in the findings, letter by letter."""
    known = scene.known
    for one in scene.read.addresses:
        if not _stands(one, scene):
            return (
                one.text,
                one.kind,
                next((other for other in known.addresses if ("@" in other) == (one.kind == "email")), "none was found"),
            )
    return None


def _stands(one: Address, scene: Scene) -> bool:
    known = scene.known
    if one.kind == "phone":
        digits = re.sub(r"\D", "", one.text).removeprefix("00")
        return any(
            digits
            and (digits == there or (len(digits) >= 7 and there.endswith(digits) and len(there) - len(digits) <= 3))
            for text in (*known.addresses, known.all_text)
            for there in _runs(text)
        )
    text = re.sub(r"^https?://", "", one.text.lower()).rstrip("/")
    if one.kind == "email":
        return any(text == other.lower() for other in known.addresses) or bool(
            re.search(rf"(?<![\w.+-]){re.escape(text)}(?![\w-])", known.all_text)
        )
    subjects = scene.subjects.at(one.start)
    for product in known.products.values():
        if product.url and text == re.sub(r"^https?://", "", product.url.lower()).rstrip("/"):
            return not subjects or product.id in subjects
    links = {re.sub(r"^https?://", "", other.lower()).rstrip("/") for other in known.addresses}
    if text in links:
        return True
    return "/" not in text and any(
        other == text or other.startswith(text + "/") or other == f"www.{text}" for other in links
    )


def _runs(text: str) -> list[str]:
    return [re.sub(r"\D", "", run) for run in re.findall(r"\+?\d[\d ().-]{5,}\d", text)]


@cache
def _rows() -> tuple[tuple[re.Pattern[str], Mapping[str, Any]], ...]:
    return tuple((re.compile(row["pattern"]), row) for row in _tables()["promise"])


@cache
def _offer() -> re.Pattern[str]:
    return re.compile("|".join(row["pattern"] for row in _tables()["offer"]))


@cache
def _tables() -> Mapping[str, Any]:
    read: Mapping[str, Any] = tomllib.loads(
        files("bot.writing.facts").joinpath("promises.toml").read_text(encoding="utf-8")
    )
    return read
