"""A small learned ranker on top of another Retriever: cheap features of what was found, and a weight for each.

`shopclerk train ranker` fits it on judged questions (`retrieval/judged.py`); the default was fitted on the sample shop's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.errors import why
from knowledge_base.kept import Words
from knowledge_base.types import Interaction, InteractionKind
from retrieval.answerable import Script, script_of
from retrieval.errors import ModelMissing
from retrieval.said import Said, compared, sets_of, terms
from retrieval.seams import Retriever
from retrieval.types import Hit, Where

BUNDLED = Path(__file__).parent / "models" / "ranker"
KIND = "ranker"
POOL = 50
"""Passages of the inner retriever that are put in a new order; those behind them stay behind."""
_KEPT = 32
"""Searches whose outcome is remembered: a turn asks the same more than once."""
FEATURES = (
    "fused", "cosine", "bm25", "coverage", "line", "line in question", "title", "category", "keywords", "attributes", "faq", "document",
    "popularity", "freshness", "length",
)  # fmt: skip
Matrix = NDArray[np.float64]
Scorer = Callable[[str, Sequence[Hit]], Sequence[float]]
"""A question and hits -> a score each; only their order counts."""
_WEIGHT = {
    InteractionKind.BOUGHT: 4.0,
    InteractionKind.CARTED: 2.0,
    InteractionKind.CLICKED: 1.0,
    InteractionKind.VIEWED: 1.0,
}
_RECENT = timedelta(days=30)


class Reranked:
    """A Retriever that asks another one and puts its first POOL hits in the order of a scorer.

    The scores stay those of the inner retriever, handed out anew from the best down, so that what is calibrated on them
    (`answerable`, the share of the best) goes on to hold; `found_by` has the scorer's own as `ranker`.
    """

    def __init__(self, inner: Retriever, scorer: Scorer) -> None:
        self._inner, self._scorer = inner, scorer
        self._found: dict[tuple[str, int, Where], list[Hit]] = {}

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        asked = (text, k, where or Where())
        found = self._found.get(asked)
        if found is None:
            hits = await self._inner.search(text, k=max(k, POOL), where=where)
            found = reordered(hits[:POOL], self._scorer(text, hits[:POOL]))[:k] + hits[POOL:k]
            if len(self._found) >= _KEPT:
                self._found.pop(next(iter(self._found)), None)
            self._found[asked] = found
        return list(found)


def reordered(hits: Sequence[Hit], scores: Sequence[float]) -> list[Hit]:
    """The hits in the order of `scores`, equal ones as they were."""
    order = sorted(range(len(hits)), key=lambda place: -scores[place])
    return [
        Hit(hits[place].passage, hits[rank].score, {**hits[place].found_by, "ranker": float(scores[place])})
        for rank, place in enumerate(order)
    ]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the catalogue and the customers say of products; `popularity` and `freshness` are 0 to 1, 1 the greatest."""

    catalogue: Catalogue
    popularity: Mapping[str, float] = field(default_factory=dict)
    freshness: Mapping[str, float] = field(default_factory=dict)
    said: Said | None = None
    """The passages' terms, where they are known beforehand."""

    @classmethod
    def of(cls, catalogue: Catalogue, interactions: Iterable[Interaction], said: Said | None = None) -> Facts:
        """Popularity counts all interest, freshness that of the last 30 days before the last of it."""
        interest = catalogue.kept(Words, "interest", lambda: Words(_interests(interactions)), (Path(__file__),)).words
        return cls(catalogue, interest["popularity"], interest["freshness"], said)


def _interests(interactions: Iterable[Interaction]) -> dict[str, dict[str, float]]:
    events = list(interactions)
    last = max((one.at for one in events), default=None)
    recent = [one for one in events if last is not None and last - one.at <= _RECENT]
    return {"popularity": _interest(events), "freshness": _interest(recent)}


