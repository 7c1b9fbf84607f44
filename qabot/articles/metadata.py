"""What a text says of itself: title, author, publisher, date. Taken where it is stated, never guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qabot.articles import lines as line
from qabot.articles.dateline import dateline, is_dateline

_PARTICLES = "de|da|del|della|di|du|la|le|van|von|der|den|bin|ibn|al|el|y|e|ter|ten|dos|das"
_TOKEN = r"(?:[A-ZÀ-ÞĀ-Ž](?:[\w'’-]*\w)?\.?)"
_NAME = rf"{_TOKEN}(?: (?:{_TOKEN}|{_PARTICLES}))* {_TOKEN}"
_PERSON = re.compile(rf"(?:(?:Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.? )?{_NAME}")
_BYLINE = re.compile(r"^\W*(?:(?:written|words|story|text|reporting|analysis|opinion) )?by:?\s+(?P<names>.+)$", re.I)
_AND = re.compile(r"\s*(?:,|;|\band\b|&|\|)\s*")
# Two capitalised words that stand alone near the top may also name a section, a place or an institution.
_NO_NAMES = frozenset(
    "advertisement africa african agency america american analysis and angeles arts asia associated bank big breaking "
    "britain british bureau business centre center china climate column comment company contributor corp council "
    "countries country court culture daily day department desk east editor editorial editors education europe european "
    "exclusive explained explainer fact fashion feature features film finance football for foundation gazette global "
    "group guest guide health herald home house inc india institute intelligence interview island journal kingdom latest life "
    "lifestyle live london ltd magazine mail market markets media middle minister ministry monday money network new news "
    "newsletter newsroom north now of office opinion people photo podcast politics post press profile quick quiz read report "
    "reporter republic research review reviews russia saturday school science security service society south special sport "
    "sports staff star state states story street sunday team tech technology television the times to today top travel "
    "tribune tv uk ukraine union united university us usa video war washington watch weather week weekend welcome west "
    "what who why world writer year york your editorials opinions long short deep big first one two three".split()
)
_STAFF = re.compile(r"\b(?:staff|editors?|newsroom|special (?:to|for)|wire reports|associated press|reuters|agencies)\b", re.I)
_INTRO = re.compile(
    rf"\bin (?:this|the|an?|his|her|their) (?:\w+ ){{0,2}}(?:article|piece|column|essay|commentary)\b[^,]{{0,80}},\s*(?P<name>{_NAME}),",
    re.I,
)
_OCCUPATION = (
    r"professor|lecturer|fellow|researcher|scholar|scientist|historian|economist|student|candidate|director|founder|editor|"
    r"writer|author|journalist|reporter|correspondent|columnist|contributor|commentator|analyst|expert|consultant|"
    r"critic|novelist|ceo|lawyer|attorney|president"
)
_BIO = re.compile(
    rf"^\W*(?P<name>{_NAME})(?:,[^,]{{1,60}},)? (?:is|was) (?:an?|the|[A-Z]\w+['’]s|professor|[a-z]+)\b[^.]*\b(?:{_OCCUPATION})\b[^.]*"
    r"\b(?:at|for|with|of|in|on|based)\b"
)
_SUFFIX = re.compile(r"^(?P<title>.{8,}?)\s+[–—|-]\s+(?P<publisher>[^–—|]{2,40})$")
_SELF = re.compile(
    rf"(?:^|[.!?,]\s+)(?P<name>The(?: {_TOKEN}){{1,3}}|{_TOKEN}(?: {_TOKEN}){{0,3}}) (?:is|has|was|believes|relies|needs)\b"
)
_READERS = re.compile(rf"\b(?:other|fellow) (?P<name>{_TOKEN}(?: {_TOKEN}){{0,3}}) (?:readers|subscribers|members)\b")
_TOP = 25  # lines: no head is longer, whatever menus stand in it


@dataclass(frozen=True)
class Head:
    """What the lines before the body state, and which lines only do that."""

    title: str | None
    author: str | None
    publisher: str | None
    published: str | None
    lines: frozenset[int]


def read_head(rows: Sequence[str], start: int) -> Head:
    """Read title, byline and dateline from the lines before the body.

    Args:
        rows: the paragraphs of a page.
        start: the first of the body.
    """
    used: set[int] = set()
    top = range(min(start, _TOP))
    body = " ".join(rows[start:])
    title_at = _title_line(rows[: len(top)], body)
    title, publisher = (rows[title_at], None) if title_at is not None else (None, None)
    if title_at is not None and title is not None:
        title, publisher, repeated = _without_publisher(title, title_at, rows[: len(top)])
        used |= repeated
    author = published = None
    for i in top:
        if i in used:
            continue
        if (stated := dateline(rows[i])) or is_dateline(rows[i]):
            published = published or stated
            used.add(i)
        elif names := byline(rows[i]):
            author = author or names
            published = published or _date_beside(rows[i])
            used.add(i)
        elif author is None and (title_at is None or i > title_at) and (names := lone_names(rows[i], body)):
            author = names
            used.add(i)
    return Head(title, author, publisher, published, frozenset(used))


def _title_line(top: Sequence[str], body: str) -> int | None:
    """The first heading above any byline: one below it heads a section."""
    for i, row in enumerate(top):
        if byline(row) or (_STAFF.search(row) and len(line.words(row)) <= 8):
            return None
        if is_dateline(row) or line.is_label(row) or line.is_teaser(row) or line.may_be_site_voice(row):
            continue
        if lone_names(row, body):
            return None
        words = len(line.words(row))
        long_enough = words >= 3 or (words == 2 and i == 0)
        if long_enough and words <= 40 and len(row) <= 250 and not row.endswith((".", ",", ":", "—")) and not line.is_form(row):
            return i if not re.match(r"\W*\d+\.", row) else None
    return None


def _without_publisher(title: str, at: int, top: Sequence[str]) -> tuple[str, str | None, set[int]]:
    """The title, the publisher that a repetition of it has appended, and the lines of both."""
    match = _SUFFIX.match(title)
    bare = match["title"] if match else None
    used = {at}
    publisher = None
    for i, row in enumerate(top):
        if i == at:
            continue
        other = _SUFFIX.match(row)
        if match and other and (bare, match["publisher"]) == (other["title"], other["publisher"]):
            title, publisher = match["title"], match["publisher"]
        elif match and row == bare:
            title, publisher = row, match["publisher"]
        elif other and other["title"] == title:
            publisher = other["publisher"]
        elif row != title:
            continue
        used.add(i)
    if match and publisher is None and " | " in title:
        title, publisher = match["title"], match["publisher"]
    return title, publisher, used


def _names(text: str) -> str | None:
    found = []
    for part in _AND.split(text.strip(" .*")):
        tokens = [word.lower() for word in line.words(part)]
        if len(tokens) > 5 or not _PERSON.fullmatch(part.strip()) or any(token in _NO_NAMES for token in tokens):
            break
        found.append(part.strip())
    return ", ".join(dict.fromkeys(found)) or None


def byline(row: str) -> str | None:
    """The names in "By Ann Lee and Bo Li, Reuters", separated by ", "."""
    match = _BYLINE.match(row)
    return _names(match["names"]) if match and len(row) <= 150 and not line.is_sentence(row) else None


def lone_names(row: str, body: str) -> str | None:
    """The names in a line that holds nothing else, unless the body shows that they are no author's.

    An author is hardly named in the body, and the words of a name do not occur there in lower case.
    """
    if len(row) > 120 or (names := _names(row)) is None or not re.fullmatch(r"[^.!?:]*", re.sub(r"\b\w\.", "", row)):
        return None
    lower = set(re.findall(r"\b[a-zß-ÿ]{3,}\b", body))
    for name in names.split(", "):
        if name in body or any(token.lower() in lower for token in line.words(name)) or name.isupper():
            return None
    return names


def _date_beside(row: str) -> str | None:
    return next((found for part in re.split(r"[|•·]", row)[1:] if (found := dateline(part))), None)


def is_intro(row: str) -> bool:
    """Whether a line introduces the article's author: "In this article written for ..., Ann Lee, lecturer, ..."."""
    return bool(_INTRO.search(row))


