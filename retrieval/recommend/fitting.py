"""Fits every model, then the ranker on what was held back from them, then all but the Transformer once more on everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import TooFewEvents
from retrieval.generations import Progress
from retrieval.recommend.blend import Blend
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.content import Content, ContentPlan
from retrieval.recommend.histories import Histories, Places, held_back
from retrieval.recommend.linear import Linear, LinearPlan
from retrieval.recommend.links import Floats
from retrieval.recommend.plans import RankerPlan, SequencePlan
from retrieval.recommend.popularity import Popularity, PopularityPlan
from retrieval.recommend.sequence import Sequence as Transformer
from retrieval.recommend.steps import StepPlan, Steps, Together

FEWEST = 20
"""Customers with two items or more below which nothing is learned."""
MODELS = ("linear", "steps", "together", "sequence", "content")
_ENOUGH_FOR_RANKER = 100
"""Lessons below which the models' words are weighed, not ranked."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit. `aside` is the share of customers whose last event is held back, at most `most_aside`; `judged` of them tell the score."""

    models: tuple[str, ...] = MODELS
    seed: int = 7
    aside: float = 0.25
    most_aside: int = 8_000
    judged: float = 0.25
    enough_for_sequence: int = 500
    """Customers below which a Transformer learns less than counting does."""
    device: str = "cpu"
    linear: LinearPlan = field(default_factory=LinearPlan)
    steps: StepPlan = field(default_factory=StepPlan)
    content: ContentPlan = field(default_factory=ContentPlan)
    popularity: PopularityPlan = field(default_factory=PopularityPlan)
    sequence: SequencePlan = field(default_factory=SequencePlan)
    ranker: RankerPlan = field(default_factory=RankerPlan)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A history, and what came next."""

    history: Places
    next: int
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """`apart` are the models before they saw what was held back; `score` is theirs on `judged`, which none of them learned."""

    blend: Blend
    apart: Blend
    score: dict[str, float]
    judged: tuple[Lesson, ...]
    epochs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """All that is learned from: histories, a category number an item, the texts' vectors [items, dim] where there are any."""

    histories: Histories
    categories: NDArray[np.int32]
    texts: Floats | None = None


def fit(given: Given, plan: Plan, *, checkpoints: Checkpoints, say: Progress = lambda step, done, of: None) -> Fitted:
    """Raises TooFewEvents. Equal histories, texts, plan and threads give equal models on one machine."""
    able = int((given.histories.lengths >= 2).sum())
    if able < FEWEST:
        raise TooFewEvents(able, FEWEST)
    aside = held_back(given.histories, share=plan.aside, most=plan.most_aside, seed=plan.seed)
    less = replace(given, histories=given.histories.less_last(aside))
    lessons = _lessons(given.histories, less.histories, aside, plan.seed)
    count = max(1, round(plan.judged * len(lessons)))
    judged, taught = lessons[:count], lessons[count:]
    blend = counted(less, plan, checkpoints, say)
    epochs: tuple[float, ...] = ()
    if "sequence" in plan.models and able >= plan.enough_for_sequence:
        made, epochs = _sequence(less, plan, taught, checkpoints, say)
        blend = replace(blend, sequence=made)
    if len(taught) >= _ENOUGH_FOR_RANKER:
        blend = _ranked(blend, taught, plan, say)
    score = scored(blend, judged, say=say)
    whole = counted(given, plan, checkpoints, say)
    complete = replace(whole, sequence=blend.sequence, ranker=blend.ranker)
    return Fitted(complete, blend, score, tuple(judged), epochs)


def _lessons(whole: Histories, less: Histories, aside: NDArray[np.bool_], seed: int) -> list[Lesson]:
    order = np.random.default_rng(seed + 1).permutation(np.flatnonzero(aside))
    ends = whole.starts[1:] - 1
    return [
        Lesson(less.of(c), int(whole.places[ends[c]]), None if whole.at is None else int(whole.at[ends[c]]))
        for c in order.tolist()
    ]


def counted(given: Given, plan: Plan, checkpoints: Checkpoints, say: Progress) -> Blend:
    """All that is counted or solved: a minute for 17,000 items."""
    say("counting", 0, 1)
    histories = given.histories
    known = np.bincount(histories.places, minlength=len(histories.items)) > 0
    made = Blend(histories.items, known, Popularity.fit(histories, given.categories, plan.popularity))
    if "steps" in plan.models:
        made = replace(made, steps=Steps.fit(histories, plan.steps))
    if "together" in plan.models:
        made = replace(made, together=Together.fit(histories))
    if given.texts is not None and "content" in plan.models:
        content = Content.fit(given.texts, plan.content)
        made = replace(made, content=content, kin=content.kin(content.rows[~known], known, plan.content))
    say("counting", 1, 1)
    if "linear" in plan.models:
        kept = checkpoints.under("linear", histories.digest, plan.linear)
        links = kept.links("linear", lambda: Linear.fit(histories, plan.linear, say).links)
        made = replace(made, linear=Linear(links, plan.linear.recent))
    return made


def _sequence(
    less: Given, plan: Plan, taught: Sequence[Lesson], checkpoints: Checkpoints, say: Progress
) -> tuple[Transformer, tuple[float, ...]]:
    from retrieval.recommend import network as networks
    from retrieval.recommend import sequence_fit

    known = np.bincount(less.histories.places, minlength=len(less.histories.items)) > 0
    same = replace(plan.sequence, epochs=0, patience=0)
    kept = checkpoints.under("sequence", less.histories.digest, same, plan.seed, plan.aside, plan.most_aside)
    network, epochs = sequence_fit.fit(
        less.histories, less.texts, plan.sequence, [(one.history, one.next) for one in taught[:2000]],
        device=plan.device, work=kept.folder, say=say,
    )  # fmt: skip
    return networks.served(network, known), epochs


def _ranked(blend: Blend, taught: Sequence[Lesson], plan: Plan, say: Progress) -> Blend:
    """With a ranker, taught on those lessons whose answer is among the candidates."""
    from retrieval.recommend import ranker_fit

    asked = []
    for done, lesson in enumerate(taught):
        if done % 100 == 0:
            say("candidates", done, len(taught))
        said, found = blend.asked(lesson.history)
        right = np.flatnonzero(found == lesson.next)
        if len(right):
            asked.append(ranker_fit.Asked(blend.features(said, found, lesson.history), int(right[0])))
    if len(asked) < _ENOUGH_FOR_RANKER:
        return blend
    ranker, _ = ranker_fit.fit(asked, plan.ranker, say)
    return replace(blend, ranker=ranker)


def scored(blend: Blend, judged: Sequence[Lesson], *, say: Progress = lambda step, done, of: None) -> dict[str, float]:
    """HR@10 and NDCG@10 over all items that the customer hasn't had; `rows` says how many were asked."""
    say("measuring", 0, len(judged))
    places = np.array([place_of(blend, one) for one in judged])
    hits = places < 10
    gains = np.where(hits, 1 / np.log2(places + 2), 0)
    say("measuring", len(judged), len(judged))
    return {"hr@10": float(hits.mean()), "ndcg@10": float(gains.mean()), "rows": len(judged)}


def place_of(blend: Blend, lesson: Lesson, k: int = 10) -> int:
    """Where among the first k the right one is, from 0; k where it isn't."""
    allowed = np.ones(len(blend.items), dtype=np.bool_)
    allowed[lesson.history] = False
    found = [item for item, _ in blend.ranked(lesson.history, allowed, k)]
    return found.index(lesson.next) if lesson.next in found else k
