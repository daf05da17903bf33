"""A follow-up written out so that it stands alone: names for pointing words, the question before for an `and Canada?`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval import text as words_of
from retrieval.places import countries_in

_IT = re.compile(
    r"\b(?:(?:this|that|the (?:first|second|third|fourth|fifth|last|other|[\w\- ]{2,24}?))(?: ones?)\b|it\b(?!'s been)|that\b(?= ?[?.!,]|$)|(?:this|that|these|those|them)\b(?= ?[?.!,]|$))"
    r"|第[一二三四五六七八九十\d]+[个款件条双只]?|它|[这那](?:个|款|件|条|双|只|把|台|盏|本|张|支)(?![\u4e00-\u9fff]*[的人月])"
)
_OWN = re.compile(r"\b(?:what|when|where|who|why|how|which)\b|多少|几|怎么|谁|哪|什么|吗")
"""A follow-up that asks something else of the same matter: `and who pays for that?`"""
_ASKING = frozenset(
    """
    how long much many when where what which who why does will would should may might could get got take takes
    need needs 多少 多久 几天 怎么 什么 可以 能不能 是否 如果 需要
    """.split()
)
_COST = re.compile(
    r"^(?:运费|邮费|快递费|配送费)$|^(?:the )?(?:shipping|postage|delivery)(?: (?:cost|fee)s?)?\b(?!.*\b(?:how|long|take)\b)"
)
_FILLER = re.compile(
    r"^(?:and |or |but |then |ok(?:ay)?,? |so )*(?:what about |how about )?|^(?:那么?|还有|换成|如果是|要是)|呢\s*[?？]?$|[?？。!！]+$"
)


def about_products(text: str, titles: Sequence[str], locale: str) -> str:
    """The question with the products' titles for the word that points at them; where there is none they are told beside it."""
    missing = [title for title in titles if title.casefold() not in text.casefold()]
    if not missing:
        return text
    named = (" 和 " if locale == "zh" else " and ").join(missing)
    put, count = _IT.subn(lambda match: f" {named} ", text, count=1)
    whole = put if count else f"{named} {text}" if locale == "zh" else f"{text.rstrip(' ?？.')} ({named})"
    return re.sub(r"\s+", " ", whole).strip()


def same_question(asked: str, said: str) -> str:
    """The question before, asked of another place (`and to Canada?`), else both beside each other."""
    new = _whole(bare(said))
    if not asked:
        return new
    if countries_in(new) and (left := _without_places(asked)) != asked:
        return f"{left} {new}".strip()
    if _OWN.search(new):
        return f"{new} ({' '.join(_topic(asked))})" if new.isascii() else f"{''.join(_topic(asked))} {new}"
    return f"{asked.rstrip(' ?？.。!！')} {new}".strip()


def _whole(noun: str) -> str:
    """A cost that is only named is asked for: 运费 -> 运费多少, `shipping` -> `how much is shipping`."""
    match = _COST.match(noun)
    if match is None:
        return noun
    return f"{noun}多少" if not noun.isascii() else f"how much is {noun}"


def _topic(asked: str) -> list[str]:
    """What a question is about, without how it asks."""
    pieces = _han_pieces(asked) if re.search(r"[\u4e00-\u9fff]", asked) else re.findall(r"[\w']+", asked)
    return [piece for piece in pieces if words_of.topic_words(piece) and piece.casefold() not in _ASKING]


def bare(said: str) -> str:
    """What is new in an ellipsis: `and in black?` -> `in black`."""
    return _FILLER.sub("", _FILLER.sub("", said.strip())).strip()


def of_other(asked: str, old: Sequence[str], new: Sequence[str], locale: str) -> str:
    """The question before, asked of other products: without the words that name the old ones, with the new ones' titles."""
    names = set(words_of.words(" ".join(old)))
    return about_products(without_words(asked, names) or asked, new, locale)


def searched(query: str, said: str, locale: str) -> str:
    """A search that goes on: what is looked for, then what was said of it now."""
    if not query or query.casefold() in said.casefold():
        return said
    return f"{query}，{said}" if locale == "zh" else f"{query}: {said}"


def without_words(text: str, names: set[str]) -> str:
    """The text without the words of these names; `the` before one goes with it."""
    kept = []
    for run in re.findall(r"[\u4e00-\u9fff]+|[^\W\u4e00-\u9fff]+(?:['’-]\w+)*|[^\w\u4e00-\u9fff]+", text):
        pieces = words_of.han_words(run) if re.match(r"[\u4e00-\u9fff]", run) else [run]
        kept += [p for p in pieces if not (set(words_of.topic_words(p)) and set(words_of.topic_words(p)) <= names)]
    return re.sub(r"\s+", " ", re.sub(r"\b(?:the|a|an)\s+(?=[^\w\s]|$)|\(\s*\)", " ", "".join(kept))).strip()


def _without_places(asked: str) -> str:
    """The question without the places that it names."""
    left = [word for word in re.findall(r"[\w']+|[^\w\s]", asked) if word.isascii()]
    if any(ord(letter) > 0x2E80 for letter in asked):
        return "".join(word for word in _han_pieces(asked) if not countries_in(word))
    kept = " ".join(word for word in left if not countries_in(word))
    return re.sub(r"\b(?:to|in|from|for)\s*(?=[?.!]|$)", "", kept).strip()


def _han_pieces(text: str) -> list[str]:
    return [
        piece
        for run in re.findall(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+", text)
        for piece in (words_of.han_words(run) or [run])
    ]
