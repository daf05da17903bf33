"""Are descriptions whole, true, allowed, apart and readable, and does the score sheet find what isn't?"""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.describe.batch import write_all
from bot.describe.putting_out import draft_of
from bot.describe.score import Score, Sheet
from bot.describe.score.nearness import Texts
from bot.describe.template import TemplateDescriber
from bot.describe.types import STYLES, Brief, Draft, Style
from bot.describe.wordings import load_phrases
from bot.wiring import SAMPLE
from eval.benchmarks.corpora import rows
from eval.benchmarks.planting import Planted, planted
from eval.errors import BadRow, NothingToDo
from knowledge_base.reading import read_shop
from knowledge_base.shop import Shop, load_shop
from knowledge_base.types import Product

RETAIL = "description/retail_demo_store_products.jsonl"
EACH, FEW = 200, 40
_SHOP_FILE = """name = "Retail Demo Store"
[[sources]]
file = {file}
kind = "products"
attribute_columns = {{ style = "type", gender_affinity = "gender" }}
"""

Say = Callable[[str, int, int], None]


def run(
    *, cases: Path | None, shop: Path | None, data: Path, quick: bool, half: str | None = None, say: Say
) -> dict[str, Any]:
    """`coverage`, `unsupported`, `forbidden`, `too_similar`, `found`, `false_alarms` over all, then a table a shop.

    With `cases`, the score sheet on labelled texts alone: docs/cases.md, Descriptions. Raises NothingToDo, BadRow.
    """
    started = time.perf_counter()
    if cases is not None:
        return _on_cases(cases, load_shop(shop or SAMPLE), say)
    shops: dict[str, dict[str, Any]] = {}
    if shop is not None:
        shops[load_shop(shop).name] = _of_shop(load_shop(shop), quick, half, say)
    else:
        shops["sample"] = _of_shop(load_shop(SAMPLE), quick, half, say)
        if (data / RETAIL).is_file():
            shops["retail_demo_store"] = _of_retail(data / RETAIL, quick, half, say)
    styles = [figures for one in shops.values() for figures in one["styles"].values()]
    plants = [row for one in shops.values() for row in one["planted"].values()]
    return {
        "coverage": round(sum(s["coverage"] * s["texts"] for s in styles) / sum(s["texts"] for s in styles), 4),
        **{name: sum(s[name] for s in styles) for name in ("unsupported", "forbidden", "too_similar")},
        "found": round(sum(p["found"] for p in plants) / sum(p["planted"] for p in plants), 4),
        "false_alarms": round(sum(s["faulty"] for s in styles) / sum(s["texts"] for s in styles), 4),
        "shops": shops,
        "skipped": [] if shop or "retail_demo_store" in shops else [f"{data / RETAIL} isn't there"],
        "seconds": round(time.perf_counter() - started, 1),
    }


def _of_retail(file: Path, quick: bool, half: str | None, say: Say) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        toml = _SHOP_FILE.format(file=json.dumps(str(file.resolve())))
        (Path(folder) / "shop.toml").write_text(toml, encoding="utf-8")
        return _of_shop(load_shop(Path(folder)), quick, half, say)


def _of_shop(shop: Shop, quick: bool, half: str | None, say: Say) -> dict[str, Any]:
    products = read_shop(shop).products
    if not products:
        raise NothingToDo(f"{shop.name} has no products")
    chosen = products[: FEW * len(shop.locales)] if quick else products
    sheet = Sheet(shop, products)
    writer = TemplateDescriber(
        {locale: load_phrases(locale, shop.folder) for locale in ("en", "zh")},
        shop={locale: shop.name_in(locale) for locale in shop.locales},
        rank=sheet.rank,
        sayable=sheet.sayable,
    )
    pages: list[tuple[Brief, Draft]] = []
    styles: dict[str, Any] = {}
    for style in STYLES:
        written = write_all(
            [Brief(p, p.locale, style, shop.voice) for p in chosen], writer, again=writer.draft, say=say
        )
        drafts = [(one.brief, one.draft) for one in written if one.draft is not None]
        styles[style] = _figures(drafts, style, sheet, len(written) - len(drafts))
        pages = drafts if style == "page" else pages
    own = [(Brief(p, p.locale), Draft(p.title, (), p.description)) for p in chosen if p.description.strip()]
    return {
        "products": len(chosen), "styles": styles, "planted": _planted(pages, writer, sheet, 12 if quick else EACH, half, say),
        "own_descriptions": _figures(own, "page", sheet, 0) if own else {},
    }  # fmt: skip


