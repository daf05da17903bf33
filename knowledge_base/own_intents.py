"""Intents that a shop adds to ours, `[intents.<name>]` in shop.toml: lines to know them by, and what answers them."""

from __future__ import annotations

import csv
import difflib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from knowledge_base.errors import BadShopFile, why
from knowledge_base.types import Locale

FEWEST = 3
"""Lines below which an intent can't be told from others."""
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True)
class OwnIntent:
    """One intent of a shop's own; exactly one of `faq`, `say` and `handoff` is set."""

    name: str
    lines: tuple[str, ...]
    faq: str = ""
    say: Mapping[Locale, str] = field(default_factory=dict)
    handoff: bool = False
    file: str = ""
    """Where some of the lines come from; empty where none do."""


class IntentEntry(BaseModel):
    """`[intents.<name>]` as it is written."""

    model_config = ConfigDict(extra="forbid")

    lines: list[_Text] = []
    file: str = ""
    faq: str = ""
    say: dict[str, _Text] = Field(default={}, max_length=50)
    handoff: bool = False

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        given = [name for name in ("faq", "say", "handoff") if getattr(self, name)]
        if len(given) != 1:
            told = " and ".join(given) or "none"
            raise ValueError(f"needs exactly one of faq, say and handoff = true; it has {told}")
        if not self.lines and not self.file:
            raise ValueError("needs lines, or a file of them, to be known by")
        return self


def own_intents(entries: Mapping[str, IntentEntry], folder: Path) -> tuple[OwnIntent, ...]:
    """With the lines of their files. Raises BadShopFile, naming shop.toml or the file with its line."""
    return tuple(_own(name, entry, folder) for name, entry in entries.items())


def check_answers(intents: Sequence[OwnIntent], faqs: Collection[str], folder: Path) -> None:
    """Raises BadShopFile where an intent is answered by an FAQ entry that isn't there."""
    for intent in intents:
        if intent.faq and intent.faq not in faqs:
            near = difflib.get_close_matches(intent.faq, faqs, 1)
            hint = f"did you mean {near[0]!r}?" if near else "its id is the entry's `id` in the FAQ's file."
            file, key = str(folder / "shop.toml"), f"intents.{intent.name}.faq"
            raise BadShopFile(file, key, intent.faq, f"there is no such FAQ entry; {hint}")


def _own(name: str, entry: IntentEntry, folder: Path) -> OwnIntent:
    said = [*entry.lines, *(_lines_of(name, folder / entry.file, folder) if entry.file else ())]
    lines = tuple(dict.fromkeys(said))
    if len(lines) < FEWEST:
        raise BadShopFile(
            str(folder / "shop.toml"),
            f"intents.{name}.lines",
            list(lines),
            f"at least {FEWEST} different lines are needed.",
        )
    return OwnIntent(name, lines, entry.faq, entry.say, entry.handoff, entry.file)


def _lines_of(name: str, file: Path, folder: Path) -> list[str]:
    """The column `text` of a CSV, or the field of a JSONL; where there is a column intent, the rows of this one."""
    key = f"intents.{name}.file"
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadShopFile(str(folder / "shop.toml"), key, file.name, f"it can't be read ({why(error)}).") from error
    try:
        rows = _rows(file, text)
    except ValueError as error:
        raise BadShopFile(str(file), key, file.name, f"{error}.") from error
    wanted = (name, f"shop:{name}", "", None)
    found = []
    for number, row in rows:
        line = row.get("text")
        if row.get("intent") not in wanted:
            continue
        if not isinstance(line, str) or not line.strip():
            raise BadShopFile(f"{file}:{number}", "text", line, "a line of text is needed.")
        found.append(line.strip())
    return found


def _rows(file: Path, text: str) -> list[tuple[int, Mapping[str, object]]]:
    if file.suffix.casefold() == ".csv":
        reader = csv.DictReader(text.splitlines())
        reader.fieldnames = [heading.strip().casefold() for heading in reader.fieldnames or ()]
        if "text" not in reader.fieldnames:
            raise ValueError(f"line 1 has to name the column text; it has {','.join(reader.fieldnames) or 'nothing'}")
        return [(reader.line_num, row) for row in reader]
    if file.suffix.casefold() != ".jsonl":
        raise ValueError("lines come in a .csv or a .jsonl")
    rows: list[tuple[int, Mapping[str, object]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row = json.loads(line) if line.strip() else None
        except ValueError as error:
            raise ValueError(f"line {number} is not JSON: {line[:60]!r}") from error
        if row is not None and not isinstance(row, dict):
            raise ValueError(f"line {number} is not an object: {line[:60]!r}")
        rows += [(number, row)] if row else []
    return rows
