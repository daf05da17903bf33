"""A made-up shop of any size, for measuring speed: bilingual titles, attributes, prices and stock combined from words, from a seed."""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

CHINESE = 3
"""Every third product is written in Chinese, the others in English; each is one row and one passage."""
_SHOP = """name = "Speed"
locales = ["en", "zh"]
currency = "USD"
prices_max_age_days = 3650

[[sources]]
file = "products.jsonl"
kind = "products"

[[sources]]
file = "faq.jsonl"
kind = "faq"
"""


def write_shop(folder: Path, products: int, *, seed: int = 4) -> Path:
    """A shop folder with that many product rows; the same for the same numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    words = tomllib.loads(files("eval.benchmarks").joinpath("synthetic.toml").read_text(encoding="utf-8"))
    (folder / "shop.toml").write_text(_SHOP, encoding="utf-8")
    _write(folder / "faq.jsonl", _answers(words))
    _write(folder / "products.jsonl", (product(number, words, seed) for number in range(products)))
    return folder


def _write(file: Path, rows: Iterator[Mapping[str, Any]]) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _answers(words: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for entry in words["faq"]:
        for locale in ("en", "zh"):
            question, answer = entry[locale]
            yield {"id": entry["id"], "locale": locale, "question": question, "answer": answer}


def product(number: int, words: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """One row; depends on its number and the seed alone."""
    draw = random.Random(f"{seed}/{number}")
    at = 1 if number % CHINESE == 2 else 0
    kind = draw.choice(words["kinds"])
    name, material, size = (draw.choice(kind[part])[at] for part in ("names", "materials", "sizes"))
    colour = draw.choice(list(words["colours"].items()))[at]
    brand, series = draw.choice(words["brands"]), draw.choice(words["series"])
    model = f"{series} {draw.randrange(100, 1000)}"
    told = [sentence[at] for sentence in draw.sample(list(words["sentences"].items()), 4)]
    numbers = {"a": draw.randrange(10, 60), "b": draw.randrange(10, 60), "c": draw.randrange(100, 3000)}
    price = draw.choice((4, 9, 19, 29, 49, 79, 129, 249)) + draw.randrange(0, 20) + draw.choice((0, 0.5, 0.95, 0.99))
    return {
        "id": f"S{number:07d}",
        "locale": "zh" if at else "en",
        "title": f"{brand} {model} {material}{name} {size}"
        if at
        else f"{brand} {model} {material.title()} {name}, {size}",
        "brand": brand,
        "category": kind["category"][at],
        "price": f"{price:.2f}",
        "compare_at": f"{price * 1.25:.2f}" if draw.random() < 0.15 else None,
        "stock": draw.choice((0, 2, 5, 20, 80)),
        "description": ("" if at else " ")
        .join(told)
        .format(material=material, colour=colour, series=series, **numbers),
        "attributes": dict(zip(_NAMES[at], (colour, material, size), strict=True)),
    }


_NAMES = (("colour", "material", "size"), ("颜色", "材质", "尺寸"))
