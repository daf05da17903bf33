"""Two ways of answering live conversations: dealt by hash, kept with each turn, and told apart however often one looks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.errors import BadSetting
from bot.settings import Settings
from bot.split import Split
from bot.types import Message
from bot.wiring import open_shop
from eval.ab import evidence
from eval.ab.kept import Dealt, dealt
from eval.ab.report import report
from eval.ab.simulating import World, simulated
from eval.cli import app
from eval.commands import comparing
from eval.errors import NothingToDo
from eval.faults.server import Answer, serving
from tests.shops import settings_in

AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
LATER = AT + timedelta(days=30)
KEY = Split("n", 0.5, "w").key


def asking(settings: Settings, conversations: Sequence[str], *texts: str) -> list[str]:
    """What each is answered to the last text."""

    async def ask() -> list[str]:
        async with open_shop(settings) as shop:
            said = []
            for name in conversations:
                for place, text in enumerate(texts):
                    reply = await shop.engine.reply(
                        Message(f"{name}-{place}", name, text, AT + timedelta(minutes=place))
                    )
                said.append(reply.text)
            return said

    return asyncio.run(ask())


@pytest.fixture
def split(tmp_path: Path, sample_settings: Settings) -> Settings:
    """B thanks in its own words."""
    (tmp_path / "b" / "wordings").mkdir(parents=True)
    (tmp_path / "b" / "wordings" / "en.toml").write_text('thank = ["Splendid, any time."]\n', encoding="utf-8")
    file = tmp_path / "ab.toml"
    file.write_text('name = "thanks"\nshare = 0.5\n[b]\nwords = "b"\n', encoding="utf-8")
    return settings_in(tmp_path / "data", sample_settings, ab=file)


def test_conversations_are_dealt_by_hash_and_the_way_is_kept_with_every_turn(split: Settings) -> None:
    names = [f"c{number}" for number in range(8)]
    said = asking(split, names, "hello", "thank you!")
    found = dealt(split.data_dir, LATER)
    ways = {one.id: one.way for one in found}
    assert set(ways.values()) == {"A", "B"}
    assert [("Splendid" in text) == (ways[name] == "B") for name, text in zip(names, said, strict=True)] == [True] * 8
    assert {Split.of(one.key).name for one in found} == {"thanks"}
    assert [one.turns for one in found] == [2] * 8


def test_what_became_of_a_conversation_is_what_happened_within_its_day(split: Settings) -> None:
    asking(
        split,
        ["bad"],
        "do you sell flying carpets made of cheese to the moon?",
        "I want to talk to a human",
        "this is useless!!",
    )
    asking(split, ["good"], "How much is delivery to Canada?")
    told = {one.id: one for one in dealt(split.data_dir, LATER)}
    assert (told["good"].resolved, told["good"].handed_over, told["good"].upset) == (True, False, False)
    assert (told["bad"].resolved, told["bad"].upset) == (False, True)
    (young,) = {one.is_whole for one in dealt(split.data_dir, AT + timedelta(hours=23))}
    assert not young


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("name = ", "no TOML"),
        ('name = "x y"\n[b]\nwriter = "chat"', "its name is 'x y'"),
        ('name = "n"\nshare = 1.5\n[b]\nwriter = "chat"', "its share is 1.5"),
        ('name = "n"', "[b] is empty"),
        ('name = "n"\n[b]\ndata_dir = "x"', "can't have 'data_dir' otherwise"),
        ('name = "n"\n[b]\nwriter = "poet"', "SHOPCLERK_WRITER"),
        ('name = "n"\n[b]\nwriter = "chat"', "SHOPCLERK_LLM_BASE_URL"),
        ('name = "n"\n[b]\nwriter = "template"', "what holds anyway"),
        ('name = "n"\n[b]\nwords = "nowhere"', "a folder beside the file"),
        ('name = "n"\nb = 3', "[b] is empty"),
        ('name = "n"\ncolour = "red"\n[b]\nwriter = "chat"', "it has 'colour'"),
    ],
)  # fmt: skip
def test_a_file_that_compares_nothing_is_refused_with_what_is_wrong(
    tmp_path: Path, sample_settings: Settings, said: str, told: str
) -> None:
    file = tmp_path / "ab.toml"
    file.write_text(said, encoding="utf-8")
    with pytest.raises(BadSetting) as error:
        open_shop(sample_settings.model_copy(update={"ab": file}))
    assert told in str(error.value)


def test_the_key_of_one_endpoint_never_goes_to_another(tmp_path: Path, sample_settings: Settings) -> None:
    from bot.ab import read_ab

    file = tmp_path / "ab.toml"
    file.write_text('name = "n"\n[b]\nllm_base_url = "http://b.example/v1"\n', encoding="utf-8")
    ours = {
        "writer": "chat",
        "llm_base_url": "http://a.example/v1",
        "llm_model": "m",
        "llm_api_key": "secret",
        "ab": file,
    }
    settings = Settings(**{**{name: getattr(sample_settings, name) for name in Settings.model_fields}, **ours})
    other = read_ab(settings, tmp_path)
    assert other is not None
    assert (other.settings.llm_base_url, other.settings.llm_api_key) == ("http://b.example/v1", None)


async def test_a_model_words_what_b_says_and_costs_nothing_in_a(tmp_path: Path, sample_settings: Settings) -> None:
    pytest.importorskip("langchain_openai")
    async with serving(lambda body: Answer("Shipping to Canada is $12.95.")) as server:
        file = tmp_path / "ab.toml"
        file.write_text(
            f'name = "n"\n[b]\nwriter = "chat"\nllm_base_url = "{server.url}"\nllm_model = "m"\nllm_price_in = 1\nllm_first_s = 5\n',
            encoding="utf-8",
        )
        async with open_shop(settings_in(tmp_path / "data", sample_settings, ab=file)) as shop:
            for name in ("c0", "c1", "c2", "c3"):
                await shop.engine.reply(Message("m", name, "How much is delivery to Canada?", AT))
            kept = [turn async for turn in shop.conversations.between(AT, LATER)]
    assert {turn.way for turn in kept} == {"A", "B"}
    assert [turn.spent.cost > 0 for turn in kept] == [turn.way == "B" for turn in kept]


def conversations(of_a: int, of_b: int, good_a: float, good_b: float) -> list[Dealt]:
    made = []
    for way, count, good in (("A", of_a, good_a), ("B", of_b, good_b)):
        for number in range(count):
            resolved = number % 100 < 100 * good
            at = AT + timedelta(minutes=number)
            made.append(
                Dealt(
                    f"{way}{number}",
                    KEY,
                    way,
                    at,
                    True,
                    1,
                    not resolved,
                    False,
                    False,
                    False,
                    resolved,
                    Decimal(0),
                    9.0,
                )
            )
    return sorted(made, key=lambda one: one.at)


def test_a_large_difference_ends_it_and_a_small_one_goes_on() -> None:
    told = report(conversations(600, 600, 0.5, 0.7))
    assert told["verdict"] == "B is better"
    assert told["outcomes"]["handed_over"]["verdict"] == "B is better"
    assert report(conversations(600, 600, 0.7, 0.5))["verdict"] == "A is better"
    early = report(conversations(60, 60, 0.5, 0.6))
    assert early["verdict"] == "go on"
    assert 0 < early["more_needed"]["as_it_looks"] < early["more_needed"]["for_least"]


def test_ways_that_were_not_dealt_as_they_should_be_get_no_verdict() -> None:
    told = report(conversations(900, 600, 0.5, 0.7))
    assert (told["verdict"], told["ended_at"], told["dealt"]["as_dealt"]) == ("refused", None, False)


def test_without_a_difference_hardly_any_comparison_ends_and_with_one_most_do() -> None:
    """`python -m eval ab --simulate 1000` has more runs: of the 1,000 at most 50 may end."""
    alike, apart = simulated(20, [World(0.6, 0.6), World(0.6, 0.7)])["worlds"]
    assert alike["ended"] <= 2
    assert (apart["ended"], apart["wrongly"]) == (20, 0)
    assert alike["naive_ended"] > 4 * alike["ended"]


def test_evidence_for_ways_that_are_alike_is_one_on_average() -> None:
    """The martingale, by all outcomes of five conversations with their chances."""
    share, rate, whole = 0.3, 0.4, 0.0
    for number in range(4**5):
        digits = [number // 4**place % 4 for place in range(5)]
        in_b, happened = np.array([one % 2 == 1 for one in digits]), np.array([one > 1 for one in digits])
        chance = np.prod(np.where(in_b, share, 1 - share) * np.where(happened, rate, 1 - rate))
        whole += float(chance * np.exp(evidence.course(in_b, happened, share).evidence[-1]))
    assert whole == pytest.approx(1.0)


def test_the_command_tells_a_missing_folder_and_a_shop_that_compares_nothing(
    tmp_path: Path, sample_settings: Settings
) -> None:
    for folder, why in ((tmp_path / "nowhere", "isn't there"), (tmp_path, "holds not one conversations.sqlite")):
        told = CliRunner().invoke(app, ["ab", str(folder)])
        assert (told.exit_code, why in told.output) == (2, True)
    plain = settings_in(tmp_path, sample_settings)
    asking(plain, ["c"], "hello")
    with pytest.raises(NothingToDo, match="SHOPCLERK_AB"):
        report(dealt(plain.data_dir, LATER))


def test_the_command_prints_the_verdict(split: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    asking(split, ["c1", "c2", "c3"], "How much is delivery to Canada?")
    comparing.ab(split.data_dir, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["name"], told["conversations"]) == ("go on", "thanks", 3)
    comparing.ab(split.data_dir)
    assert "Go on (resolved)" in capsys.readouterr().out
