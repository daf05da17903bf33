"""Files come in the encodings that shops' programs write; a guess never turns one script into another."""

from __future__ import annotations

from pathlib import Path

import pytest
from kb_files import products_of

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.decode import decode

TABLE = "商品ID,商品名称,商品价格,库存\nA1,手冲咖啡壶套装,199,2\nA2,陶瓷马克杯,39,0\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_chinese_table_is_read_in_any_common_encoding(tmp_path: Path, encoding: str) -> None:
    assert [p.title for p in products_of(tmp_path, "p.csv", TABLE.encode(encoding))] == ["手冲咖啡壶套装", "陶瓷马克杯"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_chinese_without_any_latin_letter_is_read(encoding: str) -> None:
    text = "七天内可以退货，运费由买家承担。"
    assert decode(text.encode(encoding), "x").lstrip("\ufeff") == text


def test_gb18030_is_seen_behind_thousands_of_plain_letters() -> None:
    text = "id,title\n" + "1,kettle\n" * 2000 + "2,红色保温杯\n"
    assert decode(text.encode("gb18030"), "x") == text


@pytest.mark.parametrize(
    "text",
    [
        "Ménage à trois, café",
        "Gefäß",
        "Übergröße,Fußbälle\n1,Straße",
        "déjà vu\n",
        "Señor Ñandú",
        "5 £",
        "Größe\nä,ö\n",
    ],
)
def test_latin_1_never_becomes_chinese(text: str) -> None:
    assert decode(text.encode("latin-1"), "x") == text


@pytest.mark.parametrize(
    ("text", "encoding"), [("Привет мир, как дела", "cp1251"), ("商品名稱,價格\n陶瓷馬克杯,39", "big5")]
)
def test_other_scripts_are_not_taken_for_simplified_chinese(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x") == text


def test_one_broken_byte_in_utf_8_is_told_with_its_line_and_not_guessed_at() -> None:
    with pytest.raises(UnreadableFile, match="line 3: it starts as utf-8"):
        decode("id,标题\n1,红色的大保温杯\n2,".encode() + b"\xff\n", "x")


@pytest.mark.parametrize("raw", [b"id,title\n1,a\x00b\n", "id,标题\n1,红\x00色\n".encode()])
def test_zero_bytes_are_told_with_their_line(raw: bytes) -> None:
    with pytest.raises(UnreadableFile, match="line 2: it has zero bytes"):
        decode(raw, "x")


@pytest.mark.parametrize(
    "raw", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"PK\x03\x04\x14\x00\x00\x00", b"\xff\xfe\x00\x00a\x00\x00\x00"]
)
def test_what_is_no_text_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableFile):
        decode(raw, "picture.csv")


def test_an_empty_file_is_empty_text_with_or_without_a_mark() -> None:
    assert decode(b"", "x") == decode(b"\xef\xbb\xbf", "x") == decode(b"\xff\xfe", "x") == ""
