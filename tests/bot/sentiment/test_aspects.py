"""Aspects of a sentence: a closed list, one or several, each with its own polarity, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import BadLine
from bot.sentiment.aspects import AspectReader
from bot.sentiment.labelled_sentences import ASPECTS, read_sentences, taught
from bot.sentiment.training import sentences
from retrieval.embed import open_embedder


@pytest.fixture(scope="module")
def reader() -> AspectReader:
    return AspectReader.load(open_embedder())


@pytest.mark.parametrize(
    ("text", "aspect", "sentiment"),
    [
        ("The battery is great, it lasts all week on one charge.", "battery", "positive"),
        ("The delivery was terrible, the courier came ten days late.", "delivery", "negative"),
        ("客服态度很差，退款拖了半个月。", "service", "negative"),
        ("颜色很好看，我很喜欢。", "look", "positive"),
    ],
)
def test_a_plain_sentence_is_read_as_a_person_would(
    reader: AspectReader, text: str, aspect: str, sentiment: str
) -> None:
    first = reader.opinions([text])[0][0]
    assert (first.aspect, first.sentiment) == (aspect, sentiment)


def test_what_is_read_of_a_sentence_doesnt_depend_on_its_neighbours(reader: AspectReader) -> None:
    texts = ["The sound is muddy.", "味道很好，就是包装压扁了。"]
    assert reader.opinions(texts) == [reader.opinions([text])[0] for text in texts]
    assert reader.opinions([]) == []


def test_no_sentence_that_is_measured_is_learned_from() -> None:
    folder = Path(__file__).parents[3] / "eval/data"
    measured = {s.text for name in ("en", "zh") for s in read_sentences(folder / f"aspects.{name}.jsonl")}
    assert len(measured) == 200
    assert not measured & ({s.text for s in taught()} | {row.text for row in sentences()})


@pytest.mark.parametrize(
    "line",
    ['{"text": "fine", "aspects"', '{"text": "", "aspects": []}', '{"text": "fine"}', '["fine"]']
    + [
        json.dumps({"text": "fine", "aspects": [{"aspect": a, "sentiment": s}]})
        for a, s in (("mood", "positive"), ("look", "so-so"))
    ],
)
def test_a_line_without_known_aspects_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "a.jsonl"
    good = json.dumps({"text": "fine", "aspects": [{"aspect": ASPECTS[0], "sentiment": "positive"}]})
    file.write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(BadLine) as caught:
        read_sentences(file)
    assert caught.value.line == 2
