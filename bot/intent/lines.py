"""Labelled messages to learn from: those that ship, a shop's own files (CSV, JSONL), and its intents in shop.toml."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.errors import BadLine, BadSetting
from bot.intent.classifier import Example
from bot.types import INTENTS
from knowledge_base.errors import why
from knowledge_base.shop import Shop

_OWN = re.compile(r"shop:[\w-]+")
LONGEST = 2000


@cache
def shipped() -> tuple[Example, ...]:
    """The utterances beside this module, in both languages."""
    return tuple(
        example
        for file in sorted(files("bot.intent").joinpath("utterances").iterdir(), key=lambda entry: entry.name)
        if file.name.endswith(".jsonl")
        for _, example in _of_jsonl(file.name, file.read_text(encoding="utf-8"))
    )


def read_lines(file: Path) -> list[tuple[int, Example]]:
    """(line, example) of a CSV with the heading text,intent, or JSONL of {"text", "intent", "also"?}. Raises BadLine, BadSetting."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadSetting("--lines", str(file), "there is no such file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting("--lines", str(file), f"it can't be read as UTF-8 text ({why(error)}).") from error
    if file.suffix.casefold() == ".csv":
        return list(_of_csv(str(file), text))
    if file.suffix.casefold() == ".jsonl":
        return list(_of_jsonl(str(file), text))
    raise BadSetting("--lines", str(file), "labelled lines end in .csv or .jsonl.")


def own_examples(shop: Shop) -> list[Example]:
    """The lines of the shop's own intents, as shop.toml and the files that it names have them."""
    return [Example(line, f"shop:{intent.name}") for intent in shop.intents for line in intent.lines]


def known(examples: Sequence[tuple[int, Example]], declared: Collection[str], file: str) -> None:
    """Raises BadLine for a line with an own intent that the shop doesn't declare in shop.toml."""
    for number, example in examples:
        for name in (example.intent, example.also):
            if name.startswith("shop:") and name.removeprefix("shop:") not in declared:
                raise BadLine(file, number, name, f"shop.toml has no [intents.{name.removeprefix('shop:')}]")


def _of_jsonl(file: str, text: str) -> Iterator[tuple[int, Example]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadLine(file, number, line[:60], f"this is not JSON ({error})") from error
        if not isinstance(row, dict):
            raise BadLine(file, number, line[:60], "this is not an object with text and intent")
        also = row.get("also") or [""]
        if not isinstance(also, list):
            raise BadLine(file, number, also, "also is a list of intents")
        yield _example(file, number, row.get("text"), row.get("intent"), also[0])


def _of_csv(file: str, text: str) -> Iterator[tuple[int, Example]]:
    reader = csv.DictReader(text.splitlines())
    headings = [heading.strip().casefold() for heading in reader.fieldnames or ()]
    if not {"text", "intent"} <= set(headings):
        raise BadLine(
            file, 1, ",".join(reader.fieldnames or ()), "the first line has to name the columns text and intent"
        )
    reader.fieldnames = headings
    for row in reader:
        yield _example(file, reader.line_num, row["text"], row["intent"], row.get("also") or "")


def _example(file: str, number: int, text: Any, intent: Any, also: Any) -> tuple[int, Example]:
    if not isinstance(text, str) or not text.strip():
        raise BadLine(file, number, text, "text is missing")
    if len(text) > LONGEST:
        raise BadLine(file, number, text[:60], f"text is longer than {LONGEST} characters")
    for name in (intent, also):
        if name == "" and name is also:
            continue
        if not isinstance(name, str) or not (name.strip() in INTENTS or _OWN.fullmatch(name.strip())):
            raise BadLine(
                file, number, name, f"there is no such intent; there are {', '.join(INTENTS)} and shop:<name>"
            )
    return number, Example(text.strip(), intent.strip(), also.strip())
