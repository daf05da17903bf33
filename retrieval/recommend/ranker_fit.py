"""Teaches the ranker on what customers went on to: of each customer's candidates, the one that came next. Needs torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.generations import Progress
from retrieval.recommend.links import Floats
from retrieval.recommend.plans import RankerPlan
from retrieval.recommend.ranker import Ranker

if TYPE_CHECKING:
    import torch

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Asked:
    """One customer's candidates, and which of them came next."""

    features: Floats
    right: int


def fit(asked: Sequence[Asked], plan: RankerPlan, say: Progress = lambda step, done, of: None) -> tuple[Ranker, float]:
    """The ranker, and its mean log likelihood on a tenth that it didn't learn from. At least ten are needed."""
    import torch

    torch.manual_seed(plan.seed)
    chance = np.random.default_rng(plan.seed)
    order = chance.permutation(len(asked))
    aside, learned = order[: max(1, len(asked) // 10)], order[max(1, len(asked) // 10) :]
    everything = np.concatenate([asked[i].features for i in learned])
    mean, spread = everything.mean(axis=0), everything.std(axis=0) + 1e-3
    width = everything.shape[1]
    del everything
    network = _Network(width, plan)

    def loss(rows: Sequence[int]) -> torch.Tensor:
        x, there = _padded([asked[i].features for i in rows], mean, spread)
        scores = network.scores(torch.from_numpy(x)).masked_fill(~torch.from_numpy(there), float("-inf"))
        return torch.nn.functional.cross_entropy(scores, torch.tensor([asked[i].right for i in rows]))

    best = _taught(network.module, loss, learned, aside, plan, chance, say)
    straight, into, bias, out = network.weights()
    return Ranker(mean.astype(np.float32), spread.astype(np.float32), straight, into, bias, out), -best


class _Network:
    """A linear score, and one over a hidden layer beside it."""

    def __init__(self, width: int, plan: RankerPlan) -> None:
        import torch

        self._straight, self._out = (
            torch.nn.Linear(width, 1, bias=False),
            torch.nn.Linear(plan.hidden, 1, bias=False),
        )
        self._into, self._drop = torch.nn.Linear(width, plan.hidden), torch.nn.Dropout(plan.dropout)
        torch.nn.init.zeros_(self._straight.weight)
        self.module = torch.nn.ModuleList([self._straight, self._into, self._out, self._drop])

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        """[customers, candidates] of [customers, candidates, features]."""
        found: torch.Tensor = self._straight(x) + self._out(self._drop(self._into(x).relu()))
        return found[..., 0]

    def weights(self) -> tuple[Floats, Floats, Floats, Floats]:
        """As the Ranker has them: straight, into, its bias, out."""
        return (
            _numbers(self._straight.weight[0]), _numbers(self._into.weight.T), _numbers(self._into.bias), _numbers(self._out.weight[0]),
        )  # fmt: skip


def _numbers(tensor: torch.Tensor) -> Floats:
    return np.ascontiguousarray(tensor.detach().numpy())


def _padded(features: Sequence[Floats], mean: Floats, spread: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Standardised features [customers, most candidates, features], and which of the places are taken."""
    most = max(map(len, features))
    x = np.zeros((len(features), most, len(mean)), dtype=np.float32)
    there = np.zeros((len(features), most), dtype=np.bool_)
    for place, found in enumerate(features):
        x[place, : len(found)] = np.clip((found - mean) / spread, -8, 8)
        there[place, : len(found)] = True
    return x, there


def _taught(
    module: torch.nn.Module, loss: Callable[[Sequence[int]], torch.Tensor], learned: Rows, aside: Rows, plan: RankerPlan,
    chance: np.random.Generator, say: Progress,
) -> float:  # fmt: skip
    """The least loss on what was put aside; the module has the weights of that epoch then."""
    import torch

    optimizer = torch.optim.AdamW(module.parameters(), lr=plan.rate, weight_decay=plan.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, plan.epochs)
    best, kept, idle = np.inf, None, 0
    for epoch in range(plan.epochs):
        say("ranker", epoch, plan.epochs)
        module.train()
        for part in np.array_split(chance.permutation(learned), max(1, len(learned) // plan.batch)):
            step = loss(part.tolist())
            optimizer.zero_grad()
            step.backward()
            optimizer.step()
        schedule.step()
        module.eval()
        with torch.no_grad():
            parts = np.array_split(aside, max(1, len(aside) // 64))
            reached = float(np.mean([loss(part.tolist()).item() for part in parts]))
        idle = 0 if reached < best else idle + 1
        if reached < best:
            best, kept = reached, {name: value.clone() for name, value in module.state_dict().items()}
        if idle >= plan.patience:
            break
    assert kept is not None
    module.load_state_dict(kept)
    return best
