"""Texts for Telegram: whatever is sent arrives whole, in pieces that it takes."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.texts import LIMIT, Mark, Rich, shortened, split, units

FAMILY = "👩‍👩‍👧‍👦"
THUMB = "👍🏽"
FLAGS = "🇨🇦🇩🇪"
PIECES = [
    "a",
    "Tea ",
    "茶",
    "。",
    "\n",
    "\n\n",
    FAMILY,
    THUMB,
    FLAGS,
    "é",
    "1️⃣",
    "*_[x](y)~`",
    "<b>&amp;</b>",
    "한",
    "ก็",
    " ",
    "\r\n",
]
WHOLE = {FAMILY, THUMB, "🇨🇦", "🇩🇪", "é", "1️⃣", "ก็", "\r\n"}

texts = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=60).map("".join)


@st.composite
def riches(draw: st.DrawFn) -> Rich:
    text = draw(texts)
    places = st.integers(0, len(text))
    marks = draw(st.lists(st.tuples(st.sampled_from(["bold", "code", "text_link"]), places, places), max_size=4))
    return Rich(
        text,
        tuple(
            Mark(kind, min(a, b), max(a, b), "https://x.example" if kind == "text_link" else "") for kind, a, b in marks
        ),
    )


def visible(text: str) -> str:
    """Pieces of nothing but spaces may be missing: Telegram refuses them."""
    return "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(riches(), st.integers(8, 80))
def test_no_character_is_lost_and_no_piece_is_too_long(rich: Rich, limit: int) -> None:
    pieces = split(rich, limit)
    assert visible("".join(piece.text for piece in pieces)) == visible(rich.text)
    assert all(units(piece.text) <= limit and piece.text.strip() for piece in pieces)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(riches(), st.integers(30, 80))
def test_entities_lie_within_their_piece_and_a_short_one_is_whole(rich: Rich, limit: int) -> None:
    pieces = split(rich, limit)
    for piece in pieces:
        for entity in piece.entities():
            offset, length = int(str(entity["offset"])), int(str(entity["length"]))
            assert 0 <= offset < offset + length <= units(piece.text)
            raw = piece.text.encode("utf-16-le")[2 * offset : 2 * (offset + length)]
            assert raw.decode("utf-16-le").strip()  # no half of a pair, nothing invisible
    if len(rich.marks) == 1 and units(rich.text[rich.marks[0].start : rich.marks[0].end]) <= limit:
        assert sum(len(piece.marks) for piece in pieces) <= 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([*sorted(WHOLE), "x", "茶"]), min_size=1, max_size=40), st.integers(24, 60))
def test_what_is_seen_as_one_character_is_never_cut(parts: list[str], limit: int) -> None:
    pieces = [piece.text for piece in split(Rich("".join(parts)), limit)]
    for piece in pieces[1:]:
        assert piece[0] != "\u200d"
        assert unicodedata.category(piece[0]) not in ("Mn", "Me", "Mc")
        assert not "\U0001f3fb" <= piece[0] <= "\U0001f3ff"
    flags = "".join(letter for letter in "".join(pieces) if "\U0001f1e6" <= letter <= "\U0001f1ff")
    assert all(sum("\U0001f1e6" <= letter <= "\U0001f1ff" for letter in piece) % 2 == 0 for piece in pieces), flags


def test_a_long_text_is_cut_between_paragraphs() -> None:
    first, second = "a" * 3000 + ".\n\n", "b" * 3000
    assert [piece.text for piece in split(Rich(first + second))] == [first, second]


def test_length_is_counted_in_utf_16_units() -> None:
    assert [len(piece.text) for piece in split(Rich("😀" * 2049))] == [2048, 1]
    assert len(split(Rich("茶" * LIMIT))) == 1


def test_a_link_that_would_be_cut_goes_into_the_next_piece() -> None:
    rich = Rich("x" * 4090 + "the kettle", (Mark("text_link", 4090, 4100, "https://x.example"),))
    assert [piece.text for piece in split(rich)] == ["x" * 4090, "the kettle"]
    assert [len(piece.entities()) for piece in split(rich)] == [0, 1]


def test_a_mark_longer_than_a_message_is_in_both_pieces() -> None:
    rich = Rich("y" * 5000, (Mark("bold", 0, 5000),))
    assert [piece.entities()[0]["length"] for piece in split(rich)] == [4096, 904]


def test_a_mark_that_telegram_would_refuse_is_plain_text() -> None:
    marks = (
        Mark("text_link", 0, 3, "javascript:alert(1)"),
        Mark("bold", 3, 4),
        Mark("bold", 4, 4),
        Mark("bold", 5, 99),
    )
    assert Rich("tea pot", marks).entities() == []


def test_a_shortened_text_says_that_it_is() -> None:
    assert shortened("short", 10) == "short"
    assert units(shortened(FAMILY * 10, 30)) <= 30
    assert shortened(FAMILY * 10, 30).endswith("…")
