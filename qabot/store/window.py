"""From the documents of many sources to articles that are held.

The lines of all documents in a window are noted before any of them becomes an article, so that what their sites repeat
is known whatever the order in which they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from qabot.articles.article import Article, Stated
from qabot.articles.assemble import article_of
from qabot.articles.document import Document, Layout
from qabot.articles.repetition import line_keys, repeated_rows
from qabot.articles.stated import FIELDS
from qabot.errors import ArticleError
from qabot.store.catalogue import Catalogue, Content, content_of
from qabot.store.holdings import LATER_TEXT, Holdings, Place
from qabot.store.passages import split
from qabot.store.report import Tally
from qabot.store.site_lines import SiteSightings, hashed
from qabot.store.visits import Visit, as_unreadable
from qabot.store.writing import Ready, Writing

_DOCUMENTS = 4_000
_CHARACTERS = 32_000_000


class Window:
    """The documents that were read and are not yet articles."""

    def __init__(
        self,
        catalogue: Catalogue,
        holdings: Holdings,
        writing: Writing,
        tally: Tally,
        settled: Callable[[Visit], None],
    ) -> None:
        """An empty one; ``settled`` is told when nothing waits of a source that was read to its end."""
        self._catalogue = catalogue
        self._holdings = holdings
        self._writing = writing
        self._tally = tally
        self._settled = settled
        self._documents: list[tuple[Visit, Document]] = []
        self._characters = 0
        self.outdated: set[str] = set()
        """Sources of articles that hold lines which were not yet known for their site's."""

    def put(self, visit: Visit, document: Document, stated: Sequence[Stated] = ()) -> None:
        """Take a document, now or with others; ``stated`` is what others say of it."""
        visit.waiting += 1
        self._documents.append((visit, replace(document, stated=(*document.stated, *stated))))
        self._characters += sum(map(len, (*document.rows, *document.page, *document.removed)))
        if len(self._documents) >= _DOCUMENTS or self._characters >= _CHARACTERS:
            self.take()

    def take(self) -> None:
        """Make articles of the documents, and have those written that are new."""
        documents, self._documents, self._characters = self._documents, [], 0
        sightings = self._sight([document for _, document in documents])
        articles: list[tuple[Visit, Article]] = []
        for visit, document in documents:
            self._tally.at(document.source)
            try:
                with as_unreadable(document.source):
                    articles.append((visit, article_of(document, repeated_rows(document, sightings))))
            except ArticleError as error:
                self._fail(visit, error)
        last = {(visit.source, article.url): article.article_id for visit, article in articles}
        held = self._held(articles)
        for visit, article in articles:
            later = last[visit.source, article.url] if _place(visit, article).address else article.article_id
            if later == article.article_id:
                self._take(visit, article, held)
            else:
                self._leave_out(visit, article, LATER_TEXT, instead=later)

    def _sight(self, documents: Sequence[Document]) -> SiteSightings:
        """Note the lines of documents; articles taken before that hold one of a site's are to be read again."""
        sightings = SiteSightings(self._catalogue)
        for document in documents:
            if document.site and document.layout is not Layout.WRITTEN:
                sightings.put(document.site, document.source, line_keys(document))
        with self._catalogue.transaction():
            if outdated := sightings.save():
                sources = {each.container for each in self._holdings.places() if hashed(each.source) in outdated}
                self._holdings.read_again(sources)
                self.outdated |= sources
        return sightings

    def _held(self, articles: Sequence[tuple[Visit, Article]]) -> Mapping[str, Content]:
        """The contents of those of the articles that are held, and of those that stand in their places."""
        ids = {article.article_id for _, article in articles}
        self._holdings.know_articles(ids)
        ids |= {
            former
            for visit, article in articles
            if (former := self._holdings.at(visit.source, _place(visit, article).address))
        }
        return self._catalogue.contents([each for each in ids if self._holdings.place(each)])

    def _take(self, visit: Visit, article: Article, held: Mapping[str, Content]) -> None:
        """Have an article written, unless it is held as it is."""
        article_id, place = article.article_id, _place(visit, article)
        if article_id in visit.found:
            visit.copies[article.source] = f"the same article as {visit.found[article_id]}"
            self._leave_out(visit, article, visit.copies[article.source])
        elif reason := self._holdings.reason_to_leave_out(
            article_id, visit.source, named=visit.named and article.source == visit.source
        ):
            self._leave_out(visit, article, reason, instead=self._holdings.instead_of(article_id, visit.source))
        elif article_id in held and held[article_id].fields == content_of(article).fields:
            visit.found[article_id] = article.source
            if held[article_id] != content_of(article) or self._holdings.place(article_id) != place:
                self._move(article, place)
            self._tally.unchanged([article_id])
            self._settle(visit, article.source)
        elif passages := split(article):
            visit.found[article_id] = article.source
            former = self._replaced(visit, article_id, place)
            what = () if former is None else _changes(visit, article, former, held.get(former))
            what = () if former and self._tally.is_new(former) else what
            self._tally.written(article_id, former)
            settle = self._settle
            self._writing.add(
                Ready(article, passages, visit.source, former, what, lambda: settle(visit, article.source))
            )
        else:
            self._fail(visit, ArticleError(article.source, "there is no text in it"))

    def _move(self, article: Article, place: Place) -> None:
        """An article stands elsewhere, or says the same of itself in other places."""
        with self._catalogue.transaction():
            self._catalogue.put_place(article, place.container)
            self._depart(article.article_id, place)
        self._holdings.put(article.article_id, place)

    def _replaced(self, visit: Visit, article_id: str, place: Place) -> str | None:
        """Hold an article in memory; the id of what it replaces."""
        former = article_id if self._holdings.place(article_id) else self._holdings.at(place.container, place.address)
        if former:
            self._depart(former, place)
        if former and former != article_id:
            self._holdings.drop([former])
            if visit.found.pop(former, None):
                visit.left_out[former] = article_id
        self._holdings.put(article_id, place)
        return former

    def _depart(self, article_id: str, place: Place) -> None:
        """What stood elsewhere leaves no lines there; what held it is read the next time that it is looked at."""
        before = self._holdings.place(article_id)
        if before and before.source != place.source:
            self._catalogue.drop_lines_of([before.source])
        if before and before.container != place.container:
            self._holdings.read_again([before.container])

    def _leave_out(self, visit: Visit, article: Article, reason: str, *, instead: str | None = None) -> None:
        if instead:
            visit.left_out[article.article_id] = instead
        self._catalogue.drop_lines_of([article.source])  # a copy is no other article of its site
        self._tally.skip(article.source, reason, read=True)
        self._settle(visit, article.source)

    def _fail(self, visit: Visit, error: ArticleError) -> None:
        visit.cannot_read(error)
        self._tally.skip(error.source, error.reason)
        self._settle(visit, error.source)

    def _settle(self, visit: Visit, what: str) -> None:
        """A document needs nothing more."""
        self._tally.done(what)
        visit.waiting -= 1
        if visit.ended and not visit.waiting:
            self._settled(visit)


def _place(visit: Visit, article: Article) -> Place:
    return Place(visit.source, article.source, article.url)


def _changes(visit: Visit, article: Article, former: str, held: Content | None) -> tuple[str, ...]:
    """The names of what changed with an article that is found again."""
    if visit.as_it_was:
        return ("cleaning",)
    fields = content_of(article).fields
    before = held.fields if held else fields
    changed = [name for name, one, other in zip(FIELDS, before, fields, strict=True) if one != other]
    return (*(["text"] if former != article.article_id else []), *changed)
