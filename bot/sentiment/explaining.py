"""Which words of a text speak for its label, and whether taking them out changes the model's mind.

A transformer's words are weighed by its attention to them, those of other models by how far the label's log odds fall without the word.
"""

from __future__ import annotations

import html
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.sentiment.attention import attention
from bot.sentiment.labeller import Labeller
from bot.sentiment.listener import Listener
from bot.sentiment.transformer import TransformerLabeller
from bot.sentiment.units import Span, word_spans
from retrieval.seams import Vectors

MARKED = 0.2
"""Share of a text's words that are taken out."""
TRIES = 5
"""Times that as many words of chance are taken out."""
Word = tuple[int, int, float]
AnyLabeller = Labeller | TransformerLabeller | Listener


@dataclass(frozen=True, slots=True)
class Explained:
    """`words` are (start, end, weight), weights 0 to 1; the drops are of the label's chance when words are taken out.

    `agreement` is Spearman's correlation between a word's attention and what taking it out alone does; 0 where that can't be told, None where
    that is what the weights were made of.
    """

    text: str
    label: str
    chance: float
    words: tuple[Word, ...]
    marked_drop: float
    random_drop: float
    agreement: float | None


def explained(model: AnyLabeller, texts: Sequence[str], *, seed: int = 0) -> list[Explained]:
    """Texts of fewer than three words can't be checked; their drops are 0."""
    return [_explained(model, text, random.Random(f"{seed} {text}")) for text in texts]


def summary(found: Sequence[Explained]) -> dict[str, float]:
    """Means over the texts that could be checked."""
    checked = [one for one in found if len(one.words) >= 3]
    if not checked:
        return {"texts": 0}
    agreements = [one.agreement for one in checked if one.agreement is not None]
    return {
        "texts": len(checked),
        "marked_drop": round(float(np.mean([one.marked_drop for one in checked])), 4),
        "random_drop": round(float(np.mean([one.random_drop for one in checked])), 4),
    } | ({"agreement": round(float(np.mean(agreements)), 4)} if agreements else {})


_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.6 system-ui,'Noto Sans CJK SC',sans-serif;max-width:50em;margin:2em auto;padding:0 1em;"
    "background:light-dark(#fff,#16181b);color:light-dark(#1f2328,#e6e8ea);overflow-wrap:anywhere}h1{font-size:1.6em;line-height:1.2}"
    "p{break-inside:avoid}mark{color:inherit;border-radius:3px;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    "@media screen and (prefers-color-scheme:dark){mark{box-shadow:inset 0 0 0 99px rgba(0,0,0,.35)}mark[style*=',0.00)']{box-shadow:none}}@media print{:root{color-scheme:light}}"
)


def page(found: Sequence[Explained], title: str) -> str:
    """One self-contained HTML page; the darker a word, the more it counted."""
    told = summary(found)
    lines = "\n".join(f"<p><b>{html.escape(one.label)}</b> {one.chance:.2f}: {_marked(one)}</p>" for one in found)
    agreement = (
        f"; Spearman's correlation of mark and drop, word by word: {told['agreement']:.2f}"
        if "agreement" in told
        else ""
    )
    return (
        f"<!doctype html><html><meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'><title>{html.escape(title)}</title>"
        f"<style>{_STYLE}</style>"
        f"<h1>{html.escape(title)}</h1><p>Taking out the most marked fifth of the words lowers the label's chance by "
        f"{told.get('marked_drop', 0):.3f}, as many words of chance by {told.get('random_drop', 0):.3f}{agreement} "
        f"({told['texts']} texts).</p>\n{lines}\n"
    )


def marked_lines(found: Sequence[Explained], *, styled: bool) -> list[str]:
    """One a text, the most marked fifth of its words in bold (rich's markup) where it is `styled`, else between asterisks."""
    from rich.markup import escape

    before, behind, plain = ("[bold reverse]", "[/]", escape) if styled else ("*", "*", str)
    shown = []
    for one in found:
        line, at = f"{plain(one.label)} {one.chance:.2f}: ", 0
        for start, end, weight in sorted(_most(one.words)):
            if not weight:
                continue
            line += f"{plain(one.text[at:start])}{before}{plain(one.text[start:end])}{behind}"
            at = end
        line += plain(one.text[at:])
        shown.append(" ".join("".join(letter if letter.isprintable() else " " for letter in line).split()))
    return shown


def _marked(one: Explained) -> str:
    text, at = "", 0
    for start, end, weight in one.words:
        text += html.escape(one.text[at:start])
        text += f'<mark style="background:rgba(255,160,0,{weight:.2f})">{html.escape(one.text[start:end])}</mark>'
        at = end
    return text + html.escape(one.text[at:])


def _explained(model: AnyLabeller, text: str, chance_of: random.Random) -> Explained:
    chances = model.chances([text])[0]
    best = int(chances.argmax())
    words = _weighed(model, text, best)
    if len(words) < 3:
        return Explained(text, model.card.labels[best], float(chances[best]), words, 0.0, 0.0, None)
    top = _most(words)
    drawn = [chance_of.sample(words, len(top)) for _ in range(TRIES)]
    alone = [[word] for word in words]
    left = [_without(text, taken) for taken in ([*top], *drawn, *alone)]
    drops = float(chances[best]) - model.chances(left)[:, best]
    weights = np.array([weight for _, _, weight in words])
    agreement = _spearman(weights, drops[1 + TRIES :]) if isinstance(model, TransformerLabeller) else None
    return Explained(
        text, model.card.labels[best], float(chances[best]), words, float(drops[0]), float(drops[1 : 1 + TRIES].mean()), agreement
    )  # fmt: skip


def _weighed(model: AnyLabeller, text: str, label: int) -> tuple[Word, ...]:
    words = word_spans(text)
    if isinstance(model, TransformerLabeller):
        weights = attention(model, text, label, words)
    else:
        chances = model.chances([text, *(_without(text, [word]) for word in words)])[:, label].astype(np.float64)
        weights = np.maximum(_logit(chances[0]) - _logit(chances[1:]), 0).tolist()
    top = max(weights, default=0.0) or 1.0
    return tuple((start, end, weight / top) for (start, end), weight in zip(words, weights, strict=True))


def _logit(chance: Any) -> Any:
    kept = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.log(kept / (1 - kept))


def _most(words: Sequence[Word]) -> list[Word]:
    return sorted(words, key=lambda word: (-word[2], word[0]))[: max(1, round(MARKED * len(words)))]


def _without(text: str, taken: Sequence[Word | Span]) -> str:
    for start, end, *_ in sorted(taken, reverse=True):
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
