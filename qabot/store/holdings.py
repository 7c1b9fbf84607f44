"""What one run keeps track of: what the index holds, the sources that it visits, and what became of each article."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, field, replace

from qabot.articles.article import Raw, Stated
from qabot.articles.find import is_url
from qabot.errors import ArticleError
from qabot.store.catalogue import Catalogue
from qabot.store.records import Progress, Skipped, UpdateReport, tell_stage
from qabot.store.sources import SourceState, is_file, is_text, look, with_digest
from qabot.store.workers import DefectError

LATER_TEXT = "a later text of the same address is held"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands.

    Attributes:
        container: the source that was read.
        source: the same, or the article's name in it.
        url: the address under which it was published.
    """

    container: str
    source: str
    url: str | None

    @property
    def address(self) -> str | None:
        """What an article keeps when its text changes; None where nothing but its text tells it from the others."""
        return self.container if self.source == self.container else self.url


class Holdings:
    """The articles that are held or about to be, and the sources that were taken.

    What is in the catalogue is looked up when it is first asked for, a source with all of its articles at a time: a
    run costs what it looks at, not what there is.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._forgotten = catalogue.forgotten()
        self._known: set[str] = set()  # sources that were looked up
        self._known_articles: set[str] = set()
        self._sources: dict[str, SourceState] = {}
        self._places: dict[str, Place] = {}
        self._in: defaultdict[str, set[str]] = defaultdict(set)
        self._at: dict[tuple[str, str], str] = {}
        self._gone: set[str] = set()
        self._intact: dict[str, bool] = {}

    # -- looking up ----------------------------------------------------------------------------------------------

    def know(self, sources: Iterable[str]) -> None:
        """Look up sources together, which is quicker than one by one."""
        new = list(dict.fromkeys(each for each in sources if each not in self._known and is_text(each)))
        self._known.update(new)
        self._sources |= self._catalogue.sources(new)
        for article_id, container, source, url in self._catalogue.held(new):
            if article_id not in self._known_articles:  # else it was moved, or let go of
                self._known_articles.add(article_id)
                self._hold(article_id, Place(container, source, url))

    def know_articles(self, article_ids: Iterable[str]) -> None:
        """Look up articles together, with the sources that they are held from."""
        new = [each for each in article_ids if each not in self._known_articles]
        self.know(self._catalogue.containers_of(new))
        self._known_articles.update(new)

    def _know_all(self) -> None:
        self.know(self._catalogue.all_sources())

    # -- articles ------------------------------------------------------------------------------------------------

    def place(self, article_id: str) -> Place | None:
        """Return where an article stands; None where it is not held."""
        self.know_articles([article_id])
        return self._places.get(article_id)

    def places(self) -> Collection[Place]:
        """Return where all articles stand."""
        self._know_all()
        return self._places.values()

    def articles_in(self, source: str) -> Set[str]:
        """Return the ids of the articles that are held from a source."""
        self.know([source])
        return self._in.get(source, frozenset())

    def at(self, container: str, address: str | None) -> str | None:
        """Return the article that is held from an address in a source."""
        self.know([container])
        return self._at.get((container, address)) if address else None

    def put(self, article_id: str, place: Place) -> None:
        """Record where an article stands now."""
        self.drop([article_id])
        self.know([place.container])
        self._hold(article_id, place)

    def _hold(self, article_id: str, place: Place) -> None:
        self._places[article_id] = place
        self._in[place.container].add(article_id)
        if place.address:
            self._at[place.container, place.address] = article_id

    def drop(self, article_ids: Iterable[str]) -> None:
        """Record that articles are held no more."""
        article_ids = list(article_ids)
        self.know_articles(article_ids)
        for article_id in article_ids:
            self._gone.discard(article_id)
            if place := self._places.pop(article_id, None):
                self._in[place.container].discard(article_id)
                if place.address and self._at.get((place.container, place.address)) == article_id:
                    del self._at[place.container, place.address]

    def gone(self, article_ids: Iterable[str]) -> None:
        """Record that articles no longer stand where they are held from; another source may have them."""
        self._gone.update(article_ids)

    # -- sources -------------------------------------------------------------------------------------------------

    def source(self, source: str) -> SourceState | None:
        """Return what a source was when it was last read to its end; None where it never was."""
        self.know([source])
        return self._sources.get(source)

    def record(self, state: SourceState) -> None:
        """Record that a source was read to its end."""
        self.know([state.source])
        self._catalogue.put_source(state)
        self._sources[state.source] = state
        self._intact.pop(state.source, None)

    def read_again(self, sources: Collection[str]) -> None:
        """Have sources read the next time that they are looked at, though they may not change."""
        self.know(sources)
        self._catalogue.read_again(sources)
        for source in sources:
            if known := self._sources.get(source):
                self._sources[source] = replace(known, size=None, mtime_ns=None, validators=None)
            self._intact.pop(source, None)

    # -- what is left out ----------------------------------------------------------------------------------------

    def reason_to_leave_out(self, article_id: str, source: str, *, named: bool) -> str | None:
        """Return why an article that stands in a source is not to be held from it; None where it is.

        ``named``: whether the user named the very file or page of this article, which brings back what was removed.
        """
        place = self.place(article_id)
        if place:
            elsewhere = place.container != source and self._still_there(article_id, place.container)
            return f"the same article as {place.source}" if elsewhere else None
        if article_id in self._forgotten and not named:
            return "removed from the index before; a file or page of its own can be named to index it again"
        later = self.instead_of(article_id, source)
        return LATER_TEXT if later != article_id and later in self.articles_in(source) else None

    def instead_of(self, article_id: str, source: str) -> str:
        """Return the article that was held in place of one when its source was read; itself where there was none."""
        known = self.source(source)
        return known.left_out.get(article_id, article_id) if known else article_id

    def _still_there(self, article_id: str, source: str) -> bool:
        """True if a source holds today what it held when it was read."""
        if article_id in self._gone:
            return False
        if source not in self._intact:
            self._intact[source] = self._is_intact(source)
        return self._intact[source]

    def _is_intact(self, source: str) -> bool:
        if not is_file(source):
            return True
        known, state = self.source(source), look(source)
        return state.size is not None and (
            known is None or known.looks_like(state) or known.sha256 == with_digest(state).sha256
        )


@dataclass(frozen=True)
class Errand:
    """A source that is to be looked at.

    Attributes:
        source: its path or URL.
        named: whether the user named it one by one.
        stated: what the feed that names it says of it.
        depth: how many links lead to it from what was named.
        anew: whether it is read though it did not change.
        instead: what that feed holds of its text.
    """

    source: str
    named: bool = False
    stated: tuple[Stated, ...] = ()
    depth: int = 0
    anew: bool = False
    instead: Raw | None = None


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
        """Record that a document in it cannot be read; the same bytes will be read no better by the same reader."""
        self.unread[error.source] = error.reason
        if isinstance(error, DefectError) or is_url(error.source) or not is_file(self.source):
            self.whole = False


class Tally:
    """Counts articles by what became of them in a run: each once, however often it was looked at."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._done = 0
        self._total = 0
        self._outcomes: dict[str, str] = {}
        self._removed = 0
        self._skipped: dict[tuple[str, str], Skipped] = {}

    # -- progress ------------------------------------------------------------------------------------------------

    def expect(self, more: int) -> None:
        """Add to what there is to do."""
        self._total += more

    def at(self, what: str) -> None:
        """Say what is looked at now."""
        self._progress(self._done, self._total, what)

    def done(self, what: str) -> None:
        """Count one more as done."""
        self._done += 1
        self.at(what)

    def stage(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done that is not done article by article."""
        tell_stage(self._progress, doing, done, total)

    @property
    def left(self) -> int:
        """How many that are known of are not done."""
        return self._total - self._done

    # -- outcomes ------------------------------------------------------------------------------------------------

    def written(self, article_id: str, former: str | None) -> None:
        """Count an article as written, in place of ``former``, which may be itself."""
        was = self._outcomes.pop(former, "unchanged") if former else "added"
        self._outcomes[article_id] = "added" if was == "added" else "updated"

    def unchanged(self, article_ids: Iterable[str]) -> None:
        """Count articles that are held as they were found."""
        for article_id in article_ids:
            self._outcomes.setdefault(article_id, "unchanged")

    def removed(self, article_ids: Iterable[str]) -> None:
        """Count articles that are held no more."""
        self._removed += sum(self._outcomes.pop(article_id, "") != "added" for article_id in article_ids)

    def is_new(self, article_id: str) -> bool:
        """True if an article was added in this run."""
        return self._outcomes.get(article_id) == "added"

    def skip(self, source: str, reason: str, *, read: bool = False) -> None:
        """Record that a source, or an article in one, was left out."""
        self._skipped.setdefault((source, reason), Skipped(source, reason, read))

    def report(self, articles: int, passages: int, undated: int, gone: int) -> UpdateReport:
        """Return what the run did, with what the index now holds."""
        self._progress(self._total, self._total, "")
        counts = Counter(self._outcomes.values())
        return UpdateReport(
            counts["added"], counts["updated"], counts["unchanged"], self._removed,
            tuple(self._skipped.values()), articles, passages, undated, gone,
        )  # fmt: skip
