"""Passages are cut where a reader would cut them, under ids that stay and digests that say what changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.passages import LONGEST, body, cut, sentences
from knowledge_base.types import Document, Faq, Knowledge, Product, Section

KETTLE = Product(
    "K1", "Kettle", "Boils fast. Stays warm.", "Kitchen", Decimal(49), "USD", 3, {"colour": "black"}, brand="Acme"
)
TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from(list("。！？；…”』）.!?\"'’) \n\t,，1AaMr没问题")), st.characters()),
    max_size=120,
)
IDS = st.text(min_size=1, max_size=4, alphabet="ab1:/.-")


def weight(text: str) -> int:
    return sum(3 if "\u3400" <= letter <= "\u9fff" else 1 for letter in text)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(TEXTS)
def test_sentences_lose_no_character_but_spaces(text: str) -> None:
    assert squeezed("".join(sentences(text))) == squeezed(text)


@given(TEXTS)
def test_no_sentence_is_empty_or_has_spaces_around_it(text: str) -> None:
    assert all(sentence and sentence == sentence.strip() for sentence in sentences(text))


@given(st.text(alphabet="没问题ab，, .。", max_size=1500))
def test_passages_lose_no_character_of_a_long_text_but_spaces(text: str) -> None:
    passages = cut(Knowledge(documents=(Document("d", "D", (Section(("D",), text),)),)))
    assert squeezed("".join(body(passage) for passage in passages if "\n" in passage.text)) == squeezed(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It holds 1.5 L. Mr. Ashby says so! OK?", ["It holds 1.5 L.", "Mr. Ashby says so!", "OK?"]),
        ("保温12小时。可以洗碗机洗吗？！可以……好的", ["保温12小时。", "可以洗碗机洗吗？！", "可以……", "好的"]),
        ("他说：“可以退。”然后走了。", ["他说：“可以退。”", "然后走了。"]),
        ("1. Open it. 2. Close it.", ["1. Open it.", "2. Close it."]),
        ("好的!可以", ["好的!", "可以"]),
        ("Call us (p.m. Only). Thanks", ["Call us (p.m. Only).", "Thanks"]),
        ("one\ntwo", ["one", "two"]),
        ("Is it U.S. Made? Yes", ["Is it U.S. Made?", "Yes"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@pytest.mark.parametrize("sentence", ["It boils water in two minutes and stays warm. ", "七天内可以免费退货。"])
def test_a_long_text_is_cut_at_sentence_ends_under_its_headings(sentence: str) -> None:
    document = Document("d", "Care", (Section(("Care", "Heat"), sentence * 60),))
    passages = cut(Knowledge(documents=(document,)))
    assert len(passages) > 3
    assert all(passage.text.startswith("Care > Heat\n") for passage in passages)
    assert all(body(passage)[-1] in ".。" and weight(body(passage)) <= LONGEST for passage in passages)


@pytest.mark.parametrize("text", ["word " * 2000, "水" * 3000, "甲，" * 1500, "x" * 5000])
def test_a_text_without_sentence_ends_is_cut_all_the_same(text: str) -> None:
    passages = cut(Knowledge(documents=(Document("d", "D", (Section(("D",), text),)),)))
    assert max(weight(body(passage)) for passage in passages) <= 2 * LONGEST
    assert squeezed("".join(map(body, passages))) == squeezed(text)


def test_a_long_description_continues_in_passages_of_its_own() -> None:
    long = replace(KETTLE, description="保温时间长达十二个小时。" * 40)
    first, *more = cut(Knowledge(products=(long,)))
    assert first.text.startswith("Kettle · Acme · Kitchen\n保温")
    assert first.text.endswith("colour: black")
    assert more[0].text.startswith("Kettle\n保温")
    assert (first.id, more[0].id) == ("product:K1:en", "product:K1:en:0.2")
    assert sum(passage.text.count("十二个小时") for passage in [first, *more]) == 40


def test_details_stand_under_their_names_and_the_brackets_within() -> None:
    product = replace(
        KETTLE, details=(("安装说明", "请先阅读。【安装流程】1. 打孔。【验收】通电。\n说明书里写着【重要】二字。"),)
    )
    assert [(p.id, p.text, p.title) for p in cut(Knowledge(products=(product,)))[1:]] == [
        ("product:K1:en:1.1", "Kettle > 安装说明\n请先阅读。", "Kettle · 安装说明"),
        ("product:K1:en:1.2", "Kettle > 安装说明 > 安装流程\n1. 打孔。", "Kettle · 安装说明 > 安装流程"),
        ("product:K1:en:1.3", "Kettle > 安装说明 > 验收\n通电。说明书里写着【重要】二字。", "Kettle · 安装说明 > 验收"),
    ]


def test_the_body_is_what_may_be_quoted() -> None:
    knowledge = Knowledge(
        (replace(KETTLE, details=(("Use", "Fill it."),)),),
        (Faq("f", "Open?", "Yes."),),
        (Document("d", "D", (Section(("D",), "A."),)),),
    )
    assert [body(passage) for passage in cut(knowledge)] == [
        "Boils fast. Stays warm.\ncolour: black",
        "Fill it.",
        "Open?\nYes.",
        "A.",
    ]


def test_prices_and_stock_are_never_indexed() -> None:
    assert "49" not in cut(Knowledge(products=(KETTLE,)))[0].text


def test_a_digest_changes_exactly_with_what_is_indexed() -> None:
    def digest(product: Product) -> str:
        return cut(Knowledge(products=(product,)))[0].digest

    assert digest(KETTLE) == digest(replace(KETTLE, price=Decimal(1), stock=0, url="x"))
    assert (
        len(
            {
                digest(KETTLE),
                *(digest(replace(KETTLE, **{name: "other"})) for name in ("title", "description", "category", "brand")),
            }
        )
        == 5
    )


@given(
    st.lists(
        st.tuples(IDS, st.sampled_from(["en", "zh"]), st.integers(0, 3)), unique_by=lambda key: key[:2], max_size=5
    ),
    st.lists(st.tuples(IDS, st.sampled_from(["en", "zh"])), unique=True, max_size=5),
)
def test_ids_are_unique_over_a_shop_and_equal_knowledge_gives_equal_passages(
    products: list[tuple[str, str, int]], others: list[tuple[str, str]]
) -> None:
    knowledge = Knowledge(
        tuple(replace(KETTLE, id=i, locale=locale, details=tuple((f"d{n}", "A. B.") for n in range(count))) for i, locale, count in products),
        tuple(Faq(i, "q", "a", locale=locale) for i, locale in others),
        tuple(Document(i, "t", (Section(("t",), "x " * 900), Section(("t", "u"), "y")), locale) for i, locale in others),
    )  # fmt: skip
    passages = cut(knowledge)
    assert len({passage.id for passage in passages}) == len(passages)
    assert passages == cut(knowledge)
