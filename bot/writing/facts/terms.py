"""Texts as what they say: concepts (same.txt), colours, materials, places, names and plain words, each with whether it is denied."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from bot.writing.facts.numbers import plain_digits
from knowledge_base.families import family_words, is_han, plain, tables
from retrieval.places import _names as place_codes
from retrieval.text import cutting, simplify, stop_words
from retrieval.text.forms import clean

Kind = str
"""`concept`, `colour`, `material`, `place`, `code` or `word`."""

_SPACES = re.compile(r"\s+")
_TOKEN = re.compile(r"[a-z]+(?:['’][a-z]+)?(?:-[a-z]+)*|[\u3400-\u9fff]+")
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w-])")
_SKIPPED_COLOURS = frozenset(
    [
        "clear",
        "down",
        "tan",
        "sand",
        "amber",
        "mint",
        "lime green",
        "rust",
        "cherry red",
        "rose",
        "ruby",
        "cream",
        "nude",
        "china",
    ]
)
_HAN_LONGEST = 7
_CLAUSE_END = re.compile(
    r"[,;:!?。，；：！？()（）—…]|\.(?=\s|$)|\s–\s|\b(?:but|while|whereas|although|though|yet|because|since)\b|而(?!且|已)|但是?|不过|可是|只是|因为|所以|[~～]"
)
_NOT_EN = re.compile(
    r"\b(?:not|no|never|without|none|neither|nor|cannot|can't|won't|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|hasn't|haven't|hadn't|wouldn't|shouldn't|couldn't|"
    r"mustn't|needn't|n't|nothing|nowhere|nobody|free of(?! charge)|out of the(?! box)|unable|lacks?|lacking|rather than|instead of|hardly|barely|far from|excluded?|excluding|"
    r"except|cant|wont|dont|doesnt|isnt|too much for|avoid|unsuitable|not suitable|stay away|keep away|refuse[sd]?|spare)\b"
)
_NOT_ZH = re.compile(
    r"不(?!错|过(?!来|去)|同|少|仅|但|止|管|论|锈|断|粘|好意思|客气|由|妨|愧|胜|禁|满意|想)|没(?!问题|关系|错|准|事)|無|无(?!线|论|疑|需|酸|纺|缝|须|忧|比|框|烟|极)|未(?!来|必)|勿|别(?!的|人|致|担心|急|忘|墅|具|客气)|非(?!常|洲|凡|得)|拒绝|避免|禁止|除了|免(?!费|邮|运|税|洗|打孔|得)|缺(?!货)"
)
_IDIOM = re.compile(
    r"不是全|不全是|并非全|\bnot (?:pure|all|entirely|fully|the only|always)\b|\bdon'?t worry\b|\bno (?:worries|problem|trouble|rush|hurry|need to worry|matter|doubt|questions asked)\b|\bnot only\b|\bnot just\b|\bwhether or not\b|\bwhy not\b|\bcan'?t go wrong\b|"
    r"\bdon'?t hesitate\b|\bif not\b|\bnot to mention\b|\bno (?:more|less|fewer|later|longer|earlier|higher) than\b|\bnot (?:more|less) than\b|\bdon'?t mind\b|\bnot bad\b|\bnever mind\b|\bdon'?t you\b|\bisn'?t it\b|\bwon'?t you\b|"
    r"\bnot quite\b|\bno wonder\b|\bnothing (?:but|else)\b|\bwithout (?:any )?(?:doubt|trouble|problem|fuss|further ado|asking)\b|\bwouldn'?t (?:be paying|pay|spend|be spending|wait|exceed)\b|\bwon'?t (?:pay|cost|exceed)\b|\bcan'?t wait\b|\bi'?d rather you didn'?t\b|"
    r"不超过|不低于|不少于|(?<![送寄发买找做用看收达])不到|不用担心|别担心|不用急|不着急|不要紧|不用客气|差不多|说不定|忍不住|不贵|不重|不大|不小|了不起|要不要|是不是|有没有|能不能|可不可以|好不好|不如|不一会|不多了|不多|不怕|不妨|不见不散|不愧|不可多得|不论|不仅|不光|不必担心|无需担心|不好意思|别客气|要不|不然|少不了|免不了|离不开|没得说|没话说|不累赘|不费劲|不沾手|不占地|不起球|不掉色|不串味|不赶时间"
)


@dataclass(frozen=True, slots=True)
class Term:
    """What text[start:end] says; `ids` are names of the same thing. `flips` where the word says the opposite of its concept."""

    ids: tuple[str, ...]
    start: int
    end: int
    kind: Kind
    flips: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the form that it is read in; `lower` is as long as `own`, which keeps capitals."""

    own: str
    lower: str


