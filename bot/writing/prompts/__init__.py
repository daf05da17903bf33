"""The prompts, files that a shop may put its own over; checked when they are loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from bot.errors import BadPrompt
from knowledge_base.errors import why

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "reply": frozenset({"shop", "voice", "language"}),
    "agent": frozenset({"shop", "voice", "language"}),
    "describe": frozenset({"shop", "voice", "language", "style"}),
    "insight": frozenset({"shop", "language"}),
}
"""Every prompt there is, and what its file has to hold: each of these, and no other word in braces."""

_PLACEHOLDER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    version: str
    digest: str
    text: str

    @property
    def label(self) -> str:
        """What is kept with a turn: `reply 1 3f0a91c2b7de`."""
        return f"{self.name} {self.version} {self.digest}"

    def filled(self, **values: str) -> str:
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.text)


def load_prompts(shop_folder: Path | None = None) -> Mapping[str, Prompt]:
    """Ours, each replaced by a shop's own `prompts/<name>.md`. Raises BadPrompt with file and line."""
    ours = {name: files(__name__).joinpath(f"{name}.md") for name in PLACEHOLDERS}
    own = {file.stem: file for file in sorted((shop_folder / "prompts").glob("*.md"))} if shop_folder else {}
    for name, file in own.items():
        if name not in ours:
            raise BadPrompt(str(file), 1, f"there is no prompt {name!r}; known are {', '.join(sorted(ours))}")
    return {name: _checked(name, own.get(name, file)) for name, file in ours.items()}  # type: ignore[arg-type]


def _checked(name: str, file: Path) -> Prompt:
    try:
        whole = file.read_text(encoding="utf-8").removeprefix("\ufeff")
    except (UnicodeDecodeError, OSError) as error:
        raise BadPrompt(str(file), 1, f"it can't be read as UTF-8: {why(error)}") from error
    version, start = _front(str(file), whole.splitlines())
    lines = whole.splitlines()[start:]
    wanted, found = PLACEHOLDERS[name], set[str]()
    for number, line in enumerate(lines, start + 1):
        for word in _PLACEHOLDER.findall(line):
            if word not in wanted:
                raise BadPrompt(str(file), number, f"nothing fills {{{word}}}; {name} has {_listed(wanted)}")
            found.add(word)
    if missing := sorted(wanted - found):
        raise BadPrompt(str(file), start + 1, f"{{{missing[0]}}} is missing; {name} needs {_listed(wanted)}")
    return Prompt(name, version, sha256(whole.encode()).hexdigest()[:12], "\n".join(lines).strip())


def _front(file: str, lines: list[str]) -> tuple[str, int]:
    """(the version, how many lines the front matter takes)."""
    if not lines or lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:]):
        raise BadPrompt(file, 1, "it must begin with front matter: ---, a line `version: 1`, ---")
    end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "---")
    for number, line in enumerate(lines[1:end], 2):
        key, _, value = line.partition(":")
        if key.strip() == "version" and value.strip():
            return value.strip(), end + 1
        if line.strip():
            raise BadPrompt(file, number, f"front matter knows only `version: ...`; it is {line.strip()!r}")
    raise BadPrompt(file, 2, "front matter has no version; write `version: 1` and count it up with each change")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))
