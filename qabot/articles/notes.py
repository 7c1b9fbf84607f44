"""Notes below the head: where an article was published before, credits of news agencies, the author, the site.

A note speaks of "this article": what an article says of other publications is no note. The name is kept as it stands.
An agency that a text opens with ("MOSCOW, Nov 27 (Reuters) -") or that follows the names in its byline wrote it and
sent it out: it is an original too, and not the publisher, who may be anybody that it was sent to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from qabot.articles.article import Stated
from qabot.articles.boilerplate import notices
from qabot.articles.dateline import read_dateline, stated_date
from qabot.articles.head import names_in
from qabot.articles.names import AGENCIES, CAPITALISED, NAME, PERSON, is_person, is_section
from qabot.text.lexicon import MONTHS

_MONTH = rf"(?:{'|'.join(name[:3] for name in MONTHS)})[a-z]*\.?"
_YEAR = r"(?:19|20)\d\d"
_KIND = (
    r"(?:articles?|stor(?:y|ies)|pieces?|columns?|essays?|commentary|post|report|analysis|interview|op-?ed|feature|"
    r"editorial|blog ?post|excerpt|dispatch|investigation|content|item|text|version|series)"
)
_THIS = (
    rf"\b(?:(?:an? )?(?:[\w-]+ ){{0,2}}version of )?(?:this|the (?:above|following|preceding)) "
    rf"(?:[\w-]+ ){{0,2}}{_KIND}\b"
)
_ABOUT_THIS = rf"{_THIS}(?:[^.!?]{{0,80}}[.!?] it\b)?[^.!?]{{0,30}}?"
_FIRST = r"(?:(?:first|originally|initially|previously|earlier) )"
_NEW = rf"{_FIRST}(?:published|appeared|ran|posted|printed|written|produced|aired|featured|issued|released|reported)"
_AGAIN = r"(?:re-?published|reprinted|reproduced|re-?posted|syndicated|cross-?posted)"
_LEAVE = r"(?:(?:,? (?:here|online|in full|in part|with (?:kind |full )?permission|under licen[cs]e))+,?)?"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY = rf"(?: (?:on |in )?(?:\w+day,? )?(?:{_MONTH} {_ORDINAL},?|{_ORDINAL} {_MONTH},?|{_MONTH}) {_YEAR},?)?"
_AT = r"(?:by|in|on|at|for|with|to)"
_FROM = r"(?:from|of|by permission of|courtesy of|by arrangement with)"
# What may stand before the name; and the name: capitalised words, joined by small ones.
_FILLING = (
    r"[ “”\"'‘*_(\[]+(?:(?:the|our|a|sister|partners?|sibling|news|media|content|site|website|blog|paper|newspaper|"
    rf"magazine|publication|journal|outlet|agency|at|in|on|from|of|issue|edition|organi[sz]ation|{_MONTH}|{_YEAR})[\s,]+)*"
    r"[“”\"'‘*_(\[]*"
)
_WORD = (
    r"(?:[a-z\d-]+\.[a-z]{2,6}\b|(?:[A-Z]\.){2,}|(?:St|Ft|Mt|Inc|Co|Ltd|Corp)\.|"
    r"[^\W_a-zß-ÿ][\w&'’+/-]*(?:\.[a-z]{2,4}\b)?|[a-z]+[A-Z]\w*)"
)
_JOINT = rf"(?: (?:(?:of|the|and|for|de|la|des|du|del|di|in|on|at|to|a) ){{0,2}}(?!{_MONTH}(?: |$)|\d{{1,4}}\b)| & )"
_NAME = rf"{_FILLING}(?P<name>{_WORD}(?:{_JOINT}{_WORD}){{0,7}})"
_NOTES = tuple(
    re.compile(rf"(?i:{phrase}){_NAME}")
    for phrase in (
        rf"{_ABOUT_THIS}\b{_NEW}{_LEAVE}{_DAY} {_AT}",
        rf"{_ABOUT_THIS}\b{_AGAIN}{_LEAVE} {_FROM}",
        rf"{_THIS}(?: is| was| comes)?(?: to you)? (?:courtesy of|provided by|supplied by|produced by|reported by)",
        rf"^\W*{_NEW}{_LEAVE}{_DAY} {_AT}",
        rf"^\W*{_AGAIN}{_LEAVE} {_FROM}",
        rf"\bread the (?:full )?(?:original )?{_KIND} (?:here )?(?:on|at|in|from)",
    )
)
_HINT = re.compile(
    r"\b(?:first|originally|initially|previously|earlier|re-?(?:publi|print|prod|post)|syndic|cross-?post|courtesy|"
    r"provided|supplied|produced|reported by|read the)",
    re.I,
)
_FIRST_DAY = re.compile(
    rf"{_THIS}[^.!?]{{0,20}}?\b{_FIRST}(?:published|posted|appeared) (?:on|in) (?P<day>[^.!?]{{1,40}})", re.I
)
_MADE = re.compile(r"\b(?:written|produced|reported|provided|supplied)\b", re.I)
_NO_NAME = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*|[\d\s./-]+|creative commons\b.*|part|print|it|us|the|an?|"
    r"(?:english|spanish|french|german|arabic|russian|chinese|portuguese|italian|japanese)\b.*",
    re.I,
)
_WIRE = re.compile(
    rf"(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’/ -]+(?:, [A-Z][\w. ]{{1,25}}){{0,2}}"
    rf"(?:,? (?:le )?(?P<date>{_MONTH} \d{{1,2}}(?:,? {_YEAR})?|"
    rf"\d{{1,2}}\.?(?: de)? [^\W\d_]{{3,12}}\.?(?:(?:,| de)? {_YEAR})?))?,? ?)?"  # in any language
    rf"(?:[–—-]+ )?[(/](?P<agency>{AGENCIES})[)/] ?[–—-]"
)
_INTRO = re.compile(
    rf"\bin (?:this|the|an?|his|her|their) (?:\w+ ){{0,2}}(?:article|piece|column|essay|"
    rf"commentary)\b[^,]{{0,80}},\s*(?P<name>{NAME}),",
    re.I,
)
_OCCUPATION = (
    r"professor|lecturer|fellow|researcher|scholar|scientist|historian|economist|student|candidate|director|"
    r"founder|editor|"
    r"writer|author|journalist|reporter|correspondent|columnist|contributor|commentator|analyst|expert|consultant|"
    r"critic|novelist|ceo|lawyer|attorney|president"
)
_BIO = re.compile(
    rf"^\W*(?P<name>{NAME})(?:,[^,]{{1,60}},)? (?:is|was) "
    rf"(?:(?:currently |now |also )?(?:an?|the|[A-Z]\w+['’]s)\b[^.]*|(?:[a-z]+ ){{0,3}})\b(?:{_OCCUPATION})\b[^.]*"
    r"\b(?:at|for|with|of|in|on|based)\b"
)
_SELF = re.compile(
    rf"(?:^|[.!?,]\s+)(?P<name>The(?: {CAPITALISED}){{1,3}}|{CAPITALISED}(?: {CAPITALISED}){{0,3}}) "
    rf"(?:is|has|was|believes|relies|needs)\b"
)
_READERS = re.compile(
    rf"\b(?:other|fellow) (?P<name>{CAPITALISED}(?: {CAPITALISED}){{0,3}}) (?:readers|subscribers|members)\b"
)
_LONGEST = 600  # characters of a note's paragraph


def originals(rows: Iterable[str]) -> Iterator[Stated]:
    """Yield what notes say of where a document was published first, and when; cleaning leaves some of its rows out."""
    for row in rows:
        if len(row) > _LONGEST or not _HINT.search(row):
            continue
        if (match := _FIRST_DAY.search(row)) and "published" in (dates := read_dateline(match["day"]) or {}):
            yield Stated("published", dates["published"], "note")
        if name := _named(row):
            yield Stated("original", name, "note")


def _named(row: str) -> str | None:
    for pattern in _NOTES:
        for match in pattern.finditer(row):
            name = re.sub(r"['’]s$", "", match["name"]).strip(" .-")
            if _MADE.search(row, match.start(), match.start("name")):
                maker, _, paper = name.partition(" for ")
                name = paper.removeprefix("the ") if is_person(maker) else name
            if _is_name(name):
                return name
    return None


def _is_name(name: str) -> bool:
    return 1 < len(name) <= 80 and not _NO_NAME.fullmatch(name) and not is_section(name)


def wire(paragraph: str) -> tuple[Stated, ...]:
    """Return what the opening of an agency's text states: the agency, and the day where it has a year."""
    match = _WIRE.match(paragraph[:120])
    if not match:
        return ()
    found = [Stated("original", match["agency"], "dateline")]
    if match["date"] and (iso := stated_date(match["date"])):
        found.append(Stated("published", iso, "dateline"))
    return tuple(found)


