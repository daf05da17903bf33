"""Files of texts and pairs as people save them: other encodings are read, anything else is refused with its line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bot.commands.describing import describe
from bot.describe.pairs import read_pairs
from bot.describe.putting_out import draft_of, read_texts
from bot.describe.training import train_describer
from bot.errors import BadLine, BadSetting, NoDescriber
from knowledge_base.errors import UnreadableFile

ROW = '{"id": "JL-TEA-01", "text": "白茶，产自福建。"}\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_texts_and_pairs_are_read_in_whatever_encoding_they_were_saved(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_bytes(ROW.encode(encoding))
    assert [row["text"] for row in read_texts(file)] == ["白茶，产自福建。"]
    file.write_bytes('{"attributes": {"产地": "福建"}, "text": "白茶，产自福建。"}\n'.encode(encoding))
    assert read_pairs(file)[0].slots == (("产地", "福建"),)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ('{"id": "A", "text": "x", "selling_points": 5}', "selling_points"),
        ('{"id": "A", "text": "x", "style": "haiku"}', "short, page, social, seo"),
        ('{"id": "A", "text": "x", "locale": ["en"]}', "locale"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_a_row_of_another_shape_is_refused_with_file_and_line(tmp_path: Path, row: str, named: str) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text(f"{ROW}{row}\n", encoding="utf-8")
    with pytest.raises(BadLine, match=named) as told:
        read_texts(file)
    assert told.value.line == 2


def test_a_line_separator_within_a_text_ends_no_line(tmp_path: Path) -> None:
    file = tmp_path / "texts.jsonl"
    file.write_text('{"id": "A", "text": "one\u2028two"}\n', encoding="utf-8")
    assert draft_of(read_texts(file)[0]).text == "one\u2028two"


def test_bytes_that_are_no_text_and_torn_archives_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (tmp_path / "t.jsonl.gz").write_bytes(gzip.compress(ROW.encode() * 50)[:-20])
    for read, name in ((read_texts, "t.jsonl"), (read_pairs, "t.jsonl"), (read_pairs, "t.jsonl.gz")):
        with pytest.raises(UnreadableFile, match=name):
            read(tmp_path / name)  # type: ignore[operator]


def test_an_ending_that_cannot_be_written_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(ROW, encoding="utf-8")
    with pytest.raises(BadSetting, match="--out"):
        describe(["JL-COF-01"], review=True, out=tmp_path / "page.pdf", locale="en")
    with pytest.raises(BadSetting, match="--out"):
        describe(score=tmp_path / "t.jsonl", out=tmp_path / "scores.md")
    assert not (tmp_path / "page.pdf").exists()


def test_a_models_folder_that_isnt_there_is_told_first_and_looked_for_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(NoDescriber, match=r"config\.json"):
        train_describer([], tmp_path / "out", model=Path("t5-small"))
