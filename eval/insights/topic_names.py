"""What a group of texts is called: the words that it has and the others don't, in each language; and the name it had last week."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.sentiment.units import has_han
from retrieval import text as words_of
from retrieval.seams import Vectors

Told = Mapping[str, float]
LANGUAGES = ("en", "zh")
NAMED = 3
"""Words of a name."""
KEPT = 30
"""Words by which a group is known again."""
TAGGED = 0.5
"""What a row counts for a tag of the shop's answers that it is near, beside 1 for a word that is in it."""
BY_PEOPLE = 2
"""People who used a word before it is shown: what one customer wrote is nobody's topic."""
SAME = 0.5
"""From which likeness on a group is last week's; halves of it are how near the middles are, and how many words they share."""


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote; `person` is whoever it is counted for."""

    text: str
    person: str

    @property
    def locale(self) -> str:
        return "zh" if has_han(self.text) else "en"


@dataclass(frozen=True, slots=True)
class Known:
    """A topic as it is known again: its names by language, its words, its middle."""

    names: Mapping[str, str]
    words: Told
    middle: tuple[float, ...]


def told_apart(
    texts: Sequence[Text], groups: Sequence[int], tags: Mapping[str, Sequence[Told]]
) -> list[dict[str, Told]]:
    """Of each group and language its words by weight, heaviest first: how often, times ln(1 + words of a group / how often in all).

    Grootendorst, "BERTopic", 2022: TF-IDF over groups instead of texts. A person counts once for a word. `tags` are by language each
    group's tags of the shop's own answers that are near it (`Views.tags`): customers say one thing in many words, the shop in one.
    """
    found: list[dict[str, Told]] = [{} for _ in range(max(groups, default=-1) + 1)]
    for language in LANGUAGES:
        counts = [Counter[str]() for _ in found]
        shown: dict[str, Counter[str]] = defaultdict(Counter)
        for (_, number, word), surface in _said(texts, groups, language):
            counts[number][word] += 1
            shown[word][surface] += 1
        counts = [Counter({word: times for word, times in count.items() if times >= BY_PEOPLE}) for count in counts]
        for count, told in zip(counts, tags.get(language, ()), strict=False):
            for tag, rows in told.items():
                count[words_of.stem(tag)] += TAGGED * rows  # type: ignore[assignment]
                shown[words_of.stem(tag)][tag] += 1
        average = sum(map(Counter.total, counts)) / max(1, sum(map(bool, counts)))
        whole = sum(counts, Counter[str]())
        for number, count in enumerate(counts):
            weights = {
                min(shown[word], key=lambda one: (-shown[word][one], one)): times / max(1, count.total()) * math.log(1 + average / whole[word])
                for word, times in count.items()
            }  # fmt: skip
            best = sorted(weights.items(), key=lambda one: (-one[1], one[0]))[:KEPT]
            found[number][language] = dict(best)
    return found


def named(words: Mapping[str, Told], taken: Sequence[Mapping[str, str]] = ()) -> dict[str, str]:
    """By language; the other language's where one has too few words. A name that is taken gets a word more."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        own = list(words.get(language) or ())
        others = [word for other in LANGUAGES for word in words.get(other) or ()]
        use = own or others
        length = NAMED
        while length < len(use) and any(" · ".join(use[:length]) == one.get(language) for one in taken):
            length += 1
        names[language] = " · ".join(use[:length])
    return names


def likeness(known: Known, words: Told, middle: Sequence[float]) -> float:
    """0 to 1; by words alone where the middles aren't of the same numbers (the shop's answers have changed)."""
    shared = _cosine(known.words, words)
    if len(known.middle) != len(middle):
        return shared
    one, other = np.array(known.middle), np.array(middle)
    near = float(one @ other / max(1e-9, float(np.linalg.norm(one) * np.linalg.norm(other))))
    return (shared + max(0.0, near)) / 2


def matched(before: Sequence[Known], words: Sequence[Told], centres: Vectors) -> dict[int, int]:
    """Group -> place in `before`, each once, the likest pairs first."""
    pairs = sorted(
        (-likeness(known, words[number], centres[number].tolist()), number, place)
        for number in range(len(words)) for place, known in enumerate(before)
    )  # fmt: skip
    found: dict[int, int] = {}
    for unlike, number, place in pairs:
        if -unlike >= SAME and number not in found and place not in found.values():
            found[number] = place
    return found


def flat(words: Mapping[str, Told]) -> dict[str, float]:
    """Of both languages together."""
    return {word: weight for told in words.values() for word, weight in told.items()}


def _said(texts: Sequence[Text], groups: Sequence[int], language: str):  # type: ignore[no-untyped-def]
    """((person, group, word), as it was written), each once."""
    once: dict[tuple[str, int, str], str] = {}
    for one, number in zip(texts, groups, strict=True):
        for surface in written(one.text, language):
            once.setdefault((one.person, number, words_of.stem(surface)), surface)
    return once.items()


def written(text: str, language: str) -> list[str]:
    """The words of a text that a name may be made of: no function word, no number, no question word."""
    plain = words_of.normalise(text)
    if language == "zh":
        return [word for word in words_of.han_words(plain) if len(word) > 1 and word not in _DULL and word not in words_of.stop_words("zh")]  # fmt: skip
    latin = words_of.TOKEN.findall(words_of.HAN_RUN.sub(" ", plain))
    return [word for word in latin if len(word) > 2 and word.isalpha() and word not in _DULL and words_of.stem(word) not in words_of.stop_words("en") and word not in words_of.stop_words("en")]  # fmt: skip


def _cosine(one: Told, other: Told) -> float:
    both = sum(weight * other.get(word, 0.0) for word, weight in one.items())
    lengths = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return both / lengths if lengths else 0.0


_DULL = frozenset(
    "how many much what when where which who why does did can could would will need want get got one two take please thanks hello hi just really any "
    "some still also even there about have has had not don isn doesn says said tell know like make made thing things way ones you your before after "
    "than then only more most back our out off for all again off yet".split()
) | frozenset(
    "什么 时候 怎么 多少 可以 能不能 这个 那个 一个 两个 没有 还有 是不是 你们 我们 请问 哪个 哪里 为什么 怎么办 一下 就是 还是 不是 如果 要是 现在 已经 能否 这种 那种 东西 "
    "是否 有没有 一直 不要 不能 显示 买的 你家 自己 一点 有点 真的 这么 那么".split()
)
