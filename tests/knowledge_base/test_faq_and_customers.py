"""Questions, behaviour and reviews are read from the formats they are kept in; ids stay while the words stay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from kb_files import FAQ, read, xlsx

from knowledge_base.types import InteractionKind


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faq.csv", 'id,question,answer,also,tags\nd,Do you deliver?,"Yes.\nDaily.",shipping|post,"a, b"\n'),
        ("faq.tsv", 'id\t问题\t答案\t相似问法\t标签\nd\tDo you deliver?\t"Yes.\nDaily."\tshipping|post\ta、b\n'),
        (
            "faq.xlsx",
            xlsx(
                [
                    ["ID", "Question", "Answer", "Also", "Tags"],
                    ["d", "Do you deliver?", "Yes.\nDaily.", "shipping\npost", "a;b"],
                ]
            ),
        ),
        (
            "faq.jsonl",
            '{"id": "d", "question": "Do you deliver?", "answer": "Yes.\\nDaily.", "also": ["shipping", "post"], "tags": ["a", "b"]}',
        ),
        (
            "faq.json",
            '{"faq": [{"id": "d", "question": "Do you deliver?", "answer": "Yes.\\nDaily.", "also": ["shipping", "post"], "tags": ["a", "b"]}]}',
        ),
        (
            "faq.yaml",
            "- id: d\n  question: Do you deliver?\n  answer: |-\n    Yes.\n    Daily.\n  also: [shipping, post]\n  tags: [a, b]\n",
        ),
    ],
)
def test_a_faq_is_read_from_every_format(tmp_path: Path, name: str, content: str | bytes) -> None:
    (faq,) = read(tmp_path, f"{name} faq", {name: content}).faqs
    assert (faq.id, faq.question, faq.answer, faq.also, faq.tags, faq.locale) == (
        "d", "Do you deliver?", "Yes.\nDaily.", ("shipping", "post"), ("a", "b"), "en")  # fmt: skip


def test_markdown_headings_are_questions(tmp_path: Path) -> None:
    text = "# Questions\n\nWhat people ask.\n\n## Delivery\n\n### Do you deliver?\n\nYes.\n\nDaily.\n\n## 能退货吗？\n\n能。\n"
    faqs = read(tmp_path, "faq.md faq", {"faq.md": text}).faqs
    assert [(f.question, f.answer, f.tags) for f in faqs] == [
        ("Do you deliver?", "Yes.\nDaily.", ("Delivery",)),
        ("能退货吗？", "能。", ()),
    ]


@pytest.mark.parametrize(
    ("name", "locale"),
    [("faq.zh.yaml", "zh"), ("faq_zh.yaml", "zh"), ("zh/faq.yaml", "zh"), ("faq.yaml", "en"), ("faq-fr.yaml", "en")],
)
def test_a_files_name_says_its_language(tmp_path: Path, name: str, locale: str) -> None:
    assert read(tmp_path, f"{name} faq", {name: FAQ}).faqs[0].locale == locale


def test_a_question_without_an_id_keeps_its_own_wherever_it_moves(tmp_path: Path) -> None:
    before = read(tmp_path, "a.yaml faq", {"a.yaml": FAQ}).faqs[0]
    after = read(
        tmp_path, "a.yaml faq", {"a.yaml": "- {question: New?, answer: x}\n" + FAQ.replace("Do you", "DO  you")}
    ).faqs[1]
    assert before.id == after.id


def test_questions_of_two_files_do_not_hide_each_other(tmp_path: Path) -> None:
    knowledge = read(
        tmp_path, "a.csv faq\nb.csv faq", {"a.csv": "question,answer\nOne?,1\n", "b.csv": "question,answer\nTwo?,2\n"}
    )
    assert [f.answer for f in knowledge.faqs] == ["1", "2"]
    assert knowledge.refusals == ()


def test_a_question_asked_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    knowledge = read(tmp_path, "a.csv faq", {"a.csv": "question,answer\nOne?,1\none?,2\n"})
    assert [f.answer for f in knowledge.faqs] == ["2"]
    assert [(r.line, "line 2" in r.reason) for r in knowledge.refusals] == [(3, True)]


def test_a_faq_row_without_an_answer_is_refused(tmp_path: Path) -> None:
    knowledge = read(tmp_path, "a.csv faq", {"a.csv": "question,answer\nOne?,\nTwo?,2\n"})
    assert [(r.line, r.field, r.reason) for r in knowledge.refusals] == [(2, "answer", "is required")]


EVENTS = [
    ("e.csv", "user id,item id,event,timestamp\nu,K1,add_to_cart,2026-11-24T10:00:00+01:00\nu,K1,gazed,2026-11-24\nu,K1,VIEW,soon\n"),
    ("e.jsonl", '{"user": "u", "item": "K1", "event": "Add to Cart", "time": 1795510800}\n{"user": "u", "item": "K1", "event": "gazed", "time": 1}\n'
                '{"user": "u", "item": "K1", "event": "view", "time": "0001-01-01"}'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), EVENTS)
def test_behaviour_is_read_and_what_is_no_act_or_time_is_refused(tmp_path: Path, name: str, content: str) -> None:
    about = 'timezone = "Asia/Shanghai"\n'  # in which the year 1 begins before time does
    knowledge = read(tmp_path, f"{name} interactions\nf.yaml faq", {name: content, "f.yaml": FAQ}, about)
    (act,) = knowledge.interactions
    assert (act.customer_id, act.product_id, act.kind, act.at) == (
        "u",
        "K1",
        InteractionKind.CARTED,
        datetime(2026, 11, 24, 9, tzinfo=UTC),
    )
    head = 1 if name == "e.csv" else 0
    assert [(r.line - head, r.field) for r in knowledge.refusals] == [(2, "kind"), (3, "at")]


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-24 08:00",
        "2026/11/24 08:00",
        "2026年11月24日 08:00",
        "2026-11-24T00:00:00Z",
        "1795478400",
        "1795478400000",
    ],
)
def test_times_are_read_as_people_and_machines_write_them(tmp_path: Path, written: str) -> None:
    text = f"customer,product,kind,at\nu,K1,浏览,{written}\n"
    knowledge = read(
        tmp_path, "e.csv interactions\nf.yaml faq", {"e.csv": text, "f.yaml": FAQ}, 'timezone = "Asia/Shanghai"\n'
    )
    assert [act.at for act in knowledge.interactions] == [datetime(2026, 11, 24, tzinfo=UTC)]


REVIEWS = [
    ("r.csv", "product id,rating,review,date\nK1,5 stars,Good.,2026-11-01\nK1,4.6,Well.,\nK1,inf,Hm.,\nK1,9,Hm.,\nK1,five,Hm.,\nK1,3,,\n"),
    ("r.jsonl", '{"asin": "K1", "overall": 5, "text": "Good.", "at": "2026-11-01"}\n{"asin": "K1", "overall": 4.6, "text": "Well."}\n'
                '{"asin": "K1", "overall": Infinity, "text": "Hm."}\n{"asin": "K1", "overall": 9, "text": "Hm."}\n'
                '{"asin": "K1", "overall": "five", "text": "Hm."}\n{"asin": "K1", "overall": 3}'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), REVIEWS)
def test_reviews_are_read_and_what_is_no_rating_is_refused(tmp_path: Path, name: str, content: str) -> None:
    knowledge = read(tmp_path, f"{name} reviews\nf.yaml faq", {name: content, "f.yaml": FAQ})
    assert [(r.rating, r.text, r.at) for r in knowledge.reviews] == [
        (5, "Good.", datetime(2026, 11, 1, tzinfo=UTC)),
        (5, "Well.", None),
    ]
    line = 2 if name == "r.csv" else 1
    assert [(r.line - line, r.field) for r in knowledge.refusals] == [
        (2, "rating"),
        (3, "rating"),
        (4, "rating"),
        (5, "text"),
    ]
