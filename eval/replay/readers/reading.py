"""`transcripts_of`: any file that a reader knows, as a stream of transcripts."""

from __future__ import annotations

import csv
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from gzip import BadGzipFile
from itertools import chain, groupby
from pathlib import Path

from eval.errors import BadRow
from eval.replay.errors import NoSuchFile, UnknownFormat
from eval.replay.readers import kept, shapes
from eval.replay.readers.making import Maker
from eval.replay.readers.source import Row, objects, opened
from eval.replay.transcripts import Transcript

SHAPES: Mapping[str, Callable[[int, Row], shapes.Conversation]] = {
    "whole": shapes.whole, "openai": shapes.openai, "chatwoot": shapes.chatwoot, "tau2": shapes.tau2,
}  # fmt: skip


def transcripts_of(
    source: Path, customers: frozenset[str] = frozenset(), zone: tzinfo | None = None
) -> Iterator[Transcript]:
    """In the file's order. Raises NoSuchFile, UnknownFormat, BadRow and its kin."""
    _check(source)
    return _whole(source, _read(source, Maker(source, customers, zone)))


def _read(source: Path, maker: Maker) -> Iterator[Transcript]:
    if source.is_dir() or source.suffix in (".sqlite", ".sqlite3", ".db"):
        return kept.read(source, maker)
    if source.suffixes[:1] == [".csv"]:
        return _grouped(_csv(source), maker)
    return _json(source, maker)


def _whole(source: Path, transcripts: Iterator[Transcript]) -> Iterator[Transcript]:
    """What packing and nesting do to a file, in our words. Raises UnknownFormat."""
    try:
        yield from transcripts
    except (EOFError, zlib.error, BadGzipFile) as error:
        raise UnknownFormat(
            source, "a file called .gz that isn't whole gzip: was it cut off, or is it packed otherwise?"
        ) from error
    except RecursionError as error:
        raise UnknownFormat(source, "JSON that is nested so deeply") from error


def _check(source: Path) -> None:
    """Raises NoSuchFile for what can't be opened, whatever it holds."""
    if not source.exists():
        raise NoSuchFile(source, "there is no such file or folder")
    if not (source.is_file() or source.is_dir()):
        raise NoSuchFile(source, "this is no file that can be read twice, such as a pipe")
    if not os.access(source, os.R_OK):
        raise NoSuchFile(source, "this user may not read it")


def _json(source: Path, maker: Maker) -> Iterator[Transcript]:
    rows = objects(source)
    first = next(rows, None)
    if first is None:
        raise UnknownFormat(source, "an empty file")
    shape = _shape(source, first[1])
    everything = chain([first], rows)
    if shape == "lines":
        yield from _grouped(everything, maker)
        return
    for place, row in everything:
        try:
            id_, raw = SHAPES[shape](place, row)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise BadRow(source, place, f"this is no conversation like those before ({reason})") from error
        yield maker.transcript(place, id_, raw)


def _shape(source: Path, row: Row) -> str:
    """By the first object's own keys."""
    messages = row.get("messages") or row.get("payload")
    if isinstance(messages, list) and messages and isinstance(messages[0], dict):
        if "message_type" in messages[0]:
            return "chatwoot"
        if "role" in messages[0]:
            return "openai"
    if "transcript" in row and "task_id" in row:
        return "tau2"
    if "turns" in row and "id" in row:
        return "whole"
    if {"conversation", "who", "text"} <= row.keys():
        return "lines"
    raise UnknownFormat(source, f"an object with {', '.join(map(repr, list(row)[:6])) or 'nothing in it'}")


def _csv(source: Path) -> Iterator[tuple[int, Row]]:
    """(line, row) of a table with the columns conversation, who, text and perhaps at."""
    with opened(source) as text:
        table = csv.DictReader(text, strict=True)
        try:
            if not table.fieldnames:
                raise UnknownFormat(source, "an empty file")
            if missing := {"conversation", "who", "text"} - set(table.fieldnames):
                raise UnknownFormat(source, f"a table without the column {', '.join(sorted(missing))}")
            for row in table:
                if None in row or None in row.values():
                    wrong = "more" if None in row else "fewer"
                    raise BadRow(
                        source, table.line_num, f"this row has {wrong} fields than the head: is a comma not quoted?"
                    )
                yield table.line_num, row
        except csv.Error as error:
            raise BadRow(source, table.line_num + 1, f"this is no table ({error}): is a quote not closed?") from error
        except UnicodeDecodeError as error:
            raise BadRow(source, table.line_num + 1, f"this is not UTF-8 ({error.reason})") from error


def _grouped(rows: Iterator[tuple[int, Row]], maker: Maker) -> Iterator[Transcript]:
    """Lines that follow each other with the same `conversation` are one."""

    def of(row: tuple[int, Row]) -> str:
        place, said = row
        try:
            return str(said["conversation"])
        except KeyError as error:
            raise BadRow(maker.file, place, "conversation is missing") from error

    for id_, together in groupby(rows, key=of):
        first = next(together)
        yield maker.transcript(first[0], id_, (_raw(maker.file, *one) for one in chain([first], together)))


def _raw(file: Path, place: int, row: Row) -> tuple[int, str, object, object]:
    try:
        return place, str(row["who"]), row["text"], row.get("at")
    except KeyError as error:
        raise BadRow(file, place, f"{error} is missing") from error
