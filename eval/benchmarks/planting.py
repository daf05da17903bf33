"""Faults planted in clean descriptions: what was done to which, so that the score sheet can be asked whether it finds them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.describe.stating import same_attributes
from bot.describe.template import TemplateDescriber
from bot.describe.types import Brief, Draft
from knowledge_base.families import plain
from knowledge_base.types import Product

SENTENCES = Path(__file__).parent.parent / "data" / "description_faults.jsonl"
_RARE = "烦磨萨遥槐笛琼蔓祺泽翎桓"
_YES_NO = ("yes", "no", "是", "否", "有", "无")
_DENSE = (
    "Notwithstanding multidimensional functionality considerations, incontrovertibly characteristic configurational"
    " interdependencies necessitate comprehensively individualised institutionalisation of organisational responsibilities."
)


@dataclass(frozen=True, slots=True)
class Planted:
    """A spoilt draft. `what` was done; `kind` is the fault that has to be found; a changed value may be told as unsupported, too."""

    product: Product
    draft: Draft
    what: str
    kind: str
    half: str = ""


Clean = Sequence[tuple[Brief, Draft]]


def planted(clean: Clean, writer: TemplateDescriber, each: int, seed: int, half: str | None = None) -> list[Planted]:
    """About `each` of every kind, spread over the products; half's sentences alone where one is named."""
    chance = random.Random(seed)
    lines = [json.loads(line) for line in SENTENCES.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if half in (None, line["half"])]
    ways: Mapping[str, Callable[[Brief, Draft], Planted | None]] = {
        "dropped": lambda b, d: _dropped(b, writer, chance),
        "changed": lambda b, d: _changed(b, writer, clean, chance),
        "claimed": lambda b, d: _claimed(b, d, lines, "unsupported", chance),
        "forbidden": lambda b, d: _claimed(b, d, lines, "forbidden", chance),
        "copied": lambda b, d: _copied(b, clean, chance),
        "misspelt": lambda b, d: _misspelt(b, d, chance),
        "too long": lambda b, d: Planted(b.product, _long(b, d), "too long", "reading"),
        "too short": lambda b, d: Planted(b.product, _short(d), "too short", "reading"),
        "unreadable": lambda b, d: Planted(b.product, _dense(b, d), "unreadable", "reading"),
    }
    return [one for way in ways.values() for one in _some(clean, way, each, chance)]


def _some(
    clean: Clean, way: Callable[[Brief, Draft], Planted | None], each: int, chance: random.Random
) -> Iterator[Planted]:
    made = 0
    for _ in range(3):
        for brief, draft in chance.sample(list(clean), len(clean)):
            if made >= each:
                return
            if (one := way(brief, draft)) is not None:
                made += 1
                yield one


def _dropped(brief: Brief, writer: TemplateDescriber, chance: random.Random) -> Planted | None:
    product = brief.product
    if not product.attributes:
        return None
    name = chance.choice(sorted(product.attributes))
    rest = {n: v for n, v in product.attributes.items() if n != name}
    draft = writer.draft(replace(brief, product=replace(product, attributes=rest)))
    if _says(draft, product.attributes[name], name):
        return None
    return Planted(product, draft, "dropped", "coverage")


def _changed(brief: Brief, writer: TemplateDescriber, clean: Clean, chance: random.Random) -> Planted | None:
    product = brief.product
    if not product.attributes:
        return None
    name = chance.choice(sorted(product.attributes))
    values = {b.product.attributes[name] for b, _ in clean if name in b.product.attributes and b.locale == brief.locale}
    others = sorted(value for value in values if plain(value) != plain(product.attributes[name]))
    if not others:
        return None
    other = {**product.attributes, name: chance.choice(others)}
    draft = writer.draft(replace(brief, product=replace(product, attributes=other)))
    return None if _says(draft, product.attributes[name], "") else Planted(product, draft, "changed", "coverage")


