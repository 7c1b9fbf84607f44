"""The Article: one source document, cleaned, with what is known of it and where that was stated."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Stated:
    """One thing that a document says of itself.

    Attributes:
        field: which of an article's fields it is about: ``title``, ``published``, ...
        value: what it says; a date as an ISO date.
        where: the place that says so, one of `qabot.articles.stated.PLACES`.
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
        title: null (``None``) where the document does not say; so for all that follow.
        author: names as the document gives them, separated by ", ".
        publisher: the newspaper, agency or institution.
        published: an ISO date of the precision that the document gives: ``2024-04-22``, ``2024-04`` or ``2024``.
        updated: an ISO date of the same kinds.
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
