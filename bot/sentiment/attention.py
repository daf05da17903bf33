"""Which words a fine-tuned transformer looks at when it tells a label; what the wording says beside it is not in this.

A word's weight is the last layer's attention to it from the tokens that the label is read from, each head's counted by how much the
label's score depends on it (the gradient; Chefer et al., "Generic attention-model explainability", 2021).
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.sentiment.transformer import TransformerLabeller
from bot.sentiment.units import Span


def attention(model: TransformerLabeller, text: str, label: int, words: Sequence[Span]) -> list[float]:
    """One a word, 0 or more; what isn't read of a long text has 0."""
    import torch

    from bot.sentiment.reading import scored, tokens_of

    read = tokens_of(model.pipe.tokenizer, text, model.pipe.longest, return_offsets_mapping=True)
    offsets = read.pop("offset_mapping")[0].tolist()
    answer = model.pipe.model(**read, output_attentions=True, output_hidden_states=True)
    last = answer.attentions[-1]
    slope = torch.autograd.grad(scored(answer, read, model.head)[0, label], last)[0]
    to_token = (last * slope).clamp(min=0).mean(dim=1)[0].sum(dim=0).detach().numpy()
    return [
        sum(float(to_token[i]) for i, (a, b) in enumerate(offsets) if a < end and b > start) for start, end in words
    ]
