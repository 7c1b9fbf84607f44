"""Bylines: the names in a line that says who wrote an article, and in one that holds names and nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

from qabot.articles import lines as line
from qabot.articles.names import CAPITALISED, PERSON, is_agency, is_organisation, without_post

_BYLINE = re.compile(
    r"^\W*(?:(?:written|words|story|text|reporting|report|analysis|opinion|compiled|posted|published) )?by:?\s+"
    r"(?P<names>.+)$|^\W*(?:words|text|authors?|writer|reporter):\s+(?P<labelled>.+)$",
    re.I,
)
_SIGN_OFF = re.compile(r"^\W*Reporting by (?P<names>[^;.]+)(?:[;.]|$)")  # of agencies, below the text
_IN_A_PLACE = re.compile(rf"(?<=\w) in {CAPITALISED}(?: {CAPITALISED})*(?=$|,| and )")
_FOR_A_PAPER = re.compile(r"(?<=\w),? (?:for|special to) (?:the )?[A-Z].*$")
_AND = re.compile(r"\s*(?:,|;|\band\b|&|\|)\s*")
# Two capitalised words that stand alone near the top may also name a section, a place or an institution, or a button.
_NO_NAMES = frozenset(
    "advertisement africa african agency america american analysis and angeles arts asia associated bank big breaking "
    "britain british bureau business centre center china climate column comment company contributor corp council "
    "countries country court culture daily day department desk east editor editorial editors education europe european "
    "exclusive explained explainer fact fashion feature features film finance football for foundation gazette global "
    "group guest guide health herald home house inc india institute intelligence interview island journal "
    "kingdom latest life "
    "lifestyle live london ltd magazine mail market markets media middle minister ministry monday money "
    "network new news "
    "newsletter newsroom north now of office opinion people photo podcast politics post press profile quick "
    "quiz read report "
    "reporter republic research review reviews russia saturday school science security service society south "
    "special sport "
    "sports staff star state states story street sunday team tech technology television the times to today top travel "
    "tribune tv uk ukraine union united university us usa video war washington watch weather week weekend welcome west "
    "what who why world writer year york your editorials opinions long short deep big first one two three "
    "account add all browse buy click close contact continue discover download enlarge explore find follow get give "
    "hide how join learn listen load log manage my open our play print search send share shop show sign skip submit "
    "subscribe tap tip view visit your".split()
)
_GLUED = re.compile(r"[a-z]{4}[A-Z](?:[a-z]{3}|[A-Z])")  # two words that lost the space between them


def names_in(text: str) -> str | None:
    """The persons' names that a text begins with, separated by ", "."""
    found: list[str] = []
    if len(text) > 150:
        return None
    text = _FOR_A_PAPER.sub("", _IN_A_PLACE.sub("", text))
    for part in map(without_post, _AND.split(text.strip(" .*"))):
        tokens = [word.lower() for word in line.words(part)]
        if (
            len(tokens) > 5
            or not PERSON.fullmatch(part.strip())
            or _NO_NAMES.intersection(tokens)
            or _GLUED.search(part)
            or is_organisation(part)
        ):
            break
        found.append(part.strip())
    return ", ".join(dict.fromkeys(found)) or None


def byline(row: str) -> str | None:
    """The names in "By Ann Lee and Bo Li, Reuters", separated by ", "."""
    match = _BYLINE.match(row)
    if not match or len(row) > 150 or line.is_sentence(row):
        return None
    names = (match["names"] or match["labelled"]).strip(" *")
    return names if is_agency(names) else names_in(names)


def sign_off(row: str) -> str | None:
    """The names in "Reporting by Ann Lee in Lisbon and Bo Li; editing by Cy Young"."""
    match = _SIGN_OFF.match(row) if len(row) <= 400 else None
    return names_in(match["names"]) if match else None


def lone_names(row: str, body: str) -> str | None:
    """The names in a line that holds nothing else, unless the body shows that they are no author's.

    An author is hardly named in the body, and the words of a name do not occur there in lower case.
    """
    if len(row) > 120 or (names := names_in(row)) is None or not re.fullmatch(r"[^.!?:]*", re.sub(r"\b\w\.", "", row)):
        return None
    if line.is_label(row):
        return None
    lower = _common_words(body)
    for name in names.split(", "):
        initials = re.search(r"\b[A-Z]{2,}\b", name)
        if initials or name in body or any(len(word) > 4 and word.lower() in lower for word in line.words(name)):
            return None
    return names


@lru_cache(2)
def _common_words(body: str) -> frozenset[str]:
    return frozenset(re.findall(r"\b[a-zß-ÿ]{3,}\b", body))
