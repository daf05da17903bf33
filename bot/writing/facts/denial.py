"""Where a normalised text denies something, and where its clauses end, in both languages."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.writing.facts.terms import Term

_CLAUSE_END = re.compile(
    r"[,;:!?。，；：！？()（）—…]|\.(?=\s|$)|\s–\s|\b(?:but|while|whereas|although|though|(?<!not )yet(?! to\b)(?=\s[a-z])|because|since)\b|而(?!且|已)|但是?|不过|可是|只是|因为|所以|也(?=能|可|会|行|照)|都(?=能|可以)|就(?=能|可以|会)|[~～]"
)
_NOT_EN = re.compile(
    r"\b(?:not|no|never|without|none|neither|nor|cannot|can't|won't|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|hasn't|haven't|hadn't|wouldn't|shouldn't|couldn't|"
    r"mustn't|needn't|n't|nothing|nowhere|nobody|free of(?! charge)|out of the(?! box)|unable|lacks?|lacking|rather than|instead of|hardly|barely|far from|excluded?|excluding|"
    r"except|cant|wont|dont|doesnt|isnt|too (?:much|wide|big|large|tall|small|narrow|heavy|high|long|thick|deep|short|bulky) (?:for|to (?:fit|go|stand|be used|use))|avoid|unsuitable|not suitable|stay away|keep away|well away from|away from|refuse[sd]?|spares? you|keep (?:it|them|this|these) (?:off|out of|clear of))\b"
)
_NOT_ZH = re.compile(
    r"不(?!一样|错|过(?!来|去)|同|少|仅|但|止|管|论|锈|断|粘|好意思|客气|由|妨|愧|胜|禁|满意|想)|没(?!问题|关系|错|准|事)|無|无(?!线|论|疑|需|酸|纺|缝|须|忧|比|框|烟|极)|未(?!来|必)|勿|(?<![分区级特类性个各识辨差告离派])别(?!的|人|致|担心|急|忘|墅|具|客气|看|提)|(?<!除)非(?!常|洲|凡|得)|拒绝|避免|禁止|除了|免(?=烫|熨|安装|组装|开锅|过滤|磨)|缺(?!货)"
)
_IDIOM = re.compile(
    r"不是全(?![防自])|不全是|并非全|\bnot (?:pure|all|entirely|fully|the only|always)\b|\bdon'?t worry\b|\bdon'?t (?:forget|miss|remove|lose|let go|(?:take|cut|tear|pull|throw|leave) (?:[a-z]+ ){1,3}(?:off|away|out))\b|\bno (?:worries|problem|trouble|rush|hurry|need to worry|matter|doubt|questions asked)\b|\bnot only\b|\bnot (?:once|until|till|before|when|unless|while|as long as)\b|\bnot just\b|\bwhether or not\b|\bwhy not\b|\bcan'?t go wrong\b|"
    r"\bdon'?t hesitate\b|\bif not\b|\bnot to mention\b|\bno (?:more|less|fewer|later|longer|earlier|higher) than\b|\bnot (?:more|less) than\b|\bdon'?t mind\b|\bnot bad\b|\bnever mind\b|\bdon'?t you\b|\bisn'?t it\b|\bwon'?t you\b|"
    r"\bnot quite\b|\bno wonder\b|\bnothing (?:but|else)\b|\bwithout (?:any )?(?:doubt|trouble|problem|fuss|further ado|asking)\b|\bwouldn'?t (?:be paying|pay|spend|be spending|wait|exceed)\b|\bwon'?t (?:pay|cost|exceed)\b|\bcan'?t wait\b|\bi'?d rather you didn'?t\b|"
    r"不超过|不低于|不少于|不到(?=\s?[\d一二两三四五六七八九十半百千几])|就没(?=[，。,;；!！了啦]|$)|不用担心|别担心|不用急|不着急|不要紧|不用客气|差不多|说不定|忍不住|不贵|不重|不大|不小|了不起|要不要|是不是|有没有|能不能|可不可以|好不好|不如|不一会|不多了|不多|不怕|不妨|不见不散|不愧|不可多得|不论|不仅|不光|不必担心|无需担心|不好意思|别客气|要不|不然|少不了|免不了|离不开|没得说|没话说|不累赘|不费劲|不沾手|不占地|不起球|不掉色|不串味|不赶时间"
)


def denied(lower: str, found: Collection[Term] = ()) -> list[tuple[int, int]]:
    """Where a normalised text denies something: from a word of denial to the end of its clause. A phrase that is known whole (`at no
    cost`, 没货) denies nothing further."""
    bare = _IDIOM.sub(lambda m: "_" * len(m.group()), lower)
    for term in found:
        if term.kind == "concept" and (
            term.flips or " " in lower[term.start : term.end] or not lower[term.start].isascii()
        ):
            mark = "·" if term.flips else "_"
            bare = bare[: term.start] + mark * (term.end - term.start) + bare[term.end :]
    starts = [m.start() for m in _NOT_EN.finditer(bare)] + [m.start() for m in _NOT_ZH.finditer(bare)]
    starts.sort()
    spans: list[tuple[int, int]] = []
    if (said_no := _SAID_NO.match(bare)) and not any(start < said_no.end("label") for start in starts):
        spans.append((0, said_no.end("label")))
        starts = [start for start in starts if start < said_no.start("value")]
    for start in starts:
        end = _LIST.match(bare, start)
        stop = (
            end.end()
            if end
            else (found_end.start() if (found_end := _CLAUSE_END.search(bare, start + 1)) else len(bare))
        )
        stop = _before_the_rest(bare, start, stop)
        if ends := _ENDS_ZH.match(bare, start, stop):
            stop = ends.end("denied")
        if (
            spans
            and spans[-1][1] > start
            and (
                _TOO.match(bare, start)
                or _COORDINATED.search(bare[spans[-1][0] : start])
                or (start - spans[-1][0] > _DOUBLE and _NOT_ZH.match(bare, start))
            )
        ):
            spans[-1] = (spans[-1][0], start)
        spans.append((start, stop))
    for match in _AT_LAST.finditer(bare):
        before = [m.end() for m in re.finditer(r"[,;。，；!?！？]|\.(?=\s)|的话", bare[: match.start()])]
        spans = [span for span in spans if not match.start() <= span[0] < match.end()]
        end = _CLAUSE_END.search(bare, match.end())
        start = before[-1] if before else 0
        if len(before) > 1 and re.match(_SUMS_UP, bare[start:]):
            start = 0 if _LAST_OF_A_LIST.match(lower, before[-2]) else before[-2]
        elif (len(before) == 1 and re.match(_SUMS_UP, bare[start:])) or (
            before
            and re.search(r"\b(?:and|or)\b", bare[start : match.start()])
            and all(len(part) < 32 for part in bare[: match.start()].split(","))
        ):
            start = 0
        if _ALL_OF_THEM.match(match.group()) and not bare[start : match.start()].strip():
            start = 0
        spans.append((start, end.start() if end else len(bare)))
    spans += _likewise(bare, spans)
    if headed := _BELOW.search(bare):
        spans = [span for span in spans if span[0] >= headed.end()] + [(headed.start(), len(bare))]
    return spans


def _before_the_rest(bare: str, start: int, stop: int) -> int:
    """`if it isn't faulty you pay`: what is denied in a condition ends where its consequence starts, and so does it with a second statement."""
    pattern = _CONSEQUENCE if _CONDITION.search(bare, max(0, start - 40), start) else _NEXT
    rest = pattern.search(bare, start + 1, stop)
    return rest.start() if rest else stop


_CONDITION = re.compile(r"\b(?:if|when|whenever|where|once|unless|in case|as long as|should)\b[^,;.!?]*$")
_SUBJECT = r"(?:you|we|they|i|that|there|it(?:'s|'ll|'d| is| has| can| does| takes| holds| comes| will))\b"
_CONSEQUENCE = re.compile(rf"\b{_SUBJECT}")
_NEXT = re.compile(
    rf"\b(?:and|so|then|or) (?={_SUBJECT}|do\b|please\b|just\b|instead\b)|\b(?:as|since) (?:you|we|they|it|there|that)\b"
)
_ENDS_ZH = re.compile(
    r"(?P<denied>[没未不](?!有|是|支持|接受|提供|[卖收做含带用送给退换放装加配])[\u3400-\u9fff_]{1,4}?(?:的(?=[\u3400-\u9fff_]{2})|(?=都|就(?!是)|才|还|也(?![没不]))|(?=的话|之?前|以前|时)))"
)
"""没到的东西, 没发出都免费: what is denied of a noun ends before it, and a condition before its consequence."""
_DOUBLE = 2
"""Signs within which two Chinese denials are one that affirms: 不是不, 没有不."""
_TOO = re.compile(r"n(?:or|either)\b")
_COORDINATED = re.compile(r"(?:\b(?:and|or|nor|but|also)|[,;:–—-])\s(?:[a-z']+\s){0,3}$|[a-z' ]{18,}$")
"""Before a second denial that stands beside the first one: `no softener, no dryer`, `not new and not used`."""
_ALL_OF_THEM = re.compile("(?:都|一律|统统|一概)(?:不|别|勿)")
"""茶叶、洗护用品，还有礼品卡，都不能退"""
_SUMS_UP = r"\s?(?:这|以上|均|我们都|都|也都|一律|统统|一概|全都)"
_LAST_OF_A_LIST = re.compile(r"\s?(?:还有|以及|和|或者?|包括)")
_LIKEWISE = re.compile(r"(?<=[,，;；。])[^,，;；。]{1,16}(?:也|同样)(?:是|一样|如此)(?=[哦呢的啦]?(?:[,，;；。!！]|$))")


def _likewise(bare: str, spans: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """韩国寄不了，墨西哥也是: what is denied right before a clause that only says the same."""
    return [
        match.span()
        for match in _LIKEWISE.finditer(bare)
        if any(match.start() - 4 <= last <= match.start() for _, last in spans)
    ]


_BELOW = re.compile(r"(?:以下|下列|这些|如下)[^：:。]{0,10}(?:不|无法)[^：:。]{0,8}[：:]")
"""以下商品不支持退货：what follows is denied."""
_LIST = re.compile(r"(?:[^.;:!?()|]|\.(?=\d)){3,40}?(?:, [^.;:!?,()|]{1,22}){0,5},? (?:or|nor) [^.,;:!?()|]{1,30}")
_SAID_NO = re.compile(
    r"^[-*•\s]*(?P<label>[^:：,，。.]{1,40})[:：]\s?(?P<value>(?:no(?=\s*(?:$|[,;.(–-]))|none|not(?! (?:for|with|as|so|just|to)\b)|false|without(?! [a-z])|否|无|不|不可以|不支持|没有|不可)(?=$|[\s,，;；.。(（])|·+(?!·|, (?:it|they|you|we|this|that)\b))"
)
_AT_LAST = re.compile(
    r"(?:都|也|全|就|一律|统统|一概)(?:不(?:在|要|行|能|可以|可|支持|适用|合适|建议|接受|收|太行|算|成)|没戏|不是|别|勿)|\b(?:is|are) (?:too much for|out of the question|out of reach|off limits|left out|ruled out|a no-go|not an option|not possible|not allowed|not supported)|\b(?:isn't|aren't) (?:possible|available|accepted|allowed|supported|on offer|an option)\b|\b(?:isn'?t|aren'?t|doesn'?t|don'?t|can'?t|won'?t|cannot|(?:is|are|does|do|can|will) not)(?=,? (?:though|however)\b|\s*(?:[.,;!:)]|$))|请勿[^，。,]{0,6}|不能用|不可用|不宜|勿用|带不动|用不了|放不了|不支持|不适用|不可以(?=[。！!哦呢的亲\s]|$)|不行(?=[。！!哦呢的亲\s,，]|$)|"
    r"(?:不(?:收|退|换|送|保|含|包含|通用|合适|适合|适用|能|接受|在内|做|卖)|没有|没法|[\u3400-\u9fff_]不(?:了|下|上|进))(?=[哦呢的啦亲]{0,2}(?:[。,，;；!！]|$))"
)


def clauses(lower: str) -> list[tuple[int, int]]:
    """The parts of a sentence between commas and the like."""
    lower = _PARENTHESES.sub(lambda m: re.sub(r"[,;:，；：]", " ", m.group()), lower)
    ends = [m.end() for m in (_PARTS if lower.isascii() else _PARTS_ZH).finditer(lower)]
    starts = [0, *ends]
    return [
        (start, end)
        for start, end in zip(starts, [*ends, len(lower)], strict=True)
        if lower[start:end].strip(" ,.;:，。")
    ]


_PARTS = re.compile(r",(?!\d{3}(?!\d))|:(?!\d\d(?!\d))|[;!?—…|]|\.(?=\s|$)|\s–\s|\b(?:but|while|whereas)\b")
_PARTS_ZH = re.compile(
    r",(?!\d{3}(?!\d))|[;:!?。，；：！？—…|]|\.(?=\s|$)|\s–\s|\b(?:but|while|whereas)\b|而(?!且|已)|但是?|不过|可是"
)
_PARENTHESES = re.compile(r"[(（][^()（）]{0,80}[)）]")


def is_denied(start: int, spans: Collection[tuple[int, int]]) -> bool:
    return sum(first <= start < last for first, last in spans) % 2 == 1
