"""From a document to its article: boilerplate is left out, and what its words state is read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

from qabot.articles.article import Article, Document, Layout, Stated
from qabot.articles.boilerplate import lines as line
from qabot.articles.boilerplate.clean import Cleaned, clean, is_left_out
from qabot.articles.boilerplate.stand_ins import is_stand_in
from qabot.articles.dateline import date_in_path, is_dateline, is_labelled, read_dateline, split_dateline
from qabot.articles.decoding import normalise
from qabot.articles.head import Head, byline, read_head, read_signatures, sign_off
from qabot.articles.names import name_key, same_title, site_in_titles
from qabot.articles.notes import author_in_text, originals, publisher_in_appeals, wire
from qabot.articles.provenance import in_order, settled
from qabot.articles.urls import domain_of, without_credentials
from qabot.errors import ArticleError

_TOP = 8  # rows at an article's top among which its title, byline and dateline may stand
_REGION = 20  # lines of a page between its title and its body, at most
_SIGNING = ("author", "published")
_PLACES_IN_HEAD = {
    "title": "heading", "publisher": "heading", "author": "byline", "original": "byline", "published": "dateline",
    "updated": "dateline",
}  # fmt: skip
_DAMAGED = "\ufffd"
_OPENING = 2  # paragraphs that an agency's credit may open
_ENOUGH = 200  # characters that show a language; a headline could be in several
_READ = 1000  # characters that are read for it; more make it slower and no surer
_SURE = 0.9  # probability of a language
_UNSPOKEN = frozenset(("eo", "la", "vo"))  # no newspaper is in them


def article_of(document: Document, repeated: Collection[str] = ()) -> Article:
    """Return the article that a document holds.

    ``repeated`` are those of its rows that other articles of its site have too.

    Raises:
        ArticleError: there is no article in it.
    """
    parted = {Layout.WRITTEN: _written, Layout.EXTRACTED: _extracted, Layout.PAGE: _page}[document.layout](
        document, repeated
    )
    stated = [*document.stated, *_in_head(parted.head), *_in_text(document, parted)]
    stated += _by_address(document, stated)
    titles = {name_key(each.value) for each in stated if each.field == "title"}
    titles |= {name_key(settled(stated).get("title", ""))} - {""}
    rows = [row for n, row in enumerate(parted.paragraphs) if n >= _TOP or name_key(row) not in titles]
    text = "\n\n".join(filter(None, (normalise(row).replace("\n", " ").strip() for row in rows)))
    language = language_of(text)
    signed = any(each.where in ("page markup", "byline", "dateline") and each.field in _SIGNING for each in stated)
    may_stand_in = document.layout is not Layout.WRITTEN and language in (None, "en")
    if not any(character.isalnum() for character in text) or (
        may_stand_in and is_stand_in(rows, parted.removed, signed=signed, sent=bool(document.page))
    ):
        raise ArticleError(
            document.source, "there is no article in it: check that the page was saved whole, or remove it"
        )
    if language:
        stated.append(Stated("language", language, "text"))
    ordered = in_order(stated)
    removed = [row for row in (*document.removed, *parted.removed) if name_key(row) not in titles]
    if damaged := text.count(_DAMAGED):
        removed.append(f"characters that could not be decoded, for which {_DAMAGED} stands in the text: {damaged}")
    return Article(document.source, text, stated=ordered, removed=tuple(removed), **settled(ordered))


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language, where it is long enough to tell and the answer is beyond doubt.

    It is told by naive Bayes over byte sequences (py3langid).
    """
    start = text[:_READ]
    if len(start) < _ENOUGH or 2 * sum(map(str.isalpha, start)) < _ENOUGH:
        return None
    code, probability = _identifier().classify(start)
    return str(code) if probability >= _SURE else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2 and code not in _UNSPOKEN])
    return identifier


def _page(document: Document, repeated: Collection[str]) -> Cleaned:
    """Clean a page; a heading on top that is not the stated title stays as one of the article's lines."""
    cleaned = clean(document.rows, repeated)
    head, kept = cleaned.head, cleaned.paragraphs
    titles = [each.value for each in document.stated if each.field == "title"]
    if titles and head.title and not any(same_title(head.title, each) for each in titles):
        kept = (*(row for row in document.rows if row == head.title), *kept)
        head = replace(head, title=None)
    if not head.is_signed:
        signed = read_signatures(kept, ([*_prose(kept), 0, 0])[1], only_dated=True)
        kept = tuple(row for n, row in enumerate(kept) if n not in signed.lines)
        head = replace(signed, title=head.title, publisher=head.publisher or signed.publisher)
    dates = _labelled_at_ends(kept)
    return Cleaned(tuple(row for row in kept if row not in dates), (*cleaned.removed, *dates), head)


def _written(document: Document, repeated: Collection[str]) -> Cleaned:  # noqa: ARG001
    """Return all rows, without the title, the byline and the dateline where a byline or a dateline plainly is one."""
    rows = document.rows
    for body in _prose(rows)[:2]:
        head = read_head(rows, body)
        if any(byline(rows[n]) or is_dateline(rows[n]) or split_dateline(rows[n]) for n in head.lines):
            return Cleaned(tuple(row for n, row in enumerate(rows) if n not in head.lines), head=head)
    return Cleaned(rows)


