"""How fast a shop is indexed, opened and answered from: a made-up shop of any size, or one's own."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.settings import Settings
from bot.wiring import embedder_of, index_root, prepare, shop_of
from eval import setting
from eval.benchmarks import nearness, synthetic
from eval.benchmarks.turns import read_cases
from knowledge_base.passages import cut
from knowledge_base.reading import read_shop
from knowledge_base.types import Product
from retrieval.generations import Progress, current_number, folder_of
from retrieval.index import sync
from retrieval.seams import Embedder, Vectors

PACKAGES = ("shopclerk", "numpy", "onnxruntime", "tokenizers", "chromadb", "rjieba")
PRODUCTS, SMALLER, LARGER = 43_000, 4_300, 430_000
COLD = "How much is delivery?"
_KILLED_AT = 0.2
"""Share of the passages after whose vectors the first index is killed, to see that the second goes on from them."""
_ASKED = 100
"""Questions for the recall of vectors."""
_LOOP = 10_000_000
_FIGURES = "index.json"
"""What a kept index took to make."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured; a short run asks less of everything and kills no index."""

    products: int = PRODUCTS
    conversations: int = 30
    cold_starts: int = 5
    is_killed: bool = True


QUICK = Scale(150, 2, 1, is_killed=False)


def run(
    *,
    products: int | None,
    cases: Path | None,
    shop: Path | None,
    quick: bool,
    growth: bool,
    say: Progress,
    keep: Path | None = None,
) -> dict[str, Any]:
    """Figures by part, then versions, digests, machine and seconds. `keep` is a folder in which the made-up shop's index stays."""
    started = time.perf_counter()
    scale = QUICK if quick else Scale()
    scale = replace(scale, products=products or scale.products)
    with tempfile.TemporaryDirectory(prefix="speed-") as name:
        work = Path(name) if keep is None or shop else keep / str(scale.products)
        folder = shop or synthetic.write_shop(work / "shop", scale.products)
        told = str(shop) if shop else f"made up, {scale.products} products"
        report = {"shop": told, **_measured(folder, work, cases, scale, say)}
        sizes = [] if quick or shop else [SMALLER, *([LARGER] if growth else [])]
        report["growth"] = [_grown(other, Path(name) / str(other), scale, say) for other in sizes]
        files = [file for file in (cases, folder / "shop.toml", folder / "products.jsonl") if file and file.is_file()]
        about = {"versions": setting.versions(PACKAGES), "data": setting.digests(files), "machine": setting.machine()}
    return {**report, **about, "loop_s": _loop_s(), "seconds": round(time.perf_counter() - started, 1)}


def _loop_s() -> float:
    """Processor seconds of a plain loop, least of three: what a second of this machine is worth beside another's."""
    took = []
    for _ in range(3):
        started, total = time.process_time(), 0
        for number in range(_LOOP):
            total += number
        took.append(time.process_time() - started)
    return round(min(took), 2)


def _measured(folder: Path, work: Path, cases: Path | None, scale: Scale, say: Progress) -> dict[str, Any]:
    settings = Settings(shop=folder, data_dir=work / "data")
    report: dict[str, Any] = {"index": _indexed(settings, work / _FIGURES, scale, say)}
    file = cases or _made_up_cases(settings, work / "cases.jsonl", conversations=scale.conversations)
    say("turns", 0, 1)
    report["serving"] = _turns(folder, settings.data_dir, file)
    say("turns", 1, 1)
    shop, embedder = shop_of(settings), embedder_of(settings)
    root = index_root(settings, shop)
    texts = random.Random(4).choices([case["text"] for case in read_cases(file)], k=_ASKED)
    report["vectors"] = nearness.measure(folder_of(root, current_number(root)), embedder, embedder.embed(texts))
    say("cold starts", 0, scale.cold_starts)
    report["cold"] = _cold(settings, scale.cold_starts)
    say("cold starts", scale.cold_starts, scale.cold_starts)
    return report


def _indexed(settings: Settings, figures: Path, scale: Scale, say: Progress) -> dict[str, Any]:
    """Indexed by the command itself, as a process: killed on the way, begun again, and once more with nothing changed.

    Where an earlier run's index was kept, its figures are told again.
    """
    passages = len(cut(read_shop(shop_of(settings))))
    say("indexing", 0, passages)
    if not figures.is_file():
        figures.write_text(json.dumps(_first(settings, passages, scale)), encoding="utf-8")
    made: dict[str, Any] = json.loads(figures.read_text(encoding="utf-8"))
    _timed(settings, ["index"])
    unchanged = [_timed(settings, ["index"])[0] for _ in range(2 if scale.is_killed else 1)]
    say("indexing", passages, passages)
    return {**made, "unchanged_again_s": round(min(unchanged), 2)}


