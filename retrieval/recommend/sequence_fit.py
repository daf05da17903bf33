"""Teaches the Transformer what customers go on to (after SASRec, Kang and McAuley, 2018, with a softmax over all items). Needs torch.

An item's vector is learned, plus a learned turn of its text's vector: an item that nobody has had yet has the second part.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence as Rows
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelMissing
from retrieval.generations import Progress
from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.links import Floats
from retrieval.recommend.plans import SequencePlan
from retrieval.recommend.sequence import Sequence

_TOGETHER = 256
"""Customers that are measured at once."""


def device_of(name: str) -> str:
    """`auto` is the first GPU, else the CPU. Raises ModelMissing where one is named that isn't there."""
    import torch

    has_gpu = torch.cuda.is_available()
    if name.startswith("cuda") and not has_gpu:
        raise ModelMissing(name, "this torch sees no GPU; give --device cpu")
    return name if name != "auto" else "cuda" if has_gpu else "cpu"


def use_threads(threads: int) -> None:
    import torch

    torch.set_num_threads(threads)


class Network:
    """The parameters and the forward pass, kept in one torch module."""

    def __init__(self, items: int, texts: Floats | None, plan: SequencePlan, device: str) -> None:
        import torch

        torch.manual_seed(plan.seed)
        self.torch, self.plan, self.device = torch, plan, device
        self.module = _module(torch, items, texts, plan).to(device)

    def vectors(self) -> Floats:
        with self.torch.no_grad():
            found: Floats = self.module.items().float().cpu().numpy()
            return found

    def last(self, rows: Rows[NDArray[np.int32]]) -> Floats:
        """[rows, width] Where each history points, its last event last."""
        torch = self.torch
        self.module.eval()
        with torch.no_grad():
            places, lengths = _padded(rows, self.plan.longest)
            table = self.module.items()
            hidden = self.module(table[torch.from_numpy(places).to(self.device)])
            last = torch.from_numpy(lengths - 1).to(self.device)
            found: Floats = hidden[torch.arange(len(rows), device=self.device), last].float().cpu().numpy()
            return found


def _padded(rows: Rows[NDArray[np.int32]], longest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to the left, nothing after them; the last `longest` events of each."""
    kept = [row[-longest:] for row in rows]
    lengths = np.array([len(row) for row in kept], dtype=np.int64)
    places = np.zeros((len(rows), int(lengths.max())), dtype=np.int64)
    for place, row in enumerate(kept):
        places[place, : len(row)] = row
    return places, lengths


def _module(torch: Any, items: int, texts: Floats | None, plan: SequencePlan) -> Any:
    nn, functional = torch.nn, torch.nn.functional

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.LayerNorm(plan.width), nn.LayerNorm(plan.width)
            self.taken, self.given = nn.Linear(plan.width, 3 * plan.width), nn.Linear(plan.width, plan.width)
            self.wide, self.narrow = nn.Linear(plan.width, 2 * plan.width), nn.Linear(2 * plan.width, plan.width)
            self.drop = nn.Dropout(plan.dropout)

        def forward(self, x: Any) -> Any:
            rows, length, width = x.shape
            parts = self.taken(self.first(x)).view(rows, length, 3, plan.heads, width // plan.heads)
            query, key, value = parts.permute(2, 0, 3, 1, 4)
            seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
            x = x + self.drop(self.given(seen.transpose(1, 2).reshape(rows, length, width)))
            return x + self.drop(self.narrow(functional.gelu(self.wide(self.second(x)))))

    class Whole(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.free = nn.Parameter(torch.randn(items, plan.width) * 0.02)
            self.places = nn.Parameter(torch.randn(plan.longest, plan.width) * 0.02)
            self.leaning = nn.Parameter(torch.zeros(items))
            self.turn = None if texts is None else nn.Linear(texts.shape[1], plan.width, bias=False)
            self.register_buffer("texts", None if texts is None else torch.from_numpy(texts))
            self.blocks = nn.ModuleList([Block() for _ in range(plan.layers)])
            self.end, self.drop = nn.LayerNorm(plan.width), nn.Dropout(plan.dropout)

        def items(self, places: Any = slice(None)) -> Any:
            free = self.free[places]
            return free if self.turn is None else free + self.turn(self.texts[places])

        def forward(self, x: Any) -> Any:
            x = self.drop(x * plan.width**0.5 + self.places[: x.shape[1]])
            for block in self.blocks:
                x = block(x)
            return self.end(x)

    return Whole()


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
    rows = [histories.of(i)[-plan.longest - 1 :] for i in np.flatnonzero(histories.lengths > 1)]
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
    places, _ = _padded([row[:-1] for row in rows], plan.longest)
    after, lengths = _padded([row[1:] for row in rows], plan.longest)
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


def served(network: Network, known: NDArray[np.bool_]) -> Sequence:
    """The network as it is served; an item without events is where its text points to."""
    torch, module = network.torch, network.module
    with torch.no_grad():
        vectors = network.vectors()
        if module.turn is not None:
            vectors[~known] = module.turn(module.texts).cpu().numpy()[~known]
        else:
            vectors[~known] = 0
        leaning = module.leaning.cpu().numpy().copy()
    return Sequence(np.ascontiguousarray(vectors), leaning, network.plan.longest, exported(network))


def exported(network: Network) -> bytes:
    """ONNX: `vectors` [1, length, width] -> where they point to [1, width]."""
    torch, plan = network.torch, network.plan
    module = network.module.cpu().eval()

    class Last(torch.nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.whole = module

        def forward(self, vectors: Any) -> Any:
            return self.whole(vectors)[:, -1]

    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Last(), (torch.zeros(1, 3, plan.width),), written, input_names=["vectors"], output_names=["pointed"],
            dynamic_axes={"vectors": {1: "length"}}, opset_version=17, dynamo=False,
        )  # fmt: skip
    return written.getvalue()
