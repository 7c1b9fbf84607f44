"""The statements of documents about themselves: the places that make them, and which counts where two differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from pathlib import PurePath
from typing import Any

from qabot.articles.article import Stated
from qabot.articles.dateline import stated_date
from qabot.articles.decoding import normalise
from qabot.articles.names import (
    authors,
    bare_title,
    host_names,
    is_agency,
    is_person,
    is_site_of,
    name_key,
    publisher,
    same_name,
    texts,
    title,
)
from qabot.articles.urls import host_of, place_of, without_credentials

PLACES = (
    "front matter",
    "archive",  # the fields of a line of JSON
    "e-mail header",
    "JSON-LD",
    "meta tag",  # and <link> of a page's head
    "page markup",  # microdata, <time>, rel=author, <h1>, <title>, <html lang>
    "feed",
    "heading",
    "byline",
    "dateline",
    "file properties",  # of a PDF, a DOCX file or an EPUB
    "note",  # "This article was first published in ..."
    "text",  # told from the words themselves: the language, an author introduced in a sentence, a site's own name
    "address",  # the URL and its path
)
"""The order in which contradictions are settled, and why it is so:

- What somebody wrote for this very copy (front matter, an archive's line, a header) comes before what came with it.
- What is written into fields made for it comes before what is read off the lines of a text, where a pattern may err. Of
  a page's fields, those that say what they are about (JSON-LD names its article) come before those of its head, and
  these before its markup, which teasers share; a feed comes last of them, as it speaks of the page from outside.
- File properties are such fields too, but programs fill them in and nobody looks at them: what stands in the text goes
  before them.
- A note speaks of another publication first; the words only imply; and an address may have been made before the article
  was published, or name the month only.

What does not contradict an earlier place but says more counts before it: of dates that agree the more precise one
(2024-04-22 before 2024-04), of titles that agree the one that is not cut off by an ellipsis.
"""
_ENDS_CUT = ("...", "…")
_FIELD_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline", "creator"),
    "publisher": ("publisher", "site_name", "sitename", "source_name"),
    "published": (
        "published", "date_published", "datepublished", "published_at", "published_date", "publish_date",
        "publishdate", "date_publish", "publication_date", "publicationdate", "pub_date", "pubdate", "date",
    ),
    "updated": (
        "updated", "modified", "date_modified", "datemodified", "updated_at", "modified_at", "last_modified", "lastmod",
        "last_updated", "updated_date",
    ),
    "language": ("language", "lang", "inlanguage"),
    "url": ("url", "canonical_url", "link"),
    "original": ("original",),
    "about": ("about",),
}  # fmt: skip
FIELDS = tuple(_FIELD_NAMES)
FIELD_NAMES = frozenset(chain.from_iterable(_FIELD_NAMES.values()))
"""All names that fields go by, in lower case."""
_LANGUAGE = re.compile(r"([a-z]{2,3})(?![^\W_])", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s/]\S*", re.IGNORECASE)

_FILE = re.compile(
    r"\S\.(?:docx?|dotx?|dvi|eps|epub|html?|indd|md|odt|pages|pdf|pptx?|ps|pub|qxd|qxp|rtf|tex|tmp|txt|xlsx?)$", re.I
)
_PLACEHOLDER = re.compile(
    r"(?:untitled|(?:new )?document|dokument|title|no title|press release template|powerpoint presentation|slide|"
    r"unknown|unspecified|microsoft word)[\s\d()-]*|\W*",
    re.I,
)
_PROGRAM = re.compile(
    r"\b(?:acrobat|adobe|apache (?:fop|poi)|calibre|chromium|distiller|framemaker|fpdf|ghostscript|google docs|"
    r"indesign|itext|latex|libre ?office|microsoft|open ?office|openpyxl|pandoc|pdf\w*|powerpoint|pscript\w*|"
    r"python-docx|quarkxpress|reportlab|skia|weasyprint|wkhtmltopdf|xetex)\b",
    re.I,
)


def in_order(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """Return all that is stated, each once, the place that counts first; those of one place as given."""
    return tuple(sorted(dict.fromkeys(stated), key=lambda each: PLACES.index(each.where)))


def settled(stated: Iterable[Stated]) -> dict[str, str]:
    """Return the value that counts of every field that something is stated of.

    A title loses its site's name. Of a page's publishers, one that the host of its address is made of counts first, and
    an agency last, because others publish its articles. The publisher is the author only where no other is named, and
    never the original; another organisation only where no person is.
    """
    ordered = in_order(stated)
    given = _values(ordered)
    url = next(iter(given.get("url", ())), None)
    host = host_of(url)
    is_site = _is_site(given)
    publishers = [each for each in ordered if each.field == "publisher"]
    names = [each.value for each in sorted(publishers, key=lambda each: _rank(each, host))]
    given["publisher"] = names
    given["title"] = [
        bare_title(each, given["title"], is_site)
        for each in given.get("title", ())
        if not any(same_name(each, name) for name in names)
    ]
    authors = [each for each in ordered if each.field == "author"]
    signed = any(each.where == "byline" and not _is_weak(each) for each in authors)
    authors.sort(
        key=lambda each: (
            is_site(_without(each.value, is_site)),
            _is_weak(each) or (signed and each.where == "e-mail header"),  # who sent it did not write it
        )
    )
    given["author"] = [_without(each.value, is_site) for each in authors]
    own = is_site_of(names[:1], url)
    given["original"] = [each for each in given.get("original", ()) if not own(each) and not _is_one(each, names[:1])]
    return {
        field: next((each for each in values[1:] if _says_more(field, each, values[0])), values[0])
        for field, values in given.items()
        if values
    }


def _rank(publisher: Stated, host: str | None) -> int:
    if PLACES.index(publisher.where) < PLACES.index("JSON-LD"):
        return 0
    return 1 if host and host_names(host, publisher.value) else 3 if is_agency(publisher.value) else 2


def _is_weak(author: Stated) -> bool:
    """True if a page's field names an organisation as the author, before which a byline with a person's name counts."""
    chosen = PLACES.index(author.where) < PLACES.index("e-mail header")
    return not chosen and not any(map(is_person, author.value.split(", ")))


def _without(authors: str, is_site: Callable[[str], bool]) -> str:
    """Return the authors without the publisher among them."""
    return ", ".join(name for name in authors.split(", ") if not is_site(name)) or authors


def _is_one(name: str, publishers: Iterable[str]) -> bool:
    """True if a publisher's name begins as the name does: "AP" of "AP News"."""
    return any(name_key(each).startswith(name_key(name)) for each in publishers)


def differing(stated: Iterable[Stated]) -> dict[str, tuple[Stated, ...]]:
    """Return the fields on which places really differ, with all that is said of them, the place that counts first.

    Case, white space, punctuation, a site's name after a title, a date's precision, or some of the authors missing are
    no differences.
    """
    ordered = in_order(stated)
    given = _values(ordered)
    found = {}
    for field in given:
        same = _sameness(field, given)
        values = list(dict.fromkeys(given[field]))
        if any(not same(one, other) for n, one in enumerate(values) for other in values[:n]):
            found[field] = tuple(each for each in ordered if each.field == field)
    return found


def _values(stated: Iterable[Stated]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for each in in_order(stated):
        values.setdefault(each.field, []).append(each.value)
    return values


def _is_site(given: dict[str, list[str]]) -> Callable[[str], bool]:
    return is_site_of(given.get("publisher", ()), next(iter(given.get("url", ())), None))


def _says_more(field: str, value: str, other: str) -> bool:
    if field in ("published", "updated"):
        return value.startswith(f"{other}-")
    if field == "title" and other.endswith(_ENDS_CUT):
        return len(value) >= len(other) and value.startswith(other.rstrip(" .…"))
    return False


def _sameness(field: str, given: dict[str, list[str]]) -> Callable[[str, str], bool]:
    if field in ("published", "updated"):
        return lambda one, other: one.startswith(other) or other.startswith(one)
    if field == "title":
        is_site = _is_site(given)
        keys = {each: name_key(bare_title(each, given["title"], is_site)) for each in given["title"]}
        return lambda one, other: (
            keys[one] == keys[other]
            or (other.endswith(_ENDS_CUT) and keys[one].startswith(keys[other]))
            or (one.endswith(_ENDS_CUT) and keys[other].startswith(keys[one]))
        )
    if field == "author":
        return lambda one, other: _names(one) <= _names(other) or _names(other) <= _names(one)
    if field in ("publisher", "original"):
        return same_name
    if field == "url":
        return lambda one, other: place_of(one) == place_of(other)
    return lambda one, other: one == other


def _names(authors: str) -> set[str]:
    return {name_key(name) for name in authors.split(", ")}


def from_fields(fields: Mapping[str, Any], where: str) -> tuple[Stated, ...]:
    """Return what named fields state.

    Args:
        fields: by name in lower case; values of any type, as YAML or JSON has them. Of several names for one field, the
            first that has a value counts.
        where: the place that they are from, one of `qabot.articles.provenance.PLACES`.
    """
    found = []
    for field, known in _FIELD_NAMES.items():
        value = next(filter(None, (value_of(field, fields[name]) for name in known if fields.get(name))), None)
        if value:
            found.append(Stated(field, value, where))
    return tuple(found)


def value_of(field: str, given: Any) -> str | None:
    """Return a field's value in the form that articles have it; None where it is no such value."""
    if field in ("published", "updated"):
        return stated_date(given)
    if field == "author":
        return _one_line(authors(given))
    if field == "publisher":
        return _one_line(publisher(next(iter(texts(given)), None)))
    text = _one_line(given)
    if text and field == "title":
        return title(text)
    if text and field == "url":
        return without_credentials(text) if _WEB.fullmatch(text) else None
    if text and field == "language":
        return language_code(text)
    return text


def language_code(name: str) -> str | None:
    """Return the ISO 639-1 code of a language as a field names it: "en-GB", "eng", "English", "Deutsch"."""
    names = _english_names()
    code = match[1].lower() if (match := _LANGUAGE.match(name)) else ""
    code = _aliases().get(code, code)
    if code in names and len(code) == 2:
        return code
    wanted = name.casefold().strip()
    found = next((code for code, each in names.items() if each.casefold() == wanted), None)
    return found or _own_names().get(wanted)


@cache
def _english_names() -> dict[str, str]:
    from babel import Locale

    return {code: name for code, name in Locale("en").languages.items() if len(code) == 2}


@cache
def _aliases() -> dict[str, str]:
    from babel.core import get_global

    return dict(get_global("language_aliases"))


@cache
def _own_names() -> dict[str, str]:
    from babel import Locale, localedata

    own = {code: Locale(code).get_display_name(code) for code in _english_names() if localedata.exists(code)}
    return {name.casefold(): code for code, name in own.items() if name}


def _one_line(value: Any) -> str | None:
    """Return a field's text on one line; the members of a list separated by ", "."""
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, (_one_line(one) for one in value if not isinstance(one, list | tuple)))) or None
    if value is None or isinstance(value, dict | set | bool):
        return None
    return " ".join(normalise(str(value)).split()) or None


