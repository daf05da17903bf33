"""Which products a clause speaks of: those at a place, described, named beside the one spoken of, or that one itself.

Candidates are weighed by how plainly they have the words that refer; what only asks for something doesn't refer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.dialogue.pointing import Pointed, Pointing, described_words, phrase_of, strict_phrase
from bot.dialogue.profiles import CALLED, TITLED, Profiles
from bot.dialogue.reading import Said
from bot.intent.attributes import PRICE, STOCK, asked_attribute
from bot.intent.forms import asked_forms
from bot.intent.kinds import Kinds, title_noun, without_bundle
from bot.intent.names import Names
from bot.types import Conversation
from knowledge_base.catalogue import Catalogue
from retrieval import text as words_of
from retrieval.types import Where

FEW = 24
"""Products called alike that are looked at one by one; of more, those that share a word of a title."""
SPOKEN_OF, TURNED_FROM = 2.5, 0.5
"""How much the product spoken of is ahead of others, and how much where the clause turns to something else (`and the …`)."""
SHOWN, HEAD = 0.6, 0.5
_TURN = re.compile(
    r"^(?:ok(?:ay)?,? |so |hm+,? |then |fine[,.]? |great[,.]? |sorry,? )*(?:(?:and|or|but|what about|how about|and what about)\b(?! (?:is|are|does|do|can|how|what|which|when|where|will|if|could|would)\b)"
    r"|(?:show|give|let'?s see|see|check|find)(?: me)?\b|(?:i )?(?:want|need|like|take)\b|an? )|^(?:那(?!个|款|种|条|件)|再|还要|换|改|给我|看看|想看|来)|(?:呢|嘞|咧|吧)[?？。!！ ]*$|^还有"
)
_EXTENT = re.compile(
    r"\b(?:big|bigger|biggest|large|larger|largest|small|smaller|smallest|little)\b|[大小](?:号|的|点|一点|瓶|包|款)"
)
_AND_THE = re.compile(r"^(?:and|or|what about|how about) the \S+(?: \S+)?[?.! ]*$")
_AFTER_IT = re.compile(
    r"\b(?:it|its|they|them|this one|that one)\b|\b(?:this|that)\b(?= ?(?:[?.,!]|$|(?:is|was|has|does|can|be|come)\b))|它|(?:这|那)(?:个|款|件|条|双|只|把|台|盏|套)(?![\u4e00-\u9fff]*的)"
)
_FOR_IT = re.compile(
    r"\b(?<!come )(?<!comes )(?<!came )(?<!included )(?:for|with|to) (?:it|them|this|that)\b|^(?:它|这个|这款|那个|那款)的"
)
_UN = re.compile(
    r"(?:没有?|不带|无)([\u4e00-\u9fff]{1,3})(?:味|的|那|款|$)|\b(?:without|no|not|non)[ -](?:any )?([a-z]+)|\b([a-z]+)[- ]free\b"
)


class Referring:
    """Reads a clause against what its conversation has shown and what the catalogue has beside it."""

    def __init__(self, catalogue: Catalogue, kinds: Kinds, names: Names, say: Callable[[str], Said]) -> None:
        self._catalogue, self._kinds, self._names, self._say = catalogue, kinds, names, say
        self.profiles = Profiles(catalogue)
        self.pointing = Pointing(catalogue, self.profiles)

    def described(self, said: Said, history: Conversation) -> Pointed:
        """By `the … one`, 那个…的: among what was shown, else its kin, else what is near it in the shop."""
        lacking = _UN.search(said.text) if history.about else None
        phrase = phrase_of(said.text) or (lacking.group() if lacking else "")
        strict = bool(strict_phrase(said.text) or lacking)
        if not phrase or (said.named and strict_phrase(said.text) == ""):
            return Pointed()
        if history.about and _EXTENT.search(said.text) and self._has_form(said.text, history):
            return Pointed((history.about,), by="property", plainly=True)
        own = list(history.shown)
        if history.about and history.about not in own:
            own = [history.about]  # what was shown before it belongs to another subject
        found = self._among(said, phrase, own)
        if found.ids and found.plainly:
            return found
        beside = self.beside(history, phrase)
        other = self._among(said, phrase, [*own, *beside]) if beside else Pointed()
        if other.ids and (other.plainly or not found.ids) and other.ids[0] not in own:
            return other
        if history.shown and own != list(history.shown):
            earlier = self._among(said, phrase, history.shown)
            if earlier.ids and (earlier.plainly or not found.ids):
                return earlier
        if found.ids or found.near or not (strict or _AND_THE.search(said.text)) or not own:
            return found
        wider = self._among(said, phrase, self._near(own[0], phrase))
        return wider if wider.plainly and wider.ids else found

    def _has_form(self, text: str, history: Conversation) -> bool:
        """Whether `the big one` is a form of the product spoken of, and no other of a list."""
        alone = len(history.shown) < 2 or history.about not in history.shown
        return alone and any(asked_forms(text, form) for form in self._catalogue.forms(history.about))

    def mentioned(self, said: Said, history: Conversation) -> Pointed:
        """A product called by its name or kind amid talk of another: `and the compact, …`, 奶泡器用几号电池."""
        text = _before_pronoun(said.text)
        words = self._referring(text, history.about)
        if len(said.kind) == 1 and said.kind in text:
            words = [*words, said.kind]
        if not words:
            return Pointed()
        known = dict.fromkeys([history.about, *history.shown, *history.spoken, *self.beside(history, text)])
        known.pop("", None)
        named = list(dict.fromkeys([*said.named, *(said.called if len(said.called) <= FEW else ())]))
        scores = {i: self._score(i, words) for i in [*known, *named]}
        bonus = TURNED_FROM if _TURN.search(said.text) or _FOR_IT.search(said.text) else SPOKEN_OF
        here = max((self._own(i, words) for i in ([history.about] if history.about else [])), default=0.0)
        here += bonus if history.about else 0.0
        if history.about and any(asked_forms(said.text, form) for form in self._catalogue.forms(history.about)):
            here += TITLED
        ahead = {
            i: score + (SHOWN if i in history.shown else 0.0)
            for i, score in scores.items()
            if i != history.about
            and self._is_called(i, words, history, by_keyword=bonus == TURNED_FROM and i in said.called)
        }
        best = max(ahead.values(), default=0.0)
        if best <= here or best < CALLED:
            return Pointed()
        ids = tuple(i for i, score in ahead.items() if score == best)
        return Pointed(ids, by="name", plainly=True) if len(ids) == 1 else Pointed(near=ids, by="name", plainly=True)

    def called(self, said: Said, history: Conversation) -> Pointed:
        """The one product that most of the words are the name of, whichever is spoken of."""
        words = self._referring(said.text, "")
        known = dict.fromkeys([history.about, *history.shown, *history.spoken, *self.beside(history, said.text)])
        known.pop("", None)
        named = [*said.named, *(said.called if len(said.called) <= FEW else ())]
        scores = {i: self._score(i, words) + (SHOWN if i in known else 0.0) for i in dict.fromkeys([*known, *named])}
        best = max(scores.values(), default=0.0)
        ids = tuple(i for i, score in scores.items() if score == best)
        return Pointed(ids, by="name", plainly=True) if best >= CALLED and len(ids) == 1 else Pointed()

    def beside(self, history: Conversation, words: str) -> list[str]:
        """What is of the kind spoken of or looked for, without what was shown."""
        ids = [history.about] if history.about else list(history.shown[:2])
        nouns = [
            noun for i in ids for form in self._catalogue.forms(i) for noun in self._nouns(title_noun(form), words)
        ]
        kin: dict[str, None] = {}
        for noun in dict.fromkeys([*nouns, *([history.query] if history.query else [])]):
            called = self._kinds.called(noun)
            near = called if len(called) <= FEW else self._names.having([self._kinds.kind(noun)], words, FEW)
            kin.update(dict.fromkeys(near))
        known = {*history.shown, history.about}
        return [i for i in kin if i not in known]

    def _nouns(self, noun: str, words: str) -> tuple[str, ...]:
        """The noun of a title; for who writes Chinese also what it shares with others."""
        noun = without_bundle(noun)
        return (noun,) if noun.isascii() or words.isascii() else (noun, self._kinds.shared(noun))

    def asks(self, product_id: str, text: str) -> bool:
        """Whether an attribute that the product has is asked."""
        return any(asked_attribute(text, form) for form in self._catalogue.forms(product_id))

    def passing(self, ids: Sequence[str], where: Where) -> tuple[str, ...]:
        """Those within the limits, looked up one by one: a shop may have many others."""
        if where == Where():
            return tuple(ids)
        mask = self._catalogue.mask(where)
        return tuple(i for i in ids if mask[self._catalogue.place(i)])

    def is_limit(self, phrase: str) -> bool:
        """Whether a phrase is but a value that a search can be limited to: 红色, not 头戴."""
        return self._say(phrase).where != Where()

    def ambiguous(self, said: Said, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of the products called alike that the words tell apart from no other: `the Quillback suitcase`."""
        words = described_words(PRICE.sub(" ", STOCK.sub(" ", said.text)))
        for least in (TITLED, CALLED):
            scores = {i: sum(self.profiles.weight(i, word, least) for word in words) for i in ids}
            if (best := max(scores.values(), default=0.0)) > 0:
                near = tuple(i for i, score in scores.items() if score == best)
                return self.passing(near, Where(having=said.where.having)) or near
        return tuple(ids)

    def _among(self, said: Said, phrase: str, ids: Sequence[str]) -> Pointed:
        """By what stands out, by what it lacks, or by what it has."""
        if phrase.strip().isdigit():
            return Pointed(self.pointing.by_number(phrase, ids), by="property", plainly=True)
        standing = self.pointing.standing(said.text, phrase, ids)
        if standing is not None:
            return standing
        if lacking := self._lacking(phrase, ids):
            return lacking
        return self.pointing.by_property(phrase, ids)

    def _lacking(self, phrase: str, ids: Sequence[str]) -> Pointed | None:
        """`the unscented one`, 没香味的: the only one that has it not."""
        match = _UN.search(phrase)
        word = next((group for group in match.groups() if group), "") if match else ""
        if not word:
            return None
        signs = (
            [f"无{word[0]}", f"不含{word}", f"没有{word}"]
            if not word.isascii()
            else [f"un{word}", f"un{word}ed", "without"]
        )
        stems = [words_of.stem(sign) for sign in signs]
        having = [i for i in ids if any(self.profiles.weight(i, stem, CALLED) for stem in stems)]
        if len(having) == 1:
            return Pointed((having[0],), by="property", plainly=True)
        without = [i for i in ids if not self.profiles.weight(i, words_of.stem(word))]
        return Pointed((without[0],), by="property", plainly=True) if len(without) == 1 and len(ids) > 1 else None

    def _near(self, product_id: str, phrase: str) -> list[str]:
        """What stands beside it in the shop and has a word of the phrase in its title."""
        product = self._catalogue.get(product_id)
        if product is None or not product.category:
            return []
        words = [*described_words(phrase), *(f"无{m.group(1)[0]}" for m in _UN.finditer(phrase) if m.group(1))]
        ids = [i for word in words for i in self._names.having([word], "", 200)]
        near = self.passing(list(dict.fromkeys(ids)), Where(categories=frozenset({product.category})))
        return [i for i in near if i != product_id][:FEW]

    def _referring(self, text: str, about: str) -> list[str]:
        """The words by which something may be meant: none that ask for its price, its stock or an attribute."""
        left = STOCK.sub(" ", PRICE.sub(" ", text))
        asked = {
            word
            for form in (self._catalogue.forms(about) if about else ())
            if (name := asked_attribute(left, form))
            for word in words_of.topic_words(name)
        }
        return [word for word in described_words(left) if word not in asked]

    def _score(self, product_id: str, words: Sequence[str]) -> float:
        """By what it is called: titles, forms, keywords and values."""
        return sum(self.profiles.weight(product_id, word, CALLED) for word in words) + (
            HEAD if self._is_head(product_id, words) else 0.0
        )

    def _is_head(self, product_id: str, words: Sequence[str]) -> bool:
        """Whether one of the words is what the thing is: of `Refill for Reed Diffuser` refill, not diffuser."""
        for form in self._catalogue.forms(product_id):
            noun = title_noun(form)
            last = (words_of.topic_words(noun) or [""])[-1]
            if any(word == last if word.isascii() else noun.endswith(word) for word in words):
                return True
        return False

    def _own(self, product_id: str, words: Sequence[str]) -> float:
        """By all that is written of it: a lid that comes with it is its own."""
        return sum(self.profiles.weight(product_id, word) for word in words)

    def _is_called(self, product_id: str, words: Sequence[str], history: Conversation, *, by_keyword: bool) -> bool:
        """Whether one of the words is in its title, or among its keywords, and the product spoken of has it less plainly."""
        for word in words:
            weight, own = (self.profiles.weight(i, word) if i else 0.0 for i in (product_id, history.about))
            if (weight >= TITLED > own) or (by_keyword and weight == CALLED and own == 0):
                return True
        return False


def _before_pronoun(text: str) -> str:
    """`and the compact, does it …`: what comes before `it` may be named beside; what comes after belongs to it."""
    match = _AFTER_IT.search(text)
    if match is None:
        return text
    if _FOR_IT.match(text):
        return text[match.end() :]
    return text[: match.start()]
