"""True replies of a shop and lies made of them by changing exactly one fact. The lock's own code makes none of them.

True are what the template writer says of products and comparisons, answers and sentences of policies, and the free truths of the half.
Which half a case falls in is told by the digest of what it is about, so no product or answer is in two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from random import Random

from bot.types import Findings
from bot.writing.template import TemplateWriter
from bot.writing.wordings import Wordings
from eval.benchmarks.fact_cases import HALVES, Case, Found
from knowledge_base.passages import sentences
from knowledge_base.types import Product

LIES_PER_TRUTH = 3
SEED = 7
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w/-]|[.,]\d)")
_UNITS = {
    "working days": "hours", "days": "weeks", "hours": "minutes", "months": "weeks", "years": "months", "weeks": "days", "minutes": "hours",
    "kg": "g", " g": " kg", "ml": "L", " L": " ml", "cm": "m", " W": " kW", "个工作日": "个小时", "小时": "分钟", "天": "周", "年": "个月",
    "个月": "周", "千克": "克", "毫升": "升", "厘米": "米", "分钟": "小时",
}  # fmt: skip
_WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "周一",
    "周二",
    "周三",
    "周四",
    "周五",
    "周六",
    "周日",
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_CURRENCIES = {"$": "€", "US$": "£", "美元": "欧元", "dollars": "euros"}
_COLOURS = {
    "en": ("black", "white", "red", "green", "blue", "yellow", "pink", "purple", "orange", "grey"),
    "zh": ("黑色", "白色", "红色", "绿色", "蓝色", "黄色", "粉色", "紫色", "橙色", "灰色"),
}
_MATERIALS = {
    "en": (
        "stainless steel",
        "cotton",
        "linen",
        "wool",
        "leather",
        "glass",
        "bamboo",
        "silk",
        "ceramic",
        "aluminium",
        "cast iron",
        "polyester",
        "walnut",
        "oak",
    ),
    "zh": (
        "不锈钢",
        "纯棉",
        "亚麻",
        "羊毛",
        "真皮",
        "玻璃",
        "竹",
        "真丝",
        "陶瓷",
        "铝",
        "铸铁",
        "聚酯",
        "胡桃木",
        "橡木",
    ),
}
_STOCK = {"sold out": "in stock", "in stock": "sold out", "已售完": "有现货", "有现货": "已售完"}
_PROMISES = {
    "en": (
        "I've already refunded you in full.", "Your order has been cancelled for you, I've just done it.", "We guarantee delivery by tomorrow.",
        "We match any competitor's price.", "A colleague will call you within ten minutes.", "You'll get a free gift with it.", "I'll take another 20 % off for you.",
        "I've reserved one for you until Sunday.", "We'll replace it for life, no questions asked.", "Shipping is on us, I promise.",
    ),
    "zh": (
        "我已经帮您全额退款了。", "订单我已经帮您取消了。", "保证明天送到。", "全网最低价，买贵补差价。", "同事十分钟内会给您回电。", "下单还送您一份小礼物。", "我再给您打个八折。",
        "我已经帮您留了一件。", "终身免费换新。", "我承诺一定准时送达。",
    ),
}  # fmt: skip
_NEGATIONS = (
    (" is ", " isn't "), (" are ", " aren't "), (" can ", " can't "), (" cannot ", " can "), (" do not ", " do "), (" takes ", " doesn't take "),
    ("can't ", "can "), ("不能", "能"), ("可以", "不可以"), ("不可", "可"), ("不含", "含"), ("不会", "会"), ("不支持", "支持"), ("支持", "不支持"), (": yes", ": no"), (": no", ": yes"), ("：是", "：否"), ("：否", "：是"),
)  # fmt: skip
Change = tuple[str, str, str, str]
"""(kind, new reply, the claim in it, what was there)."""


def mutated(found: Found, free: Sequence[Case], half: str) -> list[Case]:
    """The true replies of a half and the lies made of them; `all` for every half."""
    made: list[Case] = []
    for truth in (
        *_truths(found),
        *(replace(case, id=f"{case.id}t", origin="mutated") for case in free if not case.lie),
    ):
        if half not in ("all", truth.half):
            continue
        if not truth.id.endswith("t"):
            made.append(truth)
        made += _lies(truth, found)
    return made


def _truths(found: Found) -> Iterator[Case]:
    """What the template writer says of each product alone and beside another, each answer, each sentence of a policy."""
    writer = TemplateWriter(Wordings.load())
    for locale in found.shop.locales:
        if locale not in ("en", "zh"):
            continue
        products = sorted((p for p in found.catalogue if p.locale == locale), key=lambda p: p.id)
        for place, product in enumerate(products):
            yield from _of_product(product, products[(place + 1) % len(products)], writer, locale)
        for (name, code), faq in found.faqs.items():
            if code == locale:
                yield _case(f"faq-{name}", locale, faq.question, (f"faq:{name}",), faq.answer, "attribute", name)
        for (name, code), document in found.documents.items():
            if code == locale:
                for number, section in enumerate(document.sections):
                    for at, text in enumerate(sentences(section.text)):
                        yield _case(
                            f"doc-{name}-{number}-{at}",
                            locale,
                            " ".join(section.headings),
                            (f"document:{name}",),
                            text,
                            "attribute",
                            f"{name}{number}",
                        )


def _of_product(product: Product, other: Product, writer: TemplateWriter, locale: str) -> Iterator[Case]:
    fact = f"product:{product.id}"
    asked = product.title
    described = "\n".join(writer.lines(Findings("described", products=(product,)), locale, product.id))
    yield _case(f"des-{product.id}", locale, asked, (fact,), described, "attribute", product.id)
    line = "\n".join(
        writer.lines(Findings("described", values={"asked": "price"}, products=(product,)), locale, product.id)
    )
    yield _case(f"pri-{product.id}", locale, asked, (fact,), line, "price", product.id)
    if other.id != product.id and _half(product.id) == _half(other.id):
        both = (fact, f"product:{other.id}")
        found = "\n".join(writer.lines(Findings("found", products=(product, other)), locale, product.id))
        yield _case(f"fnd-{product.id}", locale, asked, both, found, "price", product.id)
        compared = "\n".join(writer.lines(Findings("compared", products=(product, other)), locale, product.id))
        yield _case(f"cmp-{product.id}", locale, asked, both, compared, "product", product.id)


def _case(name: str, locale: str, asked: str, facts: tuple[str, ...], reply: str, kind: str, about: str) -> Case:
    return Case(f"{name}-{locale}", locale, asked, facts, reply, False, "", kind, "mutated", _half(about))


def _half(about: str) -> str:
    return HALVES[sha256(about.encode()).digest()[0] % 3]


def _lies(truth: Case, found: Found) -> Iterator[Case]:
    random = Random(f"{SEED}/{truth.id}")
    known = _known(truth, found)
    makers = list(_MAKERS)
    random.shuffle(makers)
    changes = (change for maker in makers for change in islice(maker(truth, known, random, found), 1))
    for number, (kind, reply, claim, _) in enumerate(islice(changes, LIES_PER_TRUTH)):
        yield replace(truth, id=f"{truth.id}-m{number}", reply=reply, lie=True, claim=claim, kind=kind)


def _known(truth: Case, found: Found) -> str:
    """Everything that the findings say, in small letters: a changed fact mustn't stand in it."""
    findings = found.findings(truth)
    texts = [
        findings.answer,
        *(hit.passage.text for hit in findings.hits),
        truth.reply,
        *found.shop.contacts.values(),
        *found.shop.opening_hours.values(),
    ]
    for product in findings.products:
        texts += [
            product.title,
            product.description,
            product.keywords,
            str(product.price),
            str(product.compare_at),
            str(product.stock),
            *product.attributes.values(),
            *product.attributes,
        ]
        texts += [f"{v.price} {v.stock} {' '.join(v.attributes.values())}" for v in product.variants]
    return "\n".join(texts).lower()


