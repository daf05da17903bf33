"""What a listener is taught of a sentence, and that what was taught comes out again as it is served."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the extra train isn't installed")
transformers = pytest.importorskip("transformers", reason="the extra train isn't installed")

from bot.sentiment import lessons, listener_fit  # noqa: E402 - needs the extra
from bot.sentiment.labelled_sentences import ASPECTS, Opinion, Sentence  # noqa: E402
from bot.sentiment.listener import FEELINGS, kept_aside  # noqa: E402
from bot.sentiment.rows import Labelled  # noqa: E402


def test_a_sentence_is_shared_among_its_aspects_and_feels_each_its_own_way() -> None:
    mixed = Sentence("1", "Loud, dies fast.", (Opinion("sound", "positive"), Opinion("battery", "negative")))
    lesson, plain, felt = lessons.lessons_of(
        [mixed, Sentence("2", "For my brother.", ())], [Labelled("Fine.", "positive")]
    )[:3]
    sound, battery = ASPECTS.index("sound"), ASPECTS.index("battery")
    assert lesson.about[[sound, battery]].tolist() == [0.5, 0.5]
    assert lesson.feels.tolist() == [0.5, 0, 0.5]
    assert lesson.each[[sound, battery]].tolist() == [[0, 1], [1, 0]]
    assert (plain.about[-1], plain.feels[FEELINGS.index("neutral")]) == (1, 1)
    assert (felt.about.sum(), felt.feels[FEELINGS.index("positive")]) == (0, 1)


def test_what_was_taught_is_told_by_the_folder_that_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny encoder of random weights takes the place of the one that is narrowed, and learns two words by heart."""
    monkeypatch.setattr(listener_fit, "narrowed", lambda name, out, own: _tiny(out))
    monkeypatch.setattr(lessons, "entries", lambda kind: [])
    monkeypatch.setattr(listener_fit, "RATE", 3e-3)
    texts = [f"{word} {number}" for number in range(60) for word in ("bass", "pocket")]
    sentences = [
        Sentence(text, text, (Opinion("sound", "positive") if "bass" in text else Opinion("size", "negative"),))
        for text in texts
    ]
    made = listener_fit.fit(
        sentences, [Labelled("who 1", "neutral"), Labelled("who 2", "neutral")], tmp_path / "made", epochs=6
    )
    told = made.told(["bass 3", "pocket 3"])
    assert [ASPECTS[place] for place in told.about[:, :-1].argmax(axis=1)] == ["sound", "size"]
    assert [FEELINGS[place] for place in told.feels.argmax(axis=1)] == ["positive", "negative"]
    assert made.card.accuracy == 1.0
    assert made.card.judged == sum(map(kept_aside, [*texts, "who 1", "who 2"]))
    np.testing.assert_allclose(told.each.sum(axis=-1), 1, atol=1e-5)


def _tiny(out: Path) -> Path:
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = ["[PAD]", "[UNK]", "query", ":", "bass", "pocket", "who", *map(str, range(60))]
    cut = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="[UNK]"))
    cut.pre_tokenizer = pre_tokenizers.Whitespace()
    cut.save(str(out / "tokenizer.json"))
    transformers.PreTrainedTokenizerFast(tokenizer_object=cut, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(
        out
    )
    cut.save(str(out / "tokenizer.json"))
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    transformers.BertModel(config).save_pretrained(out)
    return out
