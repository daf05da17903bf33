"""Which words a fine-tuned transformer looks at when it tells a label, and whether taking them out changes its mind.

A word's weight is the last layer's attention to it from the token that the label is read from, each head's counted by how much the
label's score depends on it (the gradient; Chefer et al., "Generic attention-model explainability", 2021).
"""

from __future__ import annotations

import html
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.sentiment.transformer import LONGEST, TransformerLabeller
from bot.sentiment.units import spans
from retrieval.seams import Vectors

MARKED = 0.2
"""Share of a text's words that are taken out."""
TRIES = 5
"""Times that as many words of chance are taken out."""
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Explained:
    """`words` are (start, end, weight), weights 0 to 1; the drops are of the label's chance when words are taken out.

    `agreement` is Spearman's correlation between a word's weight and what taking it out alone does; 0 where that can't be told.
    """

    text: str
    label: str
    chance: float
    words: tuple[tuple[int, int, float], ...]
    marked_drop: float
    random_drop: float
    agreement: float


def explained(model: TransformerLabeller, texts: Sequence[str], *, seed: int = 0) -> list[Explained]:
    """Texts of fewer than three words can't be checked; their drops are 0."""
    return [_explained(model, text, random.Random(f"{seed} {text}")) for text in texts]


def summary(found: Sequence[Explained]) -> dict[str, float]:
    """Means over the texts that could be checked."""
    checked = [one for one in found if len(one.words) >= 3]
    if not checked:
        return {"texts": 0}
    return {
        "texts": len(checked),
        "marked_drop": round(float(np.mean([one.marked_drop for one in checked])), 4),
        "random_drop": round(float(np.mean([one.random_drop for one in checked])), 4),
        "agreement": round(float(np.mean([one.agreement for one in checked])), 4),
    }


def page(found: Sequence[Explained], title: str) -> str:
    """One self-contained HTML page; the darker a word, the more it counted."""
    told = summary(found)
    lines = "\n".join(f"<p><b>{html.escape(one.label)}</b> {one.chance:.2f}: {_marked(one)}</p>" for one in found)
    return (
        f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title>"
        "<style>body{font:16px/1.6 system-ui,sans-serif;max-width:50em;margin:2em auto;padding:0 1em}"
        "mark{color:inherit;border-radius:3px}</style>"
        f"<h1>{html.escape(title)}</h1><p>Taking out the most marked fifth of the words lowers the label's chance by "
        f"{told.get('marked_drop', 0):.3f}, as many words of chance by {told.get('random_drop', 0):.3f}; Spearman's correlation of "
        f"mark and drop, word by word: {told.get('agreement', 0):.2f} ({told['texts']} texts).</p>\n{lines}\n"
    )


def lines(found: Sequence[Explained]) -> list[str]:
    """For a terminal, in rich's markup: the most marked fifth of the words stand in bold."""
    from rich.markup import escape

    shown = []
    for one in found:
        top, text, at = set(_most(one.words)), "", 0
        for word in one.words:
            piece = escape(one.text[word[0] : word[1]])
            text += escape(one.text[at : word[0]]) + (f"[bold reverse]{piece}[/]" if word in top else piece)
            at = word[1]
        shown.append(f"{escape(one.label)} {one.chance:.2f}: {text}{escape(one.text[at:])}")
    return shown


def _marked(one: Explained) -> str:
    text, at = "", 0
    for start, end, weight in one.words:
        text += html.escape(one.text[at:start])
        text += f'<mark style="background:rgba(255,160,0,{weight:.2f})">{html.escape(one.text[start:end])}</mark>'
        at = end
    return text + html.escape(one.text[at:])


def _explained(model: TransformerLabeller, text: str, chance_of: random.Random) -> Explained:
    chances = model.chances([text])[0]
    best = int(chances.argmax())
    words = _weighed(model, text, best)
    if len(words) < 3:
        return Explained(text, model.card.labels[best], float(chances[best]), words, 0.0, 0.0, 0.0)
    top = _most(words)
    drawn = [chance_of.sample(words, len(top)) for _ in range(TRIES)]
    alone = [[word] for word in words]
    left = [_without(text, taken) for taken in ([*top], *drawn, *alone)]
    drops = float(chances[best]) - model.chances(left)[:, best]
    weights = np.array([weight for _, _, weight in words])
    return Explained(
        text, model.card.labels[best], float(chances[best]), words, float(drops[0]), float(drops[1 : 1 + TRIES].mean()),
        _spearman(weights, drops[1 + TRIES :]),
    )  # fmt: skip


def _weighed(model: TransformerLabeller, text: str, label: int) -> tuple[tuple[int, int, float], ...]:
    import torch

    net, tokenizer = model.pipe.model, model.pipe.tokenizer
    read: Any = tokenizer(text, return_tensors="pt", truncation=True, max_length=LONGEST, return_offsets_mapping=True)
    offsets = read.pop("offset_mapping")[0].tolist()
    answer = net(**read, output_attentions=True)
    attention = answer.attentions[-1]
    slope = torch.autograd.grad(answer.logits[0, label], attention)[0]
    to_token = (attention * slope).clamp(min=0).mean(dim=1)[0, 0].detach().numpy()
    words = spans(text)
    sums = [
        sum(float(to_token[i]) for i, (a, b) in enumerate(offsets) if a < end and b > start) for start, end in words
    ]
    top = max(sums, default=0.0) or 1.0
    return tuple((start, end, value / top) for (start, end), value in zip(words, sums, strict=True))


def _most(words: Sequence[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
    return sorted(words, key=lambda word: (-word[2], word[0]))[: max(1, round(MARKED * len(words)))]


def _without(text: str, taken: Sequence[tuple[int, int, float]]) -> str:
    for start, end, _ in sorted(taken, reverse=True):
        text = text[:start] + text[end:]
    return " ".join(text.split()) or "."


def _spearman(one: Vectors, other: Vectors) -> float:
    a, b = _ranks(one), _ranks(other)
    spread = float(a.std() * b.std())
    return float(((a - a.mean()) * (b - b.mean())).mean()) / spread if spread else 0.0


def _ranks(values: Vectors) -> Vectors:
    """Ties share their mean rank."""
    ranks: Vectors = np.array([((values < v).sum() + (values <= v).sum()) / 2 for v in values], dtype=np.float32)
    return ranks
