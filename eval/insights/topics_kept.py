"""The names of topics from one report to the next, in a file beside the shop's conversations. It holds words and middles, no customer's text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval.errors import EvalError
from eval.insights.topic_names import Known

NAME = "topics.{kind}.json"
"""In the shop's folder of the data; kind is chats or reviews."""


class BadTopics(EvalError):
    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file} can't be read ({reason}); delete it, and topics get new names")


def known_topics(file: Path) -> tuple[Known, ...]:
    """None before the first report. Raises BadTopics."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
        return tuple(Known(dict(row["names"]), dict(row["words"]), tuple(row["middle"])) for row in rows)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadTopics(file, str(error)) from error


def keep_topics(file: Path, known: Sequence[Known]) -> None:
    """Written whole: a reader sees the old names or the new ones."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    new.write_text(json.dumps([asdict(one) for one in known], ensure_ascii=False), encoding="utf-8")
    new.replace(file)