def from_properties(fields: Mapping[str, Any], source: str, programs: Collection[Any] = ()) -> tuple[Stated, ...]:
    """Return what a file's properties state of an article.

    Args:
        fields: as `qabot.articles.provenance.from_fields` takes them.
        source: the file's path, whose name is no title.
        programs: the programs that the file names, none of which is an author.
    """
    known = {text for each in programs if (text := _one_line(each))}
    title, publisher = _one_line(fields.get("title")) or "", _one_line(fields.get("publisher")) or ""
    authors = fields.get("author")
    texts = filter(None, map(_one_line, authors if isinstance(authors, list) else [authors]))
    filled = {
        **fields,
        "publisher": None if _PROGRAM.search(publisher) else publisher,
        "title": None if _is_no_title(title, source) or title in known else title,
        "author": [text for text in texts if text not in known and not _PROGRAM.search(text)],
    }
    return from_fields(filled, "file properties")


def _is_no_title(title: str, source: str) -> bool:
    return bool(_FILE.search(title) or _PLACEHOLDER.fullmatch(title)) or title == PurePath(source).stem


def entitled(
    rows: Sequence[str], heading: str | None, stated: tuple[Stated, ...]
) -> tuple[tuple[str, ...], tuple[Stated, ...]]:
    """Return rows and what is stated: an opening heading is no row but the title, unless another title is stated."""
    if heading is None or first_of("title", stated) not in (None, heading):
        return tuple(rows), stated
    return tuple(rows[1:]), (*stated, *from_fields({"title": heading}, "heading"))


def first_of(field: str, stated: Iterable[Stated]) -> str | None:
    """Return the first value that is stated of a field."""
    return next((each.value for each in stated if each.field == field), None)
