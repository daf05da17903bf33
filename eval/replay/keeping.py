"""A replay's folder: `turns.jsonl` and `run.json` are the same bytes whenever transcripts, shop and code are; `timings.jsonl` never is.

While it runs, what is done lies in `unfinished.sqlite`, so that a kill loses no more than the transcripts in hand.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from eval.replay.errors import NoSuchTurn, NotARun
from eval.replay.playing import Played

TURNS, TIMINGS, RUN = "turns.jsonl", "timings.jsonl", "run.json"
_UNFINISHED = "unfinished.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS done (id TEXT NOT NULL PRIMARY KEY, turns TEXT NOT NULL, timings TEXT NOT NULL) WITHOUT ROWID;
"""

Row = Mapping[str, Any]


class Unfinished:
    """What is done so far. One that was made of other transcripts, another shop or other code is thrown away."""

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._file = folder, folder / _UNFINISHED
        for kept in (TURNS, TIMINGS, RUN):
            (folder / kept).unlink(missing_ok=True)
        self._database = self._opened()
        told = json.dumps(about, sort_keys=True)
        row = self._database.execute("SELECT what FROM about").fetchone()
        if row is not None and row[0] != told:
            self._database.close()
            self._remove()
            self._database, row = self._opened(), None
        if row is None:
            with self._database:
                self._database.execute("INSERT INTO about VALUES (?)", (told,))

    def has(self, id_: str) -> bool:
        return self._database.execute("SELECT 1 FROM done WHERE id = ?", (id_,)).fetchone() is not None

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM done").fetchone()[0])

    def keep(self, played: Played) -> None:
        row = (played.id, "\n".join(played.turns), "\n".join(played.timings))
        with self._database:
            self._database.execute("INSERT INTO done VALUES (?, ?, ?)", row)

    def finish(self, about: Mapping[str, Any]) -> None:
        """Write the files in the order of ids, `run.json` last: where it is, all is."""
        of = "SELECT {0} FROM done WHERE {0} <> '' ORDER BY id"
        digest, count, conversations = sha256(), 0, 0
        for name, column in ((TIMINGS, "timings"), (TURNS, "turns")):
            with (self._folder / name).open("w", encoding="utf-8") as out:
                for (rows,) in self._database.execute(of.format(column)):
                    out.write(rows + "\n")
                    if name == TURNS:
                        digest.update(rows.encode())
                        count, conversations = count + rows.count("\n") + 1, conversations + 1
        run = {**about, "conversations": conversations, "turns": count, "digest": digest.hexdigest()}
        (self._folder / RUN).write_text(json.dumps(run, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        self._database.close()
        self._remove()

    def close(self) -> None:
        self._database.close()

    def _opened(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._file)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(_SCHEMA)
        except sqlite3.DatabaseError:  # cut off while it was made
            database.close()
            self._remove()
            database = sqlite3.connect(self._file)
            database.executescript(_SCHEMA)
        return database

    def _remove(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)


def about(folder: Path) -> Row:
    """`run.json` of a finished replay. Raises NotARun."""
    file = folder / RUN
    if not file.is_file():
        raise NotARun(folder, f"it was cut off, run it again with --out {folder}" if (folder / _UNFINISHED).exists() else f"there is no {RUN} in it")  # fmt: skip
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
        return {"turns": int(read["turns"]), **read}
    except (ValueError, KeyError, TypeError) as error:
        raise NotARun(folder, f"its {RUN} can't be read ({error})") from error


def rows(folder: Path, name: str = TURNS) -> Iterator[Row]:
    """The rows of a finished replay, one at a time, in the order of conversations and turns. Raises NotARun."""
    about(folder)
    with (folder / name).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise NotARun(folder, f"{name}:{number} can't be read ({error})") from error


def turn(folder: Path, turn_id: str) -> Row:
    """One row. Raises NotARun, NoSuchTurn."""
    near = ""
    for row in rows(folder):
        if row["turn"] == turn_id:
            return row
        near = near or str(row["turn"])
    raise NoSuchTurn(folder, turn_id, near)


class At:
    """Rows of a finished replay by turn, read where they stand: only where they stand is kept in memory."""

    def __init__(self, folder: Path) -> None:
        about(folder)
        self._places: dict[str, int] = {}
        self._file = (folder / TURNS).open("rb")
        while line := self._file.readline():
            self._places[json.loads(line)["turn"]] = self._file.tell() - len(line)

    def get(self, turn_id: str) -> Row | None:
        if (place := self._places.get(turn_id)) is None:
            return None
        self._file.seek(place)
        row: Row = json.loads(self._file.readline())
        return row

    def __contains__(self, turn_id: str) -> bool:
        return turn_id in self._places

    def __len__(self) -> int:
        return len(self._places)

    def close(self) -> None:
        with closing(self._file):
            pass
