"""Many descriptions, one after the other: kept as they come, so that a stopped run goes on; a product that fails is told and skipped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.describe.apart import Again, apart
from bot.describe.seams import DescriptionWriter
from bot.describe.types import Brief, Draft
from bot.errors import BotError

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one brief: a draft, or why there is none."""

    brief: Brief
    draft: Draft | None
    error: str = ""

    @property
    def row(self) -> dict[str, Any]:
        """As it is put out. `before` is the shop's own description."""
        assert self.draft is not None
        return {
            "id": self.brief.product.id, "locale": self.brief.locale, "style": self.brief.style, "title": self.draft.title,
            "selling_points": list(self.draft.selling_points), "text": self.draft.text, "before": self.brief.product.description,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `per_minute` calls; 0 is without limit."""

    per_minute: float = 0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def wait(self, since: float) -> float:
        """Wait until the next call may begin, `since` being when the last one did; the time now."""
        if self.per_minute:
            self.sleep(max(0.0, since + 60 / self.per_minute - self.clock()))
        return self.clock()


def write_all(
    briefs: Sequence[Brief],
    writer: DescriptionWriter,
    *,
    journal: Path | None = None,
    name: str = "template",
    pace: Pace | None = None,
    again: Again | None = None,
    say: Progress = lambda step, done, of: None,
) -> list[Written]:
    """A description for each brief, in order. What `journal` holds already (of the same facts and writer) isn't written again.

    `again` rewords what came out too much alike.
    """
    kept = _kept(journal)
    pace, last, written = pace or Pace(), float("-inf"), []
    for place, brief in enumerate(briefs):
        key = _key(brief, name)
        say("describing", place, len(briefs))
        if key in kept:
            written.append(Written(brief, kept[key]))
            continue
        last = pace.wait(last)
        one = _one(brief, writer)
        written.append(one)
        if journal and one.draft:
            _keep(journal, key, one.draft)
    say("describing", len(briefs), len(briefs))
    return _apart(written, again) if again else written


def _one(brief: Brief, writer: DescriptionWriter) -> Written:
    try:
        return Written(brief, writer.write(brief)[0])
    except (BotError, ValueError, LookupError, OSError) as error:
        return Written(brief, None, str(error) or type(error).__name__)


def _apart(written: Sequence[Written], again: Again) -> list[Written]:
    done = [(one.brief, one.draft) for one in written if one.draft is not None]
    drafts = iter(apart(done, again))
    return [Written(one.brief, next(drafts), one.error) if one.draft is not None else one for one in written]


def _key(brief: Brief, name: str) -> str:
    """Changes with whatever the text may depend on."""
    product = brief.product
    facts = [product.title, product.category, product.brand, product.keywords, *map(str, product.attributes.items())]
    whole = "\x1f".join([product.id, brief.locale, brief.style, name, brief.voice, *facts, *brief.praise])
    return sha256(whole.encode()).hexdigest()[:24]


def _kept(journal: Path | None) -> Mapping[str, Draft]:
    if journal is None or not journal.exists():
        return {}
    found = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
            found[row["key"]] = Draft(row["title"], tuple(row["selling_points"]), row["text"])
        except (ValueError, KeyError, TypeError):
            continue  # the line at which the run was stopped
    return found


def _keep(journal: Path, key: str, draft: Draft) -> None:
    row = {"key": key, "title": draft.title, "selling_points": draft.selling_points, "text": draft.text}
    with journal.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
