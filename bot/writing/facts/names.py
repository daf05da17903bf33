"""A name within a sentence must be one of the findings, or of what was asked."""

from __future__ import annotations

import re

from bot.writing.facts.denial import is_denied
from bot.writing.facts.scene import Fault, Scene
from retrieval.vocabulary import english, rare_english

_NAME = re.compile(r"(?<![.!?:;\"'“(|·•*\-\n/&])(?<!^)(?<=[\s(/“\"'\u3400-\u9fff，、：])([A-Z][\w'&-]*[a-z][\w'&-]*)")


_PICTURE = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F]\s*$")
"""A picture before a word begins a sentence as a full stop does."""

_COMMON_NAMES = frozenset(
    """
    i i'm i'd i've i'll ok tv pm am id usb led faq usd gps diy cm kg ml oh dear ms mr mrs monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august september
    october november december christmas thanksgiving easter celsius independence boxing labor labour memorial
    halloween fahrenheit english chinese new year eve yes no the a it we you they
    """.split()
)


def names(scene: Scene) -> Fault | None:
    """A capitalised word within a sentence is a name: of the findings, or of what was asked."""
    own = scene.read.text.own
    known = scene.known
    for match in (*_NAME.finditer(own), *_first_name(own)):
        said = match[1]
        low = said.lower().removesuffix("'s")
        if (
            low in _COMMON_NAMES
            or low in known.all_text
            or low in ("aas", "xls", "ls", "states", "america", "us", "usa")
            or any(part in known.all_text for part in [low.rstrip("s")] if len(part) > 3)
        ):
            continue
        if _PICTURE.search(own[: match.start(1)]) and low.split("'")[0] in english():
            continue
        read = scene.read
        taken = [
            (one.start, one.end)
            for some in (read.addresses, read.days, read.codes, read.moments, read.amounts)
            for one in some
        ]
        if any(start <= match.start(1) < end for start, end in taken):
            continue
        if low in scene.asked.text.lower() and not re.search(r"\b(?:by|made in|from)\s$", own[: match.start(1)]):
            continue
        if any(
            term.start <= match.start(1) < term.end and term.kind != "word"
            for clause in scene.read.clauses
            for term in clause.terms
        ):
            continue
        if scene.doubts or _OF_THE_PLACE.match(own.lower(), match.end(1)):
            continue
        return said, "name", "a name from the findings"
    for match in _INITIALS.finditer(own):
        if not _stand(match, scene):
            return match.group(), "name", "a name from the findings"
    for match in _QUOTED.finditer(own):
        if match[1].lower() not in known.all_text and match[1].lower() not in scene.asked.text.lower():
            return match[1], "name", "a name from the findings"
    return None


_OF_THE_PLACE = re.compile(
    r"(?<=(?:ish|ean|ese|ian|can))\s(?:sockets?|mains|voltage|plugs?|outlets?|time|orders?|customers?|addresses|address|customs|power|letters|characters|dollars)\b"
)
"""`British sockets`: what a country has, and no name."""
_QUOTED = re.compile(r"[“「『\"]([\u3400-\u9fffA-Za-z0-9]{2,8})[”」』\"](?:这个|的)?(?:牌|系列|款)")


_FIRST = re.compile(r"^[\s\"“(*-]*([A-Z][\w'&]*[a-z][\w'&]*)(?=(?:\s[A-Z]|[\s\u3400-\u9fff]*[\u3400-\u9fff])?)")


_TWO = re.compile(r"^[\s\"“(*-]*[A-Z][\w'&]+\s(?:[A-Z][a-z]|[\u3400-\u9fff])")


def _first_name(own: str) -> list[re.Match[str]]:
    """The first word where it is no English word, or where a further name follows."""
    match = _FIRST.match(own)
    if match is None:
        return []
    low = match[1].lower().removesuffix("'s")
    if "'" in low:
        return []
    if own[match.end(1) : match.end(1) + 1] in ("!", "！", ","):
        return []
    if any(low.endswith(end) and low.removesuffix(end) in english() for end in _ENDINGS):
        return []
    return (
        [match]
        if low not in english() and low.rstrip("s") not in english() and (_TWO.match(own) or low not in rare_english())
        else []
    )


_ENDINGS = ("ful", "ly", "ing", "less", "ness", "able", "ish", "wise", "ier", "iest", "ened", "ers")
_INITIALS = re.compile(r"(?<![A-Za-z0-9_./-])(?:[A-Z]{3,6}|[A-Z]{7,14}|FedEx|DPD|GLS)(?![A-Za-z0-9_/-])")
_SHARED = frozenset(
    """
    USB LED USD CNY RMB EUR GBP FAQ PDF PST PDT GMT UTC DIY BPA PVC ID XXL XXS XXXL OK TPU ABS ANC VAT SKU HDMI
    NFC GPS
    """.split()
)
"""Initials that name no company."""


def _stand(match: re.Match[str], scene: Scene) -> bool:
    """Whether initials (of a carrier, a bank) stand in the findings as a word, or in the question where no order was found."""
    initials = match.group()
    if initials in _SHARED or scene.doubts or is_denied(match.start(), scene.read.spans):
        return True
    if any(
        one.start < one.end and initials.lower() in scene.read.text.lower[one.start : one.end]
        for one in scene.read.codes
    ):
        return True
    texts = [scene.known.all_text] if scene.known.of_order else [scene.known.all_text, scene.asked.text.lower()]
    return (initials.lower() in english() and not scene.known.of_order) or any(
        re.search(rf"(?<![a-z]){initials.lower()}(?![a-z])", text) for text in texts
    )
