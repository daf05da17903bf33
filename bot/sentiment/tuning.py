"""How a transformer learns labels, by transformers' own Trainer: the whole of it, or its upper layers over states that the lower ones left.

Imported late: it needs the extra `train`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from numpy.typing import NDArray
from torch.nn import functional

from bot.sentiment.reading import classifier, encoder, longest_of, pooled, shortened
from bot.sentiment.state_reading import keep_freed_memory
from bot.sentiment.states import States
from retrieval.generations import Progress
from retrieval.seams import Vectors

BATCH = 16
BATCHES_ALIKE = 60
"""Batches' worth of texts that are sorted by length together."""
RATE = 1e-4
RATE_OF_HEAD = 1e-3
RATE_OF_ALL = 5e-5
"""Where every layer learns."""
WARM_UP = 0.06
SMOOTHING = 0.05
DROPPED = 0.1
_FAR = torch.finfo(torch.float32).min


class Upper(torch.nn.Module):  # type: ignore[misc]
    """The layers that learn, and the head; they are the encoder's own, so that what they learn is learned there."""

    def __init__(self, layers: Any, width: int, labels: int) -> None:
        super().__init__()
        self.layers = layers
        self.head = torch.nn.Linear(3 * width, labels)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, states: Any, mask: Any, labels: Any) -> dict[str, Any]:
        far = torch.zeros(mask.shape, device=mask.device).masked_fill(mask == 0, _FAR)[:, None, None, :]
        for layer in self.layers:
            made = layer(states, far)
            states = made[0] if isinstance(made, tuple) else made
        logits = self.head(functional.dropout(pooled(states, mask), DROPPED, self.training))
        return {"loss": functional.cross_entropy(logits, labels, label_smoothing=SMOOTHING), "logits": logits}


class _Trainer(transformers.Trainer):  # type: ignore[misc]
    """Texts of about a length go together."""

    lengths: NDArray[np.int64]

    def get_train_dataloader(self) -> Any:
        batches = _Batches(self.lengths, self.args.per_device_train_batch_size, self.args.seed)
        return torch.utils.data.DataLoader(self.train_dataset, batch_sampler=batches, collate_fn=self.data_collator)


class _Batches(torch.utils.data.Sampler):  # type: ignore[misc]
    def __init__(self, lengths: NDArray[np.int64], size: int, seed: int) -> None:
        self.lengths, self.size, self.chance = lengths, size, np.random.default_rng(seed)

    def __len__(self) -> int:
        whole, rest = divmod(len(self.lengths), self.size)
        return whole + bool(rest)

    def __iter__(self) -> Iterator[list[int]]:
        order, batches, alike = self.chance.permutation(len(self.lengths)), [], self.size * BATCHES_ALIKE
        for start in range(0, len(order), alike):
            some = order[start : start + alike]
            some = some[np.argsort(self.lengths[some], kind="stable")]
            batches += [some[at : at + self.size].tolist() for at in range(0, len(some), self.size)]
        return iter([batches[i] for i in self.chance.permutation(len(batches))])


def tune_upper(
    base: Path, out: Path, states: States, texts: Sequence[str], gold: Sequence[int], labels: int, frozen: int,
    epochs: int, seed: int, say: Progress,
) -> Vectors:  # fmt: skip
    """Teach what lies above the `frozen` layers, and write the whole encoder to `out`; the head [3 * width + 1, labels]. Raises BadLabeller."""
    transformers.set_seed(seed)
    model, tokenizer = encoder(base, attention="sdpa")
    upper = Upper(model.encoder.layer[frozen:], states.width, labels)
    lessons = list(zip(texts, gold, strict=True))

    def collated(some: Sequence[tuple[str, int]]) -> dict[str, Any]:
        rows = [states.of(text) for text, _ in some]
        batch = np.zeros((len(some), max(map(len, rows)), states.width), np.float32)
        mask = np.zeros(batch.shape[:2], np.int64)
        for at, row in enumerate(rows):
            batch[at, : len(row)], mask[at, : len(row)] = row, 1
        return {
            "states": torch.from_numpy(batch), "mask": torch.from_numpy(mask), "labels": torch.tensor([right for _, right in some]),
        }  # fmt: skip

    lengths = np.array([states.tokens(text) for text in texts])
    learned(upper, lessons, collated, lengths, BATCH, _groups(upper, RATE), epochs, seed, say)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    head: Vectors = torch.cat([upper.head.weight.T, upper.head.bias[None]]).detach().numpy().copy()
    return head


def tune_all(
    base: Path, out: Path, texts: Sequence[str], gold: Sequence[int], labels: Sequence[str], longest: int, epochs: int,
    seed: int, say: Progress,
) -> None:  # fmt: skip
    """Teach every layer and an ordinary head, and write the model to `out`. Raises BadLabeller."""
    transformers.set_seed(seed)
    model, tokenizer = classifier(base, labels)
    most = longest_of(model, longest)
    ids = [shortened(tokenizer(text)["input_ids"], most) for text in texts]
    lessons = [{"input_ids": one, "labels": right} for one, right in zip(ids, gold, strict=True)]
    lengths = np.array(list(map(len, ids)))
    collated = transformers.DataCollatorWithPadding(tokenizer)
    learned(model, lessons, collated, lengths, BATCH, _groups(model, RATE_OF_ALL), epochs, seed, say)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def learned(
    model: Any, lessons: Any, collated: Any, lengths: NDArray[np.int64], batch: int, groups: list[dict[str, Any]], epochs: int,
    seed: int, say: Progress,
) -> None:  # fmt: skip
    """Put `model`, which returns its loss, through the lessons by transformers' Trainer; `groups` of weights, as an optimizer takes them."""
    keep_freed_memory()
    with tempfile.TemporaryDirectory() as work:
        plan = transformers.TrainingArguments(
            output_dir=work, num_train_epochs=epochs, per_device_train_batch_size=batch, warmup_steps=WARM_UP,
            max_grad_norm=1.0, seed=seed, report_to=[], save_strategy="no", logging_strategy="no", disable_tqdm=True,
            remove_unused_columns=False, dataloader_pin_memory=False,
        )  # fmt: skip
        trainer = _Trainer(
            model=model, args=plan, train_dataset=lessons, data_collator=collated, callbacks=[_telling(say)],
            optimizers=(torch.optim.AdamW(groups), None),
        )  # fmt: skip
        trainer.lengths = lengths
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.train()
    model.eval()


def _groups(model: Any, rate: float) -> list[dict[str, Any]]:
    """The head learns faster; biases and norms aren't pulled to zero."""
    groups: dict[tuple[float, float], list[Any]] = {}
    for name, weights in model.named_parameters():
        decay = 0.01 if weights.ndim > 1 else 0.0
        fast = name.startswith(("head.", "classifier."))
        groups.setdefault((RATE_OF_HEAD if fast else rate, decay), []).append(weights)
    return [{"params": some, "lr": lr, "weight_decay": decay} for (lr, decay), some in groups.items()]


def _telling(say: Progress) -> Any:
    class Telling(transformers.TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            say("fine-tuning", state.global_step, state.max_steps)

    return Telling()
