"""Mends what a customer typed before anything else reads it: pinyin, misspellings, Chinese typed by ear, emoji that name a thing.

It knows only the words of one shop; what it doesn't know surely stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Literal

from retrieval.text import pinyin, tables
from retrieval.text.cutting import HAN_RUN, content_words, cutter
from retrieval.text.forms import HAN, simplify
from retrieval.text.spelling import Neighbours

Why = Literal["spelling", "pinyin", "homophone", "emoji"]
LONGEST = 2000
"""Characters that are looked at; the rest stays as it is."""
COMMON = 8_000
"""Rank up to which an English word is one that everyone writes: several such words in a row are no pinyin."""
KNOWN = 24_000
"""Rank up to which an English word on its own is taken for English and not for pinyin."""

_CHUNK = re.compile(r"\S+")
_TONED = re.compile(r"(?:[a-zA-ZüÜ]+[1-5])+(?![a-zA-Z0-9])")
_TYPED = re.compile(rf"{_TONED.pattern}|[^\W\d_{HAN}]+(?:['’][^\W\d_{HAN}]+)*")
_NO_WORD = re.compile(r"[@/\\_#&=]|\w\.\w|\d")
_MOST_SYLLABLES = 6


@dataclass(frozen=True, slots=True)
class Change:
    said: str
    meant: str
    why: Why


@dataclass(frozen=True, slots=True)
class Mended:
    """The text as it was meant, and what was changed, in order."""

    text: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words with how often a shop says them: Latin ones in lower case as they are written, Chinese ones of two characters or more."""

    latin: Mapping[str, int]
    chinese: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Typed:
    """A Latin word of the text and where it stands."""

    start: int
    end: int
    text: str


