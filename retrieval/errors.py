"""The errors of indexing and finding.

RetrievalError
├── IndexBusy        another process is writing this index
├── NothingIndexed   no generation was ever finished
├── ModelMissing     a model's folder or name can't be used
├── BrokenIndex      a finished generation can't be opened
├── BadCard          what says how sure an answer must be can't be used
├── BadLesson        a line of a training file can't be used
├── TooFewLessons    there is too little to learn from
├── FolderTaken      the folder for a model holds something else
├── NotResumable     what was left of a training belongs to another one
├── NotBetter        the model that was trained isn't better than the one that is there
├── NoRecommender    a trained recommender's folder can't be used
├── TooFewEvents     customers have done too little to learn from
└── TrainingBusy     another process is training this model
"""

from __future__ import annotations

from pathlib import Path


class RetrievalError(Exception):
    """The index can't be used; the message says what to do."""


class IndexBusy(RetrievalError):
    def __init__(self, root: Path, holder: str) -> None:
        super().__init__(
            f"Another process is indexing this shop ({holder or 'it left no name'}). Wait until it has finished, then try again."
        )
        self.root, self.holder = root, holder


class NothingIndexed(RetrievalError):
    def __init__(self, root: Path) -> None:
        super().__init__(f"Nothing is indexed in {root}. Run `shopclerk index` first.")
        self.root = root


class ModelMissing(RetrievalError):
    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The embedder {name!r} can't be used: {reason}")
        self.name, self.reason = name, reason


class BrokenIndex(RetrievalError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"The index in {folder} can't be opened ({reason}). Run `shopclerk index` to build it anew.")
        self.folder, self.reason = folder, reason


class BadCard(RetrievalError):
    def __init__(self, card: Path, reason: str) -> None:
        super().__init__(
            f"SHOPCLERK_ANSWERABLE: {card} can't be used ({reason}). Make it with the shop's own settings: python -m eval calibrate --out FILE"
        )
        self.card, self.reason = card, reason


class BadLesson(RetrievalError):
    def __init__(self, file: Path, line: int, field: str, value: str, reason: str) -> None:
        shown = value.strip() if len(value.strip()) <= 60 else value.strip()[:57] + "..."
        super().__init__(f"{file}:{line}:{field}: {reason}, this is {shown!r}. Mend the line; nothing was trained.")
        self.file, self.line, self.field, self.value, self.reason = file, line, field, value, reason


class TooFewLessons(RetrievalError):
    def __init__(self, found: int, needed: int) -> None:
        super().__init__(
            f"There are {found} questions to learn from, and at least {needed} are needed. Give more pairs."
        )
        self.found, self.needed = found, needed


class FolderTaken(RetrievalError):
    def __init__(self, folder: Path, expected: str) -> None:
        super().__init__(
            f"{folder} is not empty and holds no {expected}; nothing was written. Name a new folder with --out."
        )
        self.folder = folder


class NotResumable(RetrievalError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(f"The training kept in {folder} can't be resumed: {reason}. Leave --resume out to begin anew.")
        self.folder, self.reason = folder, reason


class NotBetter(RetrievalError):
    def __init__(self, what: str, folder: Path | str, theirs: float, ours: float) -> None:
        super().__init__(
            f"The {what} that was trained reaches {ours:.4f} on the questions held back, {folder} reaches {theirs:.4f}; "
            "nothing was replaced. Give --force to take it all the same."
        )
        self.folder, self.theirs, self.ours = folder, theirs, ours


class NoRecommender(RetrievalError):
    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"The recommender in {folder} can't be used: {reason}. Make one with `shopclerk train recommender`, "
            "or leave out what names it: SHOPCLERK_RECOMMENDER or SHOPCLERK_TRIAL_MODELS."
        )
        self.folder, self.reason = folder, reason


class TooFewEvents(RetrievalError):
    def __init__(self, found: int, needed: int) -> None:
        super().__init__(
            f"There are {found} customers with two products or more to learn from, and at least {needed} are needed. "
            "Nothing was trained; recommendations are counted from what there is."
        )
        self.found, self.needed = found, needed


class TrainingBusy(RetrievalError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"Another process is training {folder}. Wait until it has finished, then try again.")
        self.folder = folder