def read(text: str) -> Text:
    """Width, script of digits and of Chinese, spaces: one form for many."""
    own = _SPACES.sub(" ", simplify(plain_digits(clean(text.replace("’", "'"))))).strip()
    lower = own.lower()
    return Text(own, lower if len(lower) == len(own) else own)


def terms(text: Text) -> list[Term]:
    """The telling terms of a text in order; function words are left out. Numbers and hours should be blanked before."""
    found = [Term((f"code:{m.group().lower()}",), m.start(), m.end(), "code") for m in _CODE.finditer(text.own)]
    lower = text.lower
    for one in found:
        lower = lower[: one.start] + " " * (one.end - one.start) + lower[one.end :]
    latin: list[tuple[str, int, int]] = []
    for match in _TOKEN.finditer(lower):
        if match.group()[0].isascii():
            latin.append((match.group(), *match.span()))
        else:
            found += _han(match.group(), match.start())
    found += _latin(latin, lower)
    return sorted(found, key=lambda term: term.start)


def denied(lower: str, found: Collection[Term] = ()) -> list[tuple[int, int]]:
    """Where a normalised text denies something: from a word of denial to the end of its clause. A phrase that is known whole (`at no
    cost`, 没货) denies nothing further."""
    bare = _IDIOM.sub(lambda m: "·" * len(m.group()), lower)
    for term in found:
        if term.kind == "concept" and (
            term.flips or " " in lower[term.start : term.end] or not lower[term.start].isascii()
        ):
            bare = bare[: term.start] + "·" * (term.end - term.start) + bare[term.end :]
    starts = [m.start() for m in _NOT_EN.finditer(bare)] + [m.start() for m in _NOT_ZH.finditer(bare)]
    spans = []
    if said_no := _SAID_NO.match(bare):
        spans.append((0, said_no.end("label")))
        starts = [start for start in starts if start < said_no.start("value")]
    for start in starts:
        end = _LIST.match(bare, start)
        stop = (
            end.end()
            if end
            else (found_end.start() if (found_end := _CLAUSE_END.search(bare, start + 1)) else len(bare))
        )
        spans.append((start, stop))
    for match in _AT_LAST.finditer(bare):
        before = [m.end() for m in re.finditer(r"[,;。，；!?！？]|\.(?=\s)", bare[: match.start()])]
        spans = [span for span in spans if not match.start() <= span[0] < match.end()]
        end = _CLAUSE_END.search(bare, match.end())
        start = before[-1] if before else 0
        if len(before) > 1 and re.match(r"\s?(?:这|以上|均|我们都|都|也都)", bare[start:]):
            start = before[-2]
        elif (len(before) == 1 and re.match(r"\s?(?:这|以上|均|我们都|都|也都)", bare[start:])) or (
            before
            and re.search(r"\b(?:and|or)\b", bare[start : match.start()])
            and all(len(part) < 32 for part in bare[: match.start()].split(","))
        ):
            start = 0
        spans.append((start, end.start() if end else len(bare)))
    return spans


_LIST = re.compile(r"[^.;:!?()|]{3,40}?(?:, [^.;:!?,()|]{1,22}){0,5},? (?:or|nor) [^.,;:!?()|]{1,30}")
_SAID_NO = re.compile(
    r"^[-*•\s]*(?P<label>[^:：,，。.]{1,40})[:：]\s?(?P<value>(?:no|none|not|false|without|否|无|不|不可以|不支持|没有|不可)(?=$|[\s,，;；.。(（])|·)"
)
_AT_LAST = re.compile(
    r"(?:都|也|全|就)(?:不(?:行|能|可以|可|支持|适用|合适|建议|接受|收|太行|算|成)|没戏|不是|别)|\b(?:is|are) (?:too much for|out of the question|off limits|not an option|not possible|not allowed|not supported)|\b(?:isn't|aren't) (?:possible|available|accepted|allowed|supported|on offer|an option)\b|请勿[^，。,]{0,6}|不能用|不可用|不宜|勿用|带不动|用不了|放不了|不支持|不适用|不可以(?=[。！!哦呢的亲\s]|$)|不行(?=[。！!哦呢的亲\s,，]|$)"
)


