"""`eval selection`: halves that share nothing, and a run over a little town, with a transformer that is made here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.benchmarks import dialogues
from eval.benchmarks.dialogues import Turn, grouped
from eval.benchmarks.selection import learned
from eval.cli import app
from eval.tables.finding import show_selection

HOUSES = ("ACORN HOUSE", "GONVILLE HOTEL", "LIME INN", "OAK BISTRO")
TOPICS = {
    "wifi": "the internet is fast",
    "parking": "cars stand in the yard",
    "view": "windows face the river",
    "beer": "many ales on tap",
}


def town(folder: Path) -> Path:
    """faq/dstc11_*.jsonl.gz: every house says something of every topic; each is asked about three times."""
    docs = [{"doc_id": f"hotel/{h}/faq/{t}", "entity": house, "text": f"{house.title()}: {text}"}
            for h, house in enumerate(HOUSES) for t, text in enumerate(TOPICS.values())]  # fmt: skip
    rows = []
    for number in range(3):
        for h, house in enumerate(HOUSES):
            for t, topic in enumerate(TOPICS):
                said = [
                    f"greeting {number} {h} {t}",
                    f"I have the {house.lower()} for you.",
                    f"what of {topic} {number}{h}{t}?",
                ]
                turns = [{"speaker": "US"[i % 2], "text": text} for i, text in enumerate(said)]
                rows.append(
                    {"id": len(rows), "dialogue": turns, "knowledge_seeking": True, "gold_docs": [f"hotel/{h}/faq/{t}"]}
                )
    rows.append({"id": 999, "dialogue": [{"speaker": "U", "text": "bye"}], "knowledge_seeking": False, "gold_docs": []})
    (folder / "faq").mkdir(parents=True)
    for name, lines in (("docs", docs), ("val", rows)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / "faq" / f"dstc11_{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
    return folder


def test_the_halves_share_no_dialogue_and_no_question(tmp_path: Path) -> None:
    halves = dialogues.load(town(tmp_path), seed=3)
    assert len(halves.train) + len(halves.test) == 48
    assert abs(len(halves.train) - len(halves.test)) <= 1
    for key in (lambda t: t.question, lambda t: t.turns[0], lambda t: t.group):
        assert not {key(turn) for turn in halves.train} & {key(turn) for turn in halves.test}
    assert dialogues.load(tmp_path, seed=3) == halves
    assert dialogues.load(tmp_path, seed=4).train != halves.train


def test_turns_joined_by_a_chain_are_one_group() -> None:
    turns = [("hello", "a?"), ("good day", "A ?"), ("Good day!", "b?"), ("morning", "c?")]
    groups = [turn.group for turn in grouped([Turn(str(i), said, frozenset("x")) for i, said in enumerate(turns)])]
    assert groups[0] == groups[1] == groups[2] != groups[3]


def test_only_the_training_half_is_learned_and_all_snippets_stand_beside(tmp_path: Path) -> None:
    halves = dialogues.load(town(tmp_path), seed=3)
    made = learned(halves)
    asked = {lesson.question for lesson in (*made.train, *made.held_back)}
    assert asked == {turn.question for turn in halves.train}
    assert len(made.passages) == len(HOUSES) * len(TOPICS)


def test_few_houses_keep_only_their_own_snippets_and_turns(tmp_path: Path) -> None:
    halves = dialogues.load(town(tmp_path), seed=3, houses=2)
    assert len({passage.source_id for passage in halves.passages.values()}) == 2
    assert all(turn.gold <= halves.passages.keys() for turn in (*halves.train, *halves.test))


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    pytest.importorskip("sentence_transformers", reason="the [train] extra isn't installed")
    from tests.tiny_models import tiny_transformer

    monkeypatch.setenv("SHOPCLERK_DATA_DIR", str(tmp_path / "kept"))
    data = town(tmp_path / "data")
    halves = dialogues.load(data, seed=3)
    texts = [passage.text for passage in halves.passages.values()]
    texts += [turn.question for turn in (*halves.train, *halves.test)]
    base = tiny_transformer(tmp_path / "tiny", texts)
    result = CliRunner().invoke(app, ["selection", "--data", str(data), "--base", str(base), "--quick", "--json"])
    assert result.exit_code == 0, result.output
    report: dict[str, Any] = json.loads(result.stdout)
    return report


def test_the_report_is_told_in_tables(measured: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    show_selection(measured)
    assert "cores; " in capsys.readouterr().out


def test_yardsticks_and_ours_are_measured_on_the_same_half(measured: dict[str, Any]) -> None:
    assert measured["ours"]["house"] == 1.0
    assert measured["ours"]["within"]["hit@5"] == 1.0
    assert measured["yardsticks"]["BM25"].keys() == {"within", "last turn, over all"}
    assert measured["yardsticks"]["MiniLM"]["house"] == 1.0
    assert 0 < measured["ours"]["selection"]["f1"] <= 1
    assert measured["split"]["test_turns"] == 24
    assert set(measured["data"]) == {"dstc11_docs.jsonl.gz", "dstc11_val.jsonl.gz"}


def test_a_missing_file_is_named() -> None:
    result = CliRunner().invoke(app, ["selection", "--data", "/nowhere"])
    assert result.exit_code == 2
    assert "/nowhere/faq/dstc11_docs.jsonl.gz" in result.output
