"""How time and memory of `shopclerk train recommender` grow with the customers: the command itself, each time in a process of its own."""

from __future__ import annotations

import csv
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from eval.errors import NotTrained
from eval.recommend.data import read
from eval.recommend.resampling import CHANGES, resampled
from eval.setting import digests, machine, versions
from retrieval.generations import Progress
from retrieval.recommend.folder import card_of
from retrieval.recommend.histories import Histories
from retrieval.recommend.texts import Shelf

MADE = (
    f"customers made of real ones: each follows one, after an event with a chance of {CHANGES:g} goes on as another did who had the "
    "same item, and ends with as many events as the first had"
)
_STEP = re.compile(r"(?P<step>[^:]+): (?P<done>\d+) of \d+")
_FIRST = datetime(2024, 1, 1, tzinfo=UTC)
_DAYS, _BETWEEN = 600, 12.0
"""Days in which somebody comes first, and mean days between two events."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is trained: the files' items, made-up customers as many as each of `sizes`."""

    items: Path
    users: Path
    sizes: Sequence[int]
    threads: int = 2
    epochs: int = 20
    seed: int = 7


def run(asked: Asked, say: Progress) -> dict[str, Any]:
    """A row a size, and from each to the next how many times the seconds there were for how many times the customers. Raises NotTrained."""
    started = time.perf_counter()
    cases = read(asked.items, asked.users)
    rows = []
    for size in sorted(asked.sizes):
        say(f"{size} customers", 0, 1)
        with tempfile.TemporaryDirectory(prefix="growth-") as name:
            shop = write_shop(Path(name), cases.shelf, cases.histories, size, asked.seed)
            rows.append({"customers": size, **trained(shop, asked)})
        say(f"{size} customers", 1, 1)
    return {
        "made": MADE, "sizes": rows, "growth": [times_as_much(a, b) for a, b in pairwise(rows)],
        "threads": asked.threads, "most_epochs": asked.epochs, "seed": asked.seed, "repetitions": 1,
        "items": len(cases.shelf.ids), "real_customers": len(cases.histories),
        "versions": versions(("numpy", "scipy", "torch", "onnxruntime")), "data": digests([asked.items, asked.users]),
        "machine": machine(), "seconds": round(time.perf_counter() - started, 1),
    }  # fmt: skip


def write_shop(folder: Path, shelf: Shelf, histories: Histories, customers: int, seed: int) -> Path:
    """The items as products, and what made-up customers bought; times go up within each."""
    (folder / "shop.toml").write_text(
        'name = "Growth"\nlocales = ["en"]\n\n[[sources]]\nfile = "products.csv"\nkind = "products"\n\n'
        '[[sources]]\nfile = "events.csv"\nkind = "events"\n',
        encoding="utf-8",
    )
    chance = random.Random(seed)
    with (folder / "products.csv").open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out).writerow
        write(["id", "title", "category", "price", "currency", "stock"])
        for item, text, category in zip(shelf.ids, shelf.texts, shelf.categories.tolist(), strict=True):
            write(
                [item, text, f"Category {category}" if category >= 0 else "", f"{chance.uniform(5, 90):.2f}", "USD", 5]
            )
    with (folder / "events.csv").open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out).writerow
        write(["customer_id", "product_id", "kind", "at"])
        for number, places in enumerate(resampled(histories, customers, seed=seed)):
            at = _FIRST + timedelta(days=chance.uniform(0, _DAYS))
            for place in places:
                write([f"c{number}", shelf.ids[place], "bought", at.isoformat(timespec="seconds")])
                at += timedelta(days=chance.expovariate(1 / _BETWEEN))
    return folder


def trained(shop: Path, asked: Asked) -> dict[str, Any]:
    """Seconds in all and of each step, the most memory, and what the card says. Raises NotTrained with what the command said."""
    out = shop / "model"
    command = [
        sys.executable, "-c", "from bot.cli import main; main()", "train", "recommender", "--shop", str(shop), "--out", str(out),
        "--threads", str(asked.threads), "--epochs", str(asked.epochs), "--seed", str(asked.seed),
    ]  # fmt: skip
    started = time.perf_counter()
    with subprocess.Popen(
        command, env=_environment(shop, asked.threads), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        steps, said = followed(process, started)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    took = time.perf_counter() - started
    if process.returncode:
        raise NotTrained(process.returncode, said)
    card = card_of(out)
    return {
        "events": card["events"], "seconds": round(took, 1), "cpu_s": round(usage.ru_utime + usage.ru_stime, 1),
        "most_memory_gb": round(usage.ru_maxrss / 2**20, 2), "epochs": len(card["epochs"]),
        "ndcg@10": round(card["score"]["ndcg@10"], 4), "steps_s": {name: round(s, 1) for name, s in steps.items()},
    }  # fmt: skip


def followed(process: subprocess.Popen[str], started: float) -> tuple[dict[str, float], str]:
    """(seconds of each step, the last line). A step lasts from its first word until another's; `start` is what was before them all."""
    assert process.stderr is not None
    steps, now, since, last = dict[str, float](), "start", started, ""
    for line in process.stderr:
        last = line.strip() or last
        found = _STEP.match(line)
        at = time.perf_counter()
        if found and found["step"] != now:
            steps[now] = steps.get(now, 0.0) + at - since
            now, since = found["step"], at
    steps[now] = steps.get(now, 0.0) + time.perf_counter() - since
    return steps, last


def times_as_much(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """`steps` are those that took a second or more; a training of more epochs takes longer whatever its size."""
    steps = {
        name: round(seconds / one["steps_s"][name], 1)
        for name, seconds in other["steps_s"].items()
        if seconds >= 1 and one["steps_s"].get(name)
    }
    return {
        "from": one["customers"], "to": other["customers"], "customers": round(other["customers"] / one["customers"], 2),
        "events": round(other["events"] / one["events"], 2), "seconds": round(other["seconds"] / one["seconds"], 2),
        "cpu_s": round(other["cpu_s"] / one["cpu_s"], 2), "memory": round(other["most_memory_gb"] / one["most_memory_gb"], 2),
        "steps": steps,
    }  # fmt: skip


def _environment(shop: Path, threads: int) -> dict[str, str]:
    given = {"SHOPCLERK_DATA_DIR": str(shop / "data"), "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}  # fmt: skip
    return {**os.environ, **given, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}


def show(report: dict[str, Any]) -> None:
    """As a table in the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "customers", "events", "seconds", "CPU s", "GB", "epochs", "steps", title="shopclerk train recommender"
    )
    for row in report["sizes"]:
        steps = json.dumps(row["steps_s"])[1:-1].replace('"', "")
        table.add_row(*(str(row[name]) for name in ("customers", "events", "seconds", "cpu_s", "most_memory_gb", "epochs")), steps)  # fmt: skip
    Console().print(table)
    for one in report["growth"]:
        print(
            f"{one['from']} to {one['to']} customers, {one['customers']:g} times: {one['seconds']} times the seconds, {one['cpu_s']} "
            f"times the processor's, {one['memory']} times the memory"
        )