def author_in_text(paragraphs: Sequence[str]) -> str | None:
    """The author where a line introduces them before the article or says who they are after it."""
    for row in paragraphs[:3]:
        if (match := _INTRO.search(row)) and _PERSON.fullmatch(match["name"]):
            return match["name"]
    for number, row in reversed(list(enumerate(paragraphs))[-3:]):
        match = _BIO.match(row)
        if match and len(line.words(row)) <= 80 and _names(match["name"]):
            before = " ".join(paragraphs[:number])
            if match["name"] not in before and match["name"].split()[-1] not in before:
                return match["name"]
    return None


def publisher_in_appeals(removed: Iterable[str]) -> str | None:
    """The name that a site gives itself where it says "we" to its reader, if it does so twice and gives no other."""
    names: Counter[str] = Counter()
    for row in removed:
        own = line.unquoted(row)
        if line.addresses_reader(own):
            names.update(match["name"] for match in _SELF.finditer(own))
        names.update(match["name"] for match in _READERS.finditer(own))
    merged: Counter[str] = Counter()
    for name, count in names.items():
        merged[f"The {name}" if f"The {name}" in names else name] += count
    (name, count), *others = [*merged.most_common(2), ("", 0)][:2]
    return name if count >= 2 and all(other < count for _, other in others) and len(name) > 3 else None
