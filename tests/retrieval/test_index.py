"""The index is brought to the files by embedding only what changed, and survives kills, other writers and lost folders."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.errors import UnreadableFile
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval import generations
from retrieval.errors import BrokenIndex, IndexBusy, NothingIndexed
from retrieval.index import Index, SyncReport, compare, repair, sync
from retrieval.seams import Embedder
from tests.fakes import WordEmbedder

MakeShop = Callable[..., Path]


def rows(count: int, price: str = "9.00") -> str:
    return "id,title,price,stock\n" + "".join(f"P{n},Thing number{n} kettle,{price},3\n" for n in range(count))


def bring(folder: Path, root: Path, embedder: Embedder) -> SyncReport:
    shop = load_shop(folder)
    return sync(shop, read_shop(shop), root=root, embedder=embedder)


def test_nothing_changed_means_no_embedding_and_no_new_generation(make_shop: MakeShop, tmp_path: Path) -> None:
    folder, embedder = make_shop({"products.csv": rows(5)}), WordEmbedder()
    first = bring(folder, tmp_path / "index", embedder)
    again = bring(folder, tmp_path / "index", embedder)
    assert (first.embedded, first.generation, first.up_to_date) == (5, 1, False)
    assert (again.embedded, again.generation, again.unchanged, again.up_to_date) == (0, 1, 5, True)
    assert len(embedder.embedded) == 5


def test_one_changed_row_embeds_that_row_and_a_removed_row_goes(make_shop: MakeShop, tmp_path: Path) -> None:
    folder, embedder = make_shop({"products.csv": rows(5)}), WordEmbedder()
    bring(folder, tmp_path / "index", embedder)
    embedder.embedded.clear()
    (folder / "products.csv").write_text(rows(4).replace("number2", "changed"))
    report = bring(folder, tmp_path / "index", embedder)
    assert (report.embedded, report.removed, report.unchanged) == (1, 1, 3)
    assert len(embedder.embedded) == 1
    assert "changed" in embedder.embedded[0]


def test_a_new_price_is_a_new_generation_without_embedding(make_shop: MakeShop, tmp_path: Path) -> None:
    folder, embedder = make_shop({"products.csv": rows(3)}), WordEmbedder()
    bring(folder, tmp_path / "index", embedder)
    (folder / "products.csv").write_text(rows(3, price="12.00"))
    report = bring(folder, tmp_path / "index", embedder)
    assert (report.embedded, report.generation) == (0, 2)


async def test_a_reader_takes_up_the_next_generation_and_turns_in_flight_keep_the_old(
    make_shop: MakeShop, tmp_path: Path
) -> None:
    folder, embedder, root = make_shop({"products.csv": rows(3)}), WordEmbedder(), tmp_path / "index"
    bring(folder, root, embedder)
    index = Index(root, load_shop(folder), embedder)
    old = index.current()
    (folder / "products.csv").write_text(rows(3, price="12.00"))
    bring(folder, root, embedder)
    assert str(index.current().catalogue.get("P0").price) == "9.00"
    new = index.refresh()
    assert str(new.catalogue.get("P0").price) == "12.00"
    assert [hit.passage.source_id for hit in await old.retriever.search("number1", k=1)] == ["P1"]
    assert generations.folder_of(root, 1).is_dir(), "the old generation is still held"
    del old
    (folder / "products.csv").write_text(rows(3, price="15.00"))
    bring(folder, root, embedder)
    assert not generations.folder_of(root, 1).is_dir()


def test_dry_run_tells_what_would_change_and_writes_nothing(make_shop: MakeShop, tmp_path: Path) -> None:
    shop = load_shop(make_shop({"products.csv": rows(3)}))
    report = compare(shop, read_shop(shop), root=tmp_path / "index", embedder=WordEmbedder())
    assert (report.embedded, report.up_to_date) == (3, False)
    assert not (tmp_path / "index").exists()


def test_a_second_writer_is_told_so_at_once(make_shop: MakeShop, tmp_path: Path) -> None:
    folder, root = make_shop({"products.csv": rows(3)}), tmp_path / "index"
    with generations.only_writer(root):
        started = time.perf_counter()
        code = f"from retrieval.generations import only_writer; from pathlib import Path\nwith only_writer(Path({str(root)!r})): pass"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert "IndexBusy" in ended.stderr
        with pytest.raises(IndexBusy, match=f"process {os.getpid()}"):
            bring(folder, root, WordEmbedder())
        assert (
            time.perf_counter() - started < 3
        )  # two interpreters' start included; the refusal itself waits for nothing


def test_lost_projections_are_rebuilt_from_the_generation_itself(make_shop: MakeShop, tmp_path: Path) -> None:
    folder, embedder, root = make_shop({"products.csv": rows(3)}), WordEmbedder(), tmp_path / "index"
    bring(folder, root, embedder)
    shutil.rmtree(generations.folder_of(root, 1) / "chroma")
    (folder / "products.csv").write_text("not what it was")
    index = Index(root, load_shop(folder), embedder)
    with pytest.raises(BrokenIndex, match="chroma"):
        index.current()
    embedder.embedded.clear()
    repair(load_shop(folder), root=root, embedder=embedder)
    assert index.current().catalogue.ids() == {"P0", "P1", "P2"}
    assert embedder.embedded == []


def test_files_that_cannot_be_read_leave_the_index_as_it_was(make_shop: MakeShop, tmp_path: Path) -> None:
    folder, embedder, root = make_shop({"products.csv": rows(3)}), WordEmbedder(), tmp_path / "index"
    bring(folder, root, embedder)
    (folder / "products.csv").unlink()
    with pytest.raises(UnreadableFile):
        bring(folder, root, embedder)
    assert Index(root, load_shop(folder), embedder).current().number == 1


def test_nothing_indexed_is_said_with_what_to_do(make_shop: MakeShop, tmp_path: Path) -> None:
    folder = make_shop({"products.csv": rows(1)})
    with pytest.raises(NothingIndexed, match="shopclerk index"):
        Index(tmp_path / "index", load_shop(folder), WordEmbedder()).current()


SYNC_AND_DIE = """
import os, signal, sys
from pathlib import Path
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval.index import sync
from tests.fakes import WordEmbedder
folder, root, step, place = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
def die(name, done, of):
    if (name, done) == (step, place):
        os.kill(os.getpid(), signal.SIGKILL)