def author_in_text(paragraphs: Sequence[str]) -> str | None:
    """Return the author where a line introduces them before the article or says who they are after it."""
    for row in paragraphs[:3]:
        if len(row) <= 800 and (match := _INTRO.search(row)) and PERSON.fullmatch(match["name"]):
            return match["name"]
    for number, row in reversed(list(enumerate(paragraphs))[-3:]):
        match = _BIO.match(row) if len(row) <= 800 else None
        if match and names_in(match["name"]):
            before = " ".join(paragraphs[:number])
            if match["name"] not in before and match["name"].split()[-1] not in before:
                return match["name"]
    return None


def publisher_in_appeals(removed: Iterable[str]) -> str | None:
    """Return the name that a site gives itself when it says "we", if it does so twice and gives no other."""
    names: Counter[str] = Counter()
    for row in removed:
        if len(row) > 1000:
            continue
        own = notices.unquoted(row)
        if notices.addresses_reader(own):
            names.update(match["name"] for match in _SELF.finditer(own))
        names.update(match["name"] for match in _READERS.finditer(own))
    merged: Counter[str] = Counter()
    for name, count in names.items():
        merged[f"The {name}" if f"The {name}" in names else name] += count
    (name, count), *others = [*merged.most_common(2), ("", 0)][:2]
    return name if count >= 2 and all(other < count for _, other in others) and len(name) > 3 else None
