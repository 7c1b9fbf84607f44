"""Where the work of a run is done that depends on nothing but what it is given: in this process, or on Ray.

Documents are read and cleaned, articles cut and texts embedded by functions of their arguments alone. Whoever needs
their results asks for them in order, and writes: who computed them, and how often, makes no difference to the index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from qabot.articles.article import Article, Document
from qabot.articles.assemble import article_of
from qabot.store.bounds import as_unreadable
from qabot.store.passages import Passage, split

T = TypeVar("T")
R = TypeVar("R")


class Workers(Protocol):
    """Those who do it."""

    @property
    def lots(self) -> int:
        """How many lots of passages may be embedded at a time, so that none of them is idle."""
        ...

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        """Return for each item a callable that returns ``function(item)``, or raises what that raises.

        Called in the order of the items they cost least. What is given and returned may be pickled.
        """
        ...


class Here:
    """This process, which computes what is asked for when it is asked for."""

    lots = 1

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        """Return for each item a callable that computes ``function(item)``."""
        return [partial(function, item) for item in items]


def assembled(given: tuple[Document, frozenset[str]]) -> Article:
    """Return the article that a document holds, given with those of its rows that its site repeats.

    Raises:
        ArticleError: there is none in it, or it cannot be read.
    """
    document, repeated = given
    with as_unreadable(document.source):
        return article_of(document, repeated)


def cut(article: Article) -> list[Passage]:
    """Return the passages of an article.

    Raises:
        ArticleError: it cannot be cut into passages.
    """
    with as_unreadable(article.source):
        return split(article)
