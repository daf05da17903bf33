"""An index that was killed goes on from the vectors that were made, and vectors don't depend on how many threads made them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from knowledge_base.types import Passage
from retrieval import workbench
from tests.fakes import WordEmbedder

PASSAGES = [Passage(f"p{n}", f"text number{n}", "faq", str(n), "en", f"digest{n}") for n in range(300)]
DIE = """
import os, signal, sys
from pathlib import Path
from retrieval import workbench
from tests.fakes import WordEmbedder
from tests.retrieval.test_workbench import PASSAGES
def die(step, done, of):
    if done >= 100:
        os.kill(os.getpid(), signal.SIGKILL)
workbench.embed(Path(sys.argv[1]), PASSAGES, {}, WordEmbedder(), die)
"""


def quiet(step: str, done: int, of: int) -> None:
    pass


def test_killed_on_the_way_it_goes_on_from_what_was_made(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", DIE, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    embedder, vectors, said = WordEmbedder(), {}, []
    workbench.embed(tmp_path, PASSAGES, vectors, embedder, lambda step, done, of: said.append((done, of)))
    assert 0 < len(embedder.embedded) <= 200
    assert said[0] == (300 - len(embedder.embedded), 300)
    assert said[-1] == (300, 300)
    whole = WordEmbedder().embed([passage.text for passage in PASSAGES])
    made = np.stack([np.frombuffer(vectors[passage.digest], dtype=np.float32) for passage in PASSAGES])
    assert np.array_equal(made, whole)


def test_another_models_vectors_are_not_taken(tmp_path: Path) -> None:
    workbench.embed(tmp_path, PASSAGES, {}, WordEmbedder(), quiet)
    other = WordEmbedder()
    other.name = "other@1"
    workbench.embed(tmp_path, PASSAGES, {}, other, quiet)
    assert len(other.embedded) == 300


def test_the_same_text_is_embedded_once(tmp_path: Path) -> None:
    embedder = WordEmbedder()
    twins = [Passage(f"t{n}", "the same", "faq", str(n), "en", "same") for n in range(5)]
    workbench.embed(tmp_path, twins, {}, embedder, quiet)
    assert embedder.embedded == ["the same"]


def test_a_file_that_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "embedded.sqlite").write_bytes(b"not a database" * 100)
    vectors: dict[str, bytes] = {}
    workbench.embed(tmp_path, PASSAGES[:3], vectors, WordEmbedder(), quiet)
    assert len(vectors) == 3
    workbench.clear(tmp_path)
    assert not (tmp_path / "embedded.sqlite").exists()
