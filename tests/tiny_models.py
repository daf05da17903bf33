"""Transformers of a few thousand random weights: enough to be trained, exported and opened in a second."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from retrieval import text as words_of


def tiny_transformer(folder: Path, texts: Iterable[str], *, seed: int = 1) -> Path:
    """A sentence-transformers folder whose words are those of `texts`; the rest is unknown to it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    plain = tiny_bert(folder / "plain", texts, seed=seed)
    words = Transformer(str(plain), max_seq_length=64)
    model = SentenceTransformer(modules=[words, Pooling(words.get_embedding_dimension())], device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


def tiny_bert(folder: Path, texts: Iterable[str], *, seed: int, labels: int = 0) -> Path:
    """A BERT folder as `transformers` writes it; with `labels`, one that reads pairs of texts."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertModel, BertTokenizerFast

    vocabulary = sorted({word for text in texts for word in words_of.normalise(text).replace("?", " ").split()})
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *vocabulary]))
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary) + 5, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64, num_labels=labels or 2,
    )  # fmt: skip
    (BertForSequenceClassification(config) if labels else BertModel(config)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
