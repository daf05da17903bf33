"""What a text claims of a product beyond its facts: the fact lock, then amounts, colours, materials, places, brands, and listed claims."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib.resources import files

from bot.describe.agreement import short_name
from bot.describe.score.coverage import bare_answer, denied
from bot.describe.wordings import kind_key, names_of
from bot.types import Findings, Message
from bot.writing.facts import Lock
from knowledge_base.families import family_words, is_han, plain, tables
from knowledge_base.measures import amounts_in
from knowledge_base.passages import sentences
from knowledge_base.shop import Shop
from knowledge_base.types import Product
from retrieval.text import content_words, normalise, stem

_SPELLED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|hundreds?|thousands?|millions?|dozens?|several)"
    r"[\s-](?:[a-z-]+[\s-])?(?:hours?|days?|weeks?|months?|years?|pieces?|lit(?:re|er)s?|met(?:re|er)s?|grams?|kilos?|pounds?|inch(?:es)?|cups?|colou?rs?|sizes?|pockets?"
    r"|compartments?|speeds?|settings?|levels?|modes?|layers?|people|customers|families|buyers|times|lids?|straps?|wheels?|ports?|minutes?|degrees?)\b"
    r"|(?:[二两三四五六七八九十]|[一二三四五六七八九十百千]+[百千万])[百千万十]*多?(?:个小时|小时|天|年|个月|件|种颜色|层|档|米|升|斤|公斤|名|人|位|折|家|次|个|倍|分钟|度)"
    r"|[上数近]?(?:百|千|万)(?:万|千)?(?:多)?(?:名|人|位|家|件)"
)
_INCLUDED = re.compile(
    r"\b(?:includes?|including|comes? with|complete with|supplied with|we include|we add|plus an?|along with)\b([^.,;:!?]*)"
    r"|(?:另含|另附|附带|附有|还含|还有|配有|自带|附送|随附|另配|附赠|赠送)([^。，；：！？]*)"
)
"""That something is there, too; what it is has to be in the facts."""
_AMBIGUOUS = frozenset(
    """
    clear rust sand mint sage amber camel tan cherry chestnut coral ruby emerald lime oat nude down steel board
    stone ash rose gold golden silver coffee chocolate 茶色 金 银 透明 高级灰 中国红 土 竹
    """.split()
)
"""Words that mean other things as often as a colour or a material."""
_SHADES = re.compile(r"\b(?:rose|tea|paper|wine|ice|sea|sky|grass|fire|dry|brew)\b")


_JOINTS = re.compile(r"[\s/,，、;；()（）：:]|\b(?:or|and)\b|[或和]")


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a text says that nothing supports: the sentence, the words, and of which kind they are."""

    sentence: str
    words: str
    kind: str


