"""Pages become sections under their headings, whatever they were written in."""

from __future__ import annotations

from pathlib import Path

import pytest
from kb_files import docx, pdf, read, write_shop

from knowledge_base.errors import UnreadableFile
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from knowledge_base.types import Document


def page(folder: Path, name: str, content: str | bytes, keys: str = "") -> Document:
    return read(folder, f"{name} documents {keys}", {name: content}).documents[0]


def told(document: Document) -> list[tuple[tuple[str, ...], str]]:
    return [(section.headings, section.text) for section in document.sections]


def test_markdown_keeps_its_heading_path_and_tells_its_tables(tmp_path: Path) -> None:
    text = (
        "---\nauthor: me\n---\n# Delivery\n\nWe *ship* `daily`\nto [you](https://e.example).\n\n## Cost\n\n- Small: $5\n- Big: $9\n\n### Abroad\n\n"
        "| Zone | Days | Cost |\n|---|---|---|\n| EU | 5 | $20 |\n| US | 2 | |\n\n<!-- not for customers -->\n\n<div>In a box</div>\n\nA<br>B\n\n## Returns\n\n退货\n七天内。\n"
    )
    assert told(page(tmp_path, "d.md", text)) == [
        (("Delivery",), "We ship daily to you."),
        (("Delivery", "Cost"), "Small: $5\nBig: $9"),
        (("Delivery", "Cost", "Abroad"), "EU: Days 5; Cost $20\nUS: Days 2\nIn a box\nA B"),
        (("Delivery", "Returns"), "退货七天内。"),
    ]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("## One\n\na\n\n## Two\n\nb\n", [("care guide", "One"), ("care guide", "Two")]),
        ("# One\n\na\n\n# Two\n\nb\n", [("care guide", "One"), ("care guide", "Two")]),
        ("a\n", [("care guide",)]),
        ("# Care\n\na\n\n### Deep\n\nb\n\n## Up\n\nc\n", [("Care",), ("Care", "Deep"), ("Care", "Up")]),
    ],
)
def test_a_page_without_one_title_is_named_by_its_file(tmp_path: Path, text: str, paths: list[tuple[str, ...]]) -> None:
    assert [headings for headings, _ in told(page(tmp_path, "care-guide.md", text))] == paths


def test_html_is_read_without_its_furniture(tmp_path: Path) -> None:
    text = (
        "<html><head><title>x</title><style>p{}</style></head><body><nav>Home</nav><h1>Care</h1><p>Wash <b>by</b> hand &amp; dry.</p>"
        "<div>One<div>Two</div>Three<br>Four</div><h2>Heat</h2><table><tr><th>Part</th><th>Max</th></tr><tr><td>Lid</td><td>90 °C</td></tr></table>"
        "<script>alert(1)</script><footer>©</footer></body></html>"
    )
    assert told(page(tmp_path, "d.html", text)) == [
        (("Care",), "Wash by hand & dry.\nOne\nTwo\nThree\nFour"), (("Care", "Heat"), "Lid: Max 90 °C")]  # fmt: skip


def test_docx_keeps_its_order_headings_and_tables(tmp_path: Path) -> None:
    content = docx(("Title", "Care"), ("Normal", "Read this."), ("Heading 1", "Heat"), [["Part", "Max"], ["Lid", "90"]], ("Heading 2", "Oven"),
                   ("Normal", "Never."), ("Heading 1", "Cold"), [["Only a row", "here"]])  # fmt: skip
    assert told(page(tmp_path, "d.docx", content)) == [
        (("Care",), "Read this."), (("Care", "Heat"), "Lid: Max 90"), (("Care", "Heat", "Oven"), "Never."), (("Care", "Cold"), "Only a row here")]  # fmt: skip


def test_pdf_lines_are_joined_into_sentences(tmp_path: Path) -> None:
    document = page(tmp_path, "house-rules.pdf", pdf("Delivery takes", "two days.", "It is free."))
    assert told(document) == [(("house rules",), "Delivery takes two days.\nIt is free.")]


def test_plain_text_has_headings_where_a_short_line_stands_alone(tmp_path: Path) -> None:
    assert told(page(tmp_path, "d.txt", "Delivery\n\nWe ship\ndaily.\n\n退货\n\n七天内。\n")) == [
        (("d", "Delivery"), "We ship daily."), (("d", "退货"), "七天内。")]  # fmt: skip


def test_the_format_in_shop_toml_wins_over_the_ending(tmp_path: Path) -> None:
    assert page(tmp_path, "d.page", "<p>Hello <i>you</i></p>", '| format = "html"').sections[0].text == "Hello you"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("d.md", "", "it has no text"), ("d.pdf", pdf(""), "it has no text"), ("d.pdf", b"%PDF-1.4 broken", "isn't a readable PDF"),
        ("d.pdf", pdf("x")[:200], "isn't a readable PDF|has no text"), ("d.pdf", b"", "isn't a readable PDF"),
        ("d.docx", b"PK\x03\x04 broken", "isn't a readable DOCX"), ("d.docx", docx(("Normal", "x"))[:-400], "isn't a readable DOCX"),
        ("d.docx", b"", "isn't a readable DOCX"), ("d.exe", "x", "documents end in"),
    ],
)  # fmt: skip
def test_a_broken_page_ends_with_a_clear_error(tmp_path: Path, name: str, content: str | bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        page(tmp_path, name, content)


@pytest.mark.parametrize("depth", [990, 100_000])
def test_markup_nested_without_end_is_survived(tmp_path: Path, depth: int) -> None:
    assert page(tmp_path, "d.html", "<div>" * depth + "deep").sections[0].text == "deep"


def test_documents_are_named_by_their_place_so_that_none_hides_another(tmp_path: Path) -> None:
    files = {
        "policies/en/returns.md": "# R\n\na",
        "policies/zh/returns.md": "# 退\n\nb",
        "guides/en/returns.md": "# G\n\nc",
    }
    knowledge = read(tmp_path, "*/*/*.md documents", files)
    assert sorted((d.id, d.locale) for d in knowledge.documents) == [
        ("guides/returns", "en"), ("policies/returns", "en"), ("policies/returns", "zh")]  # fmt: skip
    assert knowledge.refusals == ()


def test_two_documents_of_one_name_are_told(tmp_path: Path) -> None:
    knowledge = read(tmp_path, "d.* documents", {"d.md": "a", "d.txt": "b"})
    assert [(r.file, r.field, r.value, "d.md:1" in r.reason) for r in knowledge.refusals] == [
        ("d.txt", "id", "d", True)
    ]


def test_a_pattern_reaches_deep_and_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.md").write_text("a")
    shop = write_shop(
        tmp_path / "shop",
        f"../out/*.md documents\n**/b.md documents\n{tmp_path}/out/[a].md documents",
        {"x/y/b.md": "b"},
    )
    knowledge = read_shop(load_shop(shop))
    assert [d.id for d in knowledge.documents] == ["out/a", "x/y/b"]
