"""Teaches the Transformer what customers go on to (after SASRec, Kang and McAuley, 2018, with a softmax over many items). Needs torch.

An item's vector is learned, plus a learned turn of its text's vector: an item that nobody has had yet has the second part.
"""

from __future__ import annotations

import os
from collections.abc import Sequence as Rows
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.generations import Progress
from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.links import Floats
from retrieval.recommend.network import Network, padded
from retrieval.recommend.plans import SequencePlan

_TOGETHER = 256
"""Customers that are measured at once."""


def fit(
    histories: Histories,
    texts: Floats | None,
    plan: SequencePlan,
    aside: Rows[tuple[Places, int]],
    *,
    device: str = "cpu",
    work: Path | None = None,
    say: Progress = lambda step, done, of: None,
) -> tuple[Network, tuple[float, ...]]:
    """The network of the epoch that ranks best what came next in `aside`, and NDCG@10 of each epoch.

    `work` is a folder where every epoch is kept; a training that was cut off goes on from there.
    """
    network = Network(len(histories.items), texts if plan.texts else None, plan, device)
    torch, module = network.torch, network.module
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    optimizer = torch.optim.AdamW(module.parameters(), lr=plan.rate, weight_decay=plan.decay, betas=(0.9, 0.98))
    rows = [histories.of(int(i))[-plan.longest - 1 :] for i in np.flatnonzero(histories.lengths > 1)]
    kept = _Kept(network, optimizer, work)
    while len(kept.measured) < plan.epochs and kept.idle < plan.patience:
        epoch = len(kept.measured)
        batches = _batches(rows, plan, epoch)
        module.train()
        torch.manual_seed(plan.seed * 1000 + epoch)
        for done, batch in enumerate(batches):
            if done % 20 == 0:
                say("sequence", epoch * len(batches) + done, plan.epochs * len(batches))
            loss = _loss(network, [rows[i] for i in batch], np.random.default_rng((plan.seed, epoch, done)))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(module.parameters(), 5.0)
            optimizer.step()
        kept.take(measured(network, aside))
    kept.put_back()
    return network, tuple(kept.measured)


def measured(network: Network, aside: Rows[tuple[Places, int]]) -> float:
    """NDCG@10 over all items that the customer hasn't had."""
    vectors, leaning = network.vectors(), network.module.leaning.detach().cpu().numpy()
    total = 0.0
    for start in range(0, len(aside), _TOGETHER):
        part = aside[start : start + _TOGETHER]
        scores = network.last([history for history, _ in part]) @ vectors.T + leaning
        for row, (history, right) in zip(scores, part, strict=True):
            row[history] = -np.inf
            place = int((row > row[right]).sum())
            total += 1 / np.log2(place + 2) if place < 10 else 0.0
    return float(total / max(1, len(aside)))


class _Kept:
    """The best epoch so far and, in a folder, all that is needed to go on from the last one."""

    def __init__(self, network: Network, optimizer: Any, work: Path | None) -> None:
        self._network, self._optimizer, self._work = network, optimizer, work
        self.measured: list[float] = []
        self._best: dict[str, Any] = {}
        if work is not None and (work / "sequence.pt").is_file():
            found = network.torch.load(work / "sequence.pt", weights_only=True, map_location=network.device)
            network.module.load_state_dict(found["model"])
            optimizer.load_state_dict(found["optimizer"])
            self.measured, self._best = found["measured"], found["best"]

    @property
    def idle(self) -> int:
        """Epochs since the best one."""
        return len(self.measured) - 1 - int(np.argmax(self.measured)) if self.measured else 0

    def take(self, reached: float) -> None:
        self.measured.append(reached)
        state = {name: value.detach().clone() for name, value in self._network.module.state_dict().items()}
        if not self.idle:
            self._best = state
        if self._work is not None:
            self._work.mkdir(parents=True, exist_ok=True)
            whole = {
                "model": state,
                "optimizer": self._optimizer.state_dict(),
                "measured": self.measured,
                "best": self._best,
            }
            self._network.torch.save(whole, self._work / "sequence.new")
            (self._work / "sequence.new").replace(self._work / "sequence.pt")

    def put_back(self) -> None:
        self._network.module.load_state_dict(self._best)
        self._network.module.eval()


def _batches(rows: Rows[NDArray[np.int32]], plan: SequencePlan, epoch: int) -> list[NDArray[np.int64]]:
    """Rows of about one length together, about `tokens` places a batch; another order each epoch."""
    chance = np.random.default_rng((plan.seed, epoch))
    lengths = np.array([len(row) for row in rows])
    order = np.argsort(lengths + chance.random(len(rows)), kind="stable")
    batches, start = [], 0
    while start < len(order):
        end = start + 1
        while end < len(order) and (end - start + 1) * (lengths[order[end]] - 1) <= plan.tokens:
            end += 1
        batches.append(order[start:end])
        start = end
    return [batches[i] for i in chance.permutation(len(batches))]


def _loss(network: Network, rows: Rows[NDArray[np.int32]], chance: np.random.Generator) -> Any:
    torch, module, plan = network.torch, network.module, network.plan
    functional = torch.nn.functional
    places, _ = padded([row[:-1] for row in rows], plan.longest)
    after, lengths = padded([row[1:] for row in rows], plan.longest)
    there = torch.from_numpy(np.arange(places.shape[1])[None] < lengths[:, None])
    there = there.to(network.device)
    drawn = _drawn(network, chance)
    needed, where = np.unique(np.concatenate([places.ravel(), after.ravel(), drawn]), return_inverse=True)
    given, aim, other = np.split(where, [places.size, places.size + after.size])
    rows_of = torch.from_numpy(needed).to(network.device)
    table, leaning = module.items(rows_of), module.leaning[rows_of]

    def at(found: Any) -> Any:
        return torch.from_numpy(np.ascontiguousarray(found)).to(network.device)

    hidden = module(table[at(given.reshape(places.shape))])[there]
    target = at(aim.reshape(after.shape))[there]
    own = (hidden * table[target]).sum(1)
    if plan.loss == "pairs":
        against = (hidden * table[at(other[: len(target)])]).sum(1)
        return functional.softplus(-own).mean() + functional.softplus(against).mean()
    if len(needed) == len(module.leaning):
        return functional.cross_entropy(hidden @ table.T + leaning, target)
    own = own + leaning[target]
    scores = hidden @ table[at(other)].T + leaning[at(other)]
    scores = scores + float(np.log(len(module.leaning) / len(drawn)))  # each one drawn stands for so many (logQ)
    scores = scores.masked_fill(at(other)[None] == target[:, None], float("-inf"))
    return (torch.logsumexp(torch.cat([own[:, None], scores], 1), 1) - own).mean()


def _drawn(network: Network, chance: np.random.Generator) -> NDArray[np.int64]:
    """Items that those that came next are told from: some drawn evenly, or all."""
    items, plan = len(network.module.leaning), network.plan
    if plan.loss == "pairs":
        return chance.integers(items, size=2 * plan.tokens + plan.longest)
    return chance.integers(items, size=plan.sampled) if 0 < plan.sampled < items else np.arange(items)
