"""The workflow in docs/replay.md is what CI would run: its steps are run here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from eval.replay.gate import DEFAULT, load_gate

DOCS = Path("docs/replay.md")


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_the_gate_in_the_docs_is_the_one_without_a_file(tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(block("toml"), encoding="utf-8")
    assert load_gate(file) == DEFAULT


@pytest.mark.slow
def test_the_workflows_steps_run_and_a_wrong_price_fails_them(tmp_path: Path, sample_settings: Settings) -> None:
    """Its own lines, on one conversation instead of all; the checkout stands in for the worktree of the base."""
    (jobs,) = yaml.safe_load(block("yaml"))["jobs"].values()
    steps = {step["name"]: step["run"] for step in jobs["steps"] if "name" in step}
    here = Path.cwd()
    lines = (here / "eval/data/transcripts.sample.jsonl").read_text(encoding="utf-8").splitlines()
    checkout = tmp_path / "checkout"
    (checkout / "eval/data").mkdir(parents=True)
    (tmp_path / "base").mkdir()
    (checkout / "eval/data/transcripts.sample.jsonl").write_text("\n".join(lines[8:9]) + "\n", encoding="utf-8")
    gate = block("toml").replace("p95_up_percent = 20", "p95_up_percent = 1000000")  # other tests run beside
    (checkout / "gate.toml").write_text(gate, encoding="utf-8")

    def run(step: str) -> subprocess.CompletedProcess[str]:
        script = re.sub(r'"?(?:\$here/)?\.venv/bin/python"?', sys.executable, steps[step])
        script = re.sub(r"git worktree add.*\n", "", script).replace("--jobs 2", "--jobs 1")
        given = {**os.environ, "PYTHONPATH": str(here), "SHOPCLERK_DATA_DIR": str(sample_settings.data_dir)}
        return subprocess.run(
            ["bash", "-e", "-c", script], cwd=checkout, env=given, capture_output=True, text=True, check=False
        )

    assert run("The base").returncode == 0
    fine = run("The gate")
    assert fine.returncode == 0, fine.stderr
    assert "The gate is open" in (checkout / "report.html").read_text(encoding="utf-8")

    wrong = checkout / "eval/data/transcripts.sample.jsonl"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("$4.00", "$9.00"), encoding="utf-8")
    shut = run("The gate")
    assert shut.returncode == 1
    assert "the gate is shut: new_fact_errors = 0 doesn't hold" in shut.stderr
