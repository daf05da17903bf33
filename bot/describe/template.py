"""The default DescriptionWriter: sentences by kind of attribute, in four styles, varied by digest and never beyond the facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.describe.lengths import LENGTHS, columns
from bot.describe.stating import Statement, chooser, filled, statements, subject
from bot.describe.types import Brief, Draft, Style
from bot.describe.wordings import Phrases, load_phrases
from knowledge_base.families import is_han
from knowledge_base.types import Product

VERSIONS = 4
"""Candidates that are written; the score sheet chooses."""
MOST_BULLETS = 5
_WARM = re.compile(r"warm|friendly|kind|cosy|cozy|亲切|温暖|热情|贴心|友好")
_LIVELY = re.compile(r"playful|lively|fun|young|bold|cheeky|活泼|俏皮|年轻|有趣")
_THE_IS = re.compile(r"The [\w ]+ is [^.,]+\.$")
_EMOJI = "✨🌿☕🎁🧺🌞"

FAULTY = 1.0
"""From which rank on a draft has a fault."""

Rank = Callable[[Brief, Draft], float]
"""Lower is better; below FAULTY nothing is wrong."""


class TemplateDescriber:
    """Writes from name, attributes and category alone. A language that `phrases` lacks has ours. `rank` orders the candidates, `sayable` takes forbidden words out of a product;
    `emoji` and `hashtags` are for social."""

    def __init__(
        self,
        phrases: Mapping[str, Phrases],
        *,
        shop: Mapping[str, str] | None = None,
        rank: Rank | None = None,
        sayable: Callable[[Product], Product] | None = None,
        emoji: bool = False,
        hashtags: bool = True,
    ) -> None:
        self._phrases, self._shop, self._rank = phrases, shop or {}, rank
        self._sayable, self._emoji, self._hashtags = sayable, emoji, hashtags

    def write(self, brief: Brief) -> Sequence[Draft]:
        """Candidates until one has no fault."""
        drafts: dict[Draft, float] = {}
        for version in range(VERSIONS):
            draft = self.draft(brief, version)
            drafts[draft] = self._rank(brief, draft) if self._rank else 0.0
            if drafts[draft] < FAULTY:
                break
        return sorted(drafts, key=lambda draft: drafts[draft])

    def draft(self, brief: Brief, version: int = 0) -> Draft:
        """One candidate; the same for the same facts, whenever it is asked for."""
        if self._sayable:
            brief = replace(brief, product=self._sayable(brief.product))
        language = brief.locale if brief.locale in self._phrases else brief.locale.split("-")[0]
        phrases = self._phrases.get(language) or load_phrases(language)
        choose = chooser(f"{brief.product.id}\n{brief.product.title}\n{brief.style}\n{version}")
        work = _Work(
            brief, phrases, choose, statements(brief.product, phrases, choose), self._shop.get(brief.locale, "")
        )
        styles: Mapping[Style, Callable[[_Work], Draft]] = {
            "short": _short, "page": _page, "social": self._social, "seo": _seo,
        }  # fmt: skip
        return styles[brief.style](work)

    def _social(self, work: _Work) -> Draft:
        lively = bool(_LIVELY.search(work.brief.voice.casefold()))
        hook = work.frame("hook_lively" if lively else "hook")
        body = _within(work, [hook, *_sentences(work, 3, opened=True), *_quoted(work)], LENGTHS["social"].most)
        if self._emoji:
            mark = _EMOJI[work.choose("emoji", len(_EMOJI))]
            body = f"{mark} {body}"
        tags = _hashtags(work) if self._hashtags else ""
        return Draft(work.brief.product.title, (), "\n".join(part for part in (body, tags) if part))


@dataclass(frozen=True, slots=True)
class _Work:
    """What one draft is made of."""

    brief: Brief
    phrases: Phrases
    choose: Callable[[str, int], int]
    stated: Sequence[Statement]
    shop: str

    def frame(self, key: str, **more: str) -> str:
        """One of a frame's wordings, those that need a category only where there is one."""
        wordings = self.phrases.frames[key]
        if not self.brief.product.category.strip():
            wordings = tuple(one for one in wordings if "{category}" not in one) or self.phrases.frames["open_nowhere"]
        chosen = wordings[self.choose(key + more.get("p", ""), len(wordings))]
        return filled(chosen, {**subject(self.brief.product, self.phrases), **more})

    def joined(self, sentences: Sequence[str]) -> str:
        return self.phrases.marks["space"].join(sentences)


def _short(work: _Work) -> Draft:
    sentences = _sentences(work, 2)
    return Draft(work.brief.product.title, (), _within(work, sentences, LENGTHS["short"].most))


def _page(work: _Work) -> Draft:
    closing = [work.frame("close_warm")] if _WARM.search(work.brief.voice.casefold()) and work.stated else []
    text = _within(work, [*_sentences(work, 6), *_quoted(work), *closing], LENGTHS["page"].most)
    return Draft(work.brief.product.title, _bullets(work), text)


