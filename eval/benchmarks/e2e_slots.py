"""Which slots an E2E text states, by hand-written patterns: the measure of `eval e2e`, apart from the tuned writer's own check."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_KIDS = r"(?:famil(?:y|ies)|kids?|child(?:ren)?)"
_FRIENDLY = rf"{_KIDS}(?:'s)?[- ]+(?:and [\w-]+ )?(?:friendly|oriented|welcoming)"
_WELCOME = rf"(?:welcom\w+|(?:good|great|perfect|suitable|ideal|nice) (?:place )?(?:for|to take)|caters? (?:to|for)|allows?) (?:your |the |all )*{_KIDS}|{_KIDS} (?:are|is) (?:welcome|allowed)"
_NOT = r"(?:\b(?:not?|non|isn'?t|never|aren'?t|doesn'?t|don'?t|without|un)\b|\bun)"
_RATED = r"(?:rat(?:ed?|ings?)|reviews?|reviewed|stars?)"


def _rating(word: str) -> str:
    """`low customer rating`, `customer ratings are low`, `rated low`, `lowly rated`."""
    return (
        rf"\b{word}(?:ly)?[- ](?:[- ]|customer|customers|user|overall|approval|quality|\bby\b)*{_RATED}|"
        rf"{_RATED}(?:[- ]|is|are|was|of|as|being|by|its|a|an|customers?|range|at|quite|only|just|it)*\b{word}\b(?! ?-?pric)|"
        rf"customers? (?:rates?|rated) (?:it |this |[\w ]{{1,20}} )?(?:as )?(?:an? )?{word}"
    )


def _stars(digit: str, word: str) -> str:
    return rf"\b(?:{digit}|{word})(?: ?out of ?| ?/ ?|-out-of-| of )(?:5|five)\b|(?<!of )(?<!of-)(?<!/)\b(?:{digit}|{word})[- ]stars?\b"


PATTERNS: Mapping[str, Mapping[str, str]] = {
    "eatType": {"coffee shop": r"coffee[- ]?(?:shop|house|place)"},
    "food": {"Chinese": r"\bchinese\b", "English": r"\b(?:english|british)\b"},
    "area": {
        "city centre": r"\bcity[- ]?cent(?:re|er)|cent(?:re|er) of (?:the )?(?:city|town)|town cent(?:re|er)",
        "riverside": r"\briver(?:side)?\b|\bwaterside\b",
    },
    "priceRange": {
        "less than £20": r"(?:less than|under|below|up to|lower than) ?£? ?20\b",
        "£20-25": r"£ ?20 ?(?:-|to|and|–) ?£? ?25",
        "more than £30": r"(?:more than|over|above|at least|higher than) ?£? ?30\b",
        "cheap": r"\b(?:cheap(?:ly|er)?|inexpensive|affordabl[ey])\b|\blow(?:er)?[- ](?:pric|cost|end)\w*|pric\w+(?: range)? (?:is|are) (?:low|cheap)",
        "moderate": r"\bmoderat\w+|\bmid[- ]?(?:dle)?[- ]?(?:priced?|range)|\b(?:average|reasonabl[ey]|medium)[- ]pric\w*",
        "high": r"\bhigh(?:er|ly)?[- ](?:pric|cost|end)\w*|\b(?:expensive|pric[e]?y|costly|upscale)\b|pric\w+(?: range)? (?:is|are|in the|of) (?:somewhat |rather )?high",
    },
    "customer rating": {
        "1 out of 5": _stars("1", "one"),
        "3 out of 5": _stars("3", "three"),
        "5 out of 5": _stars("5", "five"),
        "low": _rating("(?:low|poor|bad)") + r"|\bpoorly\b",
        "average": _rating("average") + r"|\baveragely\b",
        "high": _rating("(?:high|highly|excellent|good|well)"),
    },
}  # fmt: skip


def stated(text: str, slots: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """The closed slots that the text states; the names of the place and of what is near don't count as words of it."""
    for key, value in slots:
        if key in ("name", "near"):
            text = re.sub(re.escape(value), "<it>", text, flags=re.IGNORECASE)
    low = text.lower().replace("’", "'")
    found = {(key, value) for key, values in PATTERNS.items() for value, how in values.items() if re.search(how, low)}
    return found | _friendly(low)


def errors(text: str, slots: Sequence[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """What is missing of the slots and what is invented, as `key: value`. Names have to stand as they are."""
    own = set(slots)
    missing = {(key, value) for key, value in own if key in ("name", "near") and value not in text}
    read = stated(text, slots)
    closed = {one for one in own if one[0] not in ("name", "near")}
    missing |= closed - read
    return {f"{k}: {v}" for k, v in missing}, {f"{k}: {v}" for k, v in read - closed}


def _friendly(low: str) -> set[tuple[str, str]]:
    """Each mention of families, with the words before it in the sentence that may deny it."""
    found = set()
    for one in re.finditer(rf"{_FRIENDLY}|{_WELCOME}", low):
        before = re.split(r"[.;]|\bbut\b|, (?:has|it|and)", low[: one.start()])[-1][-40:]
        denied = re.search(_NOT, before + " " + one.group()) is not None
        found.add(("familyFriendly", "no" if denied else "yes"))
    if re.search(rf"\badults?[- ](?:only|oriented|establishment)|\bno {_KIDS}\b|{_KIDS}[- ]free|for adults", low):
        found.add(("familyFriendly", "no"))
    return found
