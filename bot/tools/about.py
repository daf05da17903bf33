"""What the catalogue says of one product to one question: price, stock, an attribute, sentences, or that it isn't stated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.describe.template import TemplateDescriber
from bot.describe.types import Brief
from bot.intent.attributes import PRICE, STOCK, asked_attribute, is_cue
from bot.intent.forms import asked_forms
from bot.types import Findings
from knowledge_base.passages import join, sentences
from knowledge_base.types import Product, Variant
from retrieval import text as words_of
from retrieval.answerable import script_of
from retrieval.seams import Embedder

_WHOLE = re.compile(
    r"\b(?:tell me|more about|about|details?|describe|information|info|show me)\b|介绍|详细|说说|讲讲|怎么样|看看"
)
_SIZE = re.compile(
    r"\bsize ([a-z]{1,4}|\d{1,3}(?:\.5)?)\b|\b(xxs|xs|xl|xxl|xxxl)\b|(?<![a-z\d])(\d{2}|[a-z]{1,4})\s?[码号]"
)
_PLACE = re.compile(
    r"\b(?:first|second|third|fourth|fifth|last|one|that|this|it|item)\b|第[一二三四五]|最后|[这那]?[个款件条只]"
)
_NEAR = {"latin": 0.39, "han": 0.41}
"""Cosine from which a sentence answers what is asked beyond a product's name; set on the calibration questions."""
_READ = 20
"""Texts of a product that are read so; its long texts are passages of their own."""
_STATED = 0.5
"""Share of what is asked, beyond the product's own name, that its text must hold for a sentence of it to be an answer."""


def about(product: Product, question: str, embedder: Embedder) -> Findings:
    """`described`: the asked attribute, form or sentences, or the whole; `not_stated`: its facts, and that they don't answer."""
    text = without_title(words_of.normalise(question), product)
    forms = asked_forms(text, product)
    named = {"forms": "\n".join(variant.id for variant in forms)} if forms else {}
    suggestions = ("similar", "compare")
    if tags := _tags(text, product):
        values = {"tags": ("、" if product.locale == "zh" else ", ").join(tags)}
        return Findings("described", products=(product,), values={**values, **named}, suggestions=suggestions)
    bare = _without_forms(text, forms)
    asks_price = bool(PRICE.search(text) or STOCK.search(text))
    if (name := asked_attribute(bare, product)) and (told := _closer(bare, name, product)):
        return Findings("described", products=(product,), values=named, answer=told, suggestions=suggestions)
    if name:
        return Findings("described", products=(product,), values={"asked": name, **named}, suggestions=suggestions)
    left = _asked_beyond(bare, product)
    if asks_price or (forms and not left):
        return Findings("described", products=(product,), values={"asked": "price", **named}, suggestions=suggestions)
    if not left or _WHOLE.search(text):
        return Findings("described", products=(product,), values={**_worded(product), **named}, suggestions=suggestions)
    told, covered = best_sentences(left, _texts(product))
    if covered < _STATED:
        told = nearest_sentence(" ".join(left), _texts(product)[:_READ], embedder)
    if told:
        return Findings("described", products=(product,), values=named, answer=told, suggestions=suggestions)
    if forms:
        return Findings("described", products=(product,), values={"asked": "price", **named}, suggestions=suggestions)
    return Findings(
        "not_stated", products=(product,), values={"title": product.title}, suggestions=("person", *suggestions)
    )


def without_title(text: str, product: Product) -> str:
    """The normalised question with `it` for the product's whole title, whose words ask for nothing."""
    it = " 它" if product.locale == "zh" else " it "
    return re.sub(r"\s+", " ", text.replace(words_of.normalise(product.title), it)).strip()


def _without_forms(text: str, forms: Sequence[Variant]) -> str:
    """Without the words that name a form: `king size` asks for no dimensions."""
    said = {value for variant in forms for value in variant.attributes.values()}
    for value in sorted(map(words_of.normalise, said), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(value)}(?: size)?\b" if value.isascii() else re.escape(value), " ", text)
    return text


