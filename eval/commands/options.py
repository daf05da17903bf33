"""What the commands have in common: the shared data's place, `--json`, and how a report is printed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

DATA = Path("../shared/data")

AsJson = Annotated[bool, typer.Option("--json", help="one object on standard output instead of tables")]


def show(report: Mapping[str, Any], as_json: bool, as_tables: Callable[[Any], None]) -> None:
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else as_tables(report)
