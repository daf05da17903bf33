"""Words that stand behind a denial, told apart from the same words without one: `not warm`, 质量不怎么好."""

from __future__ import annotations

import re
from collections.abc import Sequence

REACH = 4
"""Words or Chinese characters behind a denial that it reaches, at most, within its clause."""
_UNIT = re.compile(r"[a-z']+|[㐀-鿿]|\d+|[^\w\s]")
_LATIN = frozenset(
    "not no never nothing nobody none hardly barely without cannot isn't wasn't aren't weren't doesn't don't didn't can't couldn't won't wouldn't "
    "hasn't haven't hadn't shouldn't neither nor".split()
)
_HAN = frozenset("不没無无未别勿非甭")


def marked(text: str) -> str:
    """The text, small and in one form, and behind it a mark for each word that is denied."""
    plain, marks, left = text.lower().replace("’", "'"), [], 0
    for unit in _UNIT.findall(plain):
        if unit in _LATIN or unit in _HAN:
            left = REACH
        elif not unit[0].isalnum():
            left = 0
        elif left:
            left -= 1
            marks.append(f"q{ord(unit):x}" if "㐀" <= unit <= "鿿" else f"q{unit}")
    return f"{plain} | {' '.join(marks)}" if marks else plain


def denials(words: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Short texts in which words that praise (`positive`) or blame (`negative`) are denied, with what they feel then: the other way round.

    Sentences of people seldom deny the same word twice, so that what a denial does isn't learned from them alone.
    """
    made = []
    for word, felt in words:
        if any(unit in _LATIN or unit in _HAN for unit in _UNIT.findall(word)) or "n't" in word:
            continue
        frames = _FRAMES["zh" if "㐀" <= word[0] <= "鿿" else "en", felt] if felt in ("positive", "negative") else ()
        made += [(frame.format(word), "negative" if felt == "positive" else "positive") for frame in frames]
    return made


_FRAMES = {
    ("en", "positive"): ("not {}", "not {} at all", "it isn't very {}", "not as {} as I hoped"),
    ("en", "negative"): ("not {}", "never {}", "isn't {} at all"),
    ("zh", "positive"): ("不{}", "不是很{}", "没有想象中{}", "一点都不{}", "不太{}"),
    ("zh", "negative"): ("不{}", "没有{}", "一点都不{}", "也不{}"),
}
