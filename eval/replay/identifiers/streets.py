"""What an address in Latin letters hangs on: streets as towns write them, boxes, flats and postcodes of many countries."""

from __future__ import annotations

import re

_SUFFIX = (
    "Street|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Terrace|Ter|Way|Close|Crescent|Cres|Square|Sq|Circle|Cir|"
    "Parkway|Pkwy|Highway|Hwy|Walk|Gardens|Gdns|Grove|Row|Mews|Hill|Park|Quay|Alley|Loop|Trail|Trl|Broadway|Parade|Wharf|Yard|Green|Rise|View|Bend|"
    r"Esplanade|Promenade|Turnpike|Pike|Route|Plaza|Crossing|Ridge|Run|Path|Embankment|Gate|Bank|Heights|End|Vale|Mount|Croft|Meadow|Meadows|Approach|Quadrant|Wynd|Brae|Chase|Drove|Causeway|Strand|Arcade|Villas|Fields|Garth|Dene|Hollow|Knoll|Landing|Passage|Reach|Mall|Cove|Point|Village|Copse|Crossroads|Esplanade|Lea|Leas|Mead|Nook|Orchard|Paddock|Paddocks|Side|Spinney|Thicket|Townhouses|Wood|Woods|Nagar|Marg|Colony|Enclave|Vihar|Bagh|Layout|Rd\.|St\."
)
_PLAIN_SUFFIX = "street|cres|crs|gdns|pkwy|mews|square|sq|place|walk|row|vale|rise|quay|road|rd|avenue|ave|lane|ln|drive|dr|blvd|boulevard|crescent|terrace|close|court|ct|gardens|grove|parkway|highway|hwy|st"
_WORD = r"[A-Z0-9À-ÖØ-Þ][\w.'’-]*"
ANCHORS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![\w.#-])\d{{1,5}}[A-Za-z]?(?:[-/]\d{{1,4}}[A-Za-z]?)?,? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|rue|avenue|the|of|de|la)\.? )?(?:{_WORD} ){{1,4}}?(?:{_SUFFIX})\b\.?(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?",
        rf"(?<![\w.#-])\d{{1,5}}[A-Za-z]? (?:[a-z'’]+ ){{1,3}}?(?:{_PLAIN_SUFFIX})\b\.?(?:,? (?:unit|apt|suite|ste|flat|no|#)\.? ?\w+)?(?:(?:,? [a-z]+){{1,4}},? \d{{5}}\b)?",
        r"(?<![\w.#-])\d{1,5} (?:N |S |E |W )?Broadway\b",
        r"\b(?:[Pp]\.? ?[Oo]\.?[ -]?[Bb]ox|GPO Box|Postfach|Apartado|BP|PMB|P\.?O\.?B\.?) ?#?\d+",
        r"\b(?:RR|HC) ?\d+,? Box \d+",
        r"\b(?:GIR 0AA|(?:[A-PR-UWYZ][A-HK-Y]?\d[\dA-Z]?) ?(?![1248]TB)\d[ABD-HJLNP-UW-Z]{2})\b",
        r"\b(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY])\.? ?,? ?\d{5}(?:-\d{4})?\b",
        r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b",
        r"\b(?:NSW|VIC|QLD|TAS|ACT|NT) \d{4}\b",
        r"\b[A-ZÄÖÜ][\wäöüß.-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|ufer|damm|straat|gracht|laan|plein|gatan|vägen|gata|gate|vej|katu)\.? \d+ ?[A-Za-z]?\b",
        r"\b(?:Calle|C/|Rue|Via|Viale|Avenida|Av\.|Avda\.?|Rua|Plaza|Piazza|Paseo|Carrer|Corso|Largo|Travessa|Jalan|Jl\.|ul\.|ulica|Straße|Am|An der|Zum|Rambla|Camino|Carrera|Ulitsa) (?:(?:de|del|la|las|los|di|da|do|dos|des|du|al|von|der)? ?[A-ZÀ-Þ][\w'’.-]* ?){1,4},? ?(?:n[º°o]\.? ?|No\.? ?)?\d+[A-Za-z]?\b",
        r"(?<![\w.#-])\d{1,4}(?: bis| ter)?,? (?:rue|avenue|av\.|boulevard|bd|place|impasse|allée|chemin|quai|cours|Rue|Avenue|Boulevard|Place|Quai) (?:(?:de|du|des|de la|la|le|les|d'|l'|of) ?)*[A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)*",
        r"\b(?:[A-Z][\w'’-]* ){1,3}(?:Street|Road|Avenue|Boulevard)\b(?=,)",
        r"\b[Cc]/[Oo] (?=[A-Z])",
        rf"\b(?:{_WORD} ){{1,3}}(?:Lane|Street|Road|Avenue|Drive|Close|Way|Court|Gardens|Grove|Terrace|Crescent) \d{{1,4}}[A-Za-z]?\b(?![%.]?\d|%|[-:]\d)",
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
        r"(?<![\w.#-])\d{1,5}[A-Za-z]? (?:[A-Z][\w'’]+)(?:gate|gates|way|meadow|meadows|mead|field|fields|croft|side|bank|dale|dene|ley|hurst|view|garth|stow|park|lands?|ridge|brook|ford)\b(?=$|[,.;!?)]| (?:and|please|not|instead|is|was|or|now)\b)",
        r"(?<![\w.#-])\d{1,4}[A-Za-z]? The [A-Z][a-z]+\b(?=$|[,.;!?)])",
        r"(?<![\w.#-])\d{1,5} (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.? (?:\d{1,3}(?:st|nd|rd|th)|[A-Z][a-z]{2,})\b(?: (?:St|Ave|Rd|Blvd|Street|Avenue|Road)\b\.?)?",
        r"(?<![\w.#-])(?:\d{1,5} )?(?:State |US |County |Interstate )?(?:Route|Road|Highway|Hwy|Rte|CR|SR|FM) \d{1,4}(?: (?:North|South|East|West|N|S|E|W))?\b(?:, (?:mile|km|exit) ?\d+)?",
        r"\b(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Eleven|Twelve|Twenty) (?:[A-Z][\w'’-]* ){1,3}?(?:Street|Road|Avenue|Way|Lane|Drive|Place|Square|Court|Plaza|Boulevard|Crescent|Terrace|Close|Gardens)\b",
        r"\b[Cc]orner of (?:[A-Z0-9][\w'’]*(?: (?:[A-Z][\w'’]*))?) (?:and|&|with) (?:[A-Z0-9][\w'’]*(?: (?:[A-Z][\w'’]*))?)",
        r"(?i:\b(?:rr|rural route|hc|star route) ?\d+,? box ?#?\d+)",
        r"\b[A-Z]-?\d{1,3}(?:/\d+)?,? (?:[A-Z][\w'’]+ ){1,3}(?:Nagar|Marg|Colony|Enclave|Vihar|Bagh|Layout|Society|Road|Street)\b",
        r"\b(?i:rue|via|calle|avenida|rua|ul\.|ulica|plaza|piazza|paseo|strada) (?:(?:de|del|la|las|los|di|da|do|dos|des|du|al|l'|della|dei) ?)*[A-ZÀ-ÞŁŚŻ][\w'’-]*(?: [A-ZÀ-ÞŁŚŻ][\w'’-]*){0,3},? ?\d+[A-Za-z]?(?:[-/]\d+[A-Za-z]?)?(?: m\. ?\d+)?",
        r"\b[A-ZŁŚŻĆŹ][a-ząćęłńóśźż]+ \d{1,3}[A-Za-z]?/\d{1,4}(?=,? [A-ZŁŚŻ])",
        r"\b(?:[Aa]pt|[Aa]partment|[Ff]lat|[Ss]uite|[Rr]oom|[Uu]nit)\.? ?#?(?:\d+[A-Za-z]|[A-Z]-?\d+)\b(?! ?(?:cm|mm|inch|piece|pack))",
        r"\b(?:[Aa]pt|[Aa]partment|[Ff]lat)\.? ?#?\d+\b(?! ?(?:cm|mm|m\b|inch|in\b|piece|pack|white|screw|head|x\b|-|%|\.\d))",
        r"\b(?:Suite|Ste\.?|Unit|Apt\.?) #?\d{3,4}\b(?! ?(?:-|mm|ml|cm|g\b|pieces))",
        r"\b[AC-FHKNPRTV-Y]\d[\dW] ?[AC-FHKNPRTV-Y][\dAC-FHKNPRTV-Y]{3}\b(?!-)",
        r"(?<![\w-])[a-z]{1,2}\d[a-z\d]? ?(?!\d(?:tb|gb))\d[abd-hjlnp-uw-z]{2}(?![\w-])",
        r"(?<![\w.#-])\d{1,2}(?:/F|st floor|nd floor|rd floor|th floor),(?= [A-Z0-9])",
        r"(?<![\w.#-])\dF\d,(?= \d)",
    )
)  # fmt: skip
"""Each is an address by itself."""
WEAK = tuple(
    re.compile(pattern)
    for pattern in (
        r"\bBox ?#?\d+",
        r"\b(?:[A-Z]-|[A-Z]{2}-)?\d{4,5} (?:[A-Z]{2} )?[A-ZÄÖÜÅØÉ][a-zäöüßåøéèç]+(?:[- ][A-ZÄÖÜ][a-zäöüß]+)?(?=[,.;!?)]|$| [a-z])(?<!Spain)",
        r"\b(?:Flat|Apt|Apartment|Unit|Suite|Ste|Villa|Room|Rm|Floor|Block|Blk|Building|Bldg|Slip|Tower|Level|Lot|Hut|Pier|Dock|Berth|Dorm|Chalet|Cabin|Trailer|Space)\.? ?#?(?:No\.? ?)?[A-Z]?-?\d[\w/-]*,(?= [A-Z0-9])",
        r"\bNo\.? ?\d+[A-Z]?,(?= [A-Z])",
        r"\b(?:Suite|Ste|Apt|Apartment|Flat)\.? ?#?\d+[A-Za-z]?\b(?![- ]?(?:piece|inch|%))",
    )
)  # fmt: skip
"""An address only where something follows behind a comma."""
