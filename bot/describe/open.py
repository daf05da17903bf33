"""Everything that `shopclerk describe` needs of one shop: its products, its score sheet, its writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.describe.apart import Again
from bot.describe.batch import Written
from bot.describe.praise import praise_of
from bot.describe.putting_out import draft_of
from bot.describe.score import Score, Sheet
from bot.describe.score.forbidden import known_markets
from bot.describe.score.nearness import Texts
from bot.describe.seams import DescriptionWriter
from bot.describe.template import TemplateDescriber
from bot.describe.types import STYLES, Brief, Draft, Style
from bot.describe.wordings import LANGUAGES, load_phrases
from bot.errors import BadSetting
from bot.settings import Settings
from knowledge_base.reading import read_shop
from knowledge_base.shop import Shop, load_shop
from knowledge_base.types import Knowledge, Locale

SAMPLE = Path(__file__).resolve().parents[2] / "knowledge_base" / "sample"


@dataclass(frozen=True, slots=True)
class Made:
    """A writer under its name. `cost` tells what briefs will cost, None where they cost nothing; `again` rewords one."""

    name: str
    writer: DescriptionWriter
    again: Again | None = None
    cost: Callable[[Sequence[Brief]], str] | None = None


class Bench:
    """One shop, read once."""

    def __init__(self, settings: Settings, shop: Shop, knowledge: Knowledge, markets: Sequence[str] = ()) -> None:
        self._settings, self.shop, self._knowledge, self._markets = settings, shop, knowledge, markets

    @cached_property
    def sheet(self) -> Sheet:
        return Sheet(self.shop, self._knowledge.products, self._markets)

    def briefs(
        self,
        ids: Sequence[str],
        *,
        every: bool = False,
        style: str = "page",
        locale: str | None = None,
        praise: bool = False,
    ) -> list[Brief]:
        """In the shop's order. Raises BadSetting for a style, language or id that there isn't."""
        chosen, locales = self._style(style), self._locales(locale)
        products = [product for product in self._knowledge.products if product.locale in locales]
        if not every and not ids:
            raise BadSetting("ID", "", "name products by their ids, or use --all")
        if missing := [one for one in ids if one not in {product.id for product in products}]:
            raise BadSetting("ID", missing[0], f"{self.shop.name} has no such product in {', '.join(locales)}")
        quoted = self._praise() if praise else {}
        return [
            Brief(product, product.locale, chosen, self.shop.voice, quoted.get((product.id, product.locale), ()))
            for product in products
            if every or product.id in ids
        ]

    def writer(self, name: str, *, emoji: bool = False, hashtags: bool = True) -> Made:
        """Raises BadSetting for a name that there isn't, or where the writer lacks what it needs."""
        if name == "template":
            template = self.template(emoji=emoji, hashtags=hashtags)
            return Made("template", template, template.draft)
        if name == "tuned":
            return self._tuned()
        raise BadSetting("--writer", name, "it may be template, chat or tuned")

    def template(self, *, emoji: bool = False, hashtags: bool = True) -> TemplateDescriber:
        phrases = {locale: load_phrases(locale, self.shop.folder) for locale in LANGUAGES}
        names = {locale: self.shop.name_in(locale) for locale in self.shop.locales}
        return TemplateDescriber(
            phrases, shop=names, rank=self.sheet.rank, sayable=self.sheet.sayable, emoji=emoji, hashtags=hashtags
        )

    def scores(self, written: Sequence[Written]) -> list[Score]:
        """Each text on the sheet, compared with all the others."""
        done = [(one.brief, one.draft) for one in written if one.draft is not None]
        texts = {
            locale: Texts({brief.product.id: draft.whole for brief, draft in done if brief.locale == locale})
            for locale in {brief.locale for brief, _ in done}
        }
        return [self.sheet.score(brief.product, draft, brief.style, texts[brief.locale]) for brief, draft in done]

    def scored(self, rows: Sequence[Mapping[str, Any]], style: str, locale: str | None) -> list[dict[str, Any]]:
        """Texts of a file, each with its figures, or with `error` where its product isn't known."""
        drafts = [(row, draft_of(row)) for row in rows]
        texts = Texts({f"{row['id']}#{place}": draft.whole for place, (row, draft) in enumerate(drafts)})
        found = []
        for row, draft in drafts:
            product = self.sheet.product(row["id"], str(row.get("locale") or locale or self.shop.default_locale))
            head = {name: row[name] for name in ("id", "locale", "style") if name in row}
            if product is None:
                found.append({**head, "error": f"{self.shop.name} has no product {row['id']!r}"})
            else:
                score = self.sheet.score(product, draft, self._style(str(row.get("style") or style)), texts)
                found.append({**head, **score.as_json()})
        return found

    def journal(self, writer: str) -> Path:
        """Where a run keeps what it has, so that a stopped one goes on."""
        folder = self._settings.data_dir / self.shop.key / "descriptions"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{writer}.jsonl"

    def _style(self, name: str) -> Style:
        for style in STYLES:
            if style == name:
                return style
        raise BadSetting("--style", name, f"it may be {', '.join(STYLES)}")

    def _locales(self, locale: str | None) -> tuple[Locale, ...]:
        if locale is not None and locale not in self.shop.locales:
            raise BadSetting("--locale", locale, f"{self.shop.name} speaks {', '.join(self.shop.locales)}")
        return (locale,) if locale else self.shop.locales

    def _praise(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        def unsupported(product_id: str, locale: str, text: str) -> list[str]:
            product = self.sheet.product(product_id, locale)
            return self.sheet.unsupported(product, text) if product else [text]

        return praise_of(self._knowledge.reviews, unsupported)

    def _tuned(self) -> Made:
        """The writer that `train describer` made; its texts pass the sheet, or the template's stand. Raises NoDescriber."""
        from bot.describe.tuned import TunedWriter

        def passes(brief: Brief, draft: Draft) -> bool:
            return self.sheet.score(brief.product, draft, brief.style).clean

        return Made("tuned", TunedWriter.load(self._settings.describer, self.template(), passes=passes))


def open_bench(settings: Settings, markets: Sequence[str] = ()) -> Bench:
    """Raises KnowledgeError for a shop that can't be read, BadSetting for a market without a list."""
    if strangers := [market for market in markets if market not in known_markets()]:
        raise BadSetting("--market", strangers[0], f"there are lists for {', '.join(known_markets())}")
    shop = load_shop(settings.shop or SAMPLE)
    return Bench(settings, shop, read_shop(shop), markets)