class Speller:
    """`english` are ordinary English words and their ranks, the commonest first; `rare` gives further ones, asked for at the first
    word that isn't among them. None of them is ever changed."""

    def __init__(
        self, words: Vocabulary, english: Mapping[str, int], rare: Callable[[], frozenset[str]] = frozenset
    ) -> None:
        self._latin, self._chinese, self._english, self._rare = words.latin, words.chinese, english, rare

    def mend(self, text: str) -> Mended:
        """Total; what it mended once it leaves alone. About .1 ms, more where a word is unknown."""
        head, tail = text[:LONGEST], text[LONGEST:]
        signs = list(self._emoji(head))
        named = _changed(head, signs)
        words = [*self._latin_words(named), *self._by_ear(named)]
        came = [*_moved(head, signs), *((start, change) for start, _, change in words)]
        return Mended(_changed(named, words) + tail, tuple(change for _, change in sorted(came, key=itemgetter(0))))

    @cached_property
    def _neighbours(self) -> Neighbours:
        return Neighbours(self._latin)

    @cached_property
    def _by_sound(self) -> dict[str, str]:
        """Toneless pinyin -> the word that the shop says most often of those that sound so."""
        found: dict[str, str] = {}
        for word in sorted(self._chinese, key=lambda word: (self._chinese[word], word)):
            found |= dict.fromkeys(pinyin.keys_of(simplify(word)), word)
        return found

    # emoji

    def _emoji(self, text: str) -> Iterator[tuple[int, int, Change]]:
        """An emoji that stands for a word; at the end of words that say enough it only decorates them."""
        if text.isascii():
            return
        known = tables.emoji()
        letters = [place for place, character in enumerate(text) if character.isalnum()]
        says_enough = len(set(content_words(text))) > 1
        for place, character in enumerate(text):
            if character in known and not (says_enough and place > letters[-1]):
                end = place + 1 + (text[place + 1 : place + 2] == "\ufe0f")
                yield place, end, Change(text[place:end], _named(known[character], text, letters), "emoji")

    # Latin letters

    def _latin_words(self, text: str) -> Iterator[tuple[int, int, Change]]:
        """Runs of words are pinyin together or mended one by one."""
        typed = list(_typed_words(text))
        place = 0
        while place < len(typed):
            taken, word = self._as_pinyin(typed, place, text)
            if word:
                start, end = typed[place].start, typed[place + taken - 1].end
                yield start, end, Change(text[start:end], word, "pinyin")
            elif meant := self._spelled(typed[place], text):
                yield typed[place].start, typed[place].end, Change(typed[place].text, meant, "spelling")
            place += taken

    def _as_pinyin(self, typed: list[_Typed], place: int, text: str) -> tuple[int, str]:
        """(how many words were taken, the Chinese they stand for or nothing); the longest run that sounds like a word first."""
        if not self._chinese:
            return 1, ""
        run = _syllables_from(typed, place, text, self._by_sound)
        for count in range(len(run), 1, -1):
            word = self._by_sound.get("".join(run[:count]))
            if word and self._may_be_pinyin(typed[place : place + count], run[:count]):
                return count, word
        return 1, self._one_as_pinyin(typed[place])

    def _may_be_pinyin(self, typed: list[_Typed], run: list[str]) -> bool:
        if any(pinyin.has_tones(one.text) for one in typed):
            return True
        plain = [self._english.get(syllable, KNOWN) < COMMON or syllable in self._latin for syllable in run]
        return sum(plain) * 2 < len(run)

    def _one_as_pinyin(self, one: _Typed) -> str:
        sound = pinyin.toneless(one.text)
        is_english = sound in self._latin or self._english.get(sound, KNOWN) < KNOWN
        if (is_english and not pinyin.has_tones(one.text)) or not sound.isascii() or len(sound) < 4:
            return ""
        return "".join(self._cut(sound[:40]) or ())

    def _cut(self, sound: str) -> list[str] | None:
        """The sound as words one after another, the longest first; None where it isn't made of words."""
        if not sound:
            return []
        for end in range(min(len(sound), 6 * _MOST_SYLLABLES), 3, -1):
            if (word := self._by_sound.get(sound[:end])) and (rest := self._cut(sound[end:])) is not None:
                return [word, *rest]
        return None

    def _spelled(self, one: _Typed, text: str) -> str:
        """A capital within a sentence is a name's."""
        word = one.text.casefold()
        is_name = one.text[0].isupper() and one.text[1:].islower() and not _starts_sentence(text, one.start)
        if is_name or self.knows(word):
            return ""
        meant = self._neighbours.nearest(word) or ""
        return meant.capitalize() if one.text[0].isupper() else meant

    def knows(self, word: str) -> bool:
        """A word of the shop or of English, in any of its forms."""
        return any(map(self._is_listed, forms_of(word)))

    def _is_listed(self, word: str) -> bool:
        return word in self._latin or word in self._english or word in tables.informal_words() or word in self._rare()

    # Chinese characters

    def _by_ear(self, text: str) -> Iterator[tuple[int, int, Change]]:
        """Characters that are no word but sound like one of the shop's, and share a character with it: 保文杯 for 保温杯."""
        if text.isascii() or not self._chinese:
            return
        for run in HAN_RUN.finditer(text):
            yield from self._heard(run.start(), simplify(run.group()), run.group())

    def _heard(self, offset: int, run: str, written: str) -> Iterator[tuple[int, int, Change]]:
        is_cut = _inner_cuts(run)
        start = 0
        while start < len(run):
            end, word = self._longest_heard(run, start, is_cut)
            if word:
                yield offset + start, offset + end, Change(written[start:end], word, "homophone")
            start = end

    def _longest_heard(self, run: str, start: int, is_cut: list[bool]) -> tuple[int, str]:
        for end in range(min(len(run), start + _MOST_SYLLABLES), start + 1, -1):
            if is_cut[start] or is_cut[end] or any(is_cut[start + 1 : end]):
                continue
            window = run[start:end]
            for sound in pinyin.keys_of(window):
                word = self._by_sound.get(sound, "")
                if self._is_misheard(window, simplify(word)):
                    return end, word
        return start + 1, ""

    def _is_misheard(self, window: str, word: str) -> bool:
        shared = sum(one == other for one, other in zip(window, word, strict=False))
        is_other = len(word) == len(window) and 0 < shared < len(word)
        often = len(word) > 2 or self._chinese.get(word, 0) >= 3
        is_known = window in self._chinese or cutter().has_word(window)
        return is_other and often and not is_known and tables.stop_words("zh").isdisjoint(window) and "不" not in window


