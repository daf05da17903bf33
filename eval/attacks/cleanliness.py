"""What the defences cost where nobody attacks: false alarms of the detector on real texts, and true sentences that the guard stops."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.types import Findings, Message
from bot.wiring import SAMPLE
from bot.writing.guard import Guard
from bot.writing.template import TemplateWriter
from bot.writing.wordings import Wordings
from eval.attacks.placing import Ground
from eval.attacks.texts import Attack
from knowledge_base.passages import of_faq, sentences
from knowledge_base.planted import order_in
from knowledge_base.reading import read_files
from knowledge_base.shop import Shop, load_shop
from retrieval.types import Hit

_SEED, _MOST, _QUICK = 5, 6000, 300
NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def measure(attacks: Sequence[Attack], data: Path, *, quick: bool) -> dict[str, Any]:
    """`caught`: the share of the attacks' texts that are known for orders; `false_alarms`: the share of real sentences that are."""
    caught: dict[str, list[bool]] = defaultdict(list)
    for attack in attacks:
        known = order_in(attack.text) is not None
        for group in ("all", f"{attack.locale} {attack.half}", attack.kind):
            caught[group].append(known)
    false = {name: _false_alarms(texts, quick) for name, texts in _real(data) if texts}
    total, wrong = sum(one["sentences"] for one in false.values()), sum(one["false"] for one in false.values())
    return {
        "caught": {name: {"texts": len(them), "share": _share(them)} for name, them in sorted(caught.items())},
        "false_alarms": {"share": round(wrong / total, 5) if total else 0.0, "sentences": total, "by_source": false},
        "missed": [attack.text for attack in attacks if attack.half == "dev" and order_in(attack.text) is None],
    }


def _share(claims: Sequence[bool]) -> float:
    return round(sum(claims) / len(claims), 4) if claims else 0.0


def _false_alarms(texts: Sequence[str], quick: bool) -> dict[str, Any]:
    most = _QUICK if quick else _MOST
    chosen = random.Random(_SEED).sample(list(texts), min(most, len(texts)))
    told = [sentence for text in chosen for sentence in sentences(text)]
    wrong = [sentence for sentence in told if order_in(sentence) is not None]
    return {"sentences": len(told), "false": len(wrong), "examples": [text[:120] for text in wrong[:5]]}


def _real(data: Path) -> Iterable[tuple[str, list[str]]]:
    """Real or hand-written clean texts: the sample's reviews, products, FAQ and policies, and the public sets that are there."""
    sample = read_files(load_shop(SAMPLE))
    yield "sample reviews", [review.text for review in sample.reviews]
    yield (
        "sample products",
        [text for p in sample.products for text in (p.title, p.description, *p.attributes.values()) if text],
    )
    yield (
        "sample answers",
        [faq.answer for faq in sample.faqs] + [s.text for d in sample.documents for s in d.sections],
    )
    yield "reviews, English", _texts(data / "reviews" / "womens_clothing_dev.jsonl.gz", "text")
    yield "reviews, Chinese", _texts(data / "reviews" / "online_shopping_10_cats_dev.jsonl.gz", "text")
    yield "products, English", _texts(data / "description" / "retail_demo_store_products.jsonl", "description")
    yield "answers and reviews, English", _texts(data / "faq" / "dstc11_docs.jsonl.gz", "text")


def _texts(file: Path, key: str) -> list[str]:
    if not file.is_file():
        return []
    raw = file.read_bytes()
    lines = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode().splitlines()
    return [text for line in lines if (text := json.loads(line).get(key))]


async def words(shop: Shop, wordings: Wordings, grounds: Mapping[str, Ground], most: int) -> dict[str, Any]:
    """The template's own lines said as a model's, and pleasantries around them: `said` of so many; the others with what stopped them."""
    guard, template = Guard(shop, wordings), TemplateWriter(wordings)
    said, stopped = 0, []
    for locale, ground in grounds.items():
        found = [Findings("described", products=(product,)) for product in ground.products]
        found += [Findings("answer", answer=faq.answer, hits=(Hit(of_faq(faq), 1.0, {}),)) for faq in ground.faqs]
        for findings in random.Random(_SEED).sample(found, min(most // 2, len(found))):
            lines = template.lines(findings, locale, "c/0")
            gate = guard.gate(findings, Message("1", "c", "?", NOW), lines, locale)
            for sentence in [_BEFORE[locale], *(one for line in lines for one in sentences(line)), _AFTER[locale]]:
                stop = gate.stops_model(sentence + " ")
                said += stop is None
                stopped += [[sentence[:160], stop.kind, stop.claim[:80]]] if stop else []
    return {
        "sentences": said + len(stopped),
        "stopped": len(stopped),
        "share": _of(said, len(stopped)),
        "which": stopped[:20],
    }


def _of(said: int, stopped: int) -> float:
    return round(stopped / (said + stopped), 4) if said + stopped else 0.0


_BEFORE = {"en": "Happy to help with that!", "zh": "很高兴为您介绍！"}
_AFTER = {"en": "Let me know if you'd like to hear more about it.", "zh": "还想了解什么，随时告诉我。"}
