"""Numbers of orders, bookings, invoices and parcels: by a shape that shops give them, by the words around, or because nothing else explains them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.cued import is_verb
from eval.replay.identifiers.spans import Span, matches

_L, _R = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"

_ORDER_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:{_L}JL[ _-]?(?=\d)(?:\d+)(?:[-/_]\d+)*{_R})",
        r"(?<![0-9A-Za-z])#[ ]?[A-Z]{0,3}-?\d{3,}(?:-[0-9A-Za-z]+)*(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])#\d{1,}-\d+(?![0-9A-Za-z])",
        rf"{_L}[Ww]-?\d{{6,}}{_R}",
        rf"(?i:{_L}(?:(?:WEB|ORD|PO|SO|INV|TB|DD|RMA|REF)[- ]?|ORDER-?)\d{{3,}}(?:-\d+)*{_R})",
        rf"{_L}[A-Z]{{0,3}}-?20[2-3]\d[01]\d[0-3]\d-?(?:[A-Z]?\d{{2,8}}){_R}",
        rf"{_L}20[2-3]\d-\d{{4}}-\d{{3,6}}{_R}",
        r"(?<![\dA-Za-z.,/$€£¥-])\d{2,3}-\d{5,7}(?![\d-])",
        rf"{_L}[A-Z]{{1,4}}-\d{{5,}}(?:-[0-9A-Z]+)*{_R}",
        rf"{_L}[A-Z]{{1,4}}[-/]20[2-3]\d[-/]\d{{2,}}(?:[-/]\d+)*{_R}",
        r"(?<![0-9A-Za-z])J\.? ?L\.?\s?(?:[-–—_.#:/]\s?)?#?\d{3,}(?![0-9A-Za-z])",
        rf"{_L}(?!LOT|SN|EAN|ISBN|IMEI|USB|CR|BATCH)[A-Z]{{1,4}} ?\d{{5,}}{_R}",
        rf"{_L}(?:PO|SO|RMA|INV|ORD|REF)[ ]?[#:.][ ]?\d{{3,}}(?:-\d+)*{_R}",
        rf"(?i:{_L}order(?:no|nr)?\.?\d{{4,}}{_R})",
        r"(?<![0-9A-Za-z])#\d{3,}(?:/#?\d{2,})+(?![0-9A-Za-z])",
        rf"{_L}1Z(?:[ -]?[0-9A-Z]){{16}}{_R}",
        rf"{_L}[A-Z]{{2}}\d{{4}}(?: \d{{4}})+{_R}",
        rf"{_L}[A-Z]{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}} ?[A-Z]{{2}}{_R}",
        r"(?<!\S)(?=(?:[A-Z] )*\d \d)(?:[A-Z0-9] ){5,}[A-Z0-9](?!\S)",
    )
)
_ORDER_TOLD = re.compile(
    r"(?:\border(?:s|ed)?\b(?:'s| is| was)?|\bpurchase\b|\bconfirmation\b|\btickets?\b|\breference\b|\breturn\b|\binvoice\b|\brefund\b|\bparcel\b|\bref\b|\breceipt\b|\bdocket\b|\bquote\b|\bcase\b|\baccount\b|\bcustomer\b|\bclient\b|\bmember(?:ship)?\b|\bvoucher\b|\bcomplaint\b|\bbooking\b)"
    r"(?:[ ]?(?:numbers?|no\.?|nr\.?|num|id|is|was|for|of|under|reads|says|might be|it's|'s|the|my|a|with|about|order|code|and|or|called|starting|number's|placed|from|which|that|one|last|first|second|other|ending(?: in| with)?|ends(?: in| with)?)|[ ]?[:#=(\"“'‘’—–-])*[ ]*"
    r"(?P<it>(?<![0-9A-Za-z])(?=[A-Za-z-]{0,5}\d)[A-Za-z]{0,4}-?\d{4,}(?:-?[0-9A-Za-z]{1,8})*)(?![0-9A-Za-z%])", re.IGNORECASE,
)  # fmt: skip
_ORDER_WORD = re.compile(
    r"\b(?:orders?|ordered|purchase|confirmation|booking|reservation|reference|ref|tracking|receipt|invoice|consignment|parcel|shipment|package|tickets?|case|claim|rma|returns?|refund|"
    r"transaction|collection|pick-?up)\b(?: ?(?:number|no|nr|num|id|code|ref|reference|is|was|it's|it|says?|reads?|which|has|for|of|under|the|my|our|this|that|called|starting|with|"
    r"ending(?: in)?|ends in)\b\.?| ?[:#=(\"“'-])*[ ]{0,2}(?P<it>[A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)*)(?![0-9A-Za-z%])"
    r"|(?:订单|单号|运单|取件码|取货码|提货码|确认码|确认号|预订|预约|流水|交易|凭证|发票|工单|售后单|退货单|退款单|编码|参考)(?:编号|号码|号|码)?(?:[是为：: #（(“]|后面|尾号|写的|显示|叫|就|应该)*"
    r"(?P<zh>[A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)*)(?![0-9A-Za-z%])",
    re.IGNORECASE,
)
"""A word that a number of any shape may follow."""
_MEASURE = re.compile(
    r"\d+(?:[.x/-]\d+)*(?:mm|cm|m|km|ml|l|g|kg|mg|oz|lb|lbs|w|v|kw|wh|mah|hz|ghz|in|inch|ft|pcs|pc|pack|packs|x|days?|hours?|h|min|am|pm|st|nd|rd|th|years?|k|usd|eur|cad|gbp|cny|rmb|gb|tb)?|"
    r"(?:\d{1,2}[-/.]){2}\d{2,4}|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|usb-?c?\d*|ipx?\d+|a\d|mp\d|h\d{3}|v\d+",
    re.IGNORECASE,
)
"""What stands beside such a word and is none: an amount, a size, a day."""
_ORDER_TOLD_ZH = re.compile(
    r"(?:订单(?:编号|号码|号)?|单号|编号为|下的单|这单|那单|的单子|这个单|那个单|单子|尾号|尾数|订单尾数)"
    r"(?:[是为:# ：]|尾数|尾号|后几位|开头|应该|就是|大概|我的|号码|有两个|分别)*"
    r"(?P<it>[A-Za-z]{0,4}-?\d{4,}(?:-[0-9A-Za-z]+)*)(?![0-9A-Za-z])"
)
_ORDER_TOLD_AFTER = re.compile(
    r"(?<![0-9A-Za-z.-])(?P<it>[A-Za-z]{0,3}-?\d{5,}(?:-\d+)*)(?=(?:这|那|的)?(?:一)?(?:个)?(?:单|订单)(?!价|位|独|身|人|元|层|杯|个))"
)
_ORDER_BEFORE = re.compile(
    r"(?<![0-9A-Za-z.,$€£¥-])(?P<it>\d{4,}[A-Z]?)(?= (?:order|parcel|purchase|delivery|invoice|return|booking)\b)"
)
_ORDER_NEAR = re.compile(
    r"\b(?:orders?|ordered|parcels?|tickets?|invoices?|bookings?|receipts?|refund)\b|订单|单号|下单", re.IGNORECASE
)
_UNIT = re.compile(
    r" ?(?:x|×|k|m|km|cm|mm|g|kg|ml|l|w|v|mah|hz|rpm|lumens?|units?|pieces?|pcs|people|times|points|steps|dollars?|usd|euros?|eur|pounds?|watts?|threads?|reviews?|grams?|words)\b|\s?[毫美元块克升条人次件步流转瓦分]",
    re.IGNORECASE,
)
_FOUR = re.compile(
    r"(?<![0-9A-Za-z.,:/$€£¥#+-])(?<!total )(?<!price )(?<!value )(?<!worth )(?<!paid )(?<!cost )(?<!was )(?P<it>\d{4})(?=[.,;!?)，。；！？]?(?:\s|$)|[，。；！？、])(?!\.\d|,\d)"
)
"""Four digits and no measure, in a text that speaks of an order."""
_MORE_ORDERS = re.compile(
    r"\s*(?:,|，|、|and|or|&|/|vs\.?|not|和|与|还有|跟|或者?|\+|then)+\s*(?:order |订单|#)?(?P<it>[A-Za-z]{0,4}-?\d{4,}(?:-[0-9A-Za-z]+)*)(?![0-9A-Za-z%])"
)
_DAY = re.compile(
    r"(?:19|20)\d\d-\d\d?-\d\d?|(?:19|20)\d{2}[01]\d[0-3]\d|\d{1,2}-\d{1,2}-(?:19|20)\d\d|1(?:95|96|00|23)\d{2,3}|95\d{3}"
)
_NO_ORDER = re.compile(
    r"^(?:19\d\d|20[0-2]\d)$|^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$|mm$|ml$|mah$|cm$|kg$", re.IGNORECASE
)


_ORDER_WIDE = re.compile(
    r"\b(?i:order|booking|reservation|confirmation|reference|ticket|voucher|claim|return|parcel)\b[^.!?\n]{0,30}?(?<![0-9A-Za-z-])(?P<it>[A-Z]{1,4}-?\d[0-9A-Z]*-[0-9A-Z-]+)(?![0-9A-Za-z])"
)
"""Capitals and digits with a dash between them, further behind such a word."""
_ORDER_SPOKEN = re.compile(
    r"\b(?:order|booking|reference|ticket|code|number)\b[ :#]*(?:number |is |no\.? )?(?P<it>(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[ -]?){4,}(?<=\w))",
    re.IGNORECASE,
)
_ORDER_PAIRS = re.compile(
    r"\b(?:order|booking|reference|ticket|invoice)(?:['’]s)?(?: (?:number|no\.?|nr\.?))(?:['’]s| is|:)* (?P<it>\d{1,4}(?: \d{2,4}){1,4})(?![\w.,]*\d)(?! ?(?:x|×|cm|mm|ml|g|kg)\b)",
    re.IGNORECASE,
)
_GROUPS = re.compile(rf"{_L}(?<![.,:/$€£¥+-])(?<!\d )\d{{2,}}(?:[ -]\d{{2,}}){{2,}}{_R}(?![.,]\d|%)")
_NO_NUMBER = re.compile(
    r"(?:(?<![A-Za-z])sn|s/n|serial|isbn|ean|barcode|batch|(?<![A-Za-z])lot|imei|序列号|条码|条形码|批号|(?<!订单)(?<!售后)编号)[^\d]{0,8}$",
    re.IGNORECASE,
)

_LONG = re.compile(
    rf"(?<![0-9A-Za-z.,/$€£¥#+-])(?=[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d)(?=[0-9A-Za-z-]*\d{{4}})[A-Za-z]{{0,4}}-?\d[0-9A-Za-z]*(?:-[0-9A-Za-z]+)*{_R}"
    r"(?!\s?(?:mm|cm|ml|mah|wh|kg|g|k|rpm|hz|lumens?|lm|dpi|steps|people|reviews|times|美元|元|块|毫安|毫米|毫升|克|条|人|次|件|步|流明|转|目|瓦|分)\b|[%.]\d|\s?[毫美元块克条人次件步流转目瓦分万])", re.IGNORECASE,
)  # fmt: skip
"""Five digits or more that nothing else explains: rather a placeholder too many than somebody's number."""


