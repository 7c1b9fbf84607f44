"""The types that reading passes on: raw bytes, documents, links, articles, and the statements about them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import IO

from qabot.articles.urls import host_of
from qabot.errors import ArticleError


@dataclass(frozen=True)
class Stated:
    """One thing that a document says of itself.

    Attributes:
        field: which of an article's fields it is about: ``title``, ``published``, ...
        value: what it says; a date as an ISO date.
        where: the place that says so, one of `qabot.articles.provenance.PLACES`.
    """

    field: str
    value: str
    where: str


@dataclass(frozen=True)
class Article:
    """A source document, cleaned.

    Attributes:
        source: the path or URL it was read from; of one of several in a file, the file's path, ``#`` and the article's
            address or number in it.
        text: the article's own words, without menus, appeals and forms; paragraphs are separated by an empty line.
            Every offset in qabot counts characters of this text.
        title: None where the document does not say; so for all fields that follow.
        author: names as the document gives them, separated by ", ".
        publisher: the newspaper, agency or institution.
        published: an ISO date of the precision that the document gives: ``2024-04-22``, ``2024-04`` or ``2024``.
        updated: an ISO date, of the same precisions.
        language: an ISO 639-1 code.
        url: the address under which it was published.
        original: where it was published before, as a note in it says ("originally written for ...").
        about: the title of the original, where this is a brief of it.
        stated: all that the document says of itself, the place that counts first; what counts is in the fields above.
        removed: the lines of the document that were left out of ``text``.
    """

    source: str
    text: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    url: str | None = None
    original: str | None = None
    about: str | None = None
    stated: tuple[Stated, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def article_id(self) -> str:
        """Sixteen hexadecimal digits made from the text, so that the same article found again has the same id."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


class Layout(Enum):
    """The degree to which a document's rows are the article's own words."""

    WRITTEN = "written"
    """They are, all of them: Markdown, a book, a word processor's file."""
    EXTRACTED = "extracted"
    """A library found the article in a page; a stray line of the page may be among them."""
    PAGE = "page"
    """Raw text of a page, an e-mail or a printed sheet: menus, appeals, captions and forms stand between them."""


@dataclass(frozen=True)
class Raw:
    """The bytes of a file or page, and what is known of them from outside.

    Attributes:
        source: the path or URL that they were read from.
        data: the bytes.
        url: the address that they were fetched from, after redirects.
        charset: the encoding that their server claims.
        stream: where the bytes are read from instead: an archive may be larger than the memory.
        limit: no single article may have more bytes than that.
    """

    source: str
    data: bytes = b""
    url: str | None = None
    charset: str | None = None
    stream: IO[bytes] | None = None
    limit: int = 10_000_000


@dataclass(frozen=True)
class Document:
    """The contents of a file or page.

    Attributes:
        source: as that of an `Article`.
        rows: paragraphs, headings and lines, in order, normalised (`qabot.articles.decoding.normalise`), none empty.
        layout: how much of the rows is the article.
        stated: what fields made for it say of the document; what its rows say is read later.
        address: the URL of the page that it is from, where that is known.
        page: of a page of HTML all visible lines, in order.
        removed: lines that the format marks as no part of the text: running heads, a signature, quoted replies.
    """

    source: str
    rows: tuple[str, ...]
    layout: Layout
    stated: tuple[Stated, ...] = ()
    address: str | None = None
    page: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def site(self) -> str:
        """The site whose pages share menus and appeals: the address's host, else the folder, else nothing."""
        if self.address:
            return (host_of(self.address) or "").removeprefix("www.")
        return self.source.rpartition("/")[0]


@dataclass(frozen=True)
class Validators:
    """A server's marks of a document's state, sent back to it at the next visit (RFC 9110, section 13)."""

    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class Link:
    """An address that a feed or a sitemap names.

    Attributes:
        url: the address, in its normal form (`qabot.articles.urls.normal_url`).
        stated: what is said of the article there.
        sitemap: true where a sitemap stands there and no article; never so of the links of a `Reading`.
        instead: the article's text as its feed holds it, for where the page cannot be read.
    """

    url: str
    stated: tuple[Stated, ...] = ()
    sitemap: bool = False
    instead: Raw | None = None


@dataclass(frozen=True)
class Reading:
    """The result of reading a source.

    Attributes:
        source: the path or URL; for standard input, a name made from its bytes.
        documents: the documents in it, read lazily; an error in the place of each that cannot be read.
        links: further sources that it names: the pages of a feed or a sitemap.
        validators: the server's marks of its state; None for a file.
    """

    source: str
    documents: Iterable[Document | ArticleError] = ()
    links: tuple[Link, ...] = ()
    validators: Validators | None = None