def _interest(interactions: Sequence[Interaction]) -> dict[str, float]:
    total: dict[str, float] = {}
    for one in interactions:
        total[one.product_id] = total.get(one.product_id, 0.0) + _WEIGHT.get(one.kind, 0.0)
    most = max(total.values(), default=0.0)
    return {product: math.log1p(count) / math.log1p(most) for product, count in total.items()} if most else {}


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found for one question: features [n, FEATURES] in the order found, which are right, and how much it counts."""

    script: Script
    features: Matrix
    right: NDArray[np.bool_]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Ranker:
    """Linear over FEATURES, one row of weights a script; `score` is the log odds that a passage stands before another."""

    facts: Facts
    weights: Mapping[Script, Matrix]

    def __call__(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
        if not hits or not self.weights[script_of(question)][1:].any():  # nothing, or the order that was
            return [hit.score for hit in hits]
        scores: list[float] = (features(question, hits, self.facts) @ self.weights[script_of(question)]).tolist()
        return scores

    @classmethod
    def fit(cls, facts: Facts, judged: Sequence[Candidates], strengths: Mapping[Script, float]) -> Ranker:
        """Each right candidate against each wrong one is a logistic regression over the difference of their features (RankSVM's
        reduction; Joachims, 2002). `strengths` pull a script's weights towards the inner retriever's order; infinite keeps it.
        """
        return cls(facts, {script: _fitted(judged, script, strength) for script, strength in strengths.items()})

    def save(self, folder: Path, card: Mapping[str, Any]) -> None:
        """card.json alone holds it: the weights are thirty numbers."""
        folder.mkdir(parents=True, exist_ok=True)
        weights = {
            script: dict(zip(FEATURES, np.round(row, 5).tolist(), strict=True)) for script, row in self.weights.items()
        }
        text = json.dumps({"kind": KIND, **card, "weights": weights}, indent=2, ensure_ascii=False)
        (folder / "card.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, facts: Facts) -> Ranker:
        """Raises ModelMissing where the folder holds no ranker of these features."""
        try:
            weights = json.loads((folder / "card.json").read_text(encoding="utf-8"))["weights"]
            rows: dict[Script, Matrix] = {
                s: np.array([float(weights[s][name]) for name in FEATURES]) for s in ("latin", "han")
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelMissing(
                str(folder),
                f"it holds no ranker that can be read ({why(error)}); make one with `shopclerk train ranker`",
            ) from error
        return cls(facts, rows)


def _fitted(judged: Sequence[Candidates], script: Script, strength: float) -> Matrix:
    """A question counts as its weight says, however many candidates it has."""
    prior = np.zeros(len(FEATURES))
    prior[FEATURES.index("fused")] = 10.0
    own = [one for one in judged if one.script == script and 0 < one.right.sum() < len(one.right)]
    if not own or math.isinf(strength):
        return prior
    pairs = [differences(one.features, one.right) for one in own]
    each = [np.full(len(rows), one.weight / len(rows)) for one, rows in zip(own, pairs, strict=True)]
    return logistic(np.concatenate(pairs), np.concatenate(each), prior, strength)


def differences(x: Matrix, right: NDArray[np.bool_]) -> Matrix:
    """Every right row minus every wrong row, [right * wrong, features]."""
    rows: Matrix = (x[right][:, None, :] - x[~right][None, :, :]).reshape(-1, x.shape[1])
    return rows


def logistic(rows: Matrix, each: Matrix, prior: Matrix, strength: float, *, rounds: int = 30) -> Matrix:
    """Weights w that make rows @ w great: least sum(each * log(1 + exp(-rows @ w))) + strength / 2 * |w - prior|^2, by Newton's steps."""
    w = prior.copy()
    for _ in range(rounds):
        p = 1 / (1 + np.exp(np.clip(rows @ w, -30, 30)))
        slope = -(rows.T @ (each * p)) + strength * (w - prior)
        bend = (rows * (each * p * (1 - p))[:, None]).T @ rows + strength * np.eye(len(w))
        step = np.linalg.solve(bend, slope)
        w = w - step
        if np.abs(step).max() < 1e-8:
            break
    return w


def features(question: str, hits: Sequence[Hit], facts: Facts) -> Matrix:
    """[len(hits), len(FEATURES)], each about 0 to 1; scores are set against the best of the list."""
    best = max(hit.score for hit in hits) or 1.0
    words = max(hit.found_by.get("bm25", 0.0) for hit in hits) or 1.0
    nearest = max(hit.found_by.get("cosine", 0.0) for hit in hits)
    rows = []
    for hit, said in zip(hits, _said(question, hits, facts).tolist(), strict=True):
        passage, found = hit.passage, hit.found_by
        is_product = passage.source == "product"
        rows.append((
            hit.score / best,
            found.get("cosine", 0.0) - nearest,
            found.get("bm25", 0.0) / words,
            found.get("coverage", 0.0),
            *said,
            float(passage.source == "faq"),
            float(passage.source == "document"),
            facts.popularity.get(passage.source_id, 0.0) if is_product else 0.0,
            facts.freshness.get(passage.source_id, 0.0) if is_product else 0.0,
            math.log1p(len(passage.text)) / 7,
        ))  # fmt: skip
    return np.array(rows, dtype=np.float64)


def _said(question: str, hits: Sequence[Hit], facts: Facts) -> Matrix:
    """From `line` to `attributes`: what the question shares with each passage's lines and fields."""
    asked = terms(question)
    passages = [hit.passage for hit in hits]
    known = facts.said.compared(asked, [passage.id for passage in passages]) if facts.said else None
    return compared(asked, [sets_of(passage, facts.catalogue) for passage in passages]) if known is None else known


Wrap = Callable[[Retriever, Callable[[], Facts]], Retriever]
"""Puts a ranker of one generation's facts around its retriever; not every ranker asks for them."""


def open_reranker(name: str) -> Wrap | None:
    """`bundled`, `none` (None), a folder of `shopclerk train ranker`, or a cross-encoder's folder. Raises ModelMissing."""
    if name == "none":
        return None
    folder = BUNDLED if name == "bundled" else Path(name).expanduser()
    if not folder.is_dir():
        raise ModelMissing(name, "there is no such folder; SHOPCLERK_RERANKER is bundled, none or a folder")
    if is_ranker(folder):
        ranker = Ranker.load(folder, Facts(Catalogue(())))
        return lambda inner, facts: Reranked(inner, replace(ranker, facts=facts()))
    from retrieval.cross import open_cross_encoder

    scorer = open_cross_encoder(folder)
    return lambda inner, facts: Reranked(inner, scorer)


def is_ranker(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / "card.json").read_text(encoding="utf-8")).get("kind") == KIND)
    except (OSError, ValueError, AttributeError):
        return False