def clauses(lower: str) -> list[tuple[int, int]]:
    """The parts of a sentence between commas and the like."""
    lower = _PARENTHESES.sub(lambda m: re.sub(r"[,;:，；：]", " ", m.group()), lower)
    ends = [
        m.end()
        for m in re.finditer(
            r",(?!\d{3}(?!\d))|[;:!?。，；：！？—…|]|\.(?=\s|$)|\s–\s|\b(?:but|while|whereas)\b|而(?!且|已)|但是?|不过|可是",
            lower,
        )
    ]
    starts = [0, *ends]
    return [
        (start, end)
        for start, end in zip(starts, [*ends, len(lower)], strict=True)
        if lower[start:end].strip(" ,.;:，。")
    ]


_PARENTHESES = re.compile(r"[(（][^()（）]{0,80}[)）]")


def is_denied(start: int, spans: Collection[tuple[int, int]]) -> bool:
    return sum(first <= start < last for first, last in spans) % 2 == 1


def _latin(tokens: list[tuple[str, int, int]], lower: str) -> Iterator[Term]:
    """Phrases of up to four words that the tables know, longest first, and single words."""
    place = 0
    known, stops = _phrases(), _stops()
    while place < len(tokens):
        for size in (4, 3, 2, 1):
            some = tokens[place : place + size]
            if len(some) < size or (size > 1 and not _adjacent(some, lower)):
                continue
            key = " ".join(_stem(word) for word, _, _ in some)
            entry = known.get(key)
            if entry:
                ids, kind, flips = entry
                own = (f"w:{key}",) if size == 1 else ()
                yield Term((*ids, *own), some[0][1], some[-1][2], kind, flips)
                place += size
                break
        else:
            word, start, end = tokens[place]
            if word not in stops and len(word) > 1:
                ids = tuple(
                    dict.fromkeys(
                        f"w:{_stem(part)}"
                        for part in (word, *(word.split("-") if "-" in word else ()))
                        if part not in stops
                    )
                )
                yield Term(ids, start, end, "word")
            place += 1


def _adjacent(some: list[tuple[str, int, int]], lower: str) -> bool:
    return all(lower[a[2] : b[1]] in (" ", "-", "") for a, b in itertools.pairwise(some))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if "-" in word:
        return "-".join(_stem(part) for part in word.split("-"))
    word = word.removesuffix("'s")
    return cutting.stem(f"{word[:-3]}y" if len(word) > 4 and word.endswith(("ied", "ies")) else word)


def _han(run: str, offset: int) -> Iterator[Term]:
    known = _phrases()
    place = rest = 0
    while place < len(run):
        for size in range(min(_HAN_LONGEST, len(run) - place), 0, -1):
            entry = known.get(run[place : place + size])
            if entry and run[place : place + size] == "有人" and run[place + 2 : place + 3] in "选买说问用觉评爱喜":
                entry = None
            if entry and (size > 1 or _alone(run, place, entry[1])):
                yield from _words(run[rest:place], offset + rest)
                ids, kind, flips = entry
                yield Term((*ids, f"w:{run[place : place + size]}"), offset + place, offset + place + size, kind, flips)
                place += size
                rest = place
                break
        else:
            place += 1
    yield from _words(run[rest:], offset + rest)


def _alone(run: str, place: int, kind: Kind) -> bool:
    """A single character counts as a word only where its neighbours say so: 红的, 铝制."""
    after = run[place + 1 : place + 2]
    if kind == "colour":
        return after in ("色", "的", "款") or len(run) == 1
    if kind == "material":
        return after in ("的", "质", "制", "做", "材") or len(run) == 1
    return run[place] in _single_concepts()


