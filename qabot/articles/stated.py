"""What documents say of themselves, and which place counts where two differ."""

from __future__ import annotations

from collections.abc import Iterable

from qabot.articles.article import Stated

PLACES = (
    "front matter",
    "archive",  # the fields of a line of JSON
    "e-mail header",
    "JSON-LD",
    "meta tag",
    "page markup",  # microdata, <time>, rel=author
    "file properties",  # of a PDF, a DOCX file or an EPUB
    "heading",
    "byline",
    "dateline",
    "note",  # "This article was first published in ..."
    "feed",
    "text",  # told from the words themselves: the language, an author introduced in a sentence, a site's own name
    "address",  # the path of the URL
)
"""The order in which contradictions are settled: what the editor of the document wrote into fields made for it comes
before what stands in its text, and its text before what others say of it."""
FIELDS = ("title", "author", "publisher", "published", "updated", "language", "url", "original", "about")


def in_order(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """All that is stated, each once, the place that counts first; of one place in the order given."""
    return tuple(sorted(dict.fromkeys(stated), key=lambda each: PLACES.index(each.where)))


def settled(stated: Iterable[Stated]) -> dict[str, str]:
    """For every field that something is said of, what counts."""
    fields: dict[str, str] = {}
    for each in in_order(stated):
        fields.setdefault(each.field, each.value)
    return fields
