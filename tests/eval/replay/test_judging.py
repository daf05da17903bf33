"""A language model's verdict beside the hard outcomes: read strictly, counted, kept, and never the gate's unless it is named there."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.commands.endpoint import paying
from bot.settings import Settings
from eval.cli import app
from eval.commands import replaying
from eval.faults.server import Answer, Body, Server, serving
from eval.replay.agreement import agreement, kappa
from eval.replay.errors import JudgeStopped
from eval.replay.gate import judged as gated
from eval.replay.gate import load_gate
from eval.replay.judging import JUDGE, judge, load_prompt, verdict_of
from eval.replay.running import replay

SAMPLE = Path("eval/data/transcripts.sample.jsonl")


@contextmanager
def endpoint(model: Callable[[Body], Answer]) -> Iterator[Server]:
    """OpenAI's protocol in a thread of its own: the judge waits in this one."""
    up, down = threading.Event(), asyncio.Event()
    held: list[tuple[Server, asyncio.AbstractEventLoop]] = []

    async def run() -> None:
        async with serving(model) as server:
            held.append((server, asyncio.get_running_loop()))
            up.set()
            await down.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    up.wait()
    server, loop = held[0]
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(down.set)
        thread.join()


def says(verdict: str) -> Answer:
    return Answer(json.dumps({"verdict": verdict, "reason": "so"}))


def asked(body: Body) -> dict[str, object]:
    """What the judge was shown."""
    told: dict[str, object] = json.loads(body["messages"][-1]["content"].split("\n\n")[0])
    return told


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sample_settings: Settings) -> Path:
    """Three conversations, five turns, replayed; and the file that they are from."""
    folder = tmp_path_factory.mktemp("played")
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()[:2]
    named = {"id": "x", "turns": [{"who": "customer", "text": "I'm Junko Tanizaki, hello"}]}
    (folder / "few.jsonl").write_text("\n".join([*lines, json.dumps(named)]), encoding="utf-8")
    replay(folder / "few.jsonl", sample_settings, folder / "run")
    return folder


@pytest.fixture
def run(played: Path, tmp_path: Path) -> Path:
    """A copy of its folder."""
    return Path(shutil.copytree(played / "run", tmp_path / "run"))


def judged(run: Path, server: Server, ceiling: str = "") -> dict[str, Any]:
    pytest.importorskip("langchain_openai")
    prices = {"llm_price_in": Decimal(2), "llm_price_out": Decimal(8)}
    settings = Settings(
        llm_base_url=server.url, llm_model="m", llm_daily_cost=Decimal(ceiling) if ceiling else None, **prices
    )  # type: ignore[arg-type]
    judge(
        run,
        paying(settings.model_copy(update={"writer": "chat"})),
        load_prompt(None),
        "m",
        settings.llm_daily_cost,
        lambda *done: None,
    )
    told = agreement(run)
    assert told is not None
    return told


def test_the_judge_is_asked_once_a_turn_until_it_can_be_read_and_sees_nobodys_name(run: Path) -> None:
    tries: list[str] = []

    def model(body: Body) -> Answer:
        seen = json.dumps(asked(body))
        tries.append(seen)
        return Answer("Good, I think!") if tries.count(seen) == 1 and "Canada" in seen else says("good")

    with endpoint(model) as server:
        told = judged(run, server)
        once, before = (run / JUDGE).read_bytes(), len(tries)
        assert judged(run, server) == told
    assert (told["turns"], told["tries"]) == (5, before)
    assert before > 5
    assert float(told["cost"]) > 0
    assert ((run / JUDGE).read_bytes(), len(tries)) == (once, before)
    assert not [seen for seen in tries if "Tanizaki" in seen]


def test_the_command_tells_the_agreement_first(
    played: Path, tmp_path: Path, sample_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    pytest.importorskip("langchain_openai")
    with endpoint(lambda body: says("good")) as server:
        for name, value in {
            "DATA_DIR": str(sample_settings.data_dir),
            "LLM_BASE_URL": server.url,
            "LLM_MODEL": "m",
        }.items():
            monkeypatch.setenv(f"SHOPCLERK_{name}", value)
        replaying.replay(played / "few.jsonl", tmp_path / "again", judge=True)
    assert capsys.readouterr().out.startswith("the judge agrees with the hard outcomes in ")
    assert (tmp_path / "again" / "turns.jsonl").read_bytes() == (played / "run" / "turns.jsonl").read_bytes()


def test_an_answer_that_never_can_be_read_is_no_verdict(run: Path) -> None:
    with endpoint(lambda body: Answer("yes")) as server:
        told = judged(run, server)
    assert (told["verdicts"], told["tries"], told["of"], told["share"]) == ({"unread": 5}, 15, 0, None)


def test_a_judge_stops_at_its_ceiling_or_where_the_endpoint_fails_and_goes_on_later(run: Path) -> None:
    with endpoint(lambda body: says("bad")) as server:
        with pytest.raises(JudgeStopped, match="SHOPCLERK_LLM_DAILY_COST"):
            judged(run, server, ceiling="0.0000001")
        server.model = lambda body: Answer(status=401)
        with pytest.raises(JudgeStopped, match="status_401"):
            judged(run, server, ceiling="5")
        server.model, asked_before = lambda body: says("bad"), server.requests
        assert judged(run, server)["turns"] == 5
        assert server.requests - asked_before == 4


@pytest.mark.parametrize(
    "said",
    ["", "good", '"good"', '["good"]', '{"verdict": "good"}', '{"verdict": "fine", "reason": "x"}', '{"verdict": "good", "reason": 3}',
     '{"verdict": "good", "reason": "x", "more": 1}', '```json\n{"verdict": "good", "reason": "x"}\n```', '{"verdict": "unread", "reason": "x"}'],
)  # fmt: skip
def test_only_one_object_with_a_known_verdict_is_read(said: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        verdict_of(said)


def test_kappa_is_agreement_beyond_chance() -> None:
    assert (
        kappa([(True, True)] * 20 + [(False, False)] * 15 + [(True, False)] * 5 + [(False, True)] * 10) == 0.4
    )  # Cohen, 1960, by hand: (.7 - .5) / .5
    assert kappa([(True, True), (False, True)]) is None


def test_the_gate_goes_by_the_judge_only_where_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text("[rules]\njudged_good_down_points = 2\n", encoding="utf-8")
    rules = load_gate(file)
    (worse,) = gated({"judge": {"before": 0.8, "after": 0.7, "difference": -0.1, "of": 50}}, rules)
    (nobody,) = gated({"judge": None}, rules)
    assert (worse.holds, worse.measured, nobody.holds) == (False, 10.0, False)
    assert "judged_good_down_points" not in load_gate(None)


def test_a_judge_without_an_endpoint_or_with_a_prompt_that_asks_nothing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typer

    with pytest.raises(typer.BadParameter, match="SHOPCLERK_LLM_BASE_URL"):
        replaying.replay(SAMPLE, tmp_path / "run", judge=True)
    monkeypatch.setenv("SHOPCLERK_LLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SHOPCLERK_LLM_MODEL", "m")
    prompt = tmp_path / "p.md"
    prompt.write_text("Is it good?", encoding="utf-8")
    for file, why in ((prompt, "has to ask for"), (tmp_path / "none.md", "isn't there")):
        given = ["--out", str(tmp_path / "run"), "--judge", "--judge-prompt", str(file)]
        told = CliRunner().invoke(app, ["replay", str(SAMPLE), *given])
        assert (told.exit_code, why in told.output) == (2, True)
