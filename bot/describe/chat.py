"""A language model's descriptions: asked with the facts alone, checked by the score sheet, the template behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.describe.score import Sheet
from bot.describe.template import TemplateDescriber
from bot.describe.types import Brief, Draft, Style
from bot.logs import logger
from bot.writing.lines import Price
from bot.writing.prompts import Prompt
from knowledge_base.passages import join, sentences
from knowledge_base.shop import Shop

Ask = Callable[[str, str], str]
"""(the rules, the facts) -> the whole answer. Raises NoWords where there is none."""

LANGUAGES = {"en": "English", "zh": "Simplified Chinese (简体中文)"}
STYLES: Mapping[Style, str] = {
    "short": "one or two sentences, at most 240 characters (120 Chinese ones); no selling points",
    "page": "three to five selling points of one line each, then one paragraph of at most 600 characters (300 Chinese ones)",
    "social": "a post that begins with a hook, at most 240 characters (120 Chinese ones); no selling points, no hashtags",
    "seo": "a title of at most 60 characters (30 Chinese ones) and a meta description of at most 155 (75); no selling points",
}
_TOKEN_BYTES = 3
_NEVER = ("unsupported", "forbidden", "spelling")
_ANSWER_TOKENS: Mapping[Style, int] = {"short": 150, "page": 500, "social": 150, "seo": 150}


class ChatDescriber:
    """What the sheet finds unsupported or forbidden is cut out, sentence by sentence; where that leaves a faulty text, the template writes."""

    def __init__(self, ask: Ask, prompt: Prompt, shop: Shop, sheet: Sheet, template: TemplateDescriber) -> None:
        self._ask, self._prompt, self._shop, self._sheet, self._template = ask, prompt, shop, sheet, template

    def write(self, brief: Brief) -> Sequence[Draft]:
        """Raises NoWords where the endpoint gives none: the product is told and skipped, and asked for again next time."""
        fallback = self._template.write(brief)
        try:
            draft = self._checked(brief, drafted(self._ask(self.rules(brief), facts(brief))))
        except ValueError as error:
            logger().info("description_not_used", product=brief.product.id, reason=str(error))
            return fallback
        return [draft, *fallback]

    def rules(self, brief: Brief) -> str:
        return self._prompt.filled(
            shop=self._shop.name_in(brief.locale), voice=brief.voice or "plain and friendly",
            language=LANGUAGES.get(brief.locale.split("-")[0], "English"), style=STYLES[brief.style],
        )  # fmt: skip

    def tokens(self, brief: Brief) -> tuple[int, int]:
        """About how many a description will take, in and out."""
        read = len((self.rules(brief) + facts(brief)).encode()) // _TOKEN_BYTES
        return read, _ANSWER_TOKENS[brief.style]

    def cost(self, briefs: Sequence[Brief], price: Price, currency: str) -> str:
        """What all of them will cost, in words."""
        counts = [self.tokens(brief) for brief in briefs]
        read, said = sum(count[0] for count in counts), sum(count[1] for count in counts)
        cost = price.of(read, said).cost
        money = f"{cost:.2f} {currency}" if cost else "no price is set in SHOPCLERK_LLM_PRICE_IN and _OUT"
        return f"{read + said:,} tokens ({money})"

    def _checked(self, brief: Brief, draft: Draft) -> Draft:
        """The draft without what may not be said. Raises ValueError where too little is left, or it still has a fault."""
        product = brief.product
        bad = set(self._sheet.unsayable(product, draft.whole))
        points = tuple(point for point in draft.selling_points if not bad & set(sentences(point)))
        text = join(part for part in sentences(draft.text) if part not in bad)
        title = product.title if brief.style != "seo" or bad & set(sentences(draft.title)) else draft.title
        kept = replace(draft, title=title, selling_points=points, text=text)
        score = self._sheet.score(product, kept, brief.style)
        if faults := [fault for fault in score.faults if fault.kind in _NEVER or fault.kind == "reading"]:
            raise ValueError(f"{faults[0].kind}: {faults[0].words}")
        if score.coverage < 0.95:
            raise ValueError(f"coverage {score.coverage:.2f}")
        return kept


def facts(brief: Brief) -> str:
    """All that the model is shown of a product: neither its description nor its price, which changes."""
    product = brief.product
    shown = {
        "name": product.title, "brand": product.brand, "category": product.category, "attributes": dict(product.attributes),
        "keywords": product.keywords if brief.style == "seo" else "", "praise": list(brief.praise),
    }  # fmt: skip
    return json.dumps({name: value for name, value in shown.items() if value}, ensure_ascii=False)


def drafted(answer: str) -> Draft:
    """The JSON object in an answer, fenced or not, as a draft. Raises ValueError for anything else."""
    match = re.search(r"\{.*\}", answer, re.DOTALL)
    if match is None:
        raise ValueError("the answer is no JSON object")
    row = json.loads(match.group())
    title, points, text = (row.get(name) for name in ("title", "selling_points", "text"))
    if not isinstance(title, str) or not isinstance(text, str) or not text.strip():
        raise ValueError("the answer has no title or no text")
    if not isinstance(points, list) or not all(isinstance(point, str) for point in points):
        raise ValueError("selling_points is no list of texts")
    return Draft(title.strip(), tuple(" ".join(point.split()) for point in points if point.strip()), text.strip())
