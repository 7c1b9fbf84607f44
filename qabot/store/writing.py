"""From documents that were read to articles that are held: assembled, embedded, written.

The lines of all documents in a window are noted before any of them becomes an article, so that what their sites repeat
is known whatever the order in which they are read. Articles are embedded together, in a thread of its own, while the
next ones are read; each is written in a transaction of its own. What of this can be done elsewhere is left to
`qabot.store.workers`. What the index holds damaged goes the same way again.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from qabot.articles.article import Article, Document, Layout, Stated
from qabot.articles.boilerplate.clean import line_keys, repeated_rows
from qabot.articles.provenance import FIELDS
from qabot.errors import ArticleError
from qabot.models.encoder import Encoder
from qabot.store.catalogue import Catalogue, Content, content_of, embedding_key
from qabot.store.database import DAMAGED
from qabot.store.duplicates import group_new
from qabot.store.holdings import LATER_TEXT, Holdings, Place, Tally, Visit
from qabot.store.index import check_encoder, check_encoder_name
from qabot.store.passages import Passage, embedded_text, split
from qabot.store.search_files import SearchFiles
from qabot.store.sources import SiteSightings, hashed
from qabot.store.vectors import Vectors
from qabot.store.workers import Workers, assembled, cut, encoded

_DOCUMENTS, _CHARACTERS = 4_000, 32_000_000  # of a window
_TOGETHER = 2_000  # passages that are embedded together: of like length in each batch
_LOST = (
    "the index holds it damaged, and it was not read again: name it to qabot index, or remove it with qabot articles"
)
_UNFLUSHED = 20_000  # passages that the search indexes may lag behind


class Window:
    """The documents that were read and are not yet articles."""

    def __init__(
        self,
        catalogue: Catalogue,
        holdings: Holdings,
        writing: Writing,
        tally: Tally,
        workers: Workers,
        settled: Callable[[Visit], None],
    ) -> None:
        """Begin with no document; ``settled`` is called when nothing waits of a source that was read to its end."""
        self._catalogue = catalogue
        self._holdings = holdings
        self._writing = writing
        self._tally = tally
        self._workers = workers
        self._settled = settled
        self._documents: list[tuple[Visit, Document]] = []
        self._characters = 0
        self.outdated: set[str] = set()
        """Sources of articles that hold lines which were not yet known for their site's."""
        self.lost: set[str] = set()
        """Ids of articles that are held damaged: they are written anew when they are found."""

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
        rows = [(document, repeated_rows(document, sightings)) for _, document in documents]
        articles: list[tuple[Visit, Article]] = []
        for (visit, document), article in zip(documents, self._workers.promise(assembled, rows), strict=True):
            self._tally.at(document.source)
            try:
                articles.append((visit, article()))
            except ArticleError as error:
                self._fail(visit, error)
        last = {(visit.source, article.url): article.article_id for visit, article in articles}
        held = self._held(articles)
        for (visit, each), passages in zip(articles, self._cut(articles, held), strict=True):
            later = last[visit.source, each.url] if _place(visit, each).address else each.article_id
            if later == each.article_id:
                try:
                    self._take(visit, each, held, passages)
                except ArticleError as error:
                    self._fail(visit, error)
            else:
                self._leave_out(visit, each, LATER_TEXT, instead=later)

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
        """Return the contents of those of the articles that are held, and of those that stand in their places."""
        ids = {article.article_id for _, article in articles}
        self._holdings.know_articles(ids)
        ids |= {
            former
            for visit, article in articles
            if (former := self._holdings.at(visit.source, _place(visit, article).address))
        }
        return self._catalogue.contents([each for each in ids - self.lost if self._holdings.place(each)])

    def _cut(
        self, articles: Sequence[tuple[Visit, Article]], held: Mapping[str, Content]
    ) -> Iterator[Callable[[], list[Passage]]]:
        """Yield for each of the articles a callable that returns its passages; nobody calls those of what is held."""
        new = [article for _, article in articles if not _is_held(article, held)]
        promised = iter(self._workers.promise(cut, new))
        for _, article in articles:
            yield partial(cut, article) if _is_held(article, held) else next(promised)

    def _take(
        self, visit: Visit, article: Article, held: Mapping[str, Content], cut: Callable[[], list[Passage]]
    ) -> None:
        """Have an article written, unless it is held as it is; ``cut`` returns its passages.

        Raises:
            ArticleError: it cannot be cut into passages.
        """
        article_id, place = article.article_id, _place(visit, article)
        if article_id in visit.found:
            visit.copies[article.source] = f"the same article as {visit.found[article_id]}"
            self._leave_out(visit, article, visit.copies[article.source])
        elif article_id not in self.lost and (
            reason := self._holdings.reason_to_leave_out(
                article_id, visit.source, named=visit.named and article.source == visit.source
            )
        ):
            self._leave_out(visit, article, reason, instead=self._holdings.instead_of(article_id, visit.source))
        elif _is_held(article, held):
            visit.found[article_id] = article.source
            if held[article_id] != content_of(article) or self._holdings.place(article_id) != place:
                self._move(article, place)
            self._tally.unchanged([article_id])
            self._settle(visit, article.source)
        elif passages := cut():
            visit.found[article_id] = article.source
            former = self._replaced(visit, article_id, place)
            what = () if former is None else _changes(visit, article, former, held.get(former))
            what = () if former and (self._tally.is_new(former) or former in self.lost) else what
            self._tally.written(article_id, former)
            settle = self._settle
            self._writing.add(
                Ready(article, passages, visit.source, former, what, lambda: settle(visit, article.source))
            )
        else:
            raise ArticleError(article.source, "there is no text in it")

    def _move(self, article: Article, place: Place) -> None:
        """Record that an article stands elsewhere, or says the same of itself in other places."""
        with self._catalogue.transaction():
            self._catalogue.put_place(article, place.container)
            self._depart(article.article_id, place)
        self._holdings.put(article.article_id, place)

    def _replaced(self, visit: Visit, article_id: str, place: Place) -> str | None:
        """Record where an article stands; return the id of what it replaces."""
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
        """Delete the lines of what stood elsewhere, and have its source read the next time that it is looked at."""
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
        """Count a document as done."""
        self._tally.done(what)
        visit.waiting -= 1
        if visit.ended and not visit.waiting:
            self._settled(visit)


