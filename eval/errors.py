"""The errors of measuring.

EvalError
├── BadRow       a line of a data file can't be read
├── NothingToDo  none of the sets that were asked for is there
├── NotTrained   a training that was to be timed has failed
└── UnknownGold  a case's right answer isn't in the shop
"""

from __future__ import annotations

from pathlib import Path


class EvalError(Exception):
    """Nothing was measured; the message says why and what to do."""


class BadRow(EvalError):
    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


class NothingToDo(EvalError):
    def __init__(self, skipped: str) -> None:
        super().__init__(f"There is nothing to measure: {skipped}")
        self.skipped = skipped


class NotTrained(EvalError):
    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"The training ended with exit status {status} and said: {said}")
        self.status, self.said = status, said


class UnknownGold(EvalError):
    def __init__(self, case: str, gold: str) -> None:
        super().__init__(
            f"Case {case}: the shop has no {gold!r}; `gold` names what answers as source:id (faq:returns-window, product:A-1)"
        )
        self.case, self.gold = case, gold