def _figures(drafts: Sequence[tuple[Brief, Draft]], style: Style, sheet: Sheet, failed: int) -> dict[str, Any]:
    """`unsupported` and the like are counts of faults, `faulty` of texts that have any, `too_similar` of pairs."""
    texts = _texts(drafts)
    scores = [sheet.score(brief.product, draft, style, texts[brief.locale]) for brief, draft in drafts]
    kinds = Counter(fault.kind for score in scores for fault in score.faults)
    return {
        "texts": len(drafts), "failed": failed, "coverage": round(sum(s.coverage for s in scores) / len(scores), 4),
        "unsupported": kinds["unsupported"], "forbidden": kinds["forbidden"], "too_similar": (kinds["similar"] + 1) // 2,
        "reading": kinds["reading"], "spelling": kinds["spelling"], "faulty": sum(not score.clean for score in scores),
    }  # fmt: skip


def _texts(drafts: Sequence[tuple[Brief, Draft]]) -> Mapping[str, Texts]:
    locales = dict.fromkeys(brief.locale for brief, _ in drafts)
    return {loc: Texts({b.product.id: d.whole for b, d in drafts if b.locale == loc}) for loc in locales}


def _planted(
    pages: Sequence[tuple[Brief, Draft]], writer: TemplateDescriber, sheet: Sheet, each: int, half: str | None, say: Say
) -> dict[str, Any]:
    texts = _texts(pages)
    table: dict[str, Any] = {}
    plants = [
        plant
        for locale in texts
        for plant in planted([pair for pair in pages if pair[0].locale == locale], writer, each, seed=1, half=half)
    ]
    for place, plant in enumerate(plants):
        say("planted faults", place, len(plants))
        score = sheet.score(plant.product, plant.draft, "page", texts[plant.product.locale])
        row = table.setdefault(f"{plant.what} ({plant.product.locale})", {"planted": 0, "found": 0, "missed": []})
        row["planted"] += 1
        row["found"] += _is_found(plant, score)
        if not _is_found(plant, score) and len(row["missed"]) < 5:
            row["missed"].append({"id": plant.product.id, "text": plant.draft.whole[:400]})
    say("planted faults", len(plants), len(plants))
    return {what: {**row, "share": round(row["found"] / row["planted"], 4)} for what, row in table.items()}


def _is_found(plant: Planted, score: Score) -> bool:
    kinds = {plant.kind, "unsupported"} if plant.what == "changed" else {plant.kind}
    return any(fault.kind in kinds for fault in score.faults)


def _on_cases(file: Path, shop: Shop, say: Say) -> dict[str, Any]:
    products = read_shop(shop).products
    sheet = Sheet(shop, products)
    rows = list(_rows(file))
    texts = _of_others(rows, products)
    found, expected, alarms, clean = Counter[str](), Counter[str](), Counter[str](), 0
    wrong = []
    for place, row in enumerate(rows):
        say("cases", place, len(rows))
        product = sheet.product(str(row["product"]), row.get("locale", shop.default_locale))
        if product is None:
            raise BadRow(file, place + 1, f"the shop has no product {row['product']!r} in {row.get('locale')!r}")
        score = sheet.score(product, draft_of(row), row.get("style", "page"), texts.get(product.locale))
        kinds, wanted = {fault.kind for fault in score.faults}, set(row.get("faults", ()))
        expected.update(wanted)
        found.update(wanted & kinds)
        clean += not wanted
        alarms.update(kinds if not wanted else ())
        if wanted - kinds or (not wanted and kinds):
            wrong.append({"id": row.get("id"), "expected": sorted(wanted), "found": sorted(kinds)})
    return {
        "found": round(found.total() / expected.total(), 4) if expected else None,
        "false_alarms": round(sum(not w["expected"] for w in wrong) / clean, 4) if clean else None,
        "by_kind": {k: {"expected": n, "found": found[k], "share": round(found[k] / n, 4)} for k, n in expected.items()},
        "clean": clean, "alarms_by_kind": dict(alarms), "wrong": wrong[:50],
    }  # fmt: skip


def _rows(file: Path) -> list[dict[str, Any]]:
    found = []
    for number, row in rows(file):
        if not {"product", "text"} <= row.keys():
            raise BadRow(file, number, "needs product and text; see docs/cases.md, Descriptions")
        found.append(dict(row))
    return found


def _of_others(rows: Sequence[Mapping[str, Any]], products: Sequence[Product]) -> Mapping[str, Texts]:
    """What a case must not be like: the shop's own descriptions, and the clean texts of the file."""
    texts: dict[str, dict[str, str]] = {}
    for product in products:
        if product.description.strip():
            texts.setdefault(product.locale, {})[f"{product.id}#own"] = product.description
    for place, row in enumerate(rows):
        if not row.get("faults"):
            texts.setdefault(row.get("locale", "en"), {})[f"{row['product']}#{place}"] = draft_of(row).whole
    return {locale: Texts(found) for locale, found in texts.items()}
