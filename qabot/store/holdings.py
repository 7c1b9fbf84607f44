"""What the index holds, as one run sees it: by article, by source and by address; and what is known of the sources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, replace

from qabot.store.catalogue import Catalogue
from qabot.store.sources import SourceState, is_file, look, with_digest

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
        new = list(dict.fromkeys(each for each in sources if each not in self._known and _is_text(each)))
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
        """Where an article that is held stands."""
        self.know_articles([article_id])
        return self._places.get(article_id)

    def places(self) -> Collection[Place]:
        """Where anything stands."""
        self._know_all()
        return self._places.values()

    def articles_in(self, source: str) -> Set[str]:
        """The articles that are held from a source."""
        self.know([source])
        return self._in.get(source, frozenset())

    def at(self, container: str, address: str | None) -> str | None:
        """The article that is held from an address in a source."""
        self.know([container])
        return self._at.get((container, address)) if address else None

    def put(self, article_id: str, place: Place) -> None:
        """An article stands there now."""
        self.drop([article_id])
        self.know([place.container])
        self._hold(article_id, place)

    def _hold(self, article_id: str, place: Place) -> None:
        self._places[article_id] = place
        self._in[place.container].add(article_id)
        if place.address:
            self._at[place.container, place.address] = article_id

    def drop(self, article_ids: Iterable[str]) -> None:
        """Articles are held no more."""
        article_ids = list(article_ids)
        self.know_articles(article_ids)
        for article_id in article_ids:
            self._gone.discard(article_id)
            if place := self._places.pop(article_id, None):
                self._in[place.container].discard(article_id)
                if place.address and self._at.get((place.container, place.address)) == article_id:
                    del self._at[place.container, place.address]

    def gone(self, article_ids: Iterable[str]) -> None:
        """Articles no longer stand where they are held from; another source may have them."""
        self._gone.update(article_ids)

    # -- sources -------------------------------------------------------------------------------------------------

    def source(self, source: str) -> SourceState | None:
        """What a source was when all of it was taken."""
        self.know([source])
        return self._sources.get(source)

    def sources(self) -> set[str]:
        """The sources that anything is known of."""
        self._know_all()
        return {*self._sources, *(source for source, articles in self._in.items() if articles)}

    def record(self, state: SourceState) -> None:
        """All of a source was taken."""
        self.know([state.source])
        self._catalogue.put_source(state)
        self._sources[state.source] = state
        self._intact.pop(state.source, None)

    def read_again(self, sources: Collection[str]) -> None:
        """Sources are to be read the next time that they are looked at, though they may not change."""
        self.know(sources)
        self._catalogue.read_again(sources)
        for source in sources:
            if known := self._sources.get(source):
                self._sources[source] = replace(known, size=None, mtime_ns=None, validators=None)
            self._intact.pop(source, None)

    # -- what is left out ----------------------------------------------------------------------------------------

    def reason_to_leave_out(self, article_id: str, source: str, *, named: bool) -> str | None:
        """Why an article that stands in a source is not to be held from it; None where it is.

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
        """The article that was held in place of one when its source was taken; itself where there was none."""
        known = self.source(source)
        return known.left_out.get(article_id, article_id) if known else article_id

    def _still_there(self, article_id: str, source: str) -> bool:
        """Whether a source holds today what it held when it was read."""
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


def _is_text(name: str) -> bool:
    """Whether a source's name can be stored; a file's may be any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
