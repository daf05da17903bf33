"""An answer of a colleague's into the shop's own FAQ file: behind what is there, with every other byte left as it is."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bot.describe.cells import decoded
from bot.describe.putting_out import replace_file
from bot.dialogue.reading import order_id
from bot.errors import NotKept
from bot.orders.contacts import contact_in
from bot.stores.proposals import Proposal
from knowledge_base.contacts import OwnContacts, contacts_in
from knowledge_base.errors import KnowledgeError
from knowledge_base.headings import canonical
from knowledge_base.readers import Record, open_records
from knowledge_base.reading import files_of, locale_of
from knowledge_base.shop import Shop, SourceSpec

_NUMBER = re.compile(r"(?<![\d.,])\d{6,}(?!\d)|\b(?=\w*\d{3})[A-Z0-9]{10,}\b")
"""An account, a parcel, a card: nothing that an answer for everybody needs."""
_ENDINGS = {".yaml": "yaml", ".yml": "yaml", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "csv", ".md": "markdown", ".markdown": "markdown"}  # fmt: skip


def personal_in(text: str, own: OwnContacts, orders: Sequence[str] = ()) -> list[str]:
    """What in a text is somebody's and not the shop's: e-mails, phones, links, numbers of orders and parcels. Names can't be told."""
    found = [one.text for one in contacts_in(text) if not own.owns(one)]
    rest = text
    for one in contacts_in(text):
        rest = rest.replace(one.text, " ")
    found += [number for number in orders if number.casefold() in text.casefold()]
    found += [one for one in (order_id(rest.casefold()), contact_in(rest)) if one]
    return [*dict.fromkeys([*found, *_NUMBER.findall(rest)])]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A FAQ file with its columns, our field -> its own heading."""

    file: Path
    spec: SourceSpec
    records: Sequence[Record]
    columns: Mapping[str, str]

    @property
    def kind(self) -> str:
        return self.spec.format or _ENDINGS.get(self.file.suffix.lower(), "")


def accept(shop: Shop, proposal: Proposal, orders: Sequence[str] = ()) -> Path:
    """Into the first FAQ file of its language; which that is. Raises NotKept where it holds what is somebody's, or no file takes it."""
    for name, text in (("question", proposal.question), ("answer", proposal.answer)):
        if not text.strip():
            raise NotKept(proposal.number, f"its {name} is empty; give one with --{name}")
        if personal := personal_in(text, shop.own, orders):
            raise NotKept(proposal.number, f"its {name} has {', '.join(personal)}; write it for everybody with --{name}")  # fmt: skip
    sheet = _sheet_for(shop, proposal)
    writer = _WRITERS.get(sheet.kind)
    if writer is None or sheet.spec.path:
        raise NotKept(proposal.number, f"{sheet.file} can't be written by itself; put it in by hand")
    text, encoding = decoded(sheet.file)
    ending = "\r\n" if "\r\n" in text else "\n"
    added = writer(sheet, _entry(sheet, proposal), text.replace("\r\n", "\n"))
    gap = "" if not text or text.endswith("\n") else ending
    content = (text + gap + added.replace("\n", ending)).encode(encoding)
    _check(sheet, content, proposal)
    replace_file(sheet.file, content)
    return sheet.file


def _sheet_for(shop: Shop, proposal: Proposal) -> _Sheet:
    for spec in shop.sources:
        for file in files_of(shop, spec) if spec.kind == "faq" else ():
            records = open_records(file, spec.kind, format=spec.format, path=spec.path)
            headings = list(dict.fromkeys(heading for record in records for heading in record.fields))
            columns = canonical(headings, spec.kind, spec.columns)
            if locale_of(shop, spec, file) == proposal.locale or "locale" in columns:
                return _Sheet(file, spec, records, columns)
    raise NotKept(proposal.number, f"{shop.name} has no FAQ file in {proposal.locale!r}; name one under [[sources]]")


def _entry(sheet: _Sheet, proposal: Proposal) -> dict[str, str]:
    """Under the file's own headings."""
    made = {
        "id": f"kept-{sha256(proposal.question.encode()).hexdigest()[:8]}", "question": proposal.question, "answer": proposal.answer,
        "locale": proposal.locale,
    }  # fmt: skip
    return {sheet.columns[name]: text for name, text in made.items() if name in sheet.columns}


def _yaml(sheet: _Sheet, entry: Mapping[str, str], text: str) -> str:
    """Words in JSON's quotes are YAML, whatever they hold."""
    before = re.search(r"^( *)- ", text, re.MULTILINE)
    indent = before[1] if before else ""
    rows = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in entry.items()]
    return f"\n{indent}- " + f"\n{indent}  ".join(rows) + "\n"


def _jsonl(sheet: _Sheet, entry: Mapping[str, str], text: str) -> str:
    return json.dumps(entry, ensure_ascii=False) + "\n"


def _csv(sheet: _Sheet, entry: Mapping[str, str], text: str) -> str:
    headings = list(sheet.records[0].fields) if sheet.records else []
    first = text.removeprefix("\ufeff").split("\n", 1)[0]
    delimiter = max(",;\t|", key=first.count)
    named = [heading.strip() for heading in next(csv.reader([first], delimiter=delimiter))] or headings
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow([entry.get(name, "") for name in named])
    return out.getvalue()


def _markdown(sheet: _Sheet, entry: Mapping[str, str], text: str) -> str:
    levels = re.findall(r"^(#{1,6})\s", text, re.MULTILINE)
    return f"\n{levels[-1] if levels else '##'} {entry['question']}\n\n{entry['answer']}\n"


_WRITERS: Mapping[str, Callable[[_Sheet, Mapping[str, str], str], str]] = {
    "yaml": _yaml, "jsonl": _jsonl, "csv": _csv, "tsv": _csv, "markdown": _markdown,
}  # fmt: skip


def _check(sheet: _Sheet, content: bytes, proposal: Proposal) -> None:
    """As the file will be read: all that was there, and the new entry behind it. Raises NotKept, and nothing is written."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / sheet.file.name
        draft.write_bytes(content)
        try:
            records = open_records(draft, "faq", format=sheet.spec.format, path=sheet.spec.path)
        except KnowledgeError as error:
            raise NotKept(proposal.number, f"{sheet.file} would be unreadable with it ({error}); put it in by hand") from error  # fmt: skip
    before, last = records[:-1], records[-1]
    told = [_flat(str(last.fields.get(sheet.columns[name], ""))) for name in ("question", "answer")]
    is_whole = [one.fields for one in before] == [one.fields for one in sheet.records]
    if not is_whole or told != [_flat(proposal.question), _flat(proposal.answer)]:
        raise NotKept(proposal.number, f"{sheet.file} would read otherwise with it; put it in by hand")


def _flat(text: str) -> str:
    return " ".join(text.split())
