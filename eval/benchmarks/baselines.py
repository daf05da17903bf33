"""What our classifier is measured beside: logistic regression over TF-IDF (words and pairs, and character pieces), and over MiniLM alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.intent import logistic
from bot.intent.chances import softmax
from retrieval.seams import Vectors
from retrieval.text import han_words

_RIDGE = 0.1


@dataclass(frozen=True, slots=True)
class Baseline:
    """Chances are the softmax as it is; that of none of the intents is what the likeliest one lacks to 1."""

    intents: Sequence[str]
    weights: Vectors
    features: Callable[[Sequence[str], Vectors], Any]

    def chances(self, texts: Sequence[str], vectors: Vectors) -> Vectors:
        shares = softmax(self.features(texts, vectors) @ self.weights)
        whole: Vectors = np.hstack([shares, 1 - shares.max(axis=1, keepdims=True)])
        return whole


def fit_tfidf(texts: Sequence[str], vectors: Vectors, intents: Sequence[str]) -> Baseline:
    """Words and pairs of words; for Chinese texts, pieces of one to three characters."""
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfVectorizer

    if sum(bool(han_words(text)) for text in texts) > len(texts) / 2:
        table = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)
    else:
        table = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    table.fit(texts)

    def features(some: Sequence[str], _: Vectors) -> Any:
        return sparse.hstack([table.transform(some), np.ones((len(some), 1), dtype=np.float32)]).tocsr()

    return _fitted(features, texts, vectors, intents)


def fit_minilm(texts: Sequence[str], vectors: Vectors, intents: Sequence[str]) -> Baseline:
    """The sentence vectors alone."""

    def features(some: Sequence[str], rows: Vectors) -> Any:
        return np.hstack([rows, np.ones((len(rows), 1), dtype=np.float32)])

    return _fitted(features, texts, vectors, intents)


def fit_characters(texts: Sequence[str], labels: Sequence[str]) -> Baseline:
    """scikit-learn's own logistic regression over TF-IDF of pieces of one to four characters, the vectors unread; chances as in `Baseline`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    table = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, sublinear_tf=True, dtype=np.float32)
    model = LogisticRegression(C=10, max_iter=200).fit(table.fit_transform(texts), labels)
    slopes = np.hstack([model.coef_, model.intercept_[:, None]])
    weights = np.vstack([np.zeros_like(slopes), slopes]) if len(slopes) == 1 else slopes

    def features(some: Sequence[str], _: Vectors) -> Any:
        from scipy import sparse

        return sparse.hstack([table.transform(some), np.ones((len(some), 1), dtype=np.float32)]).tocsr()

    return Baseline(list(model.classes_), weights.T.astype(np.float32), features)


def _fitted(
    features: Callable[[Sequence[str], Vectors], Any], texts: Sequence[str], vectors: Vectors, intents: Sequence[str]
) -> Baseline:
    names = sorted(set(intents))
    targets = np.eye(len(names), dtype=np.float32)[[names.index(name) for name in intents]]
    return Baseline(names, logistic.fit(features(texts, vectors), targets, ridge=_RIDGE), features)
