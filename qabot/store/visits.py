"""The sources that a run looks at, and what it finds in each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from qabot.articles.article import Stated
from qabot.articles.document import Document, Reading
from qabot.articles.find import is_url
from qabot.errors import ArticleError, QabotError
from qabot.store.sources import SourceState, is_file


@dataclass(frozen=True)
class Errand:
    """A source that is to be looked at.

    Attributes:
        source: its path or URL.
        named: whether the user named it one by one.
        stated: what the feed that names it says of it.
        depth: how many links lead to it from what was named.
        anew: whether it is read though it did not change.
    """

    source: str
    named: bool = False
    stated: tuple[Stated, ...] = ()
    depth: int = 0
    anew: bool = False


@dataclass
class Visit:
    """A source from its first document to the moment when all of it is taken.

    Attributes:
        state: what it is now.
        named: as of the errand.
        as_it_was: whether its bytes are those that were read before.
        found: the articles that are held from it, by id, with their names in it.
        left_out: as of `SourceState`.
        unread: the names of those of its documents that cannot be read, each with the reason.
        copies: the names of those that are copies of others in it, each with what to say of that.
        documents: how many there were so far.
        waiting: how many of them wait to become articles, or to be written.
        ended: whether its last document was read.
        whole: whether nothing in it is to be tried again.
    """

    state: SourceState
    named: bool
    as_it_was: bool
    found: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    documents: int = 0
    waiting: int = 0
    ended: bool = False
    whole: bool = True

    @property
    def source(self) -> str:
        """The source's name."""
        return self.state.source

    def cannot_read(self, error: ArticleError) -> None:
        """A document in it cannot be read; the same bytes will be read no better by the same reader."""
        self.unread[error.source] = error.reason
        if isinstance(error, DefectError) or is_url(error.source) or not is_file(self.source):
            self.whole = False


class DefectError(ArticleError):
    """Reading an article tripped a defect, ours or a library's."""


def documents_of(reading: Reading) -> Iterator[Document | ArticleError]:
    """The documents of a source, one by one.

    Raises:
        ArticleError: what follows cannot be read.
    """
    documents = iter(reading.documents)
    while True:
        with as_unreadable(reading.source):
            document = next(documents, None)
        if document is None:
            return
        yield document


@contextmanager
def as_unreadable(source: str) -> Iterator[None]:
    """One article that trips a defect, ours or a library's, must not cost a person all the others."""
    try:
        yield
    except QabotError:
        raise
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise DefectError(source, f"reading it failed ({what}): please report this defect of qabot") from error
