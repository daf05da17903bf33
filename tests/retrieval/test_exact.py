"""The scan finds what looking at all vectors finds, with any filter; a lost matrix comes back from Chroma, and large shops go to Chroma."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import Settings
from knowledge_base.types import Passage
from retrieval import exact
from retrieval.dense import Dense, open_dense, recall
from retrieval.errors import BrokenIndex
from retrieval.exact import Exact
from retrieval.rows import Rows
from retrieval.types import Where
from tests.fakes import WordEmbedder

COUNT, DIM, K = 9_000, 48, 10


def unit(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def passages(count: int) -> list[Passage]:
    return [
        Passage(f"p{n}", f"text {n}", "product", f"P{n}", "zh" if n % 3 else "en", str(n), "", f"C{n % 7}")
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exact, np.ndarray]:
    """Clusters, as texts of one shop are: neighbours differ by less than the steps of int8."""
    folder = tmp_path_factory.mktemp("exact") / "matrix"
    vectors = unit(300, 1)[np.random.default_rng(2).integers(0, 300, COUNT)] + 0.15 * unit(COUNT, 3)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    Exact.build(folder, vectors)
    return Exact(folder, WordEmbedder(DIM), Rows.of(passages(COUNT))), vectors


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), share=st.sampled_from([None, 0.0, 0.001, 0.01, 0.05, 0.5, 0.6, 0.9, 1.0]))
def test_what_is_found_is_what_looking_at_all_finds_with_any_filter(
    shelf: tuple[Exact, np.ndarray], seed: int, share: float | None
) -> None:
    index, vectors = shelf
    draw = np.random.default_rng(seed)
    mask = None if share is None else draw.random(COUNT) < share
    asked = vectors[draw.integers(COUNT)] + 0.2 * unit(1, seed)[0]
    asked /= np.linalg.norm(asked)
    truth = np.sort((vectors @ asked) if mask is None else (vectors @ asked)[mask])[::-1][:K]
    rows, cosines = index.nearest(asked, K, Where(), mask)
    assert cosines == pytest.approx(truth, abs=1e-6)
    assert cosines == pytest.approx(vectors[rows] @ asked, abs=1e-6)
    assert mask is None or mask[rows].all()


def test_with_fewer_steps_or_nothing_scored_again_it_would_not(
    shelf: tuple[Exact, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    index, vectors = shelf
    monkeypatch.setattr(exact, "_LEAST", K)
    monkeypatch.setattr(exact, "AGAIN", 1)
    wrong = 0
    for seed in range(40):
        asked = unit(1, seed)[0]
        truth = np.sort(vectors @ asked)[::-1][:K]
        wrong += not np.allclose(index.nearest(asked, K, Where(), None)[1], truth, atol=1e-6)
    assert wrong > 0, "the check above could not see a scan that loses neighbours"


def folder_of(tmp_path: Path, count: int = 60) -> tuple[Path, Rows, WordEmbedder]:
    embedder = WordEmbedder()
    made = passages(count)
    vectors = embedder.embed([passage.text for passage in made])
    Dense.build(tmp_path / "chroma", made, vectors)
    Exact.build(tmp_path / "matrix", vectors)
    return tmp_path, Rows.of(made), embedder


async def test_one_switch_decides_which_of_the_two_is_opened(tmp_path: Path) -> None:
    folder, rows, embedder = folder_of(tmp_path)
    small, large = open_dense(folder, embedder, rows), open_dense(folder, embedder, rows, exact_up_to=59)
    assert (type(small), type(large)) == (Exact, Dense)
    where = Where(locale="en", categories=frozenset({"c2"}))
    found = [[hit.passage.id for hit in await one.search("text 9", k=5, where=where)] for one in (small, large)]
    assert found[0] == found[1] != []


def test_recall_is_measured_only_where_chroma_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, rows, embedder = folder_of(tmp_path)
    assert recall(folder, embedder, rows) is None
    monkeypatch.setattr("retrieval.dense.EXACT_UP_TO", 10)
    assert recall(folder, embedder, rows) == 1.0
    Exact.build(folder / "matrix", embedder.embed([f"other words {n}" for n in range(60)]))
    assert (recall(folder, embedder, rows) or 0) < 0.5


async def test_a_lost_matrix_is_filled_again_from_chroma(tmp_path: Path) -> None:
    folder, rows, embedder = folder_of(tmp_path)
    before = np.load(folder / "matrix" / "vectors.npy")
    shutil.rmtree(folder / "matrix")
    assert (await open_dense(folder, embedder, rows).search("text 7", k=1))[0].passage.id == "p7"
    assert np.load(folder / "matrix" / "vectors.npy") == pytest.approx(before, abs=1e-6)
    assert [path.name for path in folder.iterdir() if path.name.startswith("matrix")] == ["matrix"]


def test_without_chroma_it_says_so(tmp_path: Path) -> None:
    folder, rows, embedder = folder_of(tmp_path)
    shutil.rmtree(folder / "chroma")
    with pytest.raises(BrokenIndex, match="chroma"):
        open_dense(folder, embedder, rows)


def test_a_matrix_of_other_passages_is_refused(tmp_path: Path) -> None:
    folder, _, embedder = folder_of(tmp_path)
    with pytest.raises(ValueError, match="60 vectors for 59 passages"):
        Exact(folder / "matrix", embedder, Rows.of(passages(59)))


@pytest.mark.parametrize(
    "where",
    [
        Where(in_stock=True),
        Where(source_ids=frozenset(f"P{n}" for n in range(0, 60, 2))),
        Where(locale="zh"),
        Where(sources=frozenset({"product"}), in_stock=True),
    ],
)
@pytest.mark.parametrize("named", [0, 1000])
def test_chroma_keeps_to_a_mask_whether_its_rows_are_named_or_chosen_from(
    tmp_path: Path, where: Where, named: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.dense._NAMED", named)
    folder, rows, embedder = folder_of(tmp_path)
    mask = rows.mask(where)
    mask = np.arange(60) % 2 == 0 if mask is None or where.in_stock else mask
    vector = embedder.embed(["text 8"])[0]
    found, cosines = Dense(folder / "chroma", embedder, rows).nearest(vector, 5, where, mask)
    assert len(found) == 5
    assert mask[found].all()
    assert list(cosines) == sorted(cosines, reverse=True)


def test_the_scan_that_is_shipped_is_the_one_that_export_makes(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from retrieval.export import export_scan

    export_scan(tmp_path / "scan.onnx")
    assert (tmp_path / "scan.onnx").read_bytes() == exact.SCAN.read_bytes()


def test_a_small_shop_is_served_without_chromadb(sample_settings: Settings) -> None:
    code = (
        "import asyncio, sys\n"
        "from bot.settings import Settings\nfrom bot.types import Message\nfrom bot.wiring import open_shop\n"
        "from datetime import UTC, datetime\n"
        "async def main():\n"
        f"    async with open_shop(Settings(data_dir={str(sample_settings.data_dir)!r})) as shop:\n"
        "        print((await shop.engine.reply(Message('m', 'c', 'How much is delivery to Canada?', datetime.now(UTC)))).text)\n"
        "asyncio.run(main())\n"
        "print([name for name in ('chromadb', 'torch', 'structlog') if name in sys.modules])\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "12.95" in ended.stdout
    assert ended.stdout.splitlines()[-1] == "[]"