@cache
def _single_concepts() -> frozenset[str]:
    return frozenset("退寄省减贵共每赠券")


def _words(run: str, offset: int) -> Iterator[Term]:
    if not run:
        return
    place = 0
    for word in _cut(run):
        if len(word) > 1 and word not in _stops():
            yield Term((f"w:{word}",), offset + place, offset + place + len(word), "word")
        place += len(word)


@lru_cache(maxsize=20_000)
def _cut(run: str) -> tuple[str, ...]:
    return tuple(cutting.cutter().cut(run))


@cache
def _stops() -> frozenset[str]:
    return stop_words("en") | stop_words("zh") | frozenset(_FUNCTION.split())


_FUNCTION = """it's that's there's here's i'm you're we're they're he she they them his her their theirs us our ours been being not no nor than then too very
as but because while whereas although though also just only even still yet such both either neither each every all any some most more much many few which who whom whose what when where why how
if unless until up down out over under again once into onto about after before between during through above below off don't doesn't didn't isn't aren't can't won't couldn't wouldn't shouldn't i'd you'd we'd i'll you'll we'll i've you've we've
哦 呢 啦 呀 哈 吧 吗 嘛 噢 喔 哟 咯 呐 哩 啊 嗯 亲 这款 那款 这个 那个 这件 可以 就是 还是 没有 一个 不过 但是 而且 或者 如果"""


@cache
def plain_words() -> frozenset[str]:
    """Words that claim nothing of a product by themselves, as `w:` and their stem."""
    words = {*_lines("plain.txt"), *_lines("common.zh.txt")}
    return frozenset(f"w:{_stem(word)}" for word in words)


def _lines(name: str) -> list[str]:
    text = files("bot.writing.facts").joinpath(name).read_text(encoding="utf-8")
    return [word for line in text.split("\n") if not line.startswith("#") for word in line.split()]


@cache
def _phrases() -> Mapping[str, tuple[tuple[str, ...], Kind, bool]]:
    """Phrase in stems, or Chinese word -> what it says, of which kind, and whether as its opposite."""
    found: dict[str, tuple[tuple[str, ...], Kind, bool]] = {}
    for kind in ("colour", "material"):
        words = dict(family_words(kind))
        for family, more in tables().get(f"{kind}_in_lists", {}).items():
            words |= {plain(word): family for word in more if not word.isascii()}
        for word, family in words.items():
            if word in _SKIPPED_COLOURS or (False):
                continue
            own = (f"{kind}:{family}", f"{kind}={word}")
            found[_key(word)] = (own, kind, False)
    for country, code in place_codes().items():
        if not (country.isascii() and len(country) < 4) and country not in (
            "turkey",
            "china",
            "jersey",
            "jordan",
            "georgia",
            "chad",
            "guinea",
        ):
            found[_key(country)] = ((f"place:{code}",), "place", False)
    for key, names in tables()["countries"].items():
        for word in (key, *names):
            if word not in ("china", "turkey", "american", "america", "us-made"):
                found[_key(word)] = ((f"place:{place_codes().get(key, key)}",), "place", False)
    for name, word, flips in concepts():
        key = _key(word)
        if name.startswith("city-"):
            found.setdefault(key, ((name,), "place", False))
            continue
        ids, kind, flipped = found.get(key, ((), "concept", flips))
        if kind == "concept" and flipped == flips:
            found[key] = ((*ids, name), "concept", flips)
        elif not ids:
            found[key] = ((name,), "concept", flips)
    return found


@cache
def concepts() -> tuple[tuple[str, str, bool], ...]:
    """(concept, word, whether it says the opposite) of same.txt."""
    found = []
    for line in files("bot.writing.facts").joinpath("same.txt").read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        name, _, words = line.partition(": ")
        same, _, opposite = words.partition(" ! ")
        found += [(name, word.strip(), False) for word in same.split(",") if word.strip()]
        found += [(name, word.strip(), True) for word in opposite.split(",") if word.strip()]
    return tuple(found)


def _key(word: str) -> str:
    said = plain(word).strip()
    return said if is_han(said) else " ".join(_stem(token) for token in _TOKEN.findall(said))
