"""From a source to its article: the one place where Articles are made."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qabot.articles import clean as cleaning
from qabot.articles.article import Article
from qabot.articles.dateline import dateline, is_dateline, stated_date
from qabot.articles.decoding import decode, normalise
from qabot.articles.metadata import author_in_text, byline, publisher_in_appeals, without_site
from qabot.errors import ArticleError
from qabot.settings import Settings

SUFFIXES = (".txt", ".md", ".markdown", ".html", ".htm", ".xhtml")
_MARKDOWN = (".md", ".markdown")
_HTML = (".html", ".htm", ".xhtml")
_SUFFIX_OF_TYPE = {"text/plain": ".txt", "text/markdown": ".md"}  # of every other type: HTML
_BYLINES = 8  # lines at a page's top among which its date and byline may stand
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)


def read_articles(source: str, *, settings: Settings) -> list[Article]:
    """The articles of a source: one, as long as no format that holds several is read.

    Args:
        source: the path of a file, or a URL.
        settings: bounds the size, and the addresses that may be read.

    Raises:
        ArticleError: it cannot be read, or holds no article.
    """
    if "://" in source:
        from qabot.articles.fetch import fetch

        fetched = fetch(source, settings=settings)
        suffix = _SUFFIX_OF_TYPE.get(fetched.content_type, ".html")
        return [parse_article(fetched.data, source, suffix, url=fetched.url, charset=fetched.charset)]
    suffix = Path(source).suffix.lower()
    data = _read_file(source, suffix, settings)
    return [parse_article(data, source, suffix)]


def _read_file(source: str, suffix: str, settings: Settings) -> bytes:
    path = Path(source)
    try:
        if path.is_dir():
            os.listdir(path)
            raise ArticleError(source, "this is a folder: name its files, or the folder to `qabot index`")
        if not path.exists():
            raise ArticleError(source, "there is no such file: check the path")
        if not path.is_file():
            raise ArticleError(source, "this is no ordinary file: name a file")
        if suffix not in SUFFIXES:
            raise ArticleError(source, f"files of the kind {suffix or 'without a suffix'} are not read: {_kinds()}")
        size = path.stat().st_size / 1_000_000
        if size > settings.max_article_mb:
            raise ArticleError(
                source,
                f"{size:.1f} MB is more than the limit of {settings.max_article_mb:g} MB for one article: "
                "split it, or set QABOT_MAX_ARTICLE_MB",
            )
        return path.read_bytes()
    except PermissionError as error:
        raise ArticleError(source, "there is no permission to read it: change its permissions") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ArticleError(source, f"it cannot be read ({reason}): check the file") from error


def _kinds() -> str:
    return f"save it as one of {', '.join(SUFFIXES)}"


def parse_article(
    data: bytes, source: str, suffix: str, *, url: str | None = None, charset: str | None = None
) -> Article:
    """The article that a document holds.

    Args:
        data: the document.
        source: the path or URL it was read from.
        suffix: its kind, one of ``SUFFIXES``.
        url: the address it was fetched from, after redirects.
        charset: the encoding that its server claims.

    Raises:
        ArticleError: it is no text, or there is no article in it.
    """
    suffix = suffix.lower()
    if suffix not in SUFFIXES:
        raise ArticleError(source, f"files of the kind {suffix or 'without a suffix'} are not read: {_kinds()}")
    if not data.strip():
        raise ArticleError(source, "it is empty: remove it, or put an article into it")
    if suffix in _HTML:
        from qabot.articles.html import declared_encoding

        charset = charset or declared_encoding(data)
    text = decode(data, source, charset)
    if suffix in _MARKDOWN:
        return _markdown(text, source, url)
    return _html(text, source, url) if suffix in _HTML else _raw(cleaning.paragraphs(text), source, url)


def _raw(rows: Sequence[str], source: str, url: str | None) -> Article:
    cleaned = cleaning.clean(rows)
    head = cleaned.head
    return _article(
        source,
        cleaned.paragraphs,
        removed=cleaned.removed,
        title=head.title,
        author=head.author or author_in_text(cleaned.paragraphs),
        publisher=head.publisher or publisher_in_appeals(cleaned.removed),
        published=head.published,
        url=url,
    )


def _markdown(text: str, source: str, url: str | None) -> Article:
    from qabot.articles.markdown import plain_text, split_front_matter

    fields, body = split_front_matter(text)
    heading, paragraphs = plain_text(body)
    title = _field(fields.get("title")) or heading
    if heading is not None and heading == title:
        paragraphs = paragraphs[1:]
    return _article(
        source,
        paragraphs,
        title=title,
        author=_field(fields.get("author") or fields.get("authors")),
        publisher=_field(fields.get("publisher")),
        published=stated_date(fields.get("published") or fields.get("date")),
        url=_address(_field(fields.get("url"))) or url,
        about=_field(fields.get("about")),
    )


def _html(text: str, source: str, url: str | None) -> Article:
    from qabot.articles.html import left_out, read_page

    page = read_page(text, url)
    if not page.paragraphs or not page.complete:  # better with a stray line than with half of the article gone
        return _raw(page.lines, source, url)
    paragraphs = [row for row in page.paragraphs if row != page.title and not cleaning.is_left_out(row)]
    first = next((row for row in paragraphs if row in page.lines and not is_dateline(row)), None)
    top = page.lines[: page.lines.index(first)] if first else ()
    paragraphs = [row for n, row in enumerate(paragraphs) if n >= _BYLINES or not (is_dateline(row) or byline(row))]
    return _article(
        source,
        paragraphs,
        removed=[row for row in left_out(page.lines, paragraphs) if row != page.title],
        title=without_site(page.title, page.publisher),
        author=page.author or author_in_text(paragraphs),
        publisher=page.publisher,
        published=page.published or next(filter(None, map(dateline, reversed(top[-_BYLINES:]))), None),
        url=_address(page.url) or url,
    )


def _field(value: Any) -> str | None:
    """A field's text on one line; the members of a list separated by ", "."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_field(one) for one in value if not isinstance(one, list)))) or None
    if value is None or isinstance(value, dict | set):
        return None
    return " ".join(normalise(str(value)).split()) or None


def _address(value: str | None) -> str | None:
    return value if value and _WEB.fullmatch(value) else None


def _article(source: str, paragraphs: Iterable[str], *, removed: Iterable[str] = (), **stated: str | None) -> Article:
    text = "\n\n".join(filter(None, (normalise(row).replace("\n", " ").strip() for row in paragraphs)))
    if not any(character.isalnum() for character in text):
        raise ArticleError(source, "there is no article in it: check that the page was saved whole, or remove it")
    return Article(source, text, removed=tuple(removed), **{name: _field(value) for name, value in stated.items()})
