"""Opens folders of transformers, without running code of theirs, and asks them by pipelines that read the head and the tail of a long text.

Imported late: it needs the extra `train`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
import transformers

from bot.errors import BadLabeller
from bot.sentiment.heads import Head
from bot.sentiment.panel import FARTHEST, Panel

LAYERED = ("bert", "camembert", "roberta", "xlm-roberta")
"""Kinds of models whose layers can be called one by one."""


class ByFirstToken(transformers.TextClassificationPipeline):  # type: ignore[misc]
    """Of an ordinary classification model."""

    longest: int

    def preprocess(self, inputs: str, **settings: Any) -> Any:
        return tokens_of(self.tokenizer, inputs, self.longest)


class ByAllTokens(transformers.FeatureExtractionPipeline):  # type: ignore[misc]
    """Of an encoder: what `pooled` makes of a text, [3 * width] each, or `over_layers`."""

    longest: int
    layered: bool

    def preprocess(self, inputs: str, **settings: Any) -> Any:
        return tokens_of(self.tokenizer, inputs, self.longest)

    def _forward(self, model_inputs: Any) -> Any:
        answer, mask = self.model(**model_inputs, output_hidden_states=self.layered), model_inputs["attention_mask"]
        return {
            "pooled": over_layers(answer.hidden_states, mask)
            if self.layered
            else pooled(answer.last_hidden_state, mask)
        }

    def postprocess(self, model_outputs: Any, **settings: Any) -> Any:
        return model_outputs["pooled"][0].numpy()


def pooled(states: Any, mask: Any) -> Any:
    """First token, mean and maximum over the tokens: [n, tokens, width] -> [n, 3 * width]."""
    there = mask[:, :, None].to(states.dtype)
    mean = (states * there).sum(1) / there.sum(1)
    return torch.cat([states[:, 0], mean, states.masked_fill(there == 0, -1e4).max(1).values], 1)


def levels_of(layers: int) -> list[int]:
    """The middle layer, one three quarters up, the last but one and the last; each once."""
    return sorted({max(1, at) for at in (layers // 2, layers * 3 // 4, layers - 1, layers)})


def over_layers(hidden: Sequence[Any], mask: Any) -> Any:
    """Mean, maximum and minimum over the tokens of some layers, [n, tokens, width] each -> [n, levels * 3 * width]."""
    there = mask[:, :, None].to(hidden[-1].dtype)
    parts = []
    for level in levels_of(len(hidden) - 1):
        states, nowhere = hidden[level], there == 0
        parts += [
            (states * there).sum(1) / there.sum(1),
            states.masked_fill(nowhere, -1e4).max(1).values,
            states.masked_fill(nowhere, 1e4).min(1).values,
        ]
    return torch.cat(parts, 1)


def scored(answer: Any, read: Any, head: Head) -> Any:
    """Logits [n, labels], with their gradient, of what a model said."""
    if head is None:
        return answer.logits
    if isinstance(head, Panel):
        arrays = {one.name: torch.from_numpy(getattr(head, one.name)) for one in fields(head)}
        plain = (over_layers(answer.hidden_states, read["attention_mask"]) - arrays["mean"]) / arrays["spread"]
        hidden = (plain.clamp(-FARTHEST, FARTHEST) @ arrays["first"] + arrays["first_bias"][:, None]).relu()
        return (hidden @ arrays["second"] + arrays["second_bias"][:, None]).mean(0)
    weights = torch.from_numpy(head.weights)
    return pooled(answer.last_hidden_state, read["attention_mask"]) @ weights[:-1] + weights[-1]


def tokens_of(tokenizer: Any, text: str, longest: int, **more: Any) -> dict[str, Any]:
    """Tensors [1, tokens], as a model takes them."""
    read = tokenizer(text, **more)
    return {name: torch.tensor([shortened(values, longest)]) for name, values in read.items()}


def shortened(values: Sequence[Any], longest: int) -> list[Any]:
    """Head and tail, half each, of what is longer."""
    if len(values) <= longest:
        return list(values)
    return [*values[: longest // 2], *values[len(values) - (longest - longest // 2) :]]


def classifier(folder: Path, labels: Sequence[str]) -> tuple[Any, Any]:
    """A model for sequence classification, and its tokenizer. Raises BadLabeller."""
    return _opened(
        transformers.AutoModelForSequenceClassification, folder, attn_implementation="eager", ignore_mismatched_sizes=True,
        num_labels=len(labels), id2label=dict(enumerate(labels)), label2id={name: i for i, name in enumerate(labels)},
    )  # fmt: skip


def encoder(folder: Path, *, attention: str = "eager") -> tuple[Any, Any]:
    """An encoder without a head, and its tokenizer. Raises BadLabeller, too where its layers can't be called one by one."""
    model, tokenizer = _opened(transformers.AutoModel, folder, attn_implementation=attention)
    if model.config.model_type not in LAYERED:
        raise BadLabeller(
            str(folder),
            f"the layers of a {model.config.model_type} can't learn apart ({', '.join(LAYERED)} can); use --layers all",
        )
    model.pooler = None
    return model, tokenizer


def pipeline(folder: Path, labels: Sequence[str], longest: int, *, encoder_alone: bool, layered: bool = False) -> Any:
    """What reads texts by the model in the folder; `layered` is an encoder of which several layers are read. Raises BadLabeller."""
    model, tokenizer = encoder(folder) if encoder_alone else classifier(folder, labels)
    pipe = (ByAllTokens if encoder_alone else ByFirstToken)(model=model.eval(), tokenizer=tokenizer, device=-1)
    pipe.longest, pipe.layered = longest_of(model, longest), layered
    return pipe


def width_of(folder: Path) -> tuple[int, int]:
    """How wide a token's state is, and how many layers there are. Raises BadLabeller."""
    try:
        config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        return int(config.hidden_size), int(config.num_hidden_layers)
    except (OSError, ValueError, AttributeError) as error:
        raise BadLabeller(str(folder), str(error).splitlines()[0]) from error


def longest_of(model: Any, longest: int) -> int:
    """No more than the model has places for; two are kept back by some kinds."""
    return int(min(longest, model.config.max_position_embeddings - 2))


def _opened(kind: Any, folder: Path, **settings: Any) -> tuple[Any, Any]:
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    try:
        model = kind.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False, **settings
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError) as error:
        raise BadLabeller(str(folder), str(error).splitlines()[0]) from error
    return model, tokenizer