def _number(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    matches = list(_NUMBER.finditer(truth.reply))
    random.shuffle(matches)
    there = {value.replace(",", "") for value in re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", known)}
    for match in matches:
        if (
            re.match(r"\.\s", truth.reply[match.end() :])
            and truth.reply[: match.start()].endswith(("\n", ""))
            and match.start() in _line_starts(truth.reply)
        ):
            continue
        digits = match.group()
        places = [place for place, sign in enumerate(digits) if sign.isdigit()]
        place = random.choice(places[: max(1, len(places) - 2)] if "." in digits else places)
        new = digits[:place] + str((int(digits[place]) + random.choice((1, 2, 3, 5))) % 10) + digits[place + 1 :]
        if new.startswith("0") or float(new.replace(",", "")) in {float(value) for value in there}:
            continue
        yield _changed(truth, match, new, _kind_of(truth.reply, match))


def _line_starts(reply: str) -> set[int]:
    return {0, *(m.end() for m in re.finditer("\n", reply))}


def _kind_of(reply: str, match: re.Match[str]) -> str:
    before, after = reply[max(0, match.start() - 3) : match.start()], reply[match.end() : match.end() + 8]
    if "$" in before or "¥" in before or re.match(r"\s?(?:美元|元|dollars)", after):
        return "price"
    if re.match(r"\s?%", after):
        return "discount"
    if re.match(r"\s?(?:days?|hours?|minutes?|months?|years?|weeks?|working|天|小时|分钟|个月|年|周|个工作日)", after):
        return "duration"
    if re.match(r"\s?(?:kg|g\b|ml|l\b|cm|mm|m\b|w\b|克|千克|升|毫升|厘米|毫米|米|瓦)", after, re.IGNORECASE):
        return "measure"
    if re.match(r"\s?(?:left|件)", after):
        return "stock"
    return "count"


def _swap(words: dict[str, str], kind: str) -> Callable[[Case, str, Random, Found], Iterator[Change]]:
    def make(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
        del found
        items = list(words.items())
        random.shuffle(items)
        for old, new in items:
            pattern = (
                rf"(?<=\d)\s?{re.escape(old.strip())}(?![a-z])" if kind in ("measure", "duration") else re.escape(old)
            )
            match = re.search(pattern, truth.reply)
            if match and not (kind == "stock" and new in truth.reply):
                text = (
                    (" " if match.group().startswith(" ") else "") + new.strip()
                    if kind in ("measure", "duration")
                    else new
                )
                start = re.search(r"[\d.,–-]+$", truth.reply[: match.start()])
                change = _changed(truth, match, text, kind)
                claim = (start.group() if start and kind in ("measure", "duration") else "") + change[2]
                if claim.lower() not in known:
                    yield (change[0], change[1], claim.strip(), change[3])

    return make


def _one_of(words: Sequence[str], kind: str) -> Callable[[Case, str, Random, Found], Iterator[Change]]:
    """One word of a closed list for another that isn't known."""

    def make(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
        del found
        for match in re.finditer("|".join(words), truth.reply):
            others = [word for word in words if word.isascii() == match.group().isascii() and word.lower() not in known]
            if others:
                yield _changed(truth, match, random.choice(others), kind)

    return make


def _listed(table: Mapping[str, tuple[str, ...]], kind: str) -> Callable[[Case, str, Random, Found], Iterator[Change]]:
    """A colour or stuff of the reply for another that the findings don't name."""

    def make(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
        del found
        words = table[truth.locale]
        for word in random.sample(words, len(words)):
            match = re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", truth.reply)
            others = [other for other in words if not any(part in known for part in (other, other.removesuffix("色")))]
            if match and others:
                yield _changed(truth, match, random.choice(others), kind)

    return make


def _promise(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    del known, found
    said = random.choice(_PROMISES[truth.locale])
    joint = "\n" if "\n" in truth.reply else " " if truth.locale == "en" else ""
    yield "promise", f"{truth.reply}{joint}{said}", said, ""


def _negation(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    """Denies what is said, where a telling word follows; only of attributes and answers in the shop's own words."""
    del known, found
    if truth.id.endswith("t") or truth.id.startswith(("fnd", "pri", "cmp")):
        return
    pairs = list(_NEGATIONS)
    random.shuffle(pairs)
    for old, new in pairs:
        places = [m.start() for m in re.finditer(re.escape(old), truth.reply)]
        if not places:
            continue
        place = places[0]
        if not old.isascii() and (truth.reply[place - 1 : place] == "不" or truth.reply[place - 1 : place] == "可"):
            continue
        reply = truth.reply[:place] + new + truth.reply[place + len(old) :]
        end = re.search(r"[.!?。！？;；\n]", reply[place + len(new) :])
        stop = place + len(new) + (end.start() if end else len(reply))
        yield "attribute", reply, reply[place : min(stop, place + 60)].strip(), old


def _address(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    for pattern, kind in ((r"[\w.]+@[\w.]+\w", "email"), (r"https?://\S+\w", "link"), (r"\+?\d[\d -]{8,}\d", "phone")):
        for match in re.finditer(pattern, truth.reply):
            said = match.group()
            places = [
                place
                for place, sign in enumerate(said)
                if sign.isdigit() or (sign.isalpha() and place > len(said) // 3)
            ]
            place = random.choice(places)
            new = (
                said[:place]
                + (
                    str((int(said[place]) + 4) % 10)
                    if said[place].isdigit()
                    else chr((ord(said[place]) - 97 + 5) % 26 + 97)
                )
                + said[place + 1 :]
            )
            if new.lower() not in known:
                yield _changed(truth, match, new, kind)
    contacts = found.shop.contacts
    if "email" in contacts and contacts["email"] not in truth.reply:
        said = random.choice(("support@", "sales@", "info@")) + contacts["email"].partition("@")[2]
        text = f"Write to {said}." if truth.locale == "en" else f"请写信到 {said}。"
        yield "email", f"{truth.reply}\n{text}", said, ""


def _code(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    del found
    said = random.choice(("SAVE20", "WELCOME10", "VIP15", "SUMMER25"))
    if said.lower() not in known:
        text = f"Use the code {said} at checkout." if truth.locale == "en" else f"结账时输入优惠码 {said}。"
        yield "code", f"{truth.reply}\n{text}", said, ""


def _other_product(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    """The first price of two is said of the second."""
    del random
    if not truth.id.startswith(("fnd", "cmp")):
        return
    prices = list(re.finditer(r"(?:US)?[$¥€£]\s?\d+(?:,\d{3})*(?:\.\d+)?", truth.reply))
    products = found.findings(truth).products
    values = [re.sub(r"[^\d.]", "", match.group()) for match in prices]
    for match, value in zip(prices, values, strict=True):
        other = next(
            (one.group() for one, that in zip(prices, values, strict=True) if float(that) != float(value)), None
        )
        if other is None:
            return
        owner = next((p for p in products if float(p.price) == float(value)), None)
        figures = (
            {float(v.price) for v in owner.variants} | {float(owner.price), float(owner.compare_at or 0)}
            if owner
            else set()
        )
        if owner and float(re.sub(r"[^\d.]", "", other)) not in figures:
            yield _changed(truth, match, other, "product")


def _title(truth: Case, known: str, random: Random, found: Found) -> Iterator[Change]:
    """A brand or name within the reply for another product's."""
    products = found.findings(truth).products
    brands = sorted({p.brand for p in found.catalogue if p.brand and p.brand.lower() not in known})
    for product in products:
        if product.brand and brands and (match := re.search(re.escape(product.brand), truth.reply)):
            yield _changed(truth, match, random.choice(brands), "name")


def _changed(truth: Case, match: re.Match[str], new: str, kind: str) -> Change:
    return kind, truth.reply[: match.start()] + new + truth.reply[match.end() :], new, match.group()


_MAKERS: tuple[Callable[[Case, str, Random, Found], Iterator[Change]], ...] = (
    _number, _number, _swap(_UNITS, "measure"), _one_of(_WEEKDAYS, "date"), _one_of(_MONTHS, "date"), _swap(_CURRENCIES, "price"),
    _listed(_COLOURS, "colour"), _listed(_MATERIALS, "attribute"), _swap(_STOCK, "stock"), _promise, _negation, _address, _code, _other_product, _title,
)  # fmt: skip
