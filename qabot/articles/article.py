"""The Article: one source document, cleaned, with what is known of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """A source document, cleaned.

    Attributes:
        source: the path or URL it was read from.
        text: the article's own words, without menus, appeals and forms; paragraphs are separated by an empty line.
            Every offset in qabot counts characters of this text.
        title: null (``None``) where the document does not say; so for all that follow.
        author: names as the document gives them, separated by ", ".
        publisher: the newspaper, agency or institution.
        published: an ISO date of the precision that the document gives: ``2024-04-22``, ``2024-04`` or ``2024``.
        url: the address under which it was published.
        about: the title of the original, where this is a brief of it.
        removed: the lines of the document that were left out of ``text``.
    """

    source: str
    text: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    about: str | None = None
    removed: tuple[str, ...] = ()

    @property
    def article_id(self) -> str:
        """Sixteen hexadecimal digits made from the text, so that the same article found again has the same id."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]
