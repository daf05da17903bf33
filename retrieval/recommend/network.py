"""The Transformer as torch has it, and its export: what `sequence_fit.py` teaches and `sequence.py` serves. Needs torch."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence as Rows
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import ModelMissing
from retrieval.recommend.links import Floats
from retrieval.recommend.plans import SequencePlan
from retrieval.recommend.sequence import Sequence


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
            places, lengths = padded(rows, self.plan.longest)
            table = self.module.items()
            hidden = self.module(table[torch.from_numpy(places).to(self.device)])
            last = torch.from_numpy(lengths - 1).to(self.device)
            found: Floats = hidden[torch.arange(len(rows), device=self.device), last].float().cpu().numpy()
            return found


def padded(rows: Rows[NDArray[np.int32]], longest: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows to the left, nothing after them; the last `longest` events of each."""
    kept = [row[-longest:] for row in rows]
    lengths = np.array([len(row) for row in kept], dtype=np.int64)
    places = np.zeros((len(rows), int(lengths.max())), dtype=np.int64)
    for place, row in enumerate(kept):
        places[place, : len(row)] = row
    return places, lengths


def _module(torch: Any, items: int, texts: Floats | None, plan: SequencePlan) -> Any:
    nn, functional = torch.nn, torch.nn.functional

    class Block(nn.Module):  # type: ignore[misc, name-defined]
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

    class Whole(nn.Module):  # type: ignore[misc, name-defined]
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