def _seo(work: _Work) -> Draft:
    """Title and meta description; both are measured in columns, of which a Chinese character takes two."""
    product, most = work.brief.product, LENGTHS["seo"]
    endings = [f" – {product.category} | {work.shop}", f" | {work.shop}", f" – {product.category}", ""]
    titles = [product.title + ending for ending in endings if ending.strip(" –|")] + [product.title]
    whole = [one for one in titles if not one.endswith("| ") and "–  |" not in one]
    title = next((one for one in whole if columns(one) <= most.title), _cut(product.title, most.title))
    sentences = _sentences(work, 4, opening="meta")
    keyword = _keyword(work)
    text = _within(work, [keyword + sentences[0], *sentences[1:]], most.most)
    if columns(text) > most.most:
        text = _within(work, sentences, most.most)
    if columns(text) > most.most:
        text = _cut(text, most.most - 1) + work.phrases.marks["stop"]
    return Draft(title, (), text)


def _sentences(work: _Work, most: int, *, opened: bool = False, opening: str = "") -> list[str]:
    """An opening that names the product, then sentences of one or two predicates, then those that stand alone."""
    predicates = [one.predicate for one in work.stated if one.predicate]
    lines = [one.line for one in work.stated if one.line]
    said: list[str] = []
    if not opened:
        first, predicates = predicates[:2], predicates[2:]
        said.append(_opening(work, first, lines, opening))
    for place in range(0, len(predicates), 2):
        said.append(work.frame("told" if place == 0 else "go_on", p=_both(work, predicates[place : place + 2])))
    return [*said, *_paired(lines)][:most]


def _paired(lines: Sequence[str]) -> list[str]:
    """`The brightness is 8 lm.` and `The light colour is 2200 K.` as one sentence."""
    pairs: list[str] = []
    for line in lines:
        before = pairs[-1] if pairs else ""
        if _THE_IS.match(line) and _THE_IS.match(before) and " and the " not in before:
            pairs[-1] = before[:-1] + " and t" + line[1:]
        else:
            pairs.append(line)
    return pairs


def _opening(work: _Work, first: Sequence[str], lines: Sequence[str], opening: str) -> str:
    if not first:
        return work.frame("open_bare" if work.brief.product.category.strip() else "open_nothing")
    warm = bool(_WARM.search(work.brief.voice.casefold()))
    return work.frame(opening or ("open_warm" if warm else "open"), p=_both(work, first))


def _both(work: _Work, predicates: Sequence[str]) -> str:
    if work.phrases.locale != "en":
        return work.phrases.marks["and"].join(predicates)
    comma = any("," in one for one in predicates[:-1])
    return (", and " if comma else " and ").join(predicates)


def _bullets(work: _Work) -> tuple[str, ...]:
    """One bullet an attribute where they are few, else one a theme."""
    if len(work.stated) <= MOST_BULLETS:
        return tuple(one.label for one in work.stated)
    themes: dict[str, list[Statement]] = {}
    for one in work.stated:
        themes.setdefault(one.theme, []).append(one)
    while len(themes) > MOST_BULLETS:
        smallest = min((key for key in themes if key not in ("suits", "water")), key=lambda key: len(themes[key]))
        themes.setdefault("suits", []).extend(themes.pop(smallest))
    marks, names = work.phrases.marks, work.phrases.bullets
    return tuple(
        ones[0].label if len(ones) == 1 else names[key] + marks["colon"] + marks["semicolon"].join(o.bit for o in ones)
        for key, ones in themes.items()
    )


def _quoted(work: _Work) -> list[str]:
    return [work.frame("praise", v=sentence) for sentence in work.brief.praise[:1]]


def _within(work: _Work, sentences: Sequence[str], most: int) -> str:
    """As many sentences as fit, the first in any case."""
    kept = [sentences[0]]
    for sentence in sentences[1:]:
        if columns(work.joined([*kept, sentence])) <= most:
            kept.append(sentence)
    return work.joined(kept)


def _keyword(work: _Work) -> str:
    """One of the shop's search words that the name doesn't have yet, as a question before the text."""
    product = work.brief.product
    cuts = r"[\s,，、;；|]+" if is_han(product.keywords) else r"\s*[,;|]\s*"
    words = re.split(cuts, product.keywords.strip())
    fresh = [
        word
        for word in words
        if word and not re.search(r"\d", word) and word.casefold() not in product.title.casefold()
    ]
    fits = [word for word in fresh if is_han(word) == (work.phrases.locale == "zh")]
    if not fits:
        return ""
    word = fits[work.choose("keyword", min(len(fits), 3))]
    frames = work.phrases.frames["keywords"]
    return filled(frames[work.choose("keywords", len(frames))], {"k": word})


def _hashtags(work: _Work) -> str:
    words = [work.brief.product.brand, work.brief.product.category]
    tags = ["".join(re.findall(r"\w+", word.title() if word.islower() else word)) for word in words]
    return " ".join(f"#{tag}" for tag in dict.fromkeys(tags) if tag)


def _cut(text: str, most: int) -> str:
    """At a word or comma, where a text is too wide."""
    kept = text
    while columns(kept) > most:
        shorter = re.sub(r"[\s,，、（(]+[^\s,，、（(]*$", "", kept)
        kept = shorter if shorter and shorter != kept else kept[:-1]
    return kept.rstrip(" ,，、–|")