class Facts:
    """What may be said of one product: its names, attributes, forms, price and stock. Its description is no source."""

    def __init__(self, product: Product, shop: Shop, others: Vocabulary | None = None) -> None:
        self._product, self._shop, self._others = product, shop, others
        self._text = _facts_text(product, shop)
        self._amounts = frozenset((a.kind, a.low, a.high) for a in amounts_in(self._text))
        self._claimed = _claims_in(self._text) | _answered(product)
        self._families = {kind: _families(kind, self._text) for kind in ("colour", "material")}
        self._places = _places(self._text)
        self._stems = frozenset(stem(word) for word in content_words(self._text))

    def unsupported(self, text: str) -> list[Claim]:
        """The first unsupported claim of each sentence."""
        lock = self._lock()
        found = []
        for sentence in sentences(text):
            stopped = lock.stops(sentence)
            if stopped is not None and not self._states(sentence, stopped.claim):
                found.append(Claim(sentence, stopped.claim, stopped.kind))
            elif claim := next(self._beyond(sentence), None):
                found.append(Claim(sentence, *claim))
        return found

    def _lock(self) -> Lock:
        bare = replace(self._product, description="", details=())
        message = Message("describe", "describe", "", datetime.now(UTC), locale=self._product.locale)
        return Lock(Findings("described", products=(bare,)), message, self._shop)

    def _states(self, sentence: str, claim: str) -> bool:
        """Whether the claim is part of an attribute that the sentence states whole: sizes in a row, `90 × 60 cm finished`."""
        run, said = _run(sentence), _run(claim)
        return any(
            bool(value) and _run(value) in run and said in f"{_run(name)} {_run(value)}"
            for name, value in self._product.attributes.items()
        )

    def _beyond(self, sentence: str) -> Iterator[tuple[str, str]]:
        said = _said(sentence)
        for key, holds, words in _claims(said):
            if (key, holds) not in self._claimed and not (
                not holds and (key, True) not in self._claimed and _mild(key)
            ):
                yield words, "claim"
        for amount in amounts_in(sentence):
            if (amount.kind, amount.low, amount.high) not in self._amounts and not self._within(
                amount.kind, amount.low, amount.high
            ):
                yield f"{amount.low:g} {amount.kind}", "amount"
        for kind in ("colour", "material"):
            for word, family in _words_of(kind, said):
                if family not in self._families[kind] and word not in self._text:
                    yield word, kind
        for place in _places(said) - self._places:
            yield place, "place"
        for part in _INCLUDED.finditer(said):
            stems = {stem(one) for one in content_words(part[1] or part[2] or "")}
            if stems and not stems & self._stems:
                yield part.group().strip(), "contents"
        if (spelled := _SPELLED.search(said)) and spelled.group() not in self._text:
            yield spelled.group(), "number"
        if self._others is not None:
            yield from ((word, kind) for word, kind in self._others.of_others(said) if word not in self._text)

    def _within(self, kind: str, low: float, high: float) -> bool:
        """Both ends of a range, or a range whose ends the facts have apart."""
        known = {value for known, a, b in self._amounts if known == kind for value in (a, b)}
        return low in known and high in known


class Vocabulary:
    """What a catalogue's other products are: brands, and values of attributes that many share."""

    def __init__(self, products: Iterable[Product]) -> None:
        words: dict[str, str] = {}
        counts: dict[str, int] = {}
        for product in products:
            if len(product.brand) > 3:
                words[_said(product.brand)] = "brand"
            for name, value in product.attributes.items():
                if kind_key(name) in _COMPARED and bare_answer(value) is None:
                    for part in re.split(r"\s/\s|[,，、;；()（）]", value):
                        word = _said(part)
                        if (len(word) >= 6 or (is_han(word) and len(word) >= 3)) and not re.search(r"\d", word):
                            counts[word] = counts.get(word, 0) + 1
                            words.setdefault(word, kind_key(name))
        self._pattern = _whole(words) if words else re.compile(r"(?!)")
        self._words = words

    def of_others(self, said: str) -> Iterator[tuple[str, str]]:
        for match in self._pattern.finditer(said):
            yield (
                match.group(),
                self._words.get(match.group(), self._words.get(match.group().replace("-", " "), "name")),
            )


_COMPARED = frozenset(
    {"material", "origin", "flavour", "scent", "connection", "roast", "pattern", "filling", "finish", "skin"}
)


def _said(text: str) -> str:
    return plain(normalise(text)).strip()


def _run(text: str) -> str:
    """Without what joins the parts of a list, which a sentence writes in other ways than a table."""
    return _JOINTS.sub("", normalise(text))


def _facts_text(product: Product, shop: Shop) -> str:
    lines = [
        product.title,
        short_name(product.title),
        product.brand,
        product.category,
        product.keywords,
        shop.name,
        *shop.names.values(),
    ]
    for name, value in product.attributes.items():
        lines.append(f"{name}: {value}")
        if code := {"f": "women", "m": "men"}.get(plain(value).strip()):
            lines.append(code)
    lines += [" ".join(variant.attributes.values()) for variant in product.variants]
    return "\n".join(map(_said, lines))


def _answered(product: Product) -> frozenset[tuple[str, bool]]:
    """Claims that are a bare yes or no of an attribute: `waterproof: no` says that it isn't."""
    found = set()
    for name, value in product.attributes.items():
        answer = bare_answer(value)
        for word in {name, *names_of(kind_key(name))}:
            for key, _, _ in _claims(_said(word)):
                found |= {(key, answer)} if answer is not None else {(key, True), (key, False)}
    return frozenset(found)


def _claims_in(facts: str) -> frozenset[tuple[str, bool]]:
    """Claims that the facts make in words, each line by itself; a line `waterproof: no` denies."""
    return frozenset((key, holds) for line in facts.split("\n") for key, holds, _ in _claims(line))


