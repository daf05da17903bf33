"""Normalising, cutting into words and guessing the language: the only such code in the house."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_RUN = re.compile(f"[{HAN}]+")
_TOKEN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:[.,'’][^\W_{HAN}]+)*")
_CONTROL = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)

_STOP_EN = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "and",
        "or",
        "is",
        "are",
        "was",
        "be",
        "been",
        "do",
        "does",
        "did",
        "i",
        "you",
        "we",
        "my",
        "your",
        "our",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "with",
        "as",
        "by",
        "from",
        "me",
        "us",
        "can",
        "could",
        "would",
        "will",
        "shall",
        "should",
        "there",
        "here",
        "have",
        "has",
        "had",
        "if",
        "so",
        "any",
        "some",
        "am",
        "im",
        "ill",
        "id",
        "please",
        "hi",
        "hello",
        "hey",
    ]
)
_STOP_ZH = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "啊",
        "吧",
        "呀",
        "么",
        "嘛",
        "我",
        "你",
        "您",
        "们",
        "我们",
        "你们",
        "您们",
        "是",
        "在",
        "有",
        "和",
        "与",
        "也",
        "就",
        "都",
        "把",
        "被",
        "请",
        "请问",
        "一下",
        "那",
        "这",
        "那个",
        "这个",
        "个",
        "哦",
        "哈",
        "想",
        "要",
    ]
)


def normalise(text: str) -> str:
    """Full width to half width, one space for many, no control or invisible marks, lower case."""
    return re.sub(r"\s+", " ", clean(text)).casefold().strip()


def clean(text: str) -> str:
    """The text as a customer meant it: NFKC, without control, zero-width and direction marks; lines stay lines."""
    return _CONTROL.sub("", unicodedata.normalize("NFKC", text))


def words(text: str) -> list[str]:
    """Terms for a word index: Chinese words, their parts, characters and pairs of them; other words by their stem."""
    terms: list[str] = []
    for token in _TOKEN.findall(normalise(text)):
        if _HAN_RUN.fullmatch(token):
            terms += _han_terms(token)
        else:
            terms += _latin_terms(token)
    return terms


def asked(text: str) -> list[str]:
    """`words` of a question without English function words, unless it has no others. Chinese ones stay: they tell questions apart."""
    plain = words(text)
    return [term for term in plain if term not in _STOP_EN] or plain


def content_words(text: str) -> list[str]:
    """`words` without function words and single characters: what a question is about."""
    plain = words(text)
    return [term for term in plain if term not in _STOP_EN and term not in _STOP_ZH and not is_character(term)]


def topic_words(text: str) -> list[str]:
    """Whole content words without overlapping parts: how many things a text speaks of."""
    plain = normalise(text)
    han = [word for word in han_words(plain) if len(word) > 1 and word not in _STOP_ZH]
    return [term for term in content_words(_HAN_RUN.sub(" ", plain)) if not _HAN_RUN.search(term)] + han


def is_character(term: str) -> bool:
    return len(term) == 1 and bool(_HAN_RUN.fullmatch(term))


def is_part(term: str) -> bool:
    """True for a Chinese word or pair: it stands in `words` beside its own characters."""
    return len(term) > 1 and bool(_HAN_RUN.fullmatch(term))


def han_words(text: str) -> list[str]:
    """Chinese words as a reader would cut them, without parts and pairs."""
    return [word for run in _HAN_RUN.findall(text) for word in _cutter().cut(run)]


def _han_terms(run: str) -> list[str]:
    found = [word for word in _cutter().cut_for_search(run) if len(word) > 1]
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return [*run, *dict.fromkeys([*found, *pairs])]


@cache
def _cutter():  # type: ignore[no-untyped-def]
    import rjieba

    return rjieba.Jieba() if hasattr(rjieba, "Jieba") else rjieba


def _latin_terms(token: str) -> list[str]:
    parts = [stem(part) for part in re.split(r"[.,'’]", token) if part]
    whole = token.replace("'", "").replace("’", "")
    return [whole] if re.search(r"\d[.,]\d", token) else [part for part in parts if part not in ("s", "t")] or [whole]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Plurals and the commonest endings only: `kettles` and `kettle`, `shipping` and `ship`, `delivered` and `deliver` meet."""
    if len(word) < 4 or not word.isascii() or any(letter.isdigit() for letter in word):
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        base = word[: -len(ending)]
        if word.endswith(ending) and len(base) >= 3 and re.search(r"[aeiouy]", base):
            return base[:-1] if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz" else base
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def guess_locale(text: str, default: str) -> str:
    """`zh` or `en` by script, another language's code where that is sure, else `default` (numbers, emoji, nothing)."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return default
    scripts = {name: sum(low <= letter <= high for letter in letters) for name, (low, high) in _RANGES.items()}
    if scripts["kana"]:
        return "ja"
    for name, code in (
        ("hangul", "ko"),
        ("cyrillic", "ru"),
        ("arabic", "ar"),
        ("hebrew", "he"),
        ("thai", "th"),
        ("greek", "el"),
        ("devanagari", "hi"),
    ):
        if scripts[name] > len(letters) / 2:
            return code
    if scripts["han"]:
        return "zh"
    return _latin_language(text) if len(letters) >= 12 else "en"


_RANGES = {
    "han": ("\u3400", "\u9fff"), "kana": ("\u3041", "\u30ff"), "hangul": ("\uac00", "\ud7af"), "cyrillic": ("\u0400", "\u04ff"),
    "arabic": ("\u0600", "\u06ff"), "hebrew": ("\u0590", "\u05ff"), "thai": ("\u0e00", "\u0e7f"), "greek": ("\u0370", "\u03ff"),
    "devanagari": ("\u0900", "\u097f"),
}  # fmt: skip

_COMMON = {
    "en": "the is are you do what how can my a to of for and in it i have does any with this your much where when need want on not",
    "fr": "le la les est vous je un une des pour avec que qui où combien quel quelle mon ma et pas dans bonjour livraison",
    "de": "der die das ist sie ich ein eine und für mit wie was wann wo haben kann nicht den zu meine mein versand",
    "es": "el la los las es usted yo un una y para con que cómo cuánto dónde mi no tienen por hola envío cuesta",
    "pt": "o a os as é você eu um uma e para com que como quanto onde meu minha não tem por olá",
    "it": "il lo la gli è un una e per con che come quanto dove mio mia non avete ciao spedizione",
    "nl": "de het een is en ik u jij voor met hoe wat waar wanneer hebben kan niet mijn",
}
_COMMON_WORDS = {code: frozenset(text.split()) for code, text in _COMMON.items()}


def _latin_language(text: str) -> str:
    """English unless another language's commonest words clearly outnumber the English ones."""
    tokens = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {code: sum(token in common for token in tokens) for code, common in _COMMON_WORDS.items()}
    best = max(counts, key=lambda code: (counts[code], code == "en"))
    return best if counts[best] >= 2 and counts[best] > counts["en"] + 1 else "en"


def overlap(question: Iterable[str], passage: Iterable[str]) -> float:
    """Share of the question's distinct terms that the passage has, 0 to 1."""
    wanted, there = set(question), set(passage)
    return len(wanted & there) / len(wanted) if wanted else 0.0
