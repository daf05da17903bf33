"""The made-up shop is the same for everyone and can be read; turns and nearest vectors are measured on what is really there."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.wiring import embedder_of, index_root, shop_of
from eval.benchmarks import nearness, turns
from eval.benchmarks.speed import Random, _made_up_cases
from eval.benchmarks.synthetic import write_shop
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval.generations import folder_of
from retrieval.index import sync


def test_a_made_up_shop_is_the_same_each_time_and_every_line_is_kept(tmp_path: Path) -> None:
    one, other = (write_shop(tmp_path / name, 120) for name in ("one", "other"))
    assert (one / "products.jsonl").read_bytes() == (other / "products.jsonl").read_bytes()
    knowledge = read_shop(load_shop(one))
    assert len(knowledge.products) == 120
    assert knowledge.refusals == ()
    assert {product.locale for product in knowledge.products} == {"en", "zh"}
    assert len({product.title for product in knowledge.products}) > 115


async def test_turns_are_timed_by_kind_and_step(sample_settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        '{"text": "a kettle under $60", "kind": "find", "conversation": "a"}\n'
        '{"text": "the second one", "kind": "follow-up", "conversation": "a"}\n\n{"text": "运费多少？"}\n',
        encoding="utf-8",
    )
    report = await turns.measure(None, sample_settings.data_dir, turns.read_cases(file))
    assert report["turns"] == 3
    assert set(report["by_kind_ms"]) == {"find", "follow-up", "all"}
    assert report["wall_ms"]["p95"] >= report["wall_ms"]["p50"] > 0
    assert report["peak_mb"] >= report["open_mb"] > 0


def test_recall_is_whole_and_a_matrix_that_was_tampered_with_is_seen(tmp_path: Path) -> None:
    settings = Settings(shop=write_shop(tmp_path / "shop", 800), data_dir=tmp_path / "data")
    shop, embedder = shop_of(settings), Random(embedder_of(settings))
    root = index_root(settings, shop)
    sync(shop, read_shop(shop), root=root, embedder=embedder)
    asked = embedder.embed(["x"] * 20)
    rows = nearness.measure(folder_of(root, 1), embedder, asked)
    assert [row["filter"] for row in rows] == ["none", "1%", "5%", "50%"]
    assert all(row["ours"]["recall@10"] == 1 for row in rows)
    codes = folder_of(root, 1) / "matrix" / "codes.npy"
    codes.write_bytes(codes.read_bytes()[:-200_000] + bytes(200_000))
    assert nearness.measure(folder_of(root, 1), embedder, asked)[0]["ours"]["recall@10"] < 1


def test_made_up_turns_are_in_both_languages_and_follow_on(tmp_path: Path) -> None:
    settings = Settings(shop=write_shop(tmp_path / "shop", 60), data_dir=tmp_path / "data")
    cases = turns.read_cases(_made_up_cases(settings, tmp_path / "cases.jsonl", conversations=2))
    assert {case["locale"] for case in cases} == {"en", "zh"}
    assert {case["kind"] for case in cases} == {"find", "ask", "describe", "follow-up"}
    assert max(sum(case["conversation"] == name["conversation"] for case in cases) for name in cases) == 4
