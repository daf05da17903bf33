"""What the commands have in common: the shared data's place, `--json`, how a report is printed, and how errors are told."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

DATA = Path("../shared/data")

AsJson = Annotated[bool, typer.Option("--json", help="one object on standard output instead of tables")]
Folds = Annotated[
    int, typer.Option("--folds", min=0, help="measure on so many folds of --train in turn, in place of --test")
]


def show(report: Mapping[str, Any], as_json: bool, as_tables: Callable[[Any], None]) -> None:
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else as_tables(report)


@contextmanager
def in_words(command: str) -> Iterator[None]:
    """What can be wrong with files, settings and shops, as one sentence and exit status 2: 1 is a gate's."""
    from bot.errors import BotError
    from eval.errors import EvalError
    from knowledge_base.errors import KnowledgeError, of_file
    from retrieval.errors import RetrievalError

    try:
        yield
    except (EvalError, KnowledgeError, RetrievalError, BotError, OSError) as error:
        print(f"eval {command}: {of_file(error) if isinstance(error, OSError) else error}", file=sys.stderr)
        raise SystemExit(2) from error