def _extracted(document: Document, repeated: Collection[str]) -> Cleaned:
    """Return the rows found in a page, and the byline and dateline between its title and them."""
    rows = [row for row in document.rows if not is_left_out(row, repeated)]
    head, said = _head_of_page(document, rows)
    dates = _labelled_at_ends(rows)
    kept = tuple(row for n, row in enumerate(rows) if row not in dates and (n >= _TOP or row not in said))
    return Cleaned(kept, tuple(row for row in _lines_left_out(document.page, kept) if row not in said), head)


def _lines_left_out(lines: Sequence[str], paragraphs: Sequence[str]) -> list[str]:
    """Return the lines that are in no paragraph, compared by runs of three words: time grows with the page only."""
    kept = {run for paragraph in paragraphs for run in _runs(paragraph)}
    return [row for row in lines if not kept.issuperset(_runs(row))]


def _runs(line: str) -> set[tuple[str, ...]]:
    words = line.split()
    return {tuple(words[i : i + 3]) for i in range(max(1, len(words) - 2))}


def _head_of_page(document: Document, rows: Sequence[str]) -> tuple[Head, Collection[str]]:
    """Read what a page says above its article, or where that is nothing, below its first paragraph, a standfirst.

    Returns:
        What it says, and the lines that say it.
    """
    titles = [name_key(each.value) for each in document.stated if each.field == "title"]
    prose = [n for n in _prose(rows) if not _is_title(rows[n], titles)]
    for body in prose[:2]:
        headings = [name_key(row) for row in rows[: prose[0]] if not is_dateline(row)]
        above = _above(document.page, rows[body], titles) or _above(document.page, rows[body], headings)
        lines = [*above, *rows]
        head = read_signatures(lines, len(above) + body, title_at=0 if above else None, only_dated=True)
        if head.is_signed:
            return head, {lines[n] for n in head.lines}
    return Head(), ()


def _prose(rows: Sequence[str]) -> list[int]:
    """Return the numbers of the first rows that are paragraphs: the body's, or a standfirst and then the body's."""
    return [n for n, row in enumerate(rows[:_TOP]) if line.is_prose(row) and not byline(row)]


def _above(page: Sequence[str], body: str, titles: Collection[str]) -> Sequence[str]:
    """Return the lines of a page from its title to its article; none where the title does not stand above it."""
    first = page.index(body) if body in page else 0
    start = next((n for n in range(first - 1, max(0, first - _REGION) - 1, -1) if _is_title(page[n], titles)), first)
    return page[start:first]


def _is_title(row: str, titles: Collection[str]) -> bool:
    """True if a line is a title, or what is left of one without its site's name."""
    key = name_key(row)
    return any(2 * len(key) > len(title) and (title.startswith(key) or title.endswith(key)) for title in titles)


def _labelled_at_ends(rows: Sequence[str]) -> list[str]:
    """Return the lines like "Last updated on 4 May 2021" at either end."""
    ends = rows if len(rows) < 2 * _TOP else [*rows[:_TOP], *rows[-_TOP:]]
    return [row for row in ends if is_labelled(row) and is_dateline(row)]


def _labelled_dates(rows: Sequence[str]) -> Iterator[Stated]:
    """Yield what such lines say; nothing where they name several days, as then some are of teasers."""
    dates = [found for row in _labelled_at_ends(rows) if (found := read_dateline(row))]
    for field in ("published", "updated"):
        days = {each[field] for each in dates if field in each}
        if len(days) == 1:
            yield Stated(field, days.pop(), "dateline")


def _in_head(head: Head) -> Iterator[Stated]:
    for field, where in _PLACES_IN_HEAD.items():
        if value := getattr(head, field):
            yield Stated(field, value, where)


def _in_text(document: Document, parted: Cleaned) -> Iterator[Stated]:
    """Yield what the words below the head say: notes, an agency's opening, the author, the last update."""
    yield from chain.from_iterable(wire(parted.paragraphs[n]) for n in _prose(parted.paragraphs)[:_OPENING])
    yield from originals(list(dict.fromkeys((*document.rows, *document.page))))
    yield from _labelled_dates(document.rows)
    if names := next(filter(None, map(sign_off, document.rows[-_TOP:])), None):
        yield Stated("author", names, "byline")
    if author := author_in_text(parted.paragraphs):
        yield Stated("author", author, "text")
    if document.layout is Layout.PAGE and (publisher := publisher_in_appeals(parted.removed)):
        yield Stated("publisher", publisher, "text")


def _by_address(document: Document, stated: Sequence[Stated]) -> Iterator[Stated]:
    """Yield what the address states, and the site's name in titles, which the address confirms.

    Where nothing names the publisher, the site's domain stands for it.
    """
    addresses = list(dict.fromkeys([*(each.value for each in stated if each.field == "url"), document.address or ""]))
    titles = [each for each in stated if each.field == "title"]
    if site := site_in_titles([each.value for each in titles], addresses[0]):
        yield Stated("publisher", site, next(each.where for each in titles if site in each.value))
    elif all(each.field != "publisher" for each in stated) and (domain := domain_of(addresses[0])):
        yield Stated("publisher", domain, "address")
    if document.address:
        yield Stated("url", without_credentials(document.address), "address")
    if published := next(filter(None, map(date_in_path, addresses)), None):
        yield Stated("published", published, "address")
