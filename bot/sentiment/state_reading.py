"""Reads texts by an encoder that doesn't learn, into States: each token's state, or what several layers say of a text.

Imported late: it needs the extra `train`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from bot.sentiment.reading import encoder, longest_of, over_layers, shortened
from bot.sentiment.states import Rows, States, filled
from retrieval.generations import Progress

TOKENS_AT_ONCE = 4096
_MALLOC = ((-1, (1 << 31) - 1), (-2, 1 << 28), (-3, 1 << 25))
"""mallopt's M_TRIM_THRESHOLD, M_TOP_PAD and M_MMAP_THRESHOLD, in bytes."""


def read_states(base: Path, states: States, texts: Sequence[str], frozen: int, longest: int, say: Progress) -> None:
    """Put into `states` what the `frozen` lowest layers of `base` make of those of the texts that it lacks. Raises BadLabeller."""
    missing = states.missing(texts)
    if not missing:
        return
    model, tokenizer = encoder(base, attention="sdpa")
    model.encoder.layer = model.encoder.layer[:frozen]
    ids = [shortened(tokenizer(text)["input_ids"], longest_of(model, longest)) for text in missing]
    states.check_room(sum(map(len, ids)))
    filled(states, missing, read(model.eval(), missing, ids, _each_token), say)


def read_layers(base: Path, states: States, texts: Sequence[str], longest: int, say: Progress) -> None:
    """Put into `states`, a row a text, what `over_layers` makes of those of the texts that it lacks. Raises BadLabeller."""
    missing = states.missing(texts)
    if not missing:
        return
    model, tokenizer = encoder(base, attention="sdpa")
    most = longest_of(model, longest)
    ids = [shortened(one, most) for one in tokenizer(missing)["input_ids"]]
    states.check_room(len(ids))
    filled(states, missing, read(model.eval(), missing, ids, _each_text), say)


def read(
    model: Any, texts: Sequence[str], ids: Sequence[Sequence[int]], kept: Callable[[Any, Any], list[Rows]]
) -> Iterator[tuple[list[str], list[Rows]]]:
    """Batches of about TOKENS_AT_ONCE, the shortest texts first, and what `kept` keeps of each answer and its mask."""
    keep_freed_memory()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    at = 0
    with torch.inference_mode():
        while at < len(order):
            longest = len(ids[order[min(at + 63, len(order) - 1)]])
            some = order[at : at + max(8, TOKENS_AT_ONCE // longest)]
            width = max(len(ids[i]) for i in some)
            tokens, mask = torch.zeros((2, len(some), width), dtype=torch.int64)
            for row, i in enumerate(some):
                tokens[row, : len(ids[i])], mask[row, : len(ids[i])] = torch.tensor(ids[i]), 1
            answer = model(input_ids=tokens, attention_mask=mask, output_hidden_states=True)
            yield [texts[i] for i in some], kept(answer, mask)
            at += len(some)


def _each_token(answer: Any, mask: Any) -> list[Rows]:
    states = answer.last_hidden_state.half().numpy()
    return [row[:count] for row, count in zip(states, mask.sum(1).tolist(), strict=True)]


def _each_text(answer: Any, mask: Any) -> list[Rows]:
    return list(over_layers(answer.hidden_states, mask).half().numpy()[:, None])


def keep_freed_memory() -> None:
    """Have glibc keep what tensors leave instead of giving it back after each step: a third of a training's time was page faults."""
    try:
        libc = ctypes.CDLL("libc.so.6")
    except OSError:
        return
    for setting, value in _MALLOC:
        libc.mallopt(setting, value)