def _says(draft: Draft, value: str, name: str) -> bool:
    """Whether a value still stands there, by its words: then nothing was dropped."""
    text, words = plain(draft.whole), re.findall(r"[\u3400-\u9fff]+|[^\W_]+", plain(value))
    if plain(value) in ("f", "m"):
        return bool(re.search({"f": "wom[ae]n", "m": r"\bm[ae]n"}[plain(value)], text))
    if plain(value) in _YES_NO:  # has no words of its own, but its name has
        return bool(name) and plain(name).split(" ")[0] in text
    return all(re.search(rf"(?<![a-z]){re.escape(word.rstrip('s'))}", text) for word in words)


def _claimed(
    brief: Brief, draft: Draft, lines: Sequence[Mapping[str, Any]], kind: str, chance: random.Random
) -> Planted | None:
    product = brief.product
    facts = plain(
        " ".join([product.title, product.category, product.brand, *map(" ".join, product.attributes.items())])
    )
    fits = [
        line
        for line in lines
        if line["kind"] == kind and line["locale"] == brief.locale and not any(word in facts for word in line["unless"])
    ]
    if not fits:
        return None
    line = chance.choice(fits)
    what = "claimed" if kind == "unsupported" else "forbidden"
    return Planted(product, _with_sentence(draft, line["text"], brief.locale, chance), what, kind, line["half"])


def _with_sentence(draft: Draft, sentence: str, locale: str, chance: random.Random) -> Draft:
    """Among the selling points, before the text or after it."""
    space = "" if locale == "zh" else " "
    place = chance.choice(["point", "before", "after"])
    if place == "point" and 0 < len(draft.selling_points) < 5:
        return replace(draft, selling_points=(*draft.selling_points, sentence.rstrip(".。")))
    return replace(draft, text=sentence + space + draft.text if place == "before" else draft.text + space + sentence)


def _copied(brief: Brief, clean: Clean, chance: random.Random) -> Planted | None:
    other, draft = chance.choice(clean)
    if (
        other.locale != brief.locale
        or other.product.id == brief.product.id
        or same_attributes(other.product, brief.product)
    ):
        return None
    return Planted(brief.product, draft, "copied", "similar")


def _misspelt(brief: Brief, draft: Draft, chance: random.Random) -> Planted | None:
    """One mention of a word of the name or the brand gets one wrong letter."""
    product = brief.product
    latin = [word for word in re.findall(r"[A-Za-z]{5,}", product.brand or product.title) if word in draft.text]
    han = [run for run in re.findall("[\u3400-\u9fff]{4,}", product.title) if run in draft.text]
    if brief.locale == "zh" and han and (not latin or chance.random() < 0.5):
        run = chance.choice(han)
        place = chance.randrange(len(run))
        wrong = run[:place] + chance.choice([c for c in _RARE if c != run[place]]) + run[place + 1 :]
        return Planted(product, replace(draft, text=draft.text.replace(run, wrong, 1)), "misspelt", "spelling")
    if not latin:
        return None
    word = chance.choice(latin)
    wrong = _wrong(word, chance)
    if plain(wrong) == plain(word):
        return None
    return Planted(product, replace(draft, text=draft.text.replace(word, wrong, 1)), "misspelt", "spelling")


def _wrong(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    head, letter, tail = word[:place], word[place], word[place + 1 :]
    return chance.choice(
        [
            head + tail,
            head + letter + letter + tail,
            head + chance.choice("aeiorstln") + tail,
            head + tail[:1] + letter + tail[1:],
        ]
    )


def _long(brief: Brief, draft: Draft) -> Draft:
    space = "" if brief.locale == "zh" else " "
    return replace(
        draft, text=space.join([draft.text] * (1 + 800 // max(1, len(draft.text)) * (1 if brief.locale == "zh" else 2)))
    )


def _short(draft: Draft) -> Draft:
    return replace(draft, text=draft.text[:5])


def _dense(brief: Brief, draft: Draft) -> Draft:
    """Chinese without a mark, English in one sentence of the longest words."""
    if brief.locale == "zh":
        return replace(draft, text=re.sub(r"[，。；：、！？\s]", "", draft.text + draft.text))
    return replace(draft, text=_DENSE)