def orders(text: str) -> Iterator[Span]:
    """By a shape that shops give their numbers, or because the words before say that it is one; also those listed after it."""
    shaped = [span for pattern in _ORDER_SHAPES for span in matches(pattern, text, "order")]
    told = [
        span for pattern in (_ORDER_TOLD, _ORDER_TOLD_ZH, _ORDER_TOLD_AFTER) for span in matches(pattern, text, "order")
    ]
    yield from _of_any_shape(text)
    told += [
        span
        for pattern in (_ORDER_WIDE, _ORDER_SPOKEN, _ORDER_PAIRS, _ORDER_BEFORE)
        for span in matches(pattern, text, "order")
    ]
    told += [span for span in matches(_LONG, text, "order") if _is_long(text[span.start : span.end])]
    if _ORDER_NEAR.search(text):
        told += matches(_FOUR, text, "order")
    yield from _grouped(text)
    for span in (*shaped, *told):
        said = text[span.start : span.end]
        if _NO_ORDER.search(said) or _NO_NUMBER.search(text[: span.start]) or (said.isdigit() and _UNIT.match(text[span.end :])):  # fmt: skip
            continue
        yield span
        end = span.end
        while more := _MORE_ORDERS.match(text, end):
            if not _NO_ORDER.search(more["it"]):
                yield Span(*more.span("it"), "order")
            end = more.end()


