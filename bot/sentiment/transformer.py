"""A transformers folder fine-tuned by its own Trainer to tell labels, and asked by its pipeline. Needs the extra `train`.

Weights are safetensors, and no code of the folder is run. The labels and the temperature stand in card.json beside the weights.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import BadLabeller
from bot.intent.chances import softmax, temperature_of
from bot.intent.classifier import fold_of
from bot.sentiment.rows import Labelled, digest
from knowledge_base.errors import why
from retrieval.generations import Progress
from retrieval.seams import Vectors

LONGEST = 128
"""Tokens of a text that are read."""
BATCH = 16
RATE = 5e-5
EPOCHS = 3
FOLDS = 10
"""One of so many is kept aside: it isn't learned from at all, and gives the card's figures and the temperature."""
CARD = "card.json"


@dataclass(frozen=True, slots=True)
class TransformerCard:
    labels: tuple[str, ...]
    encoder: str
    base: str
    digest: str
    rows: dict[str, int]
    seed: int
    epochs: int
    accuracy: float
    macro_f1: float
    judged: int
    most: float
    temperature: float
    made_at: str


class TransformerLabeller:
    """`fit` writes the folder that `load` reads; then ask for `chances`."""

    def __init__(self, folder: Path, card: TransformerCard, pipe: Any) -> None:
        self.folder, self.card, self.pipe = folder, card, pipe

    @classmethod
    def fit(
        cls,
        rows: Sequence[Labelled],
        base: Path,
        out: Path,
        *,
        seed: int = 0,
        epochs: int = EPOCHS,
        say: Progress = lambda step, done, of: None,
    ) -> TransformerLabeller:
        """Fine-tune a copy of `base`. Raises BadLabeller where it is no folder of transformers, or the extra is missing."""
        _needed(base)
        labels = tuple(sorted({row.label for row in rows}))
        gold = np.array([labels.index(row.label) for row in rows])
        aside = fold_of(gold, folds=FOLDS, seed=seed) == 0
        out.mkdir(parents=True, exist_ok=True)
        _tune([rows[i] for i in np.flatnonzero(~aside).tolist()], labels, base, out, seed, epochs, say)
        counts = Counter(row.label for row in rows)
        card = TransformerCard(
            labels, "transformer", str(base), digest(rows), {name: counts[name] for name in labels}, seed, epochs, 0.0, 0.0,
            int(aside.sum()), round(max(counts.values()) / len(rows), 4), 1.0, datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        made = cls(out, card, _pipeline(out, labels))
        scores = made.logits([rows[i].text for i in np.flatnonzero(aside).tolist()])
        found, right = scores.argmax(axis=1), gold[aside]
        f1 = [2 * ((found == k) & (right == k)).sum() / max(1, (found == k).sum() + (right == k).sum()) for k in range(len(labels))]  # fmt: skip
        made.card = replace(
            card, accuracy=round(float((found == right).mean()), 4), macro_f1=round(float(np.mean(f1)), 4),
            temperature=temperature_of(scores, np.eye(len(labels), dtype=np.float32)[right]),
        )  # fmt: skip
        (out / CARD).write_text(json.dumps(asdict(made.card), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return made

    @classmethod
    def load(cls, folder: Path) -> TransformerLabeller:
        """Raises BadLabeller."""
        try:
            raw: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
            card = replace(TransformerCard(**raw), labels=tuple(raw["labels"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadLabeller(str(folder), f"its {CARD} can't be read ({why(error)})") from error
        return cls(folder, card, _pipeline(folder, card.labels))

    def logits(self, texts: Sequence[str]) -> Vectors:
        """[n, labels], before the temperature."""
        found = np.zeros((len(texts), len(self.card.labels)), np.float32)
        place = {label: at for at, label in enumerate(self.card.labels)}
        answers = self.pipe(list(texts), top_k=None, function_to_apply="none", truncation=True, max_length=LONGEST, batch_size=32)  # fmt: skip
        for row, answer in zip(found, answers, strict=True):
            for one in answer:
                row[place[one["label"]]] = one["score"]
        return found

    def chances(self, texts: Sequence[str]) -> Vectors:
        """[n, labels]; each row adds up to 1."""
        return softmax(self.logits(texts) / np.float32(self.card.temperature))


def _tune(
    rows: Sequence[Labelled], labels: Sequence[str], base: Path, out: Path, seed: int, epochs: int, say: Progress
) -> None:
    import transformers

    transformers.set_seed(seed)
    model, tokenizer = _opened(base, labels)
    lessons = [
        {**tokenizer(row.text, truncation=True, max_length=LONGEST), "labels": labels.index(row.label)} for row in rows
    ]
    with tempfile.TemporaryDirectory() as work:
        plan = transformers.TrainingArguments(
            output_dir=work, num_train_epochs=epochs, per_device_train_batch_size=BATCH, learning_rate=RATE, warmup_steps=0.1,
            weight_decay=0.01, seed=seed, report_to=[], save_strategy="no", logging_strategy="no", disable_tqdm=True,
            train_sampling_strategy="group_by_length", dataloader_pin_memory=False,
        )  # fmt: skip
        trainer = transformers.Trainer(
            model=model, args=plan, train_dataset=lessons, callbacks=[_telling(say)],
            data_collator=transformers.DataCollatorWithPadding(tokenizer),
        )  # fmt: skip
        trainer.train()
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def _telling(say: Progress) -> Any:
    import transformers

    class Telling(transformers.TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            say("fine-tuning", state.global_step, state.max_steps)

    return Telling()


def _pipeline(folder: Path, labels: Sequence[str]) -> Any:
    _needed(folder)
    import transformers

    model, tokenizer = _opened(folder, labels)
    return transformers.pipeline("text-classification", model=model.eval(), tokenizer=tokenizer, device=-1)


def _opened(folder: Path, labels: Sequence[str]) -> tuple[Any, Any]:
    """With attention that can be looked at."""
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            folder, num_labels=len(labels), id2label=dict(enumerate(labels)), label2id={n: i for i, n in enumerate(labels)},
            local_files_only=True, use_safetensors=True, trust_remote_code=False, attn_implementation="eager",
            ignore_mismatched_sizes=True,
        )  # fmt: skip
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise BadLabeller(str(folder), str(error).splitlines()[0]) from error
    return model, tokenizer


def _needed(folder: Path) -> None:
    for package in ("torch", "transformers", "accelerate"):
        if find_spec(package) is None:
            raise BadLabeller(str(folder), f"{package} isn't installed; pip install 'shopclerk[train]'")
