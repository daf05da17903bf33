"""The errors of indexing and finding.

RetrievalError
├── IndexBusy        another process is writing this index
├── NothingIndexed   no generation was ever finished
├── ModelMissing     an embedder's folder or name can't be used
└── BrokenIndex      a finished generation can't be opened
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