def _is_long(said: str) -> bool:
    return (
        sum(one.isdigit() for one in said) >= 5 and not _DAY.fullmatch(said) and not re.fullmatch(r"\d+[x×]\d+", said)
    )


def _grouped(text: str) -> Iterator[Span]:
    """Three groups of digits or more that nothing else explains, a group of four among them: no list of years or sizes."""
    for match in _GROUPS.finditer(text):
        groups = re.split("[ -]", match.group())
        years = sum(bool(re.fullmatch(r"(?:19|20)\d\d", one)) for one in groups)
        if sum(map(len, groups)) >= 9 and max(map(len, groups)) >= 4 and not years and not _NO_NUMBER.search(text[: match.start()]):  # fmt: skip
            yield Span(*match.span(), "order")


def _of_any_shape(text: str) -> Iterator[Span]:
    """After a word for an order, a booking or a parcel: capitals with two digits, letters with three, or six digits."""
    for match in _ORDER_WORD.finditer(text):
        if is_verb(text, match.start()):
            continue
        group = "it" if match["it"] else "zh"
        said = match[group]
        digits, letters = sum(one.isdigit() for one in said), [one for one in said if one.isalpha()]
        if _DAY.fullmatch(said.replace("/", "-").replace(".", "-")) or (digits < 7 and _MEASURE.fullmatch(said)):
            continue
        mixed = bool(letters) and digits >= 2 and len(said) >= 5 and not any(one.islower() for one in letters)
        typed = bool(letters) and digits >= 3 and len(said) >= 6
        plain = not letters and digits >= (6 if said.isdigit() else 7)
        if mixed or typed or plain:
            yield Span(*match.span(group), "order")