def _closer(text: str, name: str, product: Product) -> str:
    """The sentence that tells what is asked where the attribute called for by a common word doesn't: `how long does it burn`."""
    left = [word for word in _asked_beyond(text, product) if not word.isdigit() or f"{word} " in text]
    value = words_of.words(f"{name} {product.attributes[name]}")
    missed = [word for word in left if word not in value and word != "doe" and not is_cue(word, name)]
    if not missed:
        return ""
    missed = [word for word in missed if word[:1].isdigit()] or missed
    there = [text for text in [product.description] if words_of.overlap(missed, words_of.words(text)) == 1]
    told, covered = best_sentences(missed, there, most=1)
    return told if covered == 1 else ""


def _worded(product: Product) -> dict[str, str]:
    """`told`: a sentence or two from the attributes of a product that has no description of its own."""
    if product.description or not product.attributes:
        return {}
    return {"told": TemplateDescriber({}).draft(Brief(product, product.locale, "short")).text}


def best_sentences(asked: Iterable[str], texts: Iterable[str], *, most: int = 2) -> tuple[str, float]:
    """The sentences that share most with what is asked, in their order, and the share of it that they hold (0 to 1)."""
    wanted = set(asked)
    parts = [sentence for text in texts for sentence in sentences(text)]
    ranked = sorted(
        range(len(parts)), key=lambda place: (-words_of.overlap(wanted, words_of.words(parts[place])), place)
    )
    chosen = [
        parts[place] for place in sorted(ranked[:most]) if words_of.overlap(wanted, words_of.words(parts[place])) > 0
    ]
    told = join(chosen)
    return told, words_of.overlap(wanted, words_of.words(told))


def asked_size(question: str) -> str:
    """The size that a question names (`size 39`, `XL`, `39码`), in capitals; empty where it names none."""
    match = _SIZE.search(words_of.normalise(question))
    return next((group for group in match.groups() if group), "").upper() if match else ""


def asks_price(question: str) -> bool:
    return bool(PRICE.search(words_of.normalise(question)))


def without_price(question: str) -> str:
    """The words of a question that don't ask for the price."""
    return PRICE.sub(" ", words_of.normalise(question))


def asks_for_more(product: Product, question: str) -> bool:
    """Whether a question asks for more than what a list tells: name, price and stock."""
    text = words_of.normalise(question)
    return bool(asked_attribute(text, product) or _WHOLE.search(text) or _asked_beyond(text, product))


def nearest_sentence(asked: str, texts: Iterable[str], embedder: Embedder) -> str:
    """The sentence that is nearest in meaning to what is asked; empty where none is near."""
    parts = [sentence for text in texts for sentence in sentences(text)]
    if not parts:
        return ""
    near = embedder.embed(parts) @ embedder.embed([asked])[0]
    best = int(near.argmax())
    return parts[best] if near[best] >= _NEAR[script_of(asked)] else ""


def _asked_beyond(text: str, product: Product) -> list[str]:
    """The content words of a question that don't just name the product or ask in general."""
    named = set(words_of.words(f"{product.title} {product.brand} {product.category} {product.id} {product.keywords}"))
    plain = _PLACE.sub(" ", STOCK.sub(" ", PRICE.sub(" ", _WHOLE.sub(" ", text))))
    return [word for word in words_of.content_words(plain) if word not in named]


def _tags(text: str, product: Product) -> list[str]:
    """Keywords of a product that a question asks for word for word and that no other text of it has: `is it dimmable?`"""
    told = words_of.normalise(" ".join([product.title, *_texts(product)]))
    tags = [tag.strip() for tag in re.split(r"[,，;；、]", words_of.normalise(product.keywords))]
    return [tag for tag in tags if tag and len(tag) > 2 and _is_said(tag, text) and tag not in told]


def _is_said(tag: str, text: str) -> bool:
    return bool(re.search(rf"\b{re.escape(tag)}\b", text)) if tag.isascii() else tag in text


def _texts(product: Product) -> list[str]:
    facts = [f"{name}: {value}" for name, value in product.attributes.items()]
    forms = [" ".join(variant.attributes.values()) for variant in product.variants]
    return [product.description, *facts, ", ".join(forms), *(text for _, text in product.details)]
