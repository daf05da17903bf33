"""Whether as many can be had as the customer wants, and whether forms cost the same, in Chinese: `三罐凑得齐` of a stock of two."""

from __future__ import annotations

import re

from bot.writing.facts.scene import Fault, Scene
from knowledge_base.types import Product, Variant

_ENOUGH = re.compile(
    r"(?<!不)够(?:的|了|呢|您|你|数|买|凑|分|拿|发|[。,，!！\s]|$)|凑得[齐出够]|[拿配给]得出|供得上|足够|管够|有的是|没问题|足足有余|绰绰有余"
)
_SHORT = re.compile(r"不够|凑不[齐出够]|拿不出|不足|还差|差[一二两三四五六七八九十\d]|没那么多|没有那么多")
_WANTS = re.compile(r"要|想|买|来|订|凑|拿|够|送|给|拍")
_SAME = re.compile(
    r"一个价|同价|同一价|同样价|(?:价格|价钱|价)(?:都|也)?(?:一样|相同|没差|没区别|不变)|(?:价格|价钱|价)(?:跟|和|与)[^,，。]{1,12}(?:一样|相同)|一样(?:贵|便宜|价)"
)


_ALL_THERE = re.compile(
    r"(?:[两三四五六几各每]|所有|全部)(?:的)?(?:[个种款])?(?:颜色|味道|味儿|香味|香型|口味|尺码|码数?|尺寸|大小|容量|规格|色|款|号)?(?:我们)?(?:现在|目前|眼下)?(?:都|全都?|均)(?:还)?(?:有(?:现?货|得卖)?(?=[。,，;；!！哦呢的啦\s]|$)|不缺货?|能买到?|买得到)"
    r"|(?:大小号?|[大中小]号?(?:和|跟|、)?[大中小]号|[两]头)(?:都|全都?|均)(?:还)?(?:有|不缺)"
)


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or scene.lower.isascii() or not scene.known.products:
        return None
    return _stock(scene) or _all_there(scene) or _sold_out(scene) or _price(scene)


def _stock(scene: Scene) -> Fault | None:
    enough, short = _ENOUGH.search(scene.lower), _SHORT.search(scene.lower)
    wanted = [one.low for part in scene.asked.parts for one in part.amounts if one.counter and one.low == one.high]
    if bool(enough) == bool(short) or len(wanted) != 1 or not _WANTS.search(scene.asked.text):
        return None
    said = enough or short
    assert said is not None
    subjects = scene.subjects.at(said.start()) or tuple(scene.known.products)
    there = _left(scene.known.products[subjects[0]], scene) if len(subjects) == 1 else None
    if there is None or (there >= wanted[0]) == bool(enough):
        return None
    return scene.read.text.own[said.start() : said.end()], "stock", f"{there} in stock"


def _left(product: Product, scene: Scene) -> int | None:
    """How many there are of the forms that the reply names, or else the question; of all where neither does."""
    for text in (scene.lower, scene.asked.text):
        if named := _forms(product, text):
            return sum(one.stock or 0 for one in named) if all(one.stock is not None for one in named) else None
    return product.stock


def _forms(product: Product, text: str) -> list[Variant]:
    """The forms that have a value which the text names, on each axis of which it names one."""
    bare = text.replace(" ", "")
    axes: dict[str, set[str]] = {}
    for form in product.variants:
        for name, value in form.attributes.items():
            if value.replace(" ", "").lower() in bare:
                axes.setdefault(name, set()).add(value)
    if not axes:
        return []
    return [one for one in product.variants if all(one.attributes.get(name) in some for name, some in axes.items())]


def _all_there(scene: Scene) -> Fault | None:
    """`三种味道都有货`, where one is sold out; of a colour that is named its sizes alone."""
    said = _ALL_THERE.search(scene.lower)
    subjects = scene.subjects.at(said.end() - 1) if said else ()
    if said is None or len(subjects) != 1 or any(first <= said.end() - 1 < last for first, last in scene.read.spans):
        return None
    product = scene.known.products[subjects[0]]
    forms = _forms(product, scene.lower[: said.end()]) or list(product.variants)
    axes = {name: {one.attributes.get(name) for one in product.variants} for one in forms for name in one.attributes}
    counted = _COUNT.match(said.group())
    if counted and not any(len(values) == _COUNTS[counted.group()] for values in axes.values()):
        return None
    if len(axes) > 1 and (len(forms) == len(product.variants) and (counted or _SIZE.search(scene.lower))):
        return None
    if len(forms) < 2 or not any(one.stock == 0 for one in forms):
        return None
    return scene.read.text.own[said.start() : said.end()], "stock", "some of them are sold out"


_COUNTS = {"两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_COUNT = re.compile("[两三四五六]")
_SIZE = re.compile(r"[大中小][号码的款]")
_STILL = re.compile(
    r"(?:还有|还剩|有|剩)\s?(?:[一二两三四五六七八九十百\d]+|好?几|不少|一些)(?:来|多)?\s?[个只件条把张支盒包瓶袋套双片罐口盏顶份块]"
)
_OTHERS = re.compile(r"别的|其他|其它|另|换|倒是|不过|只有")


def _sold_out(scene: Scene) -> Fault | None:
    """`这个味还有十来只`, where the form that was asked about is sold out."""
    said = _STILL.search(scene.lower)
    subjects = scene.subjects.at(said.start()) if said else ()
    if said is None or len(subjects) != 1 or scene.read.spans or _OTHERS.search(scene.lower):
        return None
    product = scene.known.products[subjects[0]]
    asked = _forms(product, scene.asked.text)
    if not asked or _forms(product, scene.lower) or any(one.stock != 0 for one in asked):
        return None
    return scene.read.text.own[said.start() : said.end()], "stock", "sold out"


def _price(scene: Scene) -> Fault | None:
    """`两种一个价`: of all forms of the one product, or of the products, that it is said of."""
    said = _SAME.search(scene.lower)
    if said is None or any(first <= said.start() < last for first, last in scene.read.spans):
        return None
    if re.search(r"色|码|图案|花", scene.lower[: said.end()]):
        return None
    products = list(scene.known.products.values())
    prices = {one.price for one in products} if len(products) > 1 else {form.price for form in products[0].variants}
    if len(prices) < 2 or (
        len(products) == 1 and len({name for one in products[0].variants for name in one.attributes}) > 1
    ):
        return None
    if len(products) > 1 and len({one for _, marks in scene.subjects.marks for one in marks}) < 2:
        return None
    return scene.read.text.own[said.start() : said.end()], "price", ", ".join(f"{price:g}" for price in sorted(prices))
