"""Test collections: passages, questions and which passages answer them."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from eval.errors import BadRow
from knowledge_base.types import Passage
from retrieval.types import Where

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question:
    """`gold` are the ids that answer it; `copies` the passages that are the question itself, letter by letter."""

    id: str
    text: str
    gold: frozenset[str]
    where: Where = field(default_factory=Where)
    copies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Collection:
    """What is measured on; `files` are what it was read from."""

    name: str
    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]
    files: tuple[Path, ...]


FILES = {
    "dstc11": ("faq/dstc11_docs.jsonl.gz", "faq/dstc11_val.jsonl.gz"),
    "dstc11-entity": ("faq/dstc11_docs.jsonl.gz", "faq/dstc11_val.jsonl.gz"),
    "lcqmc": ("faq/lcqmc_dev.jsonl",),
}
"""Name of a public collection -> its files under the data folder."""


def load(name: str, data: Path) -> Collection:
    """One of FILES. Raises BadRow, or OSError where a file is missing."""
    files = [data / file for file in FILES[name]]
    return lcqmc(files[0]) if name == "lcqmc" else dstc11(*files, within_entity=name == "dstc11-entity")


def own(docs: Path, questions: Path) -> Collection:
    """Any two files in the format of `python -m eval retrieval --help`."""
    passages = tuple(read(docs, _passage))
    return Collection("own", passages, tuple(read(questions, _question)), (docs, questions))


def lcqmc(file: Path) -> Collection:
    """Each distinct `a` of a positive pair against all distinct `b`; any positive of it counts."""
    pairs = list(read(file, lambda row: (str(row["a"]), str(row["b"]), str(row["label"]) == "1")))
    ids = {b: str(number) for number, b in enumerate(dict.fromkeys(b for _, b, _ in pairs))}
    gold: dict[str, set[str]] = {}
    for a, b, positive in pairs:
        if positive:
            gold.setdefault(a, set()).add(ids[b])
    passages = tuple(Passage(i, b, "faq", i, "zh", i) for b, i in ids.items())
    questions = tuple(
        Question(f"q{number}", a, frozenset(right), copies=frozenset({ids[a]} if a in ids else ()))
        for number, (a, right) in enumerate(gold.items())
    )
    return Collection("lcqmc", passages, questions, (file,))


def dstc11(docs: Path, turns: Path, *, within_entity: bool) -> Collection:
    """The last words of each knowledge-seeking turn against all snippets, or against those of its gold snippets' entities."""
    name = "dstc11-entity" if within_entity else "dstc11"
    passages = tuple(read(docs, _snippet))
    entity = {passage.id: passage.source_id for passage in passages}
    questions = tuple(question for question in read(turns, _turn) if question.gold)
    if within_entity:
        questions = tuple(
            Question(q.id, q.text, q.gold, Where(source_ids=frozenset(entity[i] for i in q.gold))) for q in questions
        )
    return Collection(name, passages, questions, (docs, turns))


def smaller(collection: Collection, questions: int) -> Collection:
    """The first so many questions, and of the passages what they need and ten times as many others."""
    asked = collection.questions[:questions]
    needed = frozenset(i for question in asked for i in question.gold | question.copies)
    entities = frozenset(i for question in asked for i in question.where.source_ids or ())
    rest = [p.id for p in collection.passages if p.id not in needed and p.source_id not in entities][: 10 * questions]
    kept = needed | frozenset(rest)
    passages = tuple(p for p in collection.passages if p.id in kept or p.source_id in entities)
    return Collection(collection.name, passages, asked, collection.files)


def rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """(line number from 1, object) of a JSONL file, gzipped where it is called .gz. Raises BadRow."""
    with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
        for number, line in enumerate(_texts(file, lines), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise BadRow(file, number, f"this is not JSON ({error.msg})") from error
            if not isinstance(row, dict):
                raise BadRow(file, number, f"this is not an object: {line.strip()[:60]}")
            yield number, row


def _texts(file: Path, lines: Iterable[bytes]) -> Iterator[str]:
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise BadRow(file, number, "this is no text in UTF-8") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadRow(file, number + 1, f"this isn't a whole gzip file ({error})") from error


def read(file: Path, make: Callable[[Mapping[str, Any]], T]) -> Iterator[T]:
    """Each row of a JSONL file as `make` has it. Raises BadRow."""
    return (made for _, made in _made(file, make))


class Cased(Protocol):
    @property
    def id(self) -> str: ...


C = TypeVar("C", bound=Cased)


def cases(file: Path, make: Callable[[Mapping[str, Any]], C]) -> list[C]:
    """The cases of a file, each with an id of its own. Raises BadRow."""
    found: dict[str, C] = {}
    for number, case in _made(file, make):
        if case.id in found:
            raise BadRow(file, number, f"the id {case.id} stands twice")
        found[case.id] = case
    return list(found.values())


def _made(file: Path, make: Callable[[Mapping[str, Any]], T]) -> Iterator[tuple[int, T]]:
    for number, row in rows(file):
        try:
            yield number, make(row)
        except KeyError as error:
            raise BadRow(file, number, f"the field {error} is missing") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise BadRow(file, number, str(error)) from error


def _passage(row: Mapping[str, Any]) -> Passage:
    """A title stands above the text, as headings do in a shop's passages."""
    doc_id, title, entity = str(row["id"]), str(row.get("title") or ""), row.get("entity")
    text = f"{title}\n{row['text']}" if title else str(row["text"])
    return Passage(doc_id, text, "document", str(entity or doc_id), str(row.get("locale") or ""), doc_id, title)


def _question(row: Mapping[str, Any]) -> Question:
    entity = row.get("entity")
    entities = [entity] if isinstance(entity, str) else entity
    where = Where(locale=row.get("locale") or None, source_ids=frozenset(map(str, entities)) if entities else None)
    return Question(str(row["id"]), str(row["text"]), _ids(row["gold"]), where)


def _snippet(row: Mapping[str, Any]) -> Passage:
    doc_id = str(row["doc_id"])
    return Passage(doc_id, str(row["text"]), "document", str(row["entity"]), "en", doc_id)


def _turn(row: Mapping[str, Any]) -> Question:
    gold = _ids(row["gold_docs"] or []) if row["knowledge_seeking"] else frozenset()
    return Question(str(row["id"]), str(row["dialogue"][-1]["text"]), gold)


def _ids(values: Sequence[Any]) -> frozenset[str]:
    if isinstance(values, str):
        raise TypeError(f"gold must be a list of ids, not {values!r}")
    return frozenset(map(str, values))
