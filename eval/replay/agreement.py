"""How far a judge's verdicts agree with what is known of a turn without a language model."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from eval.metrics import wilson
from eval.replay.figures import measured
from eval.replay.judging import judged
from eval.replay.keeping import Row, rows


def agreement(folder: Path) -> dict[str, Any] | None:
    """Raw agreement with its interval and Cohen's kappa (1960) over the turns of which both say something; None where nobody judged. Raises NotARun."""
    verdicts = {row["turn"]: row for row in judged(folder)}
    if not verdicts:
        return None
    pairs: list[tuple[bool, bool]] = []
    for row in rows(folder):
        known, told = known_good(row), verdicts.get(row["turn"], {}).get("verdict")
        if known is not None and told in ("good", "bad"):
            pairs.append((known, told == "good"))
    agree = sum(one == other for one, other in pairs)
    low, high = wilson(agree, len(pairs))
    counts = Counter(str(row["verdict"]) for row in verdicts.values())
    return {
        "turns": len(verdicts), "of": len(pairs), "agree": agree, "share": round(agree / len(pairs), 4) if pairs else None, "low": low, "high": high,
        "kappa": kappa(pairs), "known_good": sum(one for one, _ in pairs), "judged_good": sum(other for _, other in pairs),
        "verdicts": dict(sorted(counts.items())), "tries": sum(row["tries"] for row in verdicts.values()),
        "tokens_in": sum(row["tokens_in"] for row in verdicts.values()), "tokens_out": sum(row["tokens_out"] for row in verdicts.values()),
        "cost": str(sum((Decimal(row["cost"]) for row in verdicts.values()), Decimal(0))), "estimated": any(row["estimated"] for row in verdicts.values()),
    }  # fmt: skip


def known_good(row: Row) -> bool | None:
    """By the hard outcomes alone; None where they say neither."""
    of = measured(row)
    bad = (
        of["failed"] == 1, of["contradicts"] == 1, of["language_right"] == 0, of["repeats_itself"] == 1, of["handed_when_due"] == 0,
        of["coverage"] is not None and of["coverage"] < 0.5,
    )  # fmt: skip
    if any(bad):
        return False
    good = of["coverage"] == 1 or of["handed_when_due"] == 1 or (of["coverage"] is None and of["found_solution"] == 1)
    return True if good else None


def kappa(pairs: list[tuple[bool, bool]]) -> float | None:
    """Agreement beyond what two who say good as often as these would have by chance; None where one of them always says the same."""
    if not pairs:
        return None
    n = len(pairs)
    agree = sum(one == other for one, other in pairs) / n
    mine, theirs = sum(one for one, _ in pairs) / n, sum(other for _, other in pairs) / n
    chance = mine * theirs + (1 - mine) * (1 - theirs)
    return round((agree - chance) / (1 - chance), 4) if 0 < mine < 1 and 0 < theirs < 1 else None