shop = load_shop(folder)
print("started", flush=True)
sync(shop, read_shop(shop), root=root, embedder=WordEmbedder(), on_progress=die)
"""


def serves_old_or_new(folder: Path, root: Path) -> str:
    catalogue = Index(root, load_shop(folder), WordEmbedder()).current().catalogue
    prices = {str(catalogue.get(i).price) for i in catalogue.ids()}
    assert prices in ({"9.00"}, {"12.00"}), "a mixture of two generations"
    return prices.pop()


@pytest.mark.parametrize(
    ("step", "place"),
    [("embedding", 0), ("embedding", 40), ("writing", 0), ("writing", 1), ("writing", 2), ("writing", 3)],
)
def test_killed_at_any_step_the_old_or_the_new_index_is_there(
    make_shop: MakeShop, tmp_path: Path, step: str, place: int
) -> None:
    folder, root = make_shop({"products.csv": rows(40)}), tmp_path / "index"
    bring(folder, root, WordEmbedder())
    (folder / "products.csv").write_text(rows(40, price="12.00").replace("kettle", "pot"))
    ended = subprocess.run(
        [sys.executable, "-c", SYNC_AND_DIE, folder, root, step, str(place)], cwd=Path.cwd(), check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert serves_old_or_new(folder, root) == ("12.00" if (step, place) == ("writing", 3) else "9.00")
    bring(folder, root, WordEmbedder())
    assert serves_old_or_new(folder, root) == "12.00"


@pytest.mark.slow
def test_killed_at_random_moments_the_old_or_the_new_index_is_there(make_shop: MakeShop, tmp_path: Path) -> None:
    folder, root = make_shop({"products.csv": rows(40)}), tmp_path / "index"
    bring(folder, root, WordEmbedder())
    (folder / "products.csv").write_text(rows(40, price="12.00").replace("kettle", "pot"))
    moments = random.Random(1)
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", SYNC_AND_DIE, folder, root, "never", "0"], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moments.uniform(0, 0.6))
        process.kill()
        process.wait()
        serves_old_or_new(folder, root)
    bring(folder, root, WordEmbedder())
    assert serves_old_or_new(folder, root) == "12.00"