def _is_held(article: Article, held: Mapping[str, Content]) -> bool:
    """True if an article is held as it is; where it stands, and where in it what is stated, may have changed."""
    content = held.get(article.article_id)
    return content is not None and content.fields == content_of(article).fields


def _place(visit: Visit, article: Article) -> Place:
    return Place(visit.source, article.source, article.url)


def _changes(visit: Visit, article: Article, former: str, held: Content | None) -> tuple[str, ...]:
    """Return the names of what changed with an article that is found again."""
    if visit.as_it_was:
        return ("cleaning",)
    fields = content_of(article).fields
    before = held.fields if held else fields
    changed = [name for name, one, other in zip(FIELDS, before, fields, strict=True) if one != other]
    return (*(["text"] if former != article.article_id else []), *changed)


@dataclass(frozen=True)
class Ready:
    """An article that is read and cut.

    Attributes:
        article: the article.
        passages: its passages.
        container: the source that was read.
        former: id of the article that it replaces; it may be its own.
        what: names of the fields that changed with that.
        written: called in the transaction that writes it.
    """

    article: Article
    passages: list[Passage]
    container: str
    former: str | None
    what: tuple[str, ...]
    written: Callable[[], None]


@dataclass(frozen=True)
class _Lot:
    """Articles that are being embedded.

    Attributes:
        ready: the articles.
        keys: of their passages.
        held: the vectors that are held of these.
        texts: those that are embedded with it, by their keys.
        vectors: what becomes of them.
        shared: the keys of those that are being embedded with an earlier lot, each with what becomes of that lot's.
    """

    ready: list[Ready]
    keys: list[list[bytes]]
    held: Vectors
    texts: Mapping[bytes, str]
    vectors: Future[Vectors]
    shared: Mapping[bytes, Future[Vectors]]


