"""However an endpoint breaks, a customer gets the facts, once, and soon. `make faults` does so many times."""

from __future__ import annotations

import pytest

from bot.settings import Settings
from eval.faults.bench import broken, run
from eval.faults.kinds import faults

pytest.importorskip("langchain_openai")


def test_every_fault_is_answered_from_facts_and_once(sample_settings: Settings) -> None:
    hasty = sample_settings.model_copy(update={"llm_first_s": 0.6, "llm_turn_s": 2.0})
    report = run(turns=2, open_turns=0, settings=hasty, recover=False, say=lambda *done: None)
    assert report["faults"].keys() == faults().keys()
    assert [
        told for told in broken(report) if "p99" not in told
    ] == []  # how fast is for a machine that does nothing else
    assert not any(row["by_model"] for name, row in report["faults"].items() if name != "endless text")


def test_a_reply_that_says_something_else_is_told() -> None:
    row = {"turns": 2, "right": 1, "kept": 2, "p99_ms": 9000.0, "open_p99_ms": None, "recovered_s": None}
    assert broken({"faults": {"reset": row}}) == [
        "reset: 1 of 2 right",
        "reset: p99_ms is 9000, not 8000",
        "reset: not recovered",
    ]
