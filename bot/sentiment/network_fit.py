"""Train what `network` serves: with torch on the processor, a handful of times through the texts. Needs the extra `train`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.errors import BadSetting
from bot.sentiment.network import UNKNOWN, Network, Reading, numbered, padded
from bot.sentiment.units import Hashes, has_han, unit_hashes
from retrieval.generations import Progress
from retrieval.seams import Vectors

Rows = list[NDArray[np.int32]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is built and trained. The kept weights are a running mean of those after each step (`mean`)."""

    dim: int = 100
    filters: int = 100
    by_characters: tuple[int, ...] = (1, 2, 3, 4)
    """Widths of filters; over words in a language that has spaces."""
    by_words: tuple[int, ...] = (1, 2, 3)
    """Over Chinese words."""
    epochs: int = 5
    batch: int = 64
    rate: float = 1e-3
    drop: float = 0.5
    drop_embedding: float = 0.3
    drop_unit: float = 0.05
    mean: float = 0.998
    fewest_texts: int = 2


def remembered(
    texts: Sequence[str],
    targets: Vectors,
    plan: Plan,
    *,
    seed: int,
    work: Path | None,
    say: Progress = lambda step, done, of: None,
) -> Network:
    """What `fit` gives; where the folder `work` has it from before, from there. A file that can't be read is made anew."""
    if work is None:
        return fit(texts, targets, plan, seed=seed, say=say)
    file = work / f"{_mark(texts, targets, plan, seed)}.npz"
    try:
        with np.load(file, allow_pickle=False) as kept:
            return Network.of(dict(kept))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        made = fit(texts, targets, plan, seed=seed, say=say)
    work.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}")
    np.savez(part, allow_pickle=False, **made.arrays())
    part.replace(file)
    return made


def fit(
    texts: Sequence[str],
    targets: Vectors,
    plan: Plan = Plan(),
    *,
    seed: int = 0,
    say: Progress = lambda step, done, of: None,
) -> Network:
    """`targets` [n, labels] are distributions; weights as they are kept, in half precision. Equal texts, seed, plan and threads give equal weights on one machine. Raises BadSetting where torch
    is missing."""
    if find_spec("torch") is None:
        raise BadSetting("--encoder", "network", "torch isn't installed; pip install 'shopclerk[train]'")
    import torch

    chinese = sum(map(has_han, texts)) > len(texts) / 10
    cuts = ((False, plan.by_characters), *(((True, plan.by_words),) if chinese else ()))
    units = [unit_hashes(texts, words=words) for words, _ in cuts]
    known = [_known(each, plan.fewest_texts) for each in units]
    rows = [numbered(each, there) for each, there in zip(units, known, strict=True)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = _net([len(one) + 2 for one in known], [widths for _, widths in cuts], targets.shape[1], plan)
        mean = _trained(net, rows, targets, plan, seed, say)
    readings = tuple(
        Reading(words, there, mean[f"embeddings.{at}.weight"], tuple(
            (width, mean[f"filters.{at}.{place}.weight"].transpose(2, 1, 0).copy(), mean[f"filters.{at}.{place}.bias"])
            for place, width in enumerate(widths)
        ))
        for at, ((words, widths), there) in enumerate(zip(cuts, known, strict=True))
    )  # fmt: skip
    return Network.of(Network(readings, mean["out.weight"].T.copy(), mean["out.bias"]).arrays())


def _mark(texts: Sequence[str], targets: Vectors, plan: Plan, seed: int) -> str:
    whole = sha256(f"{plan} {seed} {targets.shape}".encode() + targets.astype(np.float32).tobytes())
    for text in texts:
        whole.update(repr(text).encode())
    return whole.hexdigest()[:24]


def _known(units: Sequence[Hashes], fewest_texts: int) -> Hashes:
    """Hashes that enough texts have, sorted."""
    found, having = np.unique(np.concatenate([np.unique(row) for row in units]), return_counts=True)
    known: Hashes = found[having >= fewest_texts]
    return known


def _net(sizes: Sequence[int], widths: Sequence[Sequence[int]], labels: int, plan: Plan) -> Any:
    import torch
    from torch.nn import functional

    class Net(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.embeddings = torch.nn.ModuleList(torch.nn.Embedding(size, plan.dim, padding_idx=0) for size in sizes)
            self.filters = torch.nn.ModuleList(
                torch.nn.ModuleList(torch.nn.Conv1d(plan.dim, plan.filters, width) for width in each) for each in widths
            )
            for one in self.embeddings:
                torch.nn.init.normal_(one.weight, 0, 0.1)
                one.weight.data[0] = 0
            self.out = torch.nn.Linear(plan.filters * sum(map(len, widths)), labels)

        def forward(self, ids: Sequence[Any]) -> Any:
            pooled = []
            for embedding, filters, units in zip(self.embeddings, self.filters, ids, strict=True):
                gone = (torch.rand(units.shape) < plan.drop_unit) & (units > 0)
                there = functional.dropout(embedding(units.masked_fill(gone, UNKNOWN)), plan.drop_embedding)
                there = there.transpose(1, 2).contiguous()
                pooled += [functional.relu(one(there)).amax(2) for one in filters]
            return self.out(functional.dropout(torch.cat(pooled, 1), plan.drop))

    return Net()


def _trained(
    net: Any, rows: Sequence[Rows], targets: Vectors, plan: Plan, seed: int, say: Progress
) -> dict[str, Vectors]:
    """The mean of the weights."""
    import torch
    from torch.nn import functional

    draw, gold = np.random.default_rng(seed), torch.from_numpy(targets.astype(np.float32))
    lengths = np.array([len(row) for row in rows[0]])
    steps = plan.epochs * -(-len(lengths) // plan.batch)
    optimizer = torch.optim.Adam(net.parameters(), lr=plan.rate)
    mean = {name: one.detach().clone() for name, one in net.state_dict().items()}
    step = 0
    for _ in range(plan.epochs):
        for some in _batches(lengths, plan.batch, draw):
            if not step % 20:
                say("training the network", step, steps)
            for group in optimizer.param_groups:
                group["lr"] = plan.rate * min(1, (step + 1) / 200) * (1 - 0.9 * step / steps)
            ids = [torch.from_numpy(padded([each[i] for i in some])).long() for each in rows]
            loss = functional.cross_entropy(net(ids), gold[some])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            step += 1
            old = min(plan.mean, (1 + step) / (10 + step))
            with torch.no_grad():
                for name, one in net.state_dict().items():
                    mean[name].mul_(old).add_(one, alpha=1 - old)
    say("training the network", steps, steps)
    return {name: one.numpy() for name, one in mean.items()}


def _batches(lengths: NDArray[np.intp], size: int, draw: np.random.Generator) -> list[NDArray[np.intp]]:
    """Of texts about as long as each other, in any order."""
    order, found = draw.permutation(len(lengths)), []
    for start in range(0, len(order), size * 50):
        part = order[start : start + size * 50]
        part = part[np.argsort(lengths[part], kind="stable")]
        found += [part[at : at + size] for at in range(0, len(part), size)]
    return [found[i] for i in draw.permutation(len(found))]