class Writing:
    """What is ready to be written in a run."""

    def __init__(self, catalogue: Catalogue, encoder: Encoder, tally: Tally, workers: Workers) -> None:
        check_encoder_name(catalogue, encoder.name)
        self._tally = tally
        self._articles = self._written = self._cut = self._embedded = 0  # in this run; the last two are passages
        self._catalogue = catalogue
        self._encoder = encoder
        self._workers = workers
        self._ready: list[Ready] = []
        self._passages = 0
        self._lots: deque[_Lot] = deque()
        self._embedding = ThreadPoolExecutor(workers.lots, thread_name_prefix="encoding")
        self._stopped = threading.Event()

    def take_damaged(self) -> set[str]:
        """Have what the index holds damaged written anew; nothing of it is found until then.

        Passages are made again from their article. An article is read again from its source when that is looked at.

        Returns:
            The ids of the articles that are to be read again.
        """
        catalogue = self._catalogue
        lost = catalogue.damaged_articles(catalogue.article_ids())
        passages = catalogue.damaged_passages(catalogue.passage_ids())
        theirs = catalogue.records(sorted(set(catalogue.articles_of(sorted(passages)).values())))
        hurt = {*theirs, *catalogue.without_passages()} - lost  # a run that was cut short had dropped passages
        with catalogue.transaction():
            catalogue.drop_passages(sorted(lost | hurt), also=sorted(passages))
            catalogue.read_again(catalogue.containers_of(sorted(lost)))
            catalogue.group_again(catalogue.led_by_none())
        for article_id in sorted(hurt):
            article, [container] = catalogue.article(article_id), catalogue.containers_of([article_id])
            self.add(Ready(article, split(article), container, article_id, (), lambda: None))
        return lost

    def tell_damaged(self) -> None:
        """Note whether anything is damaged still, and tell what is."""
        left = sorted(self._catalogue.damaged_articles(self._catalogue.article_ids()))
        self._catalogue.put(DAMAGED, "1" if left else "0")
        for record in self._catalogue.records(left).values():
            self._tally.skip(record.source, _LOST, read=True)

    def add(self, ready: Ready) -> None:
        """Write an article, now or when others were embedded with it."""
        self._ready.append(ready)
        self._passages += len(ready.passages)
        self._articles += 1
        self._cut += len(ready.passages)
        if self._passages >= _TOGETHER:
            self._embed()

    def write(self) -> None:
        """Embed what is ready, and write it."""
        self._embed()
        while self._lots:
            self._write_lot()

    def close(self) -> None:
        """Stop, and leave what is not written."""
        self._stopped.set()
        self._embedding.shutdown(cancel_futures=True)

    def _embed(self) -> None:
        """Begin to embed what is ready; before that, write what was ready before and now has to be done."""
        while len(self._lots) >= self._workers.lots:
            self._write_lot()
        ready, self._ready, self._passages = self._ready, [], 0
        keys = [[embedding_key(each.article, passage) for passage in each.passages] for each in ready]
        held = self._catalogue.vectors_of([key for some in keys for key in some])
        missing = {
            key: embedded_text(each.article, passage)
            for each, some in zip(ready, keys, strict=True)
            for key, passage in zip(some, each.passages, strict=True)
            if key not in held
        }
        if missing:
            check_encoder(self._catalogue, self._encoder)
        shared = {key: lot.vectors for lot in self._lots for key in missing.keys() & lot.texts.keys()}
        missing = {key: text for key, text in missing.items() if key not in shared}
        self._tell(sum(map(len, keys)) - len(missing))
        vectors = self._embedding.submit(encoded, self._encoder, missing, self._workers, self._tell, self._stopped)
        self._lots.append(_Lot(ready, keys, held, missing, vectors, shared))

    def _tell(self, more: int) -> None:
        """Say how many passages are embedded, of how many there will be if all articles are alike."""
        self._embedded += more
        if self._cut:
            to_come = max(0, self._tally.left - (self._articles - self._written)) * self._cut // self._articles
            self._tally.stage("Embedding passages", self._embedded, self._cut + to_come)

    def _write_lot(self) -> None:
        new = self._lots[0].vectors.result()
        lot = self._lots.popleft()
        if new and self._catalogue.get("encoder_name") is None:
            with self._catalogue.transaction():
                self._catalogue.put("encoder_name", self._encoder.name)
                self._catalogue.put("encoder_digest", self._encoder.digest)
        vectors = lot.held | new | {key: each.result()[key] for key, each in lot.shared.items()}
        for each, some in zip(lot.ready, lot.keys, strict=True):
            with self._catalogue.transaction():
                self._catalogue.write(
                    each.article, each.passages, np.stack([vectors[key] for key in some]), each.container,
                    former=each.former, what=each.what,
                )  # fmt: skip
                each.written()
            self._written += 1
        if len(self._catalogue.pending()) >= _UNFLUSHED:
            self.flush()

    def flush(self) -> None:
        """Bring the search indexes up to date, and group what is new with its reprints."""
        SearchFiles(self._catalogue).mend()
        group_new(self._catalogue, self._encoder)