def _claims(said: str) -> Iterator[tuple[str, bool, str]]:
    """(claim, whether it is said to hold, words)."""
    pattern, keys = _claim_pattern()
    for match in pattern.finditer(said):
        key = keys.get(match.group().replace("-", " ")) or next(
            k for k, v in _stems().items() if match.group().startswith(v)
        )
        yield key, not denied(said, match.start(), match.end()), match.group()


def _mild(key: str) -> bool:
    """Whether it may be denied without the facts saying so: that something isn't new or on sale claims nothing for it."""
    return key in ("bestseller", "award", "limited", "discount", "new")


@cache
def _claim_pattern() -> tuple[re.Pattern[str], Mapping[str, str]]:
    table = tomllib.loads(files("bot.describe.score").joinpath("claims.toml").read_text(encoding="utf-8"))
    keys = {
        _said(word).replace("-", " "): key for key, words in table.items() for word in words if not word.endswith("*")
    }
    starts = [word for words in table.values() for word in words if word.endswith("*")]
    return _whole(keys, starts), keys


@cache
def _stems() -> Mapping[str, str]:
    return {"heritage": "since "}


def _whole(words: Iterable[str], starts: Iterable[str] = ()) -> re.Pattern[str]:
    """Any of the words, the longest first; Latin ones whole and with a hyphen or a space."""
    ordered = sorted(words, key=len, reverse=True)
    latin = "|".join(re.escape(word).replace(r"\ ", "[ -]") for word in ordered if not is_han(word))
    han = "|".join(re.escape(word) for word in ordered if is_han(word))
    begun = "|".join(re.escape(word.rstrip("*")) + r"\w*" for word in starts)
    options = [part for part in (rf"(?<![a-z0-9])(?:{latin})(?![a-z0-9])" if latin else "", han, begun) if part]
    return re.compile("|".join(options))


def _families(kind: str, text: str) -> frozenset[str]:
    return frozenset(family for _, family in _words_of(kind, text, every=True))


@lru_cache(maxsize=20_000)
def _words_of(kind: str, said: str, every: bool = False) -> tuple[tuple[str, str], ...]:
    """(word, family) of colours or materials; of a claim only words that mean nothing else, of facts all."""
    words = family_words(kind)
    return tuple(
        (match.group(), words[match.group()])
        for match in _family_pattern(kind, every).finditer(said)
        if match.group() in words
    )


@cache
def _family_pattern(kind: str, every: bool) -> re.Pattern[str]:
    words = [
        word
        for word in family_words(kind)
        if every or (word not in _AMBIGUOUS and not (is_han(word) and len(word) < 2))
    ]
    return _whole(words)


@lru_cache(maxsize=20_000)
def _places(said: str) -> frozenset[str]:
    pattern, countries = _place_pattern()
    return frozenset(countries[match.group()] for match in pattern.finditer(said))


@cache
def _place_pattern() -> tuple[re.Pattern[str], Mapping[str, str]]:
    known = {plain(word): country for country, words in tables()["countries"].items() for word in (country, *words)}
    more = {
        "italy": "italian 意大利", "france": "french 法国", "germany": "german 德国", "spain": "spanish 西班牙",
        "portugal": "portuguese 葡萄牙", "india": "indian 印度", "korea": "korean 韩国", "turkey": "turkish 土耳其",
        "switzerland": "swiss 瑞士", "sweden": "swedish 瑞典", "denmark": "danish 丹麦", "norway": "norwegian 挪威",
        "finland": "finnish 芬兰", "austria": "austrian 奥地利", "poland": "polish 波兰", "scotland": "scottish 苏格兰",
        "ireland": "irish 爱尔兰", "britain": "british england english 英国", "usa": "america american 美国 oregon", "canada": "canadian 加拿大",
        "australia": "australian 澳大利亚 澳洲", "zealand": "新西兰", "thailand": "thai 泰国", "morocco": "moroccan 摩洛哥",
        "egypt": "egyptian 埃及", "nepal": "nepalese 尼泊尔", "taiwan": "taiwanese 台湾", "belgium": "belgian 比利时",
    }  # fmt: skip
    for country, words in more.items():
        for word in (country, *words.split()):
            if word not in ("turkey", "polish", "english"):
                known.setdefault(word, country)
    return _whole(known), known
