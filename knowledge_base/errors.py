"""The errors of reading a shop's knowledge.

KnowledgeError
├── UnreadableFile     a file that can't be opened, decoded or parsed as what it should be
├── BadShopFile        shop.toml has an unknown or wrong value
├── EmptyCatalogue     no product, FAQ or document was kept
└── CurrencyMix        products in more than one currency
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class KnowledgeError(Exception):
    """What was read can't be used; the message says what to do."""


class UnreadableFile(KnowledgeError):
    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file} can't be read: {reason}")
        self.file, self.reason = file, reason


class BadShopFile(KnowledgeError):
    def __init__(self, file: str, key: str, value: object, allowed: str) -> None:
        super().__init__(f"{file}: {key} is {value!r}; {allowed}")
        self.file, self.key, self.value, self.allowed = file, key, value, allowed


class EmptyCatalogue(KnowledgeError):
    def __init__(self, shop: str, refused: int, examples: Sequence[object] = ()) -> None:
        told = "".join(f"\n  {example}" for example in examples)
        super().__init__(
            f"{shop}: nothing was kept ({refused} lines refused). "
            f"Check the files and column names under [[sources]] in shop.toml.{told}"
        )
        self.shop, self.refused = shop, refused


class CurrencyMix(KnowledgeError):
    def __init__(self, expected: str, found: dict[str, str]) -> None:
        examples = ", ".join(f"{code} (e.g. {example})" for code, example in sorted(found.items()))
        super().__init__(
            f"The shop sells in {expected}, but products are priced in {examples}. Set one currency in shop.toml and the files."
        )
        self.expected, self.found = expected, found


def why(error: Exception) -> str:
    """The reason of a failure that names its file itself, without the number that the system has for it."""
    if not isinstance(error, OSError):
        return str(error)
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return reason
    return (error.strerror or str(error)).lower()


_REASONS: Mapping[type[OSError], str] = {
    FileNotFoundError: "there is no such file",
    PermissionError: "there is no permission",
    IsADirectoryError: "it is a folder",
    NotADirectoryError: "what should be a folder on the way to it is a file",
}


def of_file(error: OSError) -> str:
    """What is wrong with a file, and what to do."""
    file = error.filename
    if file is None:
        return f"the system refuses: {why(error)}"
    if isinstance(error, FileNotFoundError):
        return f"{file} isn't there; is it written right, and from this folder?"
    if isinstance(error, PermissionError):
        return f"{file} can't be opened: this user may not; give the right to, or name another place"
    if isinstance(error, IsADirectoryError):
        return f"{file} is a folder where a file is wanted"
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        return f"{file} is a file where a folder is wanted"
    return f"{file} can't be read or written: {why(error)}"
