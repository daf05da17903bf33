"""Whether a sentence gives away a prompt: in its own words, spaced, reversed, in ROT13, base64 or hexadecimal."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from knowledge_base.disguises import encoded, folded

RUN = 28
"""Letters and digits in a row, spaces and stops left out, that no reply shares with a prompt by chance."""
_SIGN = re.compile(r"[\W_]+")


class Leaks:
    """The runs of all prompts, made once; a sentence is looked up in them."""

    def __init__(self, prompts: Iterable[str], public: Iterable[str] = ()) -> None:
        """`public` texts are no secret, though they stand in a prompt: the shop's name and voice."""
        texts = [_squeezed(line) for prompt in prompts for line in prompt.split("\n\n")]
        free = {run for text in public for run in _runs(_squeezed(text))}
        self._runs = frozenset(run for text in texts for run in _runs(text)) - free

    def found_in(self, sentence: str, before: str = "") -> bool:
        """`before` is what the model said just before it, whether that left or not: a prompt may come in small pieces."""
        return any(run in self._runs for said in _readings(sentence, before) for run in _runs(said))


def _readings(sentence: str, before: str) -> Iterable[str]:
    plain = _squeezed(before)[-RUN + 1 :] + _squeezed(sentence)
    yield plain
    yield plain[::-1]
    yield codecs.encode(plain, "rot13")
    for text in (sentence, re.sub(r"\s+", "", sentence)):
        yield from map(_squeezed, encoded(text))


def _squeezed(text: str) -> str:
    return _SIGN.sub("", folded(text))


def _runs(text: str) -> Iterable[str]:
    return (text[start : start + RUN] for start in range(len(text) - RUN + 1))
