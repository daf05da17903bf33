"""Sentences that give orders to whoever answers the customers: found by cues in two languages, through disguises. No model is asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge_base.disguises import folded, views
from knowledge_base.passages import sentences

ENOUGH = 1.0
"""Weight of cues from which a sentence is taken for an order."""
_HAN, _LATIN = re.compile("[\u3400-\u9fff]"), re.compile("[a-z]{3}|<|```")
_SHORT = 240
"""Characters up to which a text is read as one sentence, too: an order may be cut by a stop within quotation marks."""
_SHORTEST = 6
_BEGINS = re.compile(
    r"(?<=[:：])\s*(?=\S)|(?<=[a-z0-9)\]}>,;])\s+(?=(?:Add|Always|Anagram|Answer|Append|Assistants?|Augment|Begin|Break|Call|Claim|Combine|Compose"
    r"|Convert|Describe|Develop|Disregard|Do|Draft|Encode|Enhance|Ensure|Explain|Finish|Forget|Give|Group|Hand|How|Ignore|Include|Integrate|Introduce"
    r"|Jumble|Kindly|Mention|Misspell|Modify|Never|Output|Please|Pretend|Print|Promise|Provide|Put|Rearrange|Remove|Render|Repeat|Replace"
    r"|Reply|Respond|Reveal|Say|Scramble|Sell|Send|Set|Show|Slip|State|Stop|Substitute|System|Tell|Translate|Trigger|Use|What"
    r"|Who|Write)\b)"
)
"""Where a sentence may begin without a stop before it: behind a colon, or at a word that orders."""
_WITHIN = re.compile(r"[\"“‘「（(\[]([^\"”’」）)\]]{6,})|[>】]\s*([^<【]{6,})")
_LONGEST = 1200
"""Characters that one reading of a sentence is searched for cues."""


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence that gives orders, the cues that it was known by, and the disguise it came in (`plain` for none)."""

    sentence: str
    cues: tuple[str, ...]
    disguise: str


def order_in(text: str) -> Order | None:
    """The first order in a text of any length; None where there is none."""
    for disguise, said in views(text):
        for part in _parts(said):
            if cues := cues_of(folded(part)):
                return Order(part.strip(), cues, disguise)
    return None


def _parts(text: str) -> Iterator[str]:
    """The text where it is short, its sentences, and what may stand in them as a sentence of its own."""
    whole = sentences(text)
    if len(whole) > 1 and len(text) <= _SHORT:
        yield text
    for sentence in whole:
        yield sentence
        for piece in (*_BEGINS.split(sentence)[1:], *(group for match in _WITHIN.findall(sentence) for group in match)):
            if len(piece) >= _SHORTEST:
                yield piece


def cues_of(sentence: str) -> tuple[str, ...]:
    """The groups of cues of a folded sentence, where together they are enough; else none."""
    found: dict[str, float] = {}
    said = sentence[:_LONGEST]
    for name, cue in ((name, cue) for language in _languages(said) for name, cue in _cues()[language].items()):
        if (
            name not in found
            and (not cue.needs or any(word in said for word in cue.needs))
            and cue.pattern.search(said)
        ):
            found[name] = cue.weight
    return tuple(found) if sum(found.values()) >= ENOUGH else ()


def _languages(said: str) -> tuple[str, ...]:
    if not _HAN.search(said):
        return ("en",)
    return ("zh", "en") if _LATIN.search(said) else ("zh",)


@dataclass(frozen=True, slots=True)
class _Cue:
    weight: float
    needs: tuple[str, ...]
    """One of these has to be there for the pattern to be looked for at all."""
    pattern: re.Pattern[str]


@cache
def _cues() -> Mapping[str, Mapping[str, _Cue]]:
    table = tomllib.loads(files("knowledge_base").joinpath("planted.toml").read_text(encoding="utf-8"))
    return {
        language: {
            name: _Cue(group["weight"], tuple(group.get("needs", ())), re.compile("|".join(group["any"])))
            for name, group in groups.items()
        }
        for language, groups in table.items()
    }
