"""`eval retrieval` measures the product's own retrievers on anyone's files, and says what it can't measure."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.benchmarks import corpora, shop
from eval.cli import app
from eval.errors import BadRow
from retrieval.types import Where

Row = dict[str, Any]


def write(file: Path, rows: list[Row]) -> Path:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode()) if file.suffix == ".gz" else text.encode())
    return file


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run the command in an empty folder; the object it printed, or what it said where it failed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Any:
        result = CliRunner().invoke(app, ["retrieval", *arguments, "--json"])
        return json.loads(result.stdout) if result.exit_code == 0 else f"{result.exception} {result.stderr}"

    return run


def test_own_files_are_measured_by_words_meaning_and_both(tmp_path: Path, measured: Callable[..., Any]) -> None:
    docs = write(
        tmp_path / "d.jsonl",
        [{"id": "1", "text": "We deliver to Canada."}, {"id": "2", "text": "Gift cards never expire."}],
    )
    asked = write(
        tmp_path / "q.jsonl.gz",
        [
            {"id": "a", "text": "Do you deliver to Canada?", "gold": ["1"]},
            {"id": "b", "text": "Will my gift card expire?", "gold": ["2"]},
        ],
    )
    report = measured("--docs", str(docs), "--questions", str(asked))
    assert {report["own"][system]["hit@1"] for system in ("bm25", "vectors", "fusion")} == {1.0}
    assert report["own"]["questions"] == 2
    assert set(report["data"]) == {"d.jsonl", "q.jsonl.gz"}
    assert {"versions", "machine", "seconds", "embedder"} <= set(report)


def test_vectors_are_embedded_once(tmp_path: Path, measured: Callable[..., Any]) -> None:
    docs = write(tmp_path / "d.jsonl", [{"id": "1", "text": "We deliver to Canada."}])
    asked = write(tmp_path / "q.jsonl", [{"id": "a", "text": "Canada?", "gold": ["1"]}])
    first = measured("--docs", str(docs), "--questions", str(asked))
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.npy")}
    second = measured("--docs", str(docs), "--questions", str(asked))
    assert kept == {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*.npy")}
    assert first["own"]["fusion"]["MRR@10"] == second["own"]["fusion"]["MRR@10"]


def test_a_missing_set_is_said_and_nothing_else_fails(measured: Callable[..., Any]) -> None:
    assert "lcqmc_dev.jsonl is missing" in measured("--set", "lcqmc", "--data", "nowhere")


def test_an_unknown_set_is_refused_with_the_known_ones(measured: Callable[..., Any]) -> None:
    assert "dstc11-entity" in measured("--set", "trec")


def test_a_wrong_line_is_named(tmp_path: Path) -> None:
    docs = write(tmp_path / "d.jsonl", [{"id": "1", "text": "x"}, {"id": "2"}])
    with pytest.raises(BadRow, match=r"d\.jsonl:2: the field 'text' is missing"):
        corpora.own(docs, write(tmp_path / "q.jsonl", []))


def test_a_gold_that_is_no_list_is_named(tmp_path: Path) -> None:
    asked = write(tmp_path / "q.jsonl", [{"id": "a", "text": "x", "gold": "1"}])
    with pytest.raises(BadRow, match="must be a list"):
        corpora.own(write(tmp_path / "d.jsonl", []), asked)


def test_an_entity_limits_its_question_to_its_docs(tmp_path: Path) -> None:
    docs = write(tmp_path / "d.jsonl", [{"id": "1", "text": "Free parking.", "entity": "Inn", "title": "Cars"}])
    asked = write(tmp_path / "q.jsonl", [{"id": "a", "text": "Parking?", "gold": [1], "entity": "Inn", "locale": "en"}])
    collection = corpora.own(docs, asked)
    assert collection.passages[0].source_id == "Inn"
    assert collection.passages[0].text == "Cars\nFree parking."
    assert collection.questions[0].where == Where(locale="en", source_ids=frozenset({"Inn"}))


def test_lcqmc_asks_each_a_of_a_positive_pair_once_against_all_b(tmp_path: Path) -> None:
    pairs = [("甲", "乙", "1"), ("甲", "丙", "1"), ("甲", "丁", "0"), ("戊", "甲", "0")]
    rows = [{"a": a, "b": b, "label": label} for a, b, label in pairs]
    collection = corpora.lcqmc(write(tmp_path / "lcqmc_dev.jsonl", rows))
    texts = {passage.id: passage.text for passage in collection.passages}
    (question,) = collection.questions
    assert sorted(texts.values()) == sorted("乙丙丁甲")
    assert {texts[i] for i in question.gold} == {"乙", "丙"}
    assert {texts[i] for i in question.copies} == {"甲"}


def test_dstc11_asks_the_last_words_of_turns_that_seek_knowledge(tmp_path: Path) -> None:
    docs = write(tmp_path / "d.jsonl.gz", [{"doc_id": "h/1", "entity": "INN", "text": "Free parking."}])
    said = [{"speaker": "S", "text": "Hello."}, {"speaker": "U", "text": "Parking?"}]
    turns = [
        {"id": 0, "dialogue": said, "knowledge_seeking": True, "gold_docs": ["h/1"]},
        {"id": 1, "dialogue": said, "knowledge_seeking": False, "gold_docs": []},
    ]
    collection = corpora.dstc11(docs, write(tmp_path / "t.jsonl.gz", turns), within_entity=True)
    (question,) = collection.questions
    assert (question.text, question.where.source_ids) == ("Parking?", frozenset({"INN"}))


async def test_the_shops_questions_are_asked_of_the_index_and_of_the_engine(
    tmp_path: Path, make_shop: Callable[..., Path]
) -> None:
    faq = "- id: canada\n  question: Do you deliver to Canada?\n  answer: Yes, in six days for $15.\n"
    faq += "- id: cards\n  question: Do gift cards expire?\n  answer: Gift cards never expire.\n"
    rows = [
        {"id": "1", "text": "Do you deliver to Canada?", "locale": "en", "gold": ["faq:canada"], "half": "dev"},
        {"id": "2", "text": "Who won the chess olympiad?", "locale": "en", "gold": [], "half": "dev"},
        {"id": "3", "text": "Do gift cards expire?", "locale": "en", "gold": ["faq:cards"], "half": "frozen"},
    ]
    file = write(tmp_path / "questions.jsonl", rows)
    report = await shop.measure("dev", lambda *_: None, [file], make_shop({"faq.yaml": faq}))
    assert set(report) == {"shop", "shop-en"}
    assert report["shop"]["questions"] == 1
    assert report["shop"]["fusion"]["hit@1"] == 1.0
    assert report["shop"]["refusals"]["answerable_kept"] == 1.0
    assert report["shop"]["refusals"]["unanswerable_refused"] == 1.0


def test_the_sample_shops_questions_are_of_two_halves_and_point_to_what_is_there() -> None:
    if not all(file.is_file() for file in shop.FILES):
        pytest.skip(f"{shop.DATA} holds no questions")
    halves = {half: shop.questions(shop.FILES, half) for half in ("dev", "frozen")}
    assert all(len(questions) > 50 for questions in halves.values())
    assert not {q.text for q in halves["dev"]} & {q.text for q in halves["frozen"]}


BILINGUAL = {
    "faq.en.yaml": "- id: canada\n  question: Do you deliver to Canada?\n  answer: Yes, in six days.\n- id: cards\n  question: Do gift cards expire?\n  answer: Gift cards never expire.\n",
    "faq.zh.yaml": "- id: canada\n  question: 加拿大送货吗？\n  answer: 送，六天到。\n- id: cards\n  question: 礼品卡会过期吗？\n  answer: 礼品卡永不过期。\n",
}


def bilingual(make_shop: Callable[..., Path]) -> Path:
    sources = "".join(f'[[sources]]\nfile = "{file}"\nkind = "faq"\nlocale = "{file[4:6]}"\n' for file in BILINGUAL)
    folder = make_shop(BILINGUAL)
    (folder / "shop.toml").write_text(f'name = "T"\nlocales = ["en", "zh"]\n{sources}', encoding="utf-8")
    return folder


CASES: list[Row] = [
    {"id": "1", "text": "Can you send it to Canada?", "locale": "en", "gold": ["faq:canada"]},
    {"id": "2", "text": "礼品卡多久过期", "locale": "zh", "gold": ["faq:cards"], "half": "frozen"},
]


def test_cases_of_ones_own_are_asked_of_ones_own_shop_in_both_languages(
    tmp_path: Path, make_shop: Callable[..., Path], measured: Callable[..., Any]
) -> None:
    cases = write(tmp_path / "cases.jsonl.gz", CASES)
    report = measured("--cases", str(cases), "--shop", str(bilingual(make_shop)))
    assert {name: report[name]["questions"] for name in ("shop", "shop-en", "shop-zh", "shop-en-zh", "shop-zh-en")} == {
        "shop": 2, "shop-en": 1, "shop-zh": 1, "shop-en-zh": 1, "shop-zh-en": 1,
    }  # fmt: skip
    assert report["shop"]["fusion"]["hit@1"] == 1.0
    assert report["shop-en-zh"]["fusion"]["hit@1"] == report["shop-zh-en"]["fusion"]["hit@1"] == 1.0
    assert report["shop"]["half"] == "all"
    assert set(report["data"]) == {"cases.jsonl.gz"}


def test_a_case_whose_answer_the_shop_lacks_is_named(
    tmp_path: Path, make_shop: Callable[..., Path], measured: Callable[..., Any]
) -> None:
    cases = write(tmp_path / "cases.jsonl", [{**CASES[0], "gold": ["faq:mexico"]}])
    assert "Case 1: the shop has no 'faq:mexico'" in measured(
        "--cases", str(cases), "--shop", str(bilingual(make_shop))
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "1", "text": "x", "locale": "en"}, "the field 'gold' is missing"),
        ({"id": "1", "text": "x", "locale": "en", "gold": "faq:a"}, "gold must be a list of source:id, not 'faq:a'"),
        ({"id": "1", "text": 5, "locale": "en", "gold": []}, "text must be a text, not 5"),
    ],
)
def test_a_wrong_case_is_named_with_its_line(tmp_path: Path, row: Row, said: str) -> None:
    with pytest.raises(BadRow, match=rf"cases\.jsonl:2: {said}"):
        shop.questions([write(tmp_path / "cases.jsonl", [CASES[0], row])], None)


def test_a_shop_without_cases_is_refused(measured: Callable[..., Any]) -> None:
    assert "--shop needs --cases" in measured("--shop", ".")


def test_missing_cases_are_said(measured: Callable[..., Any]) -> None:
    assert "nowhere.jsonl is missing" in measured("--cases", "nowhere.jsonl")


def test_a_quick_run_asks_few_and_keeps_what_answers_them(tmp_path: Path, measured: Callable[..., Any]) -> None:
    docs = write(tmp_path / "d.jsonl", [{"id": str(i), "text": f"Passage number {i}."} for i in range(600)])
    asked = write(
        tmp_path / "q.jsonl",
        [{"id": str(i), "text": f"Passage number {599 - i}?", "gold": [str(599 - i)]} for i in range(60)],
    )
    report = measured("--docs", str(docs), "--questions", str(asked), "--quick")
    assert report["quick"] is True
    assert (report["own"]["questions"], report["own"]["passages"]) == (40, 440)
    assert report["own"]["bm25"]["hit@1"] == 1.0
