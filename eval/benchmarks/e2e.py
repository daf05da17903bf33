"""Descriptions of restaurants from meaning representations (E2E, Novikova et al., 2017): BLEU and slot errors of the tuned writer.

Split by whole meaning representation: none is on both sides, but most of those measured have neighbours that differ in one value.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.describe.composer import Composer
from bot.describe.pairs import Pair, Slots, digest, read_pairs, split
from bot.describe.study import Plan
from bot.describe.training import HELD_BACK, fit
from eval.benchmarks.e2e_slots import errors
from eval.errors import NothingToDo
from retrieval.generations import Progress

MEASURED = 0.2
SPLIT_SEED = 7
_ORDER = ("familyFriendly", "priceRange", "food", "eatType", "area", "near", "customer rating")


@dataclass(frozen=True, slots=True)
class How:
    """`fold`: measure on this fifth of the training part, for choices; the test part is looked at where it is None."""

    epochs: int = 8
    seed: int = 7
    fold: int | None = None
    quick: bool = False
    models: Path = Path(".shopclerk/e2e")
    device: str = "auto"


def run(data: Path, how: How, *, say: Progress) -> dict[str, Any]:
    """Train on one part (or open what was trained on it), write of the other. Raises NothingToDo and BadLine."""
    started = time.monotonic()
    if not data.is_file():
        raise NothingToDo(f"{data} isn't there; give --data with meaning representations and their references")
    learned, measured = _parts(read_pairs(data), how)
    made = _writer(learned, how, say)
    systems: dict[str, Callable[[Slots], str]] = {"template": template}
    texts = {name: [write(pair.slots) for pair in measured] for name, write in systems.items()}
    composed = []
    for done, pair in enumerate(measured):
        say("writing", done, len(measured))
        composed.append(made.candidates(pair.slots))
    say("writing", len(measured), len(measured))
    passed = [found[0].text if found and not found[0].faults else "" for found in composed]
    texts["tuned"] = [text or template(pair.slots) for text, pair in zip(passed, measured, strict=True)]
    texts["unchecked"] = [max(found, key=lambda one: one.score).text for found in composed]
    report = {name: _figures(said, measured) for name, said in texts.items()}
    tuned = report["tuned"]
    return {
        "bleu": tuned["bleu"], "missing": tuned["missing"], "invented": tuned["invented"],
        "by_template": sum(not text for text in passed), "systems": report,
        "references": _agreement(measured), "part": "test" if how.fold is None else f"fold {how.fold}",
        "learned": len(learned), "measured": len(measured), "quick": how.quick,
        "wrong": _wrong(texts["tuned"], measured), "examples": texts["tuned"][:5],
        "seconds": round(time.monotonic() - started, 1),
    }  # fmt: skip


def template(slots: Slots) -> str:
    """The hand-written yardstick: one wording a slot, in one order."""
    has = dict(slots)
    price = {"cheap": "cheap", "moderate": "moderately priced", "high": "high-priced"}.get(
        has.get("priceRange", ""), ""
    )
    kind = " ".join(part for part in (price, has.get("food", ""), has.get("eatType", "place")) if part)
    article = "an" if kind[0].lower() in "aeiou" else "a"
    where = "".join(
        part.format(has[key]) for key, part in (("area", " in the {} area"), ("near", " near {}")) if key in has
    )
    said = [f"{has['name']} is {article} {kind}{where}."]
    if has.get("priceRange") and not price:
        said.append(f"Its price range is {has['priceRange']}.")
    more = []
    if "customer rating" in has:
        rating = has["customer rating"]
        more.append(f"has a{'n' if rating[0] in 'aeiou' else ''} {rating} customer rating" if not rating[0].isdigit() else f"has a customer rating of {rating}")  # fmt: skip
    if "familyFriendly" in has:
        more.append("is family friendly" if has["familyFriendly"] == "yes" else "is not family friendly")
    return " ".join([*said, *([f"It {' and '.join(more)}."] if more else [])])


def _parts(pairs: Sequence[Pair], how: How) -> tuple[list[Pair], list[Pair]]:
    learned, measured = split(pairs, MEASURED, SPLIT_SEED)
    if how.fold is not None:
        measured = learned[how.fold :: 5]
        learned = [pair for place, pair in enumerate(learned) if place % 5 != how.fold]
    return (learned[:80], measured[:20]) if how.quick else (learned, measured)


def _writer(learned: Sequence[Pair], how: How, say: Progress) -> Composer:
    """Kept under the digest of what it learned and how."""
    from bot.describe.phraser import device_of

    plan = Plan(epochs=2 if how.quick else how.epochs, seed=how.seed)
    folder = how.models / f"{digest(learned)}-{plan.epochs}-{plan.seed}"
    if (folder / "losses.json").is_file():
        return Composer.load(folder, device=device_of(how.device))
    taught, held = split(learned, HELD_BACK, plan.seed)
    work = folder.with_suffix(".training")
    made, losses = fit(taught, held, plan, work=work, device=device_of(how.device), say=say)
    made.save(folder)
    (folder / "losses.json").write_text(json.dumps(losses), encoding="utf-8")
    (work / "checkpoint.pt").unlink(missing_ok=True)
    return made


def _figures(texts: Sequence[str], pairs: Sequence[Pair]) -> dict[str, Any]:
    """sacreBLEU's corpus BLEU with all references, 0 to 1; slots missing or invented by all slots."""
    found = [errors(text, pair.slots) for text, pair in zip(texts, pairs, strict=True)]
    slots = sum(len(pair.slots) for pair in pairs)
    missing, invented = sum(len(m) for m, _ in found), sum(len(i) for _, i in found)
    return {
        "bleu": round(sacrebleu(texts, [pair.texts for pair in pairs]), 4),
        "missing": missing, "invented": invented, "slot_error_rate": round((missing + invented) / max(1, slots), 4),
        "texts_without_error": round(sum(not m and not i for m, i in found) / max(1, len(pairs)), 4),
    }  # fmt: skip


def sacrebleu(texts: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Raises NothingToDo where sacrebleu isn't installed."""
    try:
        from sacrebleu.metrics import BLEU
    except ImportError as error:
        raise NothingToDo("sacrebleu isn't installed; pip install 'shopclerk[eval]'") from error
    most = max(map(len, references))
    streams = [[refs[place] if place < len(refs) else None for refs in references] for place in range(most)]
    return float(BLEU().corpus_score(list(texts), streams).score) / 100


def _agreement(pairs: Sequence[Pair]) -> dict[str, float]:
    """How the people's own texts do by the same patterns: what the measure makes of true texts, and what people leave out."""
    found = [errors(text, pair.slots) for pair in pairs for text in pair.texts]
    return {
        "texts": len(found),
        "without_error": round(sum(not m and not i for m, i in found) / len(found), 4),
        "missing_a_text": round(sum(len(m) for m, _ in found) / len(found), 4),
        "invented_a_text": round(sum(len(i) for _, i in found) / len(found), 4),
    }


def _wrong(texts: Sequence[str], pairs: Sequence[Pair]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for text, pair in zip(texts, pairs, strict=True):
        missing, invented = errors(text, pair.slots)
        if missing or invented:
            found.append({"text": text, "missing": sorted(missing), "invented": sorted(invented)})
    return found
