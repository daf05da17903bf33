"""Two runs beside each other: what is worse, by how much, and whether the gate lets it through."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.replay import errors
from eval.replay.compare import compare, interval
from eval.replay.gate import DEFAULT, RULES, judged, load_gate
from eval.replay.key_facts import contradicted, covered, key_facts
from eval.replay.page import page

TODAY = date(2026, 11, 24)


def facts(text: str) -> Any:
    return key_facts(text, TODAY, lambda said: ["K-1"] if "kettle" in said.casefold() else [])


def row(number: int, **changes: Any) -> dict[str, Any]:
    """A turn that was answered well."""
    return {
        "turn": f"a:{number}", "conversation": "a", "number": number, "asked": "How much?", "answered": "It's $5.", "answered_by": "person",
        "reply": "It costs $5.", "intent": "ask", "handed_over": False, "offered_person": False, "cites": ["faq:x"], "cards": [],
        "replied_in": "en", "asks": False, "failed": False, "language": "en", "language_right": True, "found_solution": True, "coverage": 1.0,
        "had_to_hand_over": False, "asked_for_person": False, "contradicts": [], "facts_stopped": [], "repeats_itself": False,
        "asked_again": False, "upset": False, "said_facts": [{"kind": "money", "value": "5-5", "shown": "$5"}], **changes,
    }  # fmt: skip


WRONG = {
    "reply": "It costs $6.", "coverage": 0.0, "contradicts": [{"kind": "money", "person": "$5", "reply": "$6"}],
    "said_facts": [{"kind": "money", "value": "6-6", "shown": "$6"}],
}  # fmt: skip


def run_of(folder: Path, rows: list[dict[str, Any]], ms: float = 10.0) -> Path:
    folder.mkdir()
    (folder / "turns.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    (folder / "timings.jsonl").write_text(
        "".join(json.dumps({"turn": one["turn"], "wall_ms": ms, "steps": {}}) + "\n" for one in rows)
    )
    (folder / "run.json").write_text(json.dumps({"turns": len(rows)}))
    return folder


def test_a_fact_is_the_same_in_both_languages() -> None:
    wanted = facts(
        "Delivery is $12.95, free from $120, in 5 to 8 working days, until 31 January, before 14:00; see shop.example/returns"
    )
    said = facts(
        "运费 12.95 美元，满 120 美元包邮，5–8 个工作日到，1 月 31 日前，14:00 前，https://shop.example/returns"
    )
    assert covered(wanted, said)[1] == []
    assert {fact.kind for fact in wanted} == {"money", "days", "date", "hour", "link"}


def test_a_missed_fact_is_told() -> None:
    _, missed = covered(facts("The kettle is $49."), facts("We have kettles."))
    assert [fact.kind for fact in missed] == ["money"]


def test_one_figure_against_another_is_a_contradiction_and_one_of_several_is_not() -> None:
    assert contradicted(facts("It's $45."), facts("It's $49."))
    assert not contradicted(facts("It's $45."), facts("It's $49 or $45."))
    assert not contradicted(facts("It's $45."), facts("No idea."))


def test_the_same_run_twice_is_no_change_and_the_gate_is_open(tmp_path: Path) -> None:
    report = compare(run_of(tmp_path / "a", [row(1)]), run_of(tmp_path / "b", [row(1)]))
    assert report["changed"] == 0
    assert all(rule.holds for rule in judged(report, DEFAULT))


def test_a_wrong_price_shuts_the_gate_and_stands_first(tmp_path: Path) -> None:
    better = row(2, reply="It costs five dollars, $5.")
    report = compare(
        run_of(tmp_path / "b", [row(1, **WRONG), better, row(3)]), run_of(tmp_path / "a", [row(1), row(2), row(3)])
    )
    assert [one["turn"] for one in report["worst"]] == ["a:1", "a:2"]
    assert report["new_fact_errors"] == ["a:1: money: $6 where a person said $5"]
    assert report["changed_facts"] == ["a:1: $5 became $6"]
    broken = {one.rule: one.told for one in judged(report, DEFAULT) if not one.holds}
    assert broken == {
        "new_fact_errors": "new fact errors: 1, above 0",
        "coverage_down_points": "points that the coverage of people's answers has fallen: 33.33, above 1",
    }


def test_an_error_that_was_there_before_is_not_new(tmp_path: Path) -> None:
    report = compare(run_of(tmp_path / "b", [row(1, **WRONG)]), run_of(tmp_path / "a", [row(1, **WRONG)]))
    assert report["new_fact_errors"] == []


def test_slower_turns_shut_the_gate(tmp_path: Path) -> None:
    report = compare(run_of(tmp_path / "b", [row(1)], 13.0), run_of(tmp_path / "a", [row(1)], 10.0))
    assert [one.rule for one in judged(report, DEFAULT) if not one.holds] == ["p95_up_percent"]


def test_a_rule_that_nothing_was_measured_for_does_not_hold(tmp_path: Path) -> None:
    bare = row(1, answered="", answered_by="", coverage=None)
    report = compare(run_of(tmp_path / "b", [bare]), run_of(tmp_path / "a", [bare]))
    (rule,) = judged(report, {"coverage_down_points": 1.0})
    assert not rule.holds
    assert "nothing to measure it by" in rule.told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[rules]\nnew_fact_error = 0", "there is no rule 'new_fact_error'"), ("[rules]\nfailed_turns = -1", "no bound"), ("[rules]\nfailed_turns = true", "no bound"),
        ("[rules]", "is empty"), ("x = 1", "under [rules]"), ("[rules", "no TOML"),
    ],
)  # fmt: skip
def test_a_gate_with_a_mistake_is_refused(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(text)
    with pytest.raises(errors.BadGate) as caught:
        load_gate(file)
    assert told in str(caught.value)
    assert set(DEFAULT) <= set(RULES)


def test_runs_of_other_transcripts_and_folders_without_a_run_are_refused(tmp_path: Path) -> None:
    one, other = run_of(tmp_path / "a", [row(1)]), run_of(tmp_path / "b", [row(1, turn="b:1")])
    with pytest.raises(errors.OtherTranscripts):
        compare(one, other)
    with pytest.raises(errors.NotARun):
        compare(one, tmp_path)


def test_an_interval_holds_the_mean_and_draws_whole_conversations() -> None:
    told = interval(np.array([1.0, 1.0, 0.0, 0.0]), np.array([0, 0, 1, 1]))
    assert (told["difference"], told["low"], told["high"]) == (0.5, 0.0, 1.0)


def test_the_page_fetches_nothing_and_shows_no_markup_of_a_customer(tmp_path: Path) -> None:
    bad = row(1, asked="<script>alert(1)</script>")
    report = compare(run_of(tmp_path / "b", [{**bad, **WRONG}]), run_of(tmp_path / "a", [bad]))
    html = page(report, judged(report, DEFAULT), "new against old")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not any(mark in html for mark in ("http://", "https://", "src=", "@import", "url("))
    assert "prefers-color-scheme: dark" in html
    assert "The gate is shut" in html
    assert "<del>$5.</del>" in html
    assert "<ins>$6.</ins>" in html