def forms_of(word: str) -> Iterator[str]:
    """The word, and what it may be a form of: kettles, cheapest, fitting, batteries, washable."""
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            base = word[: -len(ending)]
            yield from (base + one for one in instead)
            if len(base) > 3 and base[-1] == base[-2]:
                yield base[:-1]


_ENDINGS = (
    ("s", ("",)), ("es", ("",)), ("ies", ("y",)), ("ed", ("", "e")), ("ing", ("", "e")), ("in", ("", "e", "ing")), ("er", ("", "e")),
    ("est", ("", "e")), ("ier", ("y",)), ("iest", ("y",)), ("ly", ("",)), ("able", ("", "e")), ("y", ("", "e")), ("'s", ("",)),
)  # fmt: skip


def _inner_cuts(run: str) -> list[bool]:
    """[len + 1] Whether a place lies within a known word of several characters."""
    inner, place = [False] * (len(run) + 1), 0
    for piece in cutter().cut(run):
        if len(piece) > 1 and cutter().has_word(piece):
            inner[place + 1 : place + len(piece)] = [True] * (len(piece) - 1)
        place += len(piece)
    return inner


def _typed_words(text: str) -> Iterator[_Typed]:
    """Latin words; nothing of ids, numbers, addresses and links, but for pinyin with tone digits."""
    for chunk in _CHUNK.finditer(text):
        if _NO_WORD.search(_TONED.sub(_without_tones, HAN_RUN.sub(" ", chunk.group()))):
            continue
        for found in _TYPED.finditer(chunk.group()):
            yield _Typed(chunk.start() + found.start(), chunk.start() + found.end(), found.group())


def _without_tones(found: re.Match[str]) -> str:
    """Only where all of it is pinyin: `bao3`, but not `ketle3`."""
    syllables = re.split("[1-5]", found.group().casefold())[:-1]
    return "" if all(map(pinyin.is_syllable, syllables)) else found.group()


def _syllables_from(typed: list[_Typed], place: int, text: str, known: Mapping[str, str]) -> list[str]:
    """Neighbouring words that are pinyin syllables, or known sounds, from this one on."""
    run: list[str] = []
    for one in typed[place : place + _MOST_SYLLABLES]:
        between = text[typed[place + len(run) - 1].end : one.start] if run else ""
        syllable = pinyin.toneless(one.text)
        if not pinyin.is_syllable(syllable) or between.strip(" -'’"):
            break
        run.append(syllable)
    return run


def _starts_sentence(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?。！？\n:：" or text.isupper()


def _named(names: tuple[str, str], text: str, letters: list[int]) -> str:
    """In the text's own language; in both where the text has no words."""
    english, chinese = names
    return f"{english} {chinese}" if not letters else chinese if HAN_RUN.search(text) else english


def _changed(text: str, changes: Iterable[tuple[int, int, Change]]) -> str:
    for start, end, change in sorted(changes, key=itemgetter(0), reverse=True):
        text = text[:start] + _spaced(change.meant, text[:start], text[end:]) + text[end:]
    return text


def _moved(text: str, changes: Sequence[tuple[int, int, Change]]) -> Iterator[tuple[int, Change]]:
    """Where each of them, from left to right, begins in the changed text."""
    for count, (start, _, change) in enumerate(changes):
        yield len(_changed(text[:start], changes[:count])), change


def _spaced(word: str, before: str, after: str) -> str:
    """With spaces where two Latin words would grow together."""
    left = " " if before and before[-1].isalnum() and before[-1].isascii() and word[0].isascii() else ""
    right = " " if after and after[0].isalnum() and after[0].isascii() and word[-1].isascii() else ""
    return left + word + right
