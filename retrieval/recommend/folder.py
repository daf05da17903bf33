"""A trained recommender on disk: `model.npz`, `sequence.onnx`, `card.json`. It loads without running code, and holds no customer.

`seen.npy` holds a short hash of each customer who was learned from, so that a training knows when one of them has gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import why
from retrieval.errors import NoRecommender
from retrieval.recommend.blend import Blend
from retrieval.recommend.content import Content
from retrieval.recommend.linear import Linear
from retrieval.recommend.links import Links
from retrieval.recommend.popularity import Popularity
from retrieval.recommend.ranker import Ranker
from retrieval.recommend.sequence import NETWORK, Sequence
from retrieval.recommend.steps import Steps, Together

KIND = "trained recommender"
FORMAT = 1
_LINKED = {"linear": Linear, "steps": Steps, "together": Together}


def is_recommender(folder: Path) -> bool:
    return (folder / "model.npz").is_file() and (folder / "card.json").is_file()


def save(blend: Blend, folder: Path, card: Mapping[str, Any], seen: NDArray[np.uint64]) -> None:
    """Write all of it into a folder that nobody reads yet."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {
        "items": np.array(blend.items), "known": blend.known, "counts": blend.popularity.counts,
        "lately": blend.popularity.lately, "by_month": blend.popularity.by_month.astype(np.float32),
        "categories": blend.popularity.categories,
    }  # fmt: skip
    for name in _LINKED:
        if (part := getattr(blend, name)) is not None:
            arrays |= part.links.arrays(name) | {f"{name}.recent": np.array(part.recent)}
    if blend.content is not None:
        made = blend.content
        arrays |= {"content.rows": made.rows.astype(np.float16), "content.mean": made.mean, "content.axes": made.axes}
        arrays |= {"content.recent": np.array(made.recent)}
    if blend.kin is not None:
        arrays |= blend.kin.arrays("kin")
    if blend.sequence is not None:
        arrays |= blend.sequence.arrays()
        blend.sequence.save(folder)
    if blend.ranker is not None:
        arrays |= blend.ranker.arrays()
    np.savez(folder / "model.npz", **arrays)  # type: ignore[arg-type]
    np.save(folder / "seen.npy", seen)
    text = json.dumps({**card, "kind": KIND, "format": FORMAT}, ensure_ascii=False, indent=2)
    (folder / "card.json").write_text(text + "\n", encoding="utf-8")


def card_of(folder: Path) -> dict[str, Any]:
    """Raises NoRecommender where it is no recommender's, or another version's."""
    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoRecommender(folder, f"its card.json can't be read ({why(error)})") from error
    if card.get("kind") != KIND or card.get("format") != FORMAT:
        raise NoRecommender(folder, f"it isn't a {KIND} of this version")
    return card


def load(folder: Path) -> Blend:
    """Raises NoRecommender, with the reason."""
    card_of(folder)
    try:
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            return _blend(arrays, folder)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise NoRecommender(folder, why(error)) from error


def _blend(arrays: Any, folder: Path) -> Blend:
    def has(name: str) -> bool:
        return name in arrays.files

    linked = {
        name: made(Links.of_arrays(arrays, name), float(arrays[f"{name}.recent"]))
        for name, made in _LINKED.items()
        if has(f"{name}.to")
    }
    content = None
    if has("content.rows"):
        rows = arrays["content.rows"].astype(np.float32)
        content = Content(rows, arrays["content.mean"], arrays["content.axes"], float(arrays["content.recent"]))
    return Blend(
        tuple(arrays["items"].tolist()),
        arrays["known"],
        Popularity(arrays["counts"], arrays["lately"], arrays["by_month"], arrays["categories"]),
        content=content,
        kin=Links.of_arrays(arrays, "kin") if has("kin.to") else None,
        sequence=Sequence.of_arrays(arrays, folder)
        if has("sequence.vectors") and (folder / NETWORK).is_file()
        else None,
        ranker=Ranker.of_arrays(arrays) if has("ranker.out") else None,
        **linked,  # type: ignore[arg-type]
    )


def hashes(customers: Iterable[str]) -> NDArray[np.uint64]:
    """Sorted, one a customer."""
    short = (int.from_bytes(blake2b(name.encode(), digest_size=8).digest()) for name in customers)
    return np.sort(np.fromiter(short, dtype=np.uint64))