def _first(settings: Settings, passages: int, scale: Scale) -> dict[str, Any]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    killed_s, kept = _killed(settings, int(_KILLED_AT * passages)) if scale.is_killed else (0.0, 0)
    again_s, _ = _timed(settings, ["index"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "passages": passages, "seconds": round(killed_s + again_s, 1),
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "passages_per_s": round(passages / (killed_s + again_s), 1), "killed_after_s": round(killed_s, 1),
        "vectors_kept_of_the_killed": kept,
    }  # fmt: skip


def _killed(settings: Settings, after: int) -> tuple[float, int]:
    """(seconds until the kill, vectors that were kept)."""
    file = index_root(settings, shop_of(settings)) / "embedded.sqlite"
    started = time.perf_counter()
    with subprocess.Popen(_command(["index"]), env=_environment(settings), stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and _kept(file) < after:
            time.sleep(0.2)
        process.send_signal(signal.SIGKILL)
    return time.perf_counter() - started, _kept(file)


def _kept(file: Path) -> int:
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return int(database.execute("SELECT count(*) FROM vectors").fetchone()[0])
    return 0


def _cold(settings: Settings, times: int) -> dict[str, Any]:
    """After one that isn't counted: it compiles what nobody has imported yet."""
    took = [_timed(settings, ["chat", "--once", COLD]) for _ in range(times + 1)][1:]
    wall, cpu = ([one[place] for one in took] for place in (0, 1))
    return {
        "command": f'shopclerk chat --once "{COLD}"', "wall_s": _least_and_median(wall), "cpu_s": _least_and_median(cpu),
    }  # fmt: skip


def _least_and_median(values: Sequence[float]) -> dict[str, float]:
    return {"min": round(min(values), 2), "median": round(statistics.median(values), 2)}


def _timed(settings: Settings, arguments: Sequence[str]) -> tuple[float, float]:
    """(wall, CPU) seconds of one command in a process of its own."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(_command(arguments), env=_environment(settings), check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-c", "from bot.cli import main; main()", *arguments]


def _environment(settings: Settings) -> dict[str, str]:
    """With compiled modules, as an installation has them: where they may not lie beside the sources they lie beside the index."""
    given = {"SHOPCLERK_SHOP": str(settings.shop), "SHOPCLERK_DATA_DIR": str(settings.data_dir)}
    if "PYTHONDONTWRITEBYTECODE" in os.environ:
        given |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(settings.data_dir.resolve() / "compiled")}
    return {**os.environ, **given, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _turns(folder: Path, data: Path, cases: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.benchmarks.turns", str(folder), str(data), str(cases)]
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths})
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _grown(products: int, work: Path, scale: Scale, say: Progress) -> dict[str, Any]:
    """The same turns over a shop of another size; its vectors are random unit rows, which cost as much to search."""
    settings = Settings(shop=synthetic.write_shop(work / "shop", products), data_dir=work / "data")
    shop = shop_of(settings)
    embedder = Random(embedder_of(settings))
    sync(shop, read_shop(shop), root=index_root(settings, shop), embedder=embedder, on_progress=say, prepare=prepare)
    cases = _made_up_cases(settings, work / "cases.jsonl", conversations=scale.conversations)
    figures = _turns(settings.shop or work, settings.data_dir, cases)
    kept = ("turns", "wall_ms", "cpu_ms", "turns_per_s", "turns_per_cpu_s", "open_s", "open_mb", "after_mb")
    return {"products": products, "vectors": "random unit rows", **{name: figures[name] for name in kept}}


class Random:
    """An Embedder under another's name, without its cost."""

    def __init__(self, of: Embedder) -> None:
        self._of, self._draw = of, np.random.default_rng(4)
        self._dim = of.embed([]).shape[1]

    @property
    def name(self) -> str:
        return self._of.name

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = self._draw.standard_normal((len(texts), self._dim)).astype(np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def reads(self, text: str) -> float:
        return self._of.reads(text)

    def trust(self, text: str) -> float:
        return self._of.trust(text)


def _made_up_cases(settings: Settings, file: Path, *, conversations: int = 30, seed: int = 4) -> Path:
    """Searches with limits, questions to the shop, descriptions and what follows on them, in the languages of the shop's products."""
    draw = random.Random(seed)
    products = read_shop(shop_of(settings)).products
    by_locale = {locale: [p for p in products if p.locale == locale] for locale in ("en", "zh")}
    lines: list[Mapping[str, str]] = []
    for number in range(conversations):
        for locale, those in by_locale.items():
            if those:
                lines += _said(draw.choice(those), locale, number, draw)
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return file


def _said(product: Product, locale: str, number: int, draw: random.Random) -> Iterator[Mapping[str, str]]:
    values = list(product.attributes.values())
    words = {
        "thing": product.category, "title": product.title, "first": values[0] if values else "",
        "second": values[1] if len(values) > 1 else "", "price": str(draw.choice((30, 60, 120, 200))),
    }  # fmt: skip
    for topic, turns in _TALKS[locale].items():
        for kind, *texts in turns:
            text = draw.choice(texts).format(**words)
            yield {"kind": kind, "text": text, "conversation": f"{locale}-{number}-{topic}", "locale": locale}


_TALKS: Mapping[str, Mapping[str, Sequence[tuple[str, ...]]]] = {
    "en": {
        "search": (
            ("find", "do you have {first} {second} {thing} under ${price}?", "looking for {first} {second} {thing}, in stock"),
            ("follow-up", "the second one", "is the first one in stock?"), ("follow-up", "anything cheaper?"),
            ("describe", "is it easy to clean?", "how heavy is it?"),
        ),
        "shop": (("ask", "How much is delivery?", "can I return a gift that I opened", "how long is the warranty?", "do you take paypal"),),
        "product": (("describe", "tell me about the {title}", "how much is the {title}?"), ("describe", "what is it made of?", "does it fold?")),
        "bare": (("find", "{first} {thing}", "{second} {thing} in stock"),),
    },
    "zh": {
        "search": (
            ("find", "有没有{first}的{second}{thing}，{price}以内", "想找{first}{thing}，要现货"), ("follow-up", "第二个", "第一个有货吗"),
            ("follow-up", "便宜点的呢"), ("describe", "好清洗吗", "有多重"),
        ),
        "shop": (("ask", "运费多少钱？", "拆开的礼物可以退吗", "保修几年", "能用支付宝吗"),),
        "product": (("describe", "{title} 多少钱", "介绍一下{title}"), ("describe", "是什么材质的", "能折叠吗")),
    },
}  # fmt: skip
