"""Teaches a multilingual encoder what sentences of reviews are about and how they feel, and makes it small enough to ship.

For maintainers; imported late: it needs the extra `train`.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from torch.nn import functional

from bot.sentiment.labelled_sentences import ASPECTS, Sentence
from bot.sentiment.labeller import Card, macro_f1, shares_of
from bot.sentiment.lessons import SIZES, Lesson, lessons_of
from bot.sentiment.listener import FEELINGS, LONGEST, NAME, PROMPT, Listener, kept_aside
from bot.sentiment.reading import encoder
from bot.sentiment.rows import Labelled, digest
from bot.sentiment.tuning import learned
from bot.sentiment.word_reader import lessons_digest
from retrieval.export import quantised
from retrieval.exported import Exported
from retrieval.generations import Progress
from retrieval.narrowed import narrowed

BASE = "multilingual-e5-small"
BATCH = 16
EPOCHS = 4
RATE = 1e-4
RATE_OF_HEAD = 2e-3
LOWER = 0.9
"""How fast a layer learns, of the rate of the one above it."""
DROPPED = 0.1


def fit(
    sentences: Sequence[Sentence], polar: Sequence[Labelled], out: Path, *, epochs: int = EPOCHS, seed: int = 0,
    say: Progress = lambda step, done, of: None,
) -> Listener:  # fmt: skip
    """Learn from nine of ten, and write `out`: model.onnx in int8, tokenizer.json, and card.json with how right it is on the tenth.

    Raises ModelMissing, BadLabeller.
    """
    transformers.set_seed(seed)
    heard, felt = (
        [one for one in sentences if not kept_aside(one.text)],
        [one for one in polar if not kept_aside(one.text)],
    )
    lessons = lessons_of(heard, felt)
    with tempfile.TemporaryDirectory() as work:
        base = Path(work) / "base"
        base.mkdir()
        narrowed(BASE, base, [lesson.text for lesson in lessons])
        model, tokenizer = encoder(base, attention="sdpa")
        taught = _Taught(model)
        _teach(taught, tokenizer, lessons, epochs, seed, say)
        _write(taught, base / "tokenizer.json", out)
    plain = Listener(_card(heard, felt, seed), ASPECTS, _digest(out), Exported(out, LONGEST))
    return _judged(
        plain, [one for one in sentences if kept_aside(one.text)], [one for one in polar if kept_aside(one.text)], out
    )


class _Taught(torch.nn.Module):  # type: ignore[misc]
    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self.model.embeddings.requires_grad_(False)
        self.head = torch.nn.Linear(2 * model.config.hidden_size, sum(SIZES))
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def logits(self, input_ids: Any, attention_mask: Any) -> Any:
        """[n, all of SIZES], from mean and maximum over the tokens."""
        states = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        there = attention_mask[:, :, None].to(states.dtype)
        mean = (states * there).sum(1) / there.sum(1)
        most = (states - (1 - there) * 1e4).max(1).values
        return self.head(functional.dropout(torch.cat([mean, most], 1), DROPPED, self.training))

    def forward(self, input_ids: Any, attention_mask: Any, shares: Any) -> dict[str, Any]:
        logits = self.logits(input_ids, attention_mask)
        about, feels, each = logits.split(SIZES, 1)
        shapes = (about, feels, each.reshape(len(each), len(ASPECTS), 2))
        losses = [
            -(functional.log_softmax(part, -1) * share).sum() / len(logits)
            for part, share in zip(shapes, _split(shares), strict=True)
        ]
        return {"loss": sum(losses), "logits": logits}


def _teach(taught: Any, tokenizer: Any, lessons: Sequence[Lesson], epochs: int, seed: int, say: Progress) -> None:
    ids = [tokenizer(PROMPT + lesson.text, truncation=True, max_length=LONGEST)["input_ids"] for lesson in lessons]
    rows = [
        {"ids": one, "shares": np.concatenate([lesson.about, lesson.feels, lesson.each.ravel()])}
        for one, lesson in zip(ids, lessons, strict=True)
    ]

    def collated(some: Sequence[dict[str, Any]]) -> dict[str, Any]:
        longest = max(len(row["ids"]) for row in some)
        padded = np.full((len(some), longest), tokenizer.pad_token_id, np.int64)
        mask = np.zeros_like(padded)
        for at, row in enumerate(some):
            padded[at, : len(row["ids"])], mask[at, : len(row["ids"])] = row["ids"], 1
        shares = torch.from_numpy(np.stack([row["shares"] for row in some]))
        return {"input_ids": torch.from_numpy(padded), "attention_mask": torch.from_numpy(mask), "shares": shares}

    lengths: NDArray[np.int64] = np.array(list(map(len, ids)))
    learned(taught, rows, collated, lengths, BATCH, _groups(taught), epochs, seed, say)


def _groups(taught: Any) -> list[dict[str, Any]]:
    layers = taught.model.encoder.layer
    rates = [RATE * LOWER ** (len(layers) - 1 - at) for at in range(len(layers))]
    parts = [*zip(layers, rates, strict=True), (taught.head, RATE_OF_HEAD)]
    return [{"params": list(part.parameters()), "lr": rate, "weight_decay": 0.01} for part, rate in parts]


def _write(taught: Any, tokenizer: Path, out: Path) -> None:
    class Told(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.taught = taught.eval()

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.taught.logits(input_ids, attention_mask)

    out.mkdir(parents=True, exist_ok=True)
    quantised(Told(), ("input_ids", "attention_mask"), {"logits": "told"}, out / "model.onnx")
    (out / "tokenizer.json").write_bytes(tokenizer.read_bytes())


def _digest(folder: Path) -> str:
    return sha256((folder / "model.onnx").read_bytes() + (folder / "tokenizer.json").read_bytes()).hexdigest()


def _card(heard: Sequence[Sentence], felt: Sequence[Labelled], seed: int) -> Card:
    """Before it was judged."""
    rows = [*_feelings(heard), *felt]
    counts = Counter(row.label for row in rows)
    return Card(
        FEELINGS, "listener", BASE, digest(rows), {label: counts[label] for label in FEELINGS}, seed, 0.0, 0.0, 0,
        round(max(counts.values()) / len(rows), 4), (1.0,), datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip


def _judged(plain: Listener, heard: Sequence[Sentence], felt: Sequence[Labelled], out: Path) -> Listener:
    """Write the card: how right it is on what was kept aside, and the share that makes its chances true there."""
    rows = [*_feelings(heard), *felt]
    gold = np.array([FEELINGS.index(row.label) for row in rows])
    chances = plain.chances([row.text for row in rows])
    found = chances.argmax(axis=1)
    card = replace(
        plain.card, accuracy=round(float((found == gold).mean()), 4), macro_f1=round(macro_f1(found, gold), 4), judged=len(rows),
        shares=(round(float(shares_of(np.log(chances + 1e-12)[None], gold)[0]), 4),),
    )  # fmt: skip
    told = {"aspects": ASPECTS, "digest": plain.digest, "lessons": lessons_digest()}
    whole = json.dumps(asdict(card) | {NAME: told}, indent=2) + "\n"
    (out / "card.json").write_text(whole, encoding="utf-8")
    return Listener.load(out)


def _feelings(sentences: Sequence[Sentence]) -> list[Labelled]:
    """Those that feel one thing, or nothing."""
    felt = [(one.text, {str(opinion.sentiment) for opinion in one.opinions} or {"neutral"}) for one in sentences]
    return [Labelled(text, next(iter(feels))) for text, feels in felt if len(feels) == 1]


def _split(shares: Any) -> tuple[Any, Any, Any]:
    about, feels, each = shares.split(SIZES, 1)
    return about, feels, each.reshape(len(each), len(ASPECTS), 2)
