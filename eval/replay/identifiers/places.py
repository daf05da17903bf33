"""Postal addresses in Latin letters: an anchor (street, box, postcode, flat) and the names that hang on it by commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.spans import Span

_SUFFIX = (
    "Street|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Terrace|Ter|Way|Close|Crescent|Cres|Square|Sq|Circle|Cir|"
    "Parkway|Pkwy|Highway|Hwy|Walk|Gardens|Gdns|Grove|Row|Mews|Hill|Park|Quay|Alley|Loop|Trail|Trl|Broadway|Parade|Wharf|Yard|Green|Rise|View|Bend|"
    r"Esplanade|Promenade|Turnpike|Pike|Route|Plaza|Crossing|Ridge|Run|Path|Embankment|Gate|Bank|Heights|End|Vale|Mount|Croft|Meadow|Meadows|Approach|Quadrant|Wynd|Brae|Chase|Drove|Causeway|Strand|Arcade|Villas|Fields|Garth|Dene|Hollow|Knoll|Landing|Passage|Reach|Mall|Cove|Point|Village|Copse|Rd\.|St\."
)
_PLAIN_SUFFIX = "street|road|rd|avenue|ave|lane|ln|drive|dr|blvd|boulevard|crescent|terrace|close|court|ct|gardens|grove|parkway|highway|hwy|st"
_WORD = r"[A-Z0-9À-ÖØ-Þ][\w.'’-]*"
_ANCHORS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w.#-])\d{{1,5}}[A-Za-z]?(?:[-/]\d{{1,4}}[A-Za-z]?)?,? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|rue|avenue|the|of|de|la)\.? )?(?:{_WORD} ){{1,4}}?(?:{_SUFFIX})\b\.?(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?",
        rf"(?<![\w.#-])\d{{1,5}}[A-Za-z]? (?:[a-z'’]+ ){{1,3}}?(?:{_PLAIN_SUFFIX})\b\.?(?:,? (?:unit|apt|suite|ste|flat|no|#)\.? ?\w+)?(?:(?:,? [a-z]+){{1,4}},? \d{{5}}\b)?",
        r"(?<![\w.#-])\d{1,5} (?:N |S |E |W )?Broadway\b",
        r"\b(?:[Pp]\.? ?[Oo]\.?[ -]?[Bb]ox|GPO Box|Postfach|Apartado|BP|PMB|Box|P\.?O\.?B\.?) ?#?\d+",
        r"\b(?:RR|HC) ?\d+,? Box \d+",
        r"\b(?:GIR 0AA|(?:[A-PR-UWYZ][A-HK-Y]?\d[\dA-Z]?) ?(?![1248]TB)\d[ABD-HJLNP-UW-Z]{2})\b",
        r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\.? ?,? ?\d{5}(?:-\d{4})?\b",
        r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b",
        r"\b(?:NSW|VIC|QLD|TAS|ACT|NT) \d{4}\b",
        r"\b[A-ZÄÖÜ][\wäöüß.-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|ufer|damm|straat|gracht|laan|plein|gatan|vägen|gata|gate|vej|katu)\.? \d+ ?[A-Za-z]?\b",
        r"\b(?:Calle|C/|Rue|Via|Viale|Avenida|Av\.|Avda\.?|Rua|Plaza|Piazza|Paseo|Carrer|Corso|Largo|Travessa|Jalan|Jl\.|ul\.|ulica|Straße|Am|An der|Zum|Rambla|Camino|Carrera|Ulitsa) (?:(?:de|del|la|las|los|di|da|do|dos|des|du|al|von|der)? ?[A-ZÀ-Þ][\w'’.-]* ?){1,4},? ?(?:n[º°o]\.? ?|No\.? ?)?\d+[A-Za-z]?\b",
        r"(?<![\w.#-])\d{1,4}(?: bis| ter)?,? (?:rue|avenue|av\.|boulevard|bd|place|impasse|allée|chemin|quai|cours|Rue|Avenue|Boulevard|Place|Quai) (?:(?:de|du|des|de la|la|le|les|d'|l'|of) ?)*[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)*",
        r"\b(?:[A-Z]-|[A-Z]{2}-)?\d{4,5} (?:[A-Z]{2} )?[A-ZÄÖÜÅØÉ][a-zäöüßåøéèç]+(?:[- ][A-ZÄÖÜ][a-zäöüß]+)?(?=[,.;!?)]|$| [a-z])(?<!Spain)",
        r"\b(?:Flat|Apt|Apartment|Unit|Suite|Ste|Villa|Room|Rm|Floor|Block|Blk|Building|Bldg|Slip|Tower|Level|Lot|Hut|Pier|Dock|Berth|Dorm|Chalet|Cabin|Trailer|Space)\.? ?#?(?:No\.? ?)?[A-Z]?-?\d[\w/-]*,(?= [A-Z0-9])",
        r"\b(?:[A-Z][\w'’-]* ){1,3}(?:Street|Road|Avenue|Boulevard)\b(?=,)",
        r"\b[Cc]/[Oo] (?=[A-Z])",
        rf"\b(?:{_WORD} ){{1,3}}(?:Lane|Street|Road|Avenue|Drive|Close|Way|Court|Gardens|Grove|Terrace|Crescent) \d{{1,4}}[A-Za-z]?\b(?![%.]?\d|%|[-:]\d)",
        r"\bNo\.? ?\d+[A-Z]?,(?= [A-Z])",
        rf"(?<![\w.#-])\d{{1,5}}[A-Za-z]? (?:{_WORD} ){{0,3}}{_WORD}, (?:District|Ward|Phase|Sector|Zone|Quarter|Quận|Phường|Block) \d+\b",
        r"\b(?:House|Plot|Sector|Stall|Site|Door|H\. ?No\.?|D\. ?No\.?) ?#?\d[\w/-]*,(?= [A-Z0-9])",
        r"\b\d{2}-\d{3} [A-ZŁŚŻĆŹ]\w+",
        r"\b\d{5}-\d{3}\b",
        r"\b\d{3} \d{2} [A-ZÅÄÖÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ][a-zåäöáčďéěíňóřšťúůýž]+\b(?=$|[,.;!?)])",
        r"\b(?:Packstation|Postfiliale|Paketshop|Relay point|Parcel locker|Locker) #?\d+\b",
        r"\b(?:[APF]PO|DPO),? A[AEP]\b(?: \d{5})?",
        r"\b\d{4} ?(?!ML|MG|KG|KM|CM|MM|GB|TB|HZ|AM|PM|UK|US|EU|RPM)[A-Z]{2}\b(?=,? [A-Z][a-z]+)",
        r"(?<![\w.#-])\d{1,3}-\d{1,3}(?:-\d{1,3})? [A-Z][a-z]+(?:-(?:ku|cho|machi|dori|shi|gu|ro|gil|dong))",
        r"\b[A-Z][a-z]+-(?:ku|gu|dong|ro)\b",
        r"\b(?:R\.|Av\.|Pç\.|Tv\.|Pl\.|P\.zza|V\.|Str\.|Bd\.|Rte\.?|Ctra\.|Urb\.) (?:(?:de|del|la|las|los|di|da|das|do|dos|des|du|al)? ?[A-ZÀ-Þ][\w'’.-]* ?){1,4},? ?\d+[A-Za-z]?\b",
        r"\b(?:Suite|Ste|Apt|Apartment|Flat)\.? ?#?\d+[A-Za-z]?\b(?![- ]?(?:piece|inch|%))",
    )
)  # fmt: skip
_WEAK = re.compile(
    r"^(?:\d{4,5} |Box|No\b|(?:Flat|Apt|Apartment|Unit|Suite|Ste|Villa|Room|Rm|Floor|Block|Blk|Building|Bldg|Tower|Level|Lot|Space)\b)"
)
_TOKEN = re.compile(r"[^\s,]+|,")
_LINKS = frozenset(
    [
        "of",
        "the",
        "le",
        "la",
        "les",
        "el",
        "los",
        "las",
        "de",
        "del",
        "des",
        "du",
        "di",
        "da",
        "do",
        "dos",
        "d'",
        "van",
        "von",
        "der",
        "den",
        "am",
        "an",
        "im",
        "and",
        "&",
        "y",
        "et",
        "e",
        "at",
        "c/o",
        "ap",
        "bei",
        "upon",
        "on-the",
        "in",
        "floor",
        "flat",
        "apt",
        "apt.",
        "unit",
        "suite",
        "door",
        "m.",
        "lok.",
        "nr",
        "no",
        "-",
        "–",
        "/",
    ]
)
_AFTER_NEW = frozenset(
    [
        "Zealand",
        "York",
        "Delhi",
        "Jersey",
        "Hampshire",
        "Mexico",
        "Orleans",
        "Castle",
        "Road",
        "Street",
        "Town",
        "Forest",
        "Milton",
        "Malden",
        "Brighton",
        "Taipei",
        "Territories",
        "Haven",
    ]
)
_STOP = frozenset(
    ["I", "I'm", "I've", "I'd", "I'll", "We", "We're", "We've", "It", "It's", "My", "Our", "You", "Your", "They", "This", "That", "Is", "Are", "Can", "Could", "Please", "Pls", "Send", "Ship", "Deliver", "Hi", "Hello", "Hey", "Dear", "Thanks", "Thank", "Regards", "Order", "Or", "So", "And", "But", "Also", "Not", "No", "Yes", "Ok", "OK", "To", "From", "At", "In", "On", "For", "By", "With", "Tel", "Phone", "Call", "Mail", "Email", "E-mail", "Mr", "Mrs", "Ms", "Miss", "Dr", "Leave", "Bill", "Attn", "Name", "New", "Old", "Address", "Delivery", "Shipping", "Post", "Ring", "Does", "Do", "Did", "Was", "Has", "Have", "If", "When", "Where", "What", "Who", "Why", "How", "Put", "Change", "Use", "Then", "Now", "Could", "Would", "Should", "Let's", "There", "There's", "He", "She", "He's", "She's", "Tell", "Could"]
)  # fmt: skip
_MOST_PARTS = 7
_POSTCODE = re.compile(
    r"\b(?:zip(?: ?code)?|post ?code|postal(?: code)?|eircode|plz|cap|code postal)\b(?:\s|is|was|it's|:|=|[*\"“'])*(?P<it>(?=[A-Za-z -]{0,6}\d)[0-9A-Za-z]{2,8}(?:[ -][0-9][0-9A-Za-z]{2,3})?)(?![0-9A-Za-z])",
    re.IGNORECASE,
)


_TOLD = re.compile(
    r"(?:address(?:'s| is|:| to| was| should be)?|live (?:at|in|on)|living at|deliver(?:ed)? (?:it |this |that |them )?(?:to|at)|ship(?:ped)? (?:it |this |that |them )?to|sen[dt] (?:it |this |that |them )?to|"
    r"dropped? (?:it |this )?(?:off )?at|moved to|moving to|going to|goes to|leave it at|pick (?:it )?up (?:at|from)|we're at|I'm at|come to|staying at|post(?:ed)? (?:it |this |that |them )?to|forward(?:ed)? (?:it |this |that |them )?to|redirect(?:ed)? (?:it |this |that |them )?to|destination(?: is|:)?|deliver to:?|collect (?:it |them )?from)[ :]+(?=[A-Z0-9#])"
)
"""What says that an address follows: it needs a number or a comma to be one."""


_BUILT = (
    "Cottage|House|Farm|Farmhouse|Lodge|Barn|Mill|Hall|Manor|Villas?|Rectory|Vicarage|Cabin|Ranch|Hotel|Hostel|Inn|School|College|University|Hospital|Clinic|Marina|Towers?|Mansions?|Apartments|"
    "Estate|Barracks|Bungalow|Cottages|Priory|Grange|Croft|Stables|Wharf|Chambers|Residences?|Condominium|Campus|Dormitory"
)
_NAMED = re.compile(
    rf"(?:[A-ZÀ-Þ][\w'’-]* ){{1,3}}(?:{_BUILT})(?:,? (?:Room|Rm|Ward|Flat|Unit|No\.?) ?\w+)?(?:, (?:[A-ZÀ-Þ0-9][\w'’.-]*(?:[ -](?:on|of|the|in|by|upon|under)(?=[ -][A-ZÀ-Þa-z]))?[ -]?){{1,4}}){{1,4}}"
)
"""A house that has a name and no number, and the places it lies in."""
_LOWER = re.compile(
    r"(?:address(?:'s| is|:| to| was| should be)|live (?:at|in)|deliver(?:ed)? (?:it |this |that |them )?(?:to|at)|ship(?:ped)? (?:it |this |that |them )?to|sen[dt] (?:it |this |that |them )?to|leave it at|moved to|post it to)[ :]+"
    r"(?P<it>(?:flat |apt |unit |apartment |suite )?\d{1,5}[a-z]?,? [a-z'’-]{3,}(?: [a-z'’-]{2,}){0,3}, [a-z'’-]{3,}(?: [a-z'’-]{2,}){0,2}(?:,? [a-z]{2,}\b){0,2}(?:,? (?:[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}|\d{5}(?:-\d{4})?))?)",
)
"""The same typed without capitals: a number, a comma and what says that an address follows."""
_TO_POSTCODE = re.compile(
    r"(?:\baddr(?:ess)?(?:'s| is|:| to| was| should be)?|\blive (?:at|in|on)|deliver(?:ed)? (?:it |this |that |them )?(?:to|at)|ship(?:ped)? (?:it |this |that |them )?to|sen[dt] (?:it |this |that |them )?to|"
    r"leave it at|moved to|post(?:ed)? (?:it |this )?to|goes to|forward(?:ed)? (?:it |this )?to)[ :]+"
    r"(?P<it>(?:(?:flat|apt|unit|apartment|suite|no|room|rm)\.? )?#?\d{1,5}[a-z]?\b[^.!?\n]{3,70}?\b(?:\d{5}(?:-\d{4})?|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[\da-z]? ?\d[a-z]{2}))(?![\w-])",
    re.IGNORECASE,
)
"""After what says that an address follows: from its first number to its postcode, however it is typed."""


def addresses(text: str) -> Iterator[Span]:
    """Anchors with what belongs to them; a weak anchor (a flat or a foreign postcode) needs company."""
    tokens = [(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(text)]
    for pattern in _ANCHORS:
        for match in pattern.finditer(text):
            start = _left(text, tokens, match.start())
            end = _right(text, tokens, match.end())
            said = text[start:end]
            if _WEAK.match(match.group()) and said.count(",") < 1:
                continue
            yield Span(start, end - said.endswith("."), "address")
    for match in _TOLD.finditer(text):
        end = _right(text, tokens, match.end())
        said = text[match.end() : end]
        if any(letter.isdigit() for letter in said) and len(re.findall(r"[A-Z][a-z]+", said)) >= 2:
            yield Span(match.end(), end, "address")
    for match in _NAMED.finditer(text):
        yield Span(match.start(), match.end() - len(match.group()) + len(match.group().rstrip(" .,-")), "address")
    for pattern in (_LOWER, _TO_POSTCODE, _POSTCODE):
        for match in pattern.finditer(text):
            yield Span(*match.span("it"), "address")


def _left(text: str, tokens: list[tuple[int, int, str]], start: int) -> int:
    """Back over names and numbers, across commas; a link between names counts where a name stands before it."""
    commas, best = 0, start
    for begin, _, token in reversed([one for one in tokens if one[1] <= start]):
        if token == ",":
            commas += 1
            if commas > _MOST_PARTS:
                break
            continue
        if token[-1] in ".!?;:" and not re.fullmatch(r"(?:St|Mt|Ft|Dr|Co|[A-Z]|Apt|Bldg|No|P\.O|izq)\.", token):
            break
        bare = token.strip("\"“”'()")
        if (bare in _STOP and not _is_new(bare, text, begin)) or re.fullmatch(r"[\w.]+@.*|#?[A-Z]{1,3}-?\d{4,}", bare):
            break
        if _is_named(bare):
            best = begin + (len(token) - len(token.lstrip("\"“'(")))
        elif bare.casefold() not in _LINKS:
            break
    return best


def _right(text: str, tokens: list[tuple[int, int, str]], end: int) -> int:
    """On over names and numbers until a sentence ends or plain words follow."""
    best, commas = end, 0
    if end and text[end - 1 : end] in ".!?" and not re.search(r"\b(?:St|Rd|Ave|Blvd|Dr|Ln|Pl|str)\.$", text[:end]):
        return end
    for begin, _, token in [one for one in tokens if one[0] >= end]:
        if token == ",":
            commas += 1
            if commas > _MOST_PARTS:
                break
            continue
        bare = token.rstrip(".!?;:)\"”'")
        if (bare in _STOP and not _is_new(bare, text, begin)) or not bare:
            break
        if _is_named(bare) and not re.fullmatch(r"#?[A-Z]{1,3}-?\d{5,}|#\d+", bare):
            best = begin + len(bare)
        elif bare.casefold() not in _LINKS and not re.fullmatch(r"(?:izq|dcha|esq|dto|bis)\.?|\d+[ºª]", bare):
            break
        if (
            len(bare) < len(token)
            and token[len(bare)] in ".!?;:"
            and not re.fullmatch(
                r"(?:izq|dcha|[Ee]sq|Dto|m|lok|nr|no|Co|Mt|St|Ave|Rd|Blvd|Dr|Ln|Apt|No|Ste|Bldg|N|S|E|W)\.", token
            )
        ):
            break
    return best


def _is_new(bare: str, text: str, begin: int) -> bool:
    """Whether it begins a place's name: New York, not a new address."""
    if bare in ("Old", "Post", "Name") and re.match(rf"{bare} [A-Z][a-z]+", text[begin:]):
        return True
    after = re.match(r"New ([A-Z][a-z]+)", text[begin:])
    return after is not None and after[1] in _AFTER_NEW


def _is_named(token: str) -> bool:
    return bool(token) and (
        token[0].isupper()
        or token[0].isdigit()
        or token[0] == "#"
        or ("-" in token and any(c.isupper() for c in token))
    )
