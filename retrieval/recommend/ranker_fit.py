"""Teaches the ranker on what customers went on to: of each customer's candidates, the one that came next. Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.generations import Progress
from retrieval.recommend.links import Floats
from retrieval.recommend.plans import RankerPlan
from retrieval.recommend.ranker import Ranker


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
    straight, out = torch.nn.Linear(width, 1, bias=False), torch.nn.Linear(plan.hidden, 1, bias=False)
    into, drop = torch.nn.Linear(width, plan.hidden), torch.nn.Dropout(plan.dropout)
    torch.nn.init.zeros_(straight.weight)
    module = torch.nn.ModuleList([straight, into, out, drop])
    optimizer = torch.optim.AdamW(module.parameters(), lr=plan.rate, weight_decay=plan.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, plan.epochs)

    def loss(rows: Sequence[int]) -> torch.Tensor:
        most = max(len(asked[i].features) for i in rows)
        x = np.zeros((len(rows), most, width), dtype=np.float32)
        there = np.zeros((len(rows), most), dtype=np.bool_)
        for place, i in enumerate(rows):
            found = asked[i].features
            x[place, : len(found)] = np.clip((found - mean) / spread, -8, 8)
            there[place, : len(found)] = True
        given = torch.from_numpy(x)
        scores = (straight(given) + out(drop(torch.relu(into(given)))))[..., 0]
        scores = scores.masked_fill(~torch.from_numpy(there), float("-inf"))
        return torch.nn.functional.cross_entropy(scores, torch.tensor([asked[i].right for i in rows]))

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
            reached = float(
                np.mean([loss(part.tolist()).item() for part in np.array_split(aside, max(1, len(aside) // 64))])
            )
        idle = 0 if reached < best else idle + 1
        if reached < best:
            best, kept = reached, {name: value.clone() for name, value in module.state_dict().items()}
        if idle >= plan.patience:
            break
    assert kept is not None
    module.load_state_dict(kept)

    def numbers(tensor: torch.Tensor) -> Floats:
        return np.ascontiguousarray(tensor.detach().numpy())

    ranker = Ranker(
        mean.astype(np.float32), spread.astype(np.float32), numbers(straight.weight[0]), numbers(into.weight.T),
        numbers(into.bias), numbers(out.weight[0]),
    )  # fmt: skip
    return ranker, -best
