"""Other shops that customers name: those of a list, the shop's own and a small one of everybody's, and those learnt from how a shop is spoken of.

A name that isn't listed counts only where several people speak of buying there, and only if it's no word of the shop's own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_LATIN = r"([A-Z][\w&'’-]+(?:\s[A-Z][\w&'’-]+)?)"
_CHINESE = r"([A-Za-z一-鿿]{2,5}?)"
_NEVER = frozenset(
    "i it we you they he she the a an this that these those my your our their there here what which why when how is are do does can will would "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november "
    "december christmas easter sale black usa us uk canada china japan seattle hong kong taiwan singapore australia america europe "
    "你们 我们 他们 别家 别人 其他 其它 网上 店里 官网 上次 之前 以前 同款 这个 那个 这款 那款 哪个 什么 怎么 为什么 活动 现在 昨天 今天 上周 外面 实体店 国内".split()
)
"""What stands where a shop's name would, and is none."""
_SPEECH = frozenset("我你您他她它的了在看到去买就是有没不也都这那哪吗呢吧说想要会能给跟和比把被从")


@dataclass(frozen=True, slots=True)
class Naming:
    """One mention: the name as it is told, and whether it stands in a list."""

    name: str
    is_listed: bool


class Rivals:
    def __init__(self, own: Sequence[str] = (), words: Collection[str] = ()) -> None:
        """`own` are the names that the shop lists, `words` those of its catalogue: a brand that is sold here is no rival."""
        listed = {**{name: (name,) for name in own}, **_rows("known")}
        self._listed = [(name, re.compile("|".join(map(_whole, names)), re.IGNORECASE)) for name, names in listed.items()]  # fmt: skip
        self._plain = [(name, _around("|".join(map(re.escape, names)))) for name, names in _rows("plain").items()]
        self._learnt = [_around(_LATIN, "en"), _around(_CHINESE, "zh")]
        self._known = {name.casefold() for names in (*listed.values(), *_rows("plain").values()) for name in names}
        self._words = {word.casefold() for word in words} | _NEVER

    def named(self, text: str) -> list[Naming]:
        """Each once."""
        found = [Naming(name, True) for name, pattern in self._listed if pattern.search(text)]
        found += [Naming(name, True) for name, patterns in self._plain if any(one.search(text) for one in patterns)]
        return list(dict.fromkeys([*found, *(Naming(name, False) for name in self._others(text))]))

    def _others(self, text: str) -> Iterable[str]:
        for patterns in self._learnt:
            for pattern in patterns:
                for match in pattern.finditer(text):
                    name = " ".join(match[1].split())
                    parts = {name.casefold(), *name.casefold().split()}
                    if not parts & self._words and not any(known in name.casefold() for known in self._known) and not _is_speech(name):  # fmt: skip
                        yield name


def _is_speech(name: str) -> bool:
    """Chinese has no spaces: a stretch with a word of everybody's in it is no name."""
    return not name.isascii() and (
        bool(set(name) & _SPEECH) or any(word in name for word in _NEVER if not word.isascii())
    )


def _whole(name: str) -> str:
    """Latin names as whole words, Chinese ones anywhere."""
    return rf"(?<!\w){re.escape(name)}(?!\w)" if name.isascii() else re.escape(name)


def _around(name: str, locale: str = "en") -> list[re.Pattern[str]]:
    """Words of the sentence in any case, the name as it is written."""
    return [re.compile(f"(?i:{before}){name}(?i:{behind})") for one in _table()["around"][locale] for before, _, behind in [one.partition("X")]]  # fmt: skip


def _rows(name: str) -> Mapping[str, Sequence[str]]:
    rows: Mapping[str, Sequence[str]] = _table()[name]
    return rows


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
