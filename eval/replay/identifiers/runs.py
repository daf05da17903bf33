"""A number as people type it: groups of digits and capitals with blanks, dashes and strokes between them; what isn't one, and what stands beside one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.spans import Span

_GROUP = re.compile(r"#?[0-9A-Za-z]+(?:[-/._–—][0-9A-Za-z]+)*")
_MOST_GROUPS = 8
_AMOUNT = re.compile(
    r"\d+(?:[.,x/-]\d+)*(?:mm|cm|m|km|ml|cl|l|g|kg|mg|oz|lbs?|w|v|kw|wh|mah|hz|ghz|inch|in|mp|dpi|rpm|lm|ft|pcs?|packs?|days?|hours?|h|min|am|pm|st|nd|rd|th|years?|k|usd|eur|cad|gbp|cny|rmb|gb|tb)"
    r"|\d{1,3}x|\d+(?:[x×]\d+)+|(?:(?:0?[1-9]|[12]\d|3[01])[-/.]){2}(?:\d\d|(?:19|20)\d\d)|(?:19|20)\d\d(?:[-/.]\d{1,2}){1,2}|(?:19|20)\d\d|\d{1,2}[.,]\d{1,2}|usb-?c?\d*|ipx?\d+|a\d|mp\d|h\d{3}|v\d{1,2}(?:\.\d+)*",
    re.IGNORECASE,
)
"""A measure, an hour, a day, a year."""
_DAY = re.compile(
    r"(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|(?:19|20)\d{2}[01]\d[0-3]\d|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d"
)
_YEAR = re.compile(r"(?:19\d\d|20[0-2]\d)(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_CODE_OF_ALL = re.compile(r"[A-Z]{4,}\d{1,2}")
"""SPRING15: a word that the shop gave to everybody."""
_UNIT = re.compile(
    r"[ -]?(?:%|°|[x×]\b|×|k\b|mm\b|cm\b|m\b|km\b|ml\b|l\b|g\b|kg\b|mg\b|oz\b|lbs?\b|w\b|v\b|wh\b|mah\b|hz\b|gb\b|tb\b|rpm\b|dpi\b|lm\b|inch|pieces?\b|pcs\b|packs?\b|bags?\b|boxes\b|cups\b|mugs\b|units?\b|items?\b|times\b|people\b|"
    r"days?\b|weeks?\b|months?\b|hours?\b|minutes?\b|years?\b|am\b|pm\b|usd\b|dollars?\b|euros?\b|eur\b|pounds?\b|gbp\b|cny\b|rmb\b|points?\b|steps\b|lumens?\b|watts?\b|threads?\b|reviews?\b|grams?\b|words\b|"
    r"of (?:them|these|those|the)\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)"
    r"|\s?[毫美元块克升条人次件步流转瓦分个期天年月日斤套双折岁只台目万起面]|\s?(?:积分|码(?!头)|款(?!项))",
    re.IGNORECASE,
)
_MONEY = re.compile(r"(?:[$€£¥]|usd|eur|gbp|rmb|cny)\s?$", re.IGNORECASE)
_THING = re.compile(
    r"(?:(?<![A-Za-z])(?:sn|s/n|serial|isbn|ean|upc|gtin|barcode|batch|lot|imei|part|item|article|art|product|sku|style|model|catalogue|catalog|page|pantone|ral|colou?r|shade|standard|version|type|size|sony|iso|din)"
    r"(?: ?(?:numbers?|nos?\.?|code|id|on the (?:box|base|label)|is|was|says|sn|#))*|序列号|条码|条形码|批号|批次|款号|货号|型号|色号|标准号?|GB/T|QB/T|GB|商品(?:编号|ID|id)|产品编号|(?<![订单售后会员户的])编号)[^\da-z\n]{0,8}$",
    re.IGNORECASE,
)
"""Before a number that things bear."""
_TOTAL = re.compile(
    r"(?:(?<![A-Za-z])(?:total(?:s|led)?|sub-?total|price|value|worth|paid|costs?|amount(?:s|ed)?|sum|spent|spend|charged|over|above|under|minimum|min\.?|limit|quantity|qty|balance|need|another)\b[^\d.!?]{0,24}|价|金额|总共|一共|合计|总价|花了|实付|付了|余额|满|减|退款|退了?|支付|才|只要|面值|面额|运费|买了|要了?|订了|多退了?)[^\d编单号码]{0,4}$",
    re.IGNORECASE,
)
"""Before an amount."""
_MORE = re.compile(
    r"\s*(?:,|，|、|and|or|&|/|not|plus|vs\.?|和|与|还有|跟|或者?|\+|then)+\s*(?:order |number |订单|单号|#)?(?=#?[A-Z0-9])"
)


def run_at(text: str, start: int, least: int = 3) -> tuple[int, int] | None:
    """From where to where a number stands that begins here: of `least` digits, or of two where capitals are among them."""
    end, at, groups = start, start, 0
    while groups < _MOST_GROUPS and (match := _GROUP.match(text, at)):
        said = match.group()
        digits = any(map(str.isdigit, said))
        if not digits and not (said.isupper() and len(said) <= 5):
            break
        if groups and (_AMOUNT.fullmatch(said) and not said.isdigit()):
            break
        if digits or (groups and len(said) <= 3 and not re.match(r" \w", text[match.end() :])):
            end = match.end()
        at, groups = match.end(), groups + 1
        if text[at : at + 1] != " ":
            break
        at += 1
    said = text[start:end]
    if not said or not is_number(said, least) or follows_amount(text, end) or _MONEY.search(text[:start]):
        return None
    if end < len(text) and (text[end].isalnum() and text[end].isascii()):
        return None
    return start, end


def is_number(said: str, least: int = 3) -> bool:
    """Whether it may be somebody's number, and no measure, day or code that everybody has."""
    digits, letters = sum(map(str.isdigit, said)), [one for one in said if one.isalpha()]
    if _AMOUNT.fullmatch(said) or _CODE_OF_ALL.fullmatch(said) or re.match(r"\d{1,2}:\d\d", said):
        return False
    if said.startswith("#"):
        return digits >= 1
    if letters and not any(map(str.islower, letters)):
        return digits >= min(least, 2) and len(said) >= 4
    return digits >= least and (not letters or len(said) >= 5)


def listed(text: str, run: tuple[int, int] | None) -> Iterator[Span]:
    """The number and those that follow it in a list."""
    while run:
        yield Span(*run, "order")
        more = _MORE.match(text, run[1])
        run = run_at(text, more.end(), 4) if more else None


def follows_amount(text: str, end: int) -> bool:
    """Whether a unit stands there."""
    return bool(_UNIT.match(text, end))


def names_a_thing(text: str, start: int) -> bool:
    """Whether a word for what things bear stands before it: a batch, a model, a barcode."""
    return bool(_THING.search(text[max(0, start - 40) : start]))


def is_total(text: str, start: int) -> bool:
    """Whether what is said before it makes it an amount."""
    return bool(_TOTAL.search(text[max(0, start - 40) : start]))


def is_day(said: str) -> bool:
    return bool(_DAY.fullmatch(said))


def is_year(said: str) -> bool:
    """A year, a month of one, or a day."""
    return bool(_YEAR.fullmatch(said))


def is_amount(said: str) -> bool:
    return bool(_AMOUNT.fullmatch(said))
