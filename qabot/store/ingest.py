"""Bringing an index up to date with its sources, and removing articles for good."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from qabot.articles.article import Link, Reading
from qabot.articles.find import STANDARD_INPUT, is_url
from qabot.articles.formats import format_called
from qabot.articles.read import parse, read_source
from qabot.errors import ArticleError, StoreError
from qabot.models.encoder import Encoder, SentenceTransformersEncoder
from qabot.models.onnx_encoder import export, exported, remove_leftovers
from qabot.resources import __version__
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.database import DAMAGED
from qabot.store.duplicates import group_new
from qabot.store.holdings import Errand, Holdings, Tally, Visit
from qabot.store.index import BUILT, NOT_EXPORTED, bring_up_to_date, encoder_of
from qabot.store.location import Location, no_article, no_index, told_plainly, writer
from qabot.store.records import Progress, UpdateReport, tell_stage
from qabot.store.search_files import SearchFiles, rebuild_afresh
from qabot.store.sources import SourceState, found_sources, is_file, is_gone, is_text, look, named_sources, with_digest
from qabot.store.workers import Here, Workers, as_unreadable, documents_of
from qabot.store.writing import Window, Writing

if TYPE_CHECKING:
    from qabot.articles.web import Web

_DEEPEST = 2  # links from what was named: a list of sitemaps, a sitemap, a page


def _quiet(_done: int, _total: int, _source: str) -> None:
    pass


def update(
    location: Location,
    sources: Sequence[str],
    settings: Settings,
    *,
    prune: bool = False,
    progress: Progress = _quiet,
    encoder: Encoder | None = None,
    workers: Workers | None = None,
) -> UpdateReport:
    """Bring the index up to date: only what changed is read, embedded and stored again.

    Every article is one transaction, so that whatever ends the run, all that was done before stays.

    Args:
        location: where the index lies; it is made where there is none.
        sources: files, folders, URLs, and ``-`` for standard input; none: the folder ``location.articles``.
        settings: among them the name of the embedding model.
        prune: forget articles whose file is gone.
        progress: called with every source that is looked at and every article that is done, and once at the end.
        encoder: the embedding model, where it is not the one that the settings name.
        workers: who cleans, cuts and embeds what is read, where it is not this process.

    Raises:
        QabotError: a path does not exist, or no source was found and the index holds nothing.
        StoreError: the index cannot be written, is damaged, of a newer format or made with another embedding model.
        IndexBusyError: another process is writing to it.
    """
    found, named = found_sources(location, sources), named_sources(sources)
    new = not location.built
    with _writing(location, create=True) as catalogue:
        encoder = encoder or encoder_of(catalogue, settings)
        run = _Run(catalogue, settings, encoder, progress, workers or Here())
        report = run.update(found, named=named, prune=prune)
        if report.articles and isinstance(encoder, SentenceTransformersEncoder):
            _export(encoder, catalogue, progress)
        if not report.articles and not report.removed:
            if new:  # an empty index would hide that there is none
                SearchFiles(catalogue).delete()
                catalogue.delete_file()
            if not report.skipped:
                raise no_article(location)
    return report


def remove(
    location: Location, article_ids: Sequence[str], settings: Settings, *, encoder: Encoder | None = None
) -> int:
    """Forget articles for good: afterwards no file of the store holds a word of them.

    They stay away until their text changes or their file or page is named to `update`; those of an archive stay away
    though it is named.

    Args:
        location: where the index lies.
        article_ids: ids, or prefixes that one article alone has.
        settings: as for `update`.
        encoder: as for `update`; their reprints may have to be compared anew.

    Returns:
        How many were removed.

    Raises:
        QabotError: there is no such article; nothing is removed then.
        StoreError: the index is missing or cannot be written.
    """
    with _writing(location) as catalogue:
        resolved = sorted({catalogue.resolve(article_id) for article_id in article_ids})
        with catalogue.transaction():
            # Cut short from here on, the next to open them makes the search indexes anew without these articles.
            SearchFiles(catalogue).doubt()
            removed = catalogue.forget(resolved)
        catalogue.vacuum()
        rebuild_afresh(location.catalogue)
        with suppress(StoreError):  # the model is not to be had: their reprints stay apart until it is
            group_new(catalogue, encoder or encoder_of(catalogue, settings))
        return removed


@contextmanager
def _writing(location: Location, *, create: bool = False) -> Iterator[Catalogue]:
    if not create and not location.built:
        raise no_index(location)
    with (
        writer(location.store),
        told_plainly(location.store),
        closing(Catalogue.open(location.catalogue, create=create)) as catalogue,
    ):
        bring_up_to_date(catalogue)
        SearchFiles(catalogue).remove_leftovers()
        remove_leftovers(location.store)
        yield catalogue


def _export(encoder: SentenceTransformersEncoder, catalogue: Catalogue, progress: Progress) -> None:
    """Have the next question asked without torch; what cannot be exported is tried again when it is loaded anyway."""
    if encoder.is_loaded or not catalogue.get(NOT_EXPORTED):
        if exported(catalogue.store, encoder.name, encoder.digest) is None:
            tell_stage(progress, "Preparing the model, once")
        catalogue.put(NOT_EXPORTED, export(encoder, catalogue.store) or "")


class _Run:
    """One run of `update`."""

    def __init__(
        self, catalogue: Catalogue, settings: Settings, encoder: Encoder, progress: Progress, workers: Workers
    ) -> None:
        self._catalogue = catalogue
        self._settings = settings
        self._tally = Tally(progress)
        catalogue.try_unread_again(f"{__version__}, up to {settings.max_article_mb:g} MB")
        self._holdings = Holdings(catalogue)
        self._writing = Writing(catalogue, encoder, self._tally, workers)
        self._window = Window(catalogue, self._holdings, self._writing, self._tally, workers, self._finish)
        self._errands: deque[Errand] = deque()
        self._looked_at: set[str] = set()  # sources, and those that will be
        self._late: dict[str, Visit] = {}  # to sources that no longer hold all that they held
        self._naming = catalogue.naming_links()  # the sources that do
        self._web: Web | None = None

    def update(self, sources: Sequence[str], *, named: set[str], prune: bool) -> UpdateReport:
        """Take every source in turn; ``named`` are those that the user named one by one."""
        if self._catalogue.get(BUILT) is None and not any(self._catalogue.counts()):
            self._catalogue.put(BUILT, "0")
        try:
            damaged = self._catalogue.get(DAMAGED) == "1"
            if damaged:
                self._window.lost = self._writing.take_damaged()
            self._look_at_all([Errand(source, named=source in named) for source in sources])
            again = sorted(each for each in self._window.outdated & self._looked_at if is_file(each))
            self._window.outdated.clear()
            self._look_at_all([Errand(source, anew=True) for source in again])
        finally:
            self._writing.close()
        if prune:
            self._prune()
        self._tally.stage("Finishing the index")
        self._writing.flush()
        if damaged:
            self._writing.tell_damaged()
        self._catalogue.put(BUILT, "1")
        gone = sum(len(self._holdings.articles_in(source)) for source in self._files_gone())
        return self._tally.report(*self._catalogue.counts(), gone)

    def _look_at_all(self, errands: Sequence[Errand]) -> None:
        self._add(errands)
        while self._errands:
            self._look_at(self._errands.popleft())
        self._window.take()
        self._writing.write()
        for source in list(self._late):
            self._close(self._late.pop(source))

    def _add(self, errands: Sequence[Errand]) -> None:
        self._errands.extend(errands)
        self._looked_at.update(errand.source for errand in errands)
        self._holdings.know(errand.source for errand in errands)
        self._tally.expect(len(errands))

    def _look_at(self, errand: Errand) -> None:
        """Read a source, unless it did not change."""
        source = errand.source
        self._tally.at(source)
        try:
            known, state = self._holdings.source(source), self._look(source)
            left_out = None if errand.anew else self._still_left_out(known, errand)
            if known and left_out is not None and known.looks_like(state):
                self._pass_by(errand, left_out)
                return
            state = with_digest(state)
            with as_unreadable(source):
                validators = known.validators if known and left_out is not None else None
                reading = read_source(source, self._settings, web=self._visit_to(source), known=validators)
        except ArticleError as error:
            self._do_without(errand, error.reason)
            return
        if reading is None:
            self._pass_by(errand, left_out or ())
            return
        as_it_was = known is not None and state.sha256 is not None and state.sha256 == known.sha256
        state = replace(state, source=reading.source, validators=reading.validators)
        self._read(Visit(state, errand.named, as_it_was), reading, errand)

    def _do_without(self, errand: Errand, reason: str) -> None:
        """Take what its feed holds of a page that cannot be read, unless the page itself was read before.

        The page is tried again at the next visit, and replaces it.
        """
        source = errand.source
        held = map(self._holdings.place, self._holdings.articles_in(source))
        if errand.instead is None or any(place and place.source == source for place in held):
            self._tally.skip(source, reason)
            self._tally.done(source)
            return
        self._tally.skip(source, f"{reason}; until it can be read, the text that its feed holds stands for it")
        documents = parse(errand.instead, format_called("html"))
        self._read(Visit(look(source), errand.named, as_it_was=False, whole=False), Reading(source, documents), errand)

    def _look(self, source: str) -> SourceState:
        """Return what a source is now; a file that was touched and not changed has its new time recorded."""
        if not is_text(source):
            raise ArticleError(source, "its name is no text: rename it")
        known, state = self._holdings.source(source), look(source)
        if known and state.size is not None and state.size == known.size and state.mtime_ns != known.mtime_ns:
            state = with_digest(state)
            if state.sha256 == known.sha256:
                self._holdings.record(replace(known, mtime_ns=state.mtime_ns))
        return state

    def _still_left_out(self, known: SourceState | None, errand: Errand) -> list[str] | None:
        """Return why articles in a source are left out of the index; None where the source has to be read to know."""
        if known is None:
            return None
        held = self._holdings.articles_in(known.source)
        named = errand.named and not held and len(known.left_out) == 1
        reasons = [self._holdings.reason_to_leave_out(each, known.source, named=named) for each in known.left_out]
        if not (reasons or held or known.unread or known.source in self._naming):
            return None
        given = [reason for reason in reasons if reason]
        return given if len(given) == len(reasons) else None

    def _visit_to(self, source: str) -> Web | None:
        """Return the run's one visit to the web; None for a source that needs none."""
        if self._web is None and (is_url(source) or source == STANDARD_INPUT):
            from qabot.articles.web import Web

            self._web = Web(self._settings)
        return self._web

    def _pass_by(self, errand: Errand, left_out: Sequence[str]) -> None:
        """Count what is in a source that did not change, and follow what it names and was not read yet."""
        source = errand.source
        self._tally.unchanged(self._holdings.articles_in(source))
        for reason in left_out:
            self._tally.skip(source, reason, read=True)
        known = self._holdings.source(source)
        for document, reason in known.unread.items() if known else ():
            self._tally.skip(document, reason)
        if source in self._naming:
            due, read = self._catalogue.links(source)
            self._follow(due, errand)
            for url in set(read) - self._looked_at:
                self._tally.unchanged(self._holdings.articles_in(url))
        if is_url(source):
            self._catalogue.link_read(source)
        self._tally.done(source)

    def _read(self, visit: Visit, reading: Reading, errand: Errand) -> None:
        """Take what is in a source, and follow what it names."""
        try:
            for document in documents_of(reading):
                visit.documents += 1
                if visit.documents > 1:
                    self._tally.expect(1)
                if isinstance(document, ArticleError):
                    visit.cannot_read(document)
                    self._tally.skip(document.source, document.reason)
                    self._tally.done(document.source)
                else:
                    self._window.put(visit, document, errand.stated)
            visit.ended = True
        except ArticleError as error:
            self._tally.skip(error.source, error.reason)
        if not visit.documents:
            self._tally.done(visit.source)
        if not visit.ended:
            return
        if reading.links or visit.source in self._naming:
            self._catalogue.put_links(visit.source, reading.links)
            self._naming.add(visit.source)
        if not visit.waiting:
            self._finish(visit)
        self._follow(reading.links, errand)

    def _follow(self, links: Sequence[Link], errand: Errand) -> None:
        new = {link.url: link for link in links if link.url not in self._looked_at}
        if new and errand.depth == _DEEPEST:
            reason = "it is a list that is named by a list of lists: name it to have its articles read"
            self._tally.skip(errand.source, reason)
        else:
            named = errand.source == STANDARD_INPUT  # a list that a person made
            depth = errand.depth + 1
            self._add([Errand(link.url, named, link.stated, depth, instead=link.instead) for link in new.values()])

    def _finish(self, visit: Visit) -> None:
        """End a visit; what is gone from the source may yet turn up in another, and is deleted at the run's end."""
        if gone := self._gone(visit):
            self._holdings.gone(gone)
            self._late[visit.source] = visit
        else:
            self._close(visit)

    def _gone(self, visit: Visit) -> list[str]:
        """Return the articles that are held from a source and stand in it no more.

        What cannot be read any more, as itself or with all of its source, is not gone; nor is what a feed no longer
        names. Where the bytes are those of before, more was learned of what they hold, and it may be no article.
        """
        unread = () if visit.as_it_was else visit.unread
        if visit.source in unread or visit.source in self._naming:
            return []
        return [
            article_id
            for article_id in self._holdings.articles_in(visit.source)
            if article_id not in visit.found
            and (place := self._holdings.place(article_id))
            and place.source not in unread
        ]

    def _close(self, visit: Visit) -> None:
        """Delete what is gone from a source, and record what the source is."""
        source = visit.source
        with self._catalogue.transaction():
            self._delete(self._gone(visit))
            whole = visit.whole and not (visit.unread and source in self._naming)
            if whole and source not in self._window.outdated:
                unread = {**visit.copies, **visit.unread}
                self._holdings.record(replace(visit.state, left_out=visit.left_out, unread=unread))
            else:
                self._holdings.read_again([source])
            if whole and is_url(source):
                self._catalogue.link_read(source)

    def _files_gone(self) -> list[str]:
        return [each for each in sorted(self._catalogue.all_sources()) if is_gone(each)]

    def _prune(self) -> None:
        for source in self._files_gone():
            with self._catalogue.transaction():
                self._delete(list(self._holdings.articles_in(source)))
                self._catalogue.drop_source(source)

    def _delete(self, article_ids: Sequence[str]) -> None:
        self._catalogue.delete(article_ids)
        self._tally.removed(article_ids)
        self._holdings.drop(article_ids)
