"""Questions put into topics: are they those of people's labels, in both languages at once, and do names stay from week to week?"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.intent.classifier import Classifier
from eval import setting
from eval.benchmarks.corpora import rows
from eval.errors import BadRow, NothingToDo
from eval.insights import topic_groups, topic_names, topics
from eval.insights.topic_names import Known, Text
from eval.insights.topic_views import Views
from knowledge_base.types import Faq
from retrieval import text as words_of
from retrieval.seams import Embedder, Vectors

OURS = Path(__file__).resolve().parent.parent / "data" / "topics.jsonl"
PACKAGES = ("numpy", "onnxruntime", "rjieba", "scikit-learn")
SEEDS = 5
WEEKS = 10
SHUFFLES = 200
KEPT = 0.75
"""Share of the questions that a resampled week has."""
BOTH = 0.1
"""Share of the rarer language from which a topic holds both."""
Groups = NDArray[np.intp]
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    text: str
    locale: str
    topic: str
    half: str
    """By its place: even ones are dev, odd ones test."""


def read(file: Path) -> list[Case]:
    """JSONL of id, text, locale and topic. Raises BadRow."""
    return [_case(file, number, row) for number, row in rows(file)]


def _case(file: Path, number: int, row: Mapping[str, Any]) -> Case:
    text, topic = row.get("text"), row.get("topic")
    if not all(isinstance(one, str) and one.strip() for one in (text, topic)):
        raise BadRow(file, number, "text and topic are needed, and one of them is empty or missing")
    locale = str(row.get("locale") or words_of.guess_locale(str(text), "en"))
    return Case(str(row.get("id", number)), str(text), locale, str(topic), ("dev", "test")[number % 2])


def run(file: Path, half: str, faqs: Sequence[Faq], embedder: Embedder, classifier: Classifier | None) -> Report:
    """Of one half, by itself: the other isn't looked at. Raises BadRow, NothingToDo."""
    started = time.perf_counter()
    cases = [case for case in read(file) if half in ("all", case.half)]
    if len(cases) < topic_groups.FEWEST * 10:
        raise NothingToDo(f"{len(cases)} questions of {file} are of the half {half!r}; {topic_groups.FEWEST * 10} are needed.")  # fmt: skip
    vectors, views = embedder.embed([case.text for case in cases]), Views(embedder, faqs, classifier)
    placed = views.of([case.text for case in cases], vectors)
    groups = topic_groups.grouped(placed)
    count = len({case.topic for case in cases})
    alone = Views(embedder, (), None).of([case.text for case in cases], vectors)
    return {
        "half": half, "questions": len(cases), "topics": count, "ours": scored(cases, groups),
        "ours, meaning alone": scored(cases, topic_groups.grouped(alone)),
        "yardsticks": {
            "k-means, TF-IDF": _k_means(cases, _tfidf(cases), count), "k-means, vectors": _k_means(cases, vectors, count),
        },
        "names": _stability(cases, vectors, views), "alarms": _alarms(cases, placed, groups), "told": _told(cases, placed, groups, views),
        "embedder": embedder.name, "versions": setting.versions(PACKAGES), "data": setting.digests([file]),
        "machine": setting.machine(), "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip


def scored(cases: Sequence[Case], groups: Groups) -> dict[str, float]:
    """Purity, normalised mutual information, adjusted Rand index; and the share of groups that hold both languages."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    labels = [case.topic for case in cases]
    chinese = np.array([case.locale.startswith("zh") for case in cases])
    mixed = [BOTH <= chinese[groups == number].mean() <= 1 - BOTH for number in np.unique(groups)]
    return {
        "groups": len(mixed),
        "purity": round(sum(most for _, most in _majorities(labels, groups).values()) / len(cases), 4),
        "nmi": round(float(normalized_mutual_info_score(labels, groups)), 4),
        "ari": round(float(adjusted_rand_score(labels, groups)), 4),
        "both_languages": round(float(np.mean(mixed)), 4),
    }


def _majorities(labels: Sequence[str], groups: Groups) -> dict[int, tuple[str, int]]:
    """Each group's most frequent label, and how often it has it."""
    return {
        int(number): Counter(labels[place] for place in np.flatnonzero(groups == number).tolist()).most_common(1)[0]
        for number in np.unique(groups)
    }


def _tfidf(cases: Sequence[Case]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer=words_of.words, sublinear_tf=True).fit_transform([case.text for case in cases])


def _k_means(cases: Sequence[Case], rows: Any, count: int) -> dict[str, float]:
    """With as many groups as there are labels, which ours isn't told; the mean over seeds."""
    from sklearn.cluster import KMeans

    runs = [scored(cases, KMeans(count, n_init=10, random_state=seed).fit_predict(rows)) for seed in range(SEEDS)]
    return {name: round(float(np.mean([one[name] for one in runs])), 4) for name in runs[0]}


def _week(cases: Sequence[Case], vectors: Vectors, views: Views, at: Groups, known: Sequence[Known]) -> tuple[list[str], Groups, list[Known], int]:  # fmt: skip
    """The name of each question's topic, the groups, what is known after, and how many groups have a name they had."""
    texts = [Text(cases[place].text, cases[place].id) for place in at]
    placed = views.of([text.text for text in texts], vectors[at])
    groups = topic_groups.grouped(placed)
    words = topics.words_of(texts, groups, placed, views)
    centres = topic_groups.middles(placed, groups)
    same = topic_names.matched(known, [topic_names.flat(one) for one in words], centres)
    names = topics.named(words, known, same)
    after = [
        Known(name, topic_names.flat(told), tuple(centre.tolist()))
        for name, told, centre in zip(names, words, centres, strict=True)
    ]
    return [names[number]["en"] for number in groups], groups, after, len(same)


def _stability(cases: Sequence[Case], vectors: Vectors, views: Views) -> dict[str, float]:
    """Two weeks drawn from the questions (`resampled`), and two that share none (`apart`), so often."""
    rng, found = np.random.default_rng(0), []
    for _ in range(WEEKS):
        size = int(KEPT * len(cases))
        first, second = (np.sort(rng.choice(len(cases), size, replace=False)) for _ in range(2))
        order = rng.permutation(len(cases))
        left, right = np.sort(order[: len(cases) // 2]), np.sort(order[len(cases) // 2 :])
        found.append({**_resampled(cases, vectors, views, first, second), **_apart(cases, vectors, views, left, right)})
    return {name: round(float(np.mean([one[name] for one in found])), 4) for name in found[0]}


def _resampled(
    cases: Sequence[Case], vectors: Vectors, views: Views, first: Groups, second: Groups
) -> dict[str, float]:
    before, _, known, _ = _week(cases, vectors, views, first, ())
    after, groups, _, same = _week(cases, vectors, views, second, known)
    anew, _, _, _ = _week(cases, vectors, views, second, ())
    name_of = dict(zip(first.tolist(), before, strict=True))
    shared = [(place, name_of[int(at)]) for place, at in enumerate(second) if int(at) in name_of]
    return {
        "topics_that_keep_a_name": same / (int(groups.max()) + 1),
        "questions_under_the_same_name": float(np.mean([after[place] == name for place, name in shared])),
        "questions_under_the_same_name, named anew": float(np.mean([anew[place] == name for place, name in shared])),
    }


def _apart(cases: Sequence[Case], vectors: Vectors, views: Views, left: Groups, right: Groups) -> dict[str, float]:
    """Whether a name that is kept is of the same label: judged by what most questions under it are about in each week."""
    before, _, known, _ = _week(cases, vectors, views, left, ())
    after, later, _, same = _week(cases, vectors, views, right, known)
    labels = [case.topic for case in cases]
    was = dict(_labels_of(before, [labels[at] for at in left]))
    now = dict(_labels_of(after, [labels[at] for at in right]))
    both = [name for name in now if name in was]
    return {
        "apart: topics_that_keep_a_name": same / (int(later.max()) + 1),
        "apart: kept names of the same label": float(np.mean([now[name] == was[name] for name in both] or [False])),
    }


def _labels_of(names: Sequence[str], labels: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in dict.fromkeys(names):
        yield name, Counter(label for one, label in zip(names, labels, strict=True) if one == name).most_common(1)[0][0]


def _alarms(cases: Sequence[Case], placed: Vectors, groups: Groups) -> dict[str, float]:
    """Weeks dealt by chance out of one: in how many any topic is called rising, falling or new, which none is."""
    rng, count, called = np.random.default_rng(0), int(groups.max()) + 1, 0
    for _ in range(SHUFFLES):
        now = rng.random(len(cases)) < 0.5
        turns = [
            topics.trend(int((now & (groups == number)).sum()), int(now.sum()), int((~now & (groups == number)).sum()), int((~now).sum()), count)[1]
            for number in range(count)
        ]  # fmt: skip
        called += any(turn not in ("steady", "unknown") for turn in turns)
    return {"weeks": SHUFFLES, "with_an_alarm": round(called / SHUFFLES, 4)}


def _told(cases: Sequence[Case], placed: Vectors, groups: Groups, views: Views) -> list[Mapping[str, Any]]:
    """The topics as a reader would see them, with what people had labelled their questions."""
    texts = [Text(case.text, case.id) for case in cases]
    names = topics.named(topics.words_of(texts, groups, placed, views), (), {})
    return [
        {
            "names": name, "questions": int((groups == number).sum()),
            "labels": dict(Counter(cases[place].topic for place in np.flatnonzero(groups == number).tolist()).most_common(3)),
        }
        for number, name in enumerate(names)
    ]  # fmt: skip
