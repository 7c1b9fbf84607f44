"""One run that brings an index up to date: what each source says now, against what it said when it was last read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qabot.articles.article import Article
from qabot.articles.find import is_url
from qabot.articles.read import read_articles
from qabot.errors import ArticleError
from qabot.settings import Settings
from qabot.store import origins
from qabot.store.catalogue import Catalogue, embedding_key
from qabot.store.derived import Derived
from qabot.store.encoder import Encoder
from qabot.store.index import UNFINISHED, check_encoder, check_encoder_name
from qabot.store.passages import Passage, embedded_text, split
from qabot.store.sources import SourceState, look, with_digest

Progress = Callable[[int, int, str], None]
"""Told how many sources are done, of how many, and which comes next."""

_TOGETHER = 512  # passages that are embedded together
_UNFLUSHED = 20_000  # passages that the derived indexes may lag behind


@dataclass(frozen=True)
class Skipped:
    """A source that was left out, and why; ``read`` where it could be read and is left out for another reason."""

    source: str
    reason: str
    read: bool = False


@dataclass(frozen=True)
class UpdateReport:
    """What a run did (the first five), and what the index now holds."""

    added: int
    updated: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    articles: int
    passages: int


@dataclass(frozen=True)
class _Ready:
    """An article that is read and cut, to be embedded and written."""

    article: Article
    passages: list[Passage]
    state: SourceState
    replaces: list[str]


class Intake:
    """One run of `update`."""

    def __init__(
        self, catalogue: Catalogue, derived: Derived, settings: Settings, encoder: Encoder, progress: Progress
    ) -> None:
        check_encoder_name(catalogue, encoder.name)
        self._catalogue = catalogue
        self._derived = derived
        self._settings = settings
        self._encoder = encoder
        self._progress = progress
        self._known = catalogue.sources()
        self._holder = catalogue.held()  # of each article, the source that holds it; with those that are ready
        self._forgotten = catalogue.forgotten()
        self._ready: list[_Ready] = []
        self._done = {"added": 0, "updated": 0, "unchanged": 0, "removed": 0}
        self._skipped: list[Skipped] = []

    def update(self, sources: Sequence[str], *, named: set[str], prune: bool) -> UpdateReport:
        """Take every source in turn; ``named`` are those that the user named one by one."""
        self._catalogue.put(UNFINISHED, "1")
        for done, source in enumerate(sources):
            self._progress(done, len(sources), source)
            self._take(source, named=source in named)
            if sum(len(ready.passages) for ready in self._ready) >= _TOGETHER:
                self._write()
        self._write()
        if prune:
            self._prune()
        self._flush()
        self._catalogue.put(UNFINISHED, "0")
        self._progress(len(sources), len(sources), "")
        articles, passages = self._catalogue.counts()
        return UpdateReport(**self._done, skipped=tuple(self._skipped), articles=articles, passages=passages)

    def _take(self, source: str, *, named: bool) -> None:
        known, state = self._known.get(source), look(source)
        if known and known.article_ids and state.size is not None and state.size == known.size:
            if state.mtime_ns != known.mtime_ns and with_digest(state).sha256 == known.sha256:
                known = SourceState(source, state.size, state.mtime_ns, known.sha256, known.article_ids)
                self._catalogue.put_source(known)
            if state.mtime_ns == known.mtime_ns and self._stands(source, known.article_ids, named=named):
                return
        try:
            articles = read_articles(source, self._settings)
            state = with_digest(state)
        except ArticleError as error:
            self._skipped.append(Skipped(source, error.reason))
            return
        self._hold(source, articles, state, named=named)

    def _stands(self, source: str, article_ids: Sequence[str], *, named: bool) -> bool:
        """Whether a source that did not change needs no reading; if so it is counted."""
        reasons = [self._reason_to_skip(source, article_id, named=named) for article_id in article_ids]
        if all(self._holder.get(article_id) == source for article_id in article_ids):
            self._done["unchanged"] += 1
        elif all(reasons):
            self._skipped.append(Skipped(source, str(reasons[0]), read=True))
        else:
            return False
        return True

    def _reason_to_skip(self, source: str, article_id: str, *, named: bool) -> str | None:
        holder = self._holder.get(article_id)
        if holder not in (None, source) and self._still_there(str(holder)):
            return f"the same article as {holder}"
        if holder is None and article_id in self._forgotten and not named:
            return "removed from the index before; name the file to index it again"
        return None

    def _still_there(self, holder: str) -> bool:
        """Whether a source holds today what it held when it was read."""
        if is_url(holder):
            return True
        known, state = self._known.get(holder), look(holder)
        return state.size is not None and (
            known is None
            or (known.size, known.mtime_ns) == (state.size, state.mtime_ns)
            or known.sha256 == with_digest(state).sha256
        )

    def _hold(self, source: str, articles: Sequence[Article], state: SourceState, *, named: bool) -> None:
        """Make ready what a source says now, in place of what it said before."""
        state = SourceState(
            source, state.size, state.mtime_ns, state.sha256, tuple(each.article_id for each in articles)
        )
        known = self._known.get(source)
        stale = [
            article_id
            for article_id in (known.article_ids if known else ())
            if article_id not in state.article_ids and self._holder.get(article_id) == source
        ]
        taken: list[_Ready] = []
        unchanged: list[Article] = []
        for article in articles:
            reason = self._reason_to_skip(source, article.article_id, named=named)
            passages = [] if reason else split(article)
            if reason or not passages:
                self._skipped.append(Skipped(source, reason or "there is no text in it", read=bool(reason)))
                continue
            if self._as_held(article):
                unchanged.append(article)
                continue
            taken.append(_Ready(article, passages, state, [] if taken else stale))
        for article_id in stale:
            del self._holder[article_id]
        for ready in taken:
            self._holder[ready.article.article_id] = source
        self._known[source] = state
        self._ready += taken
        if not taken:
            self._done["unchanged"] += bool(unchanged)
            with self._catalogue.transaction():
                self._done["removed"] += self._catalogue.delete(stale)
                self._catalogue.put_source(state)

    def _as_held(self, article: Article) -> bool:
        """Whether nothing that is held of an article would change, though its file's bytes did."""
        held = self._catalogue.records([article.article_id]).get(article.article_id)
        return held is not None and all(
            getattr(held, name) == getattr(article, name)
            for name in ("source", "title", "author", "publisher", "published", "url", "about")
        )

    def _write(self) -> None:
        """Embed what is ready, and write each article in a transaction of its own."""
        keys = [[embedding_key(each.article, passage) for passage in each.passages] for each in self._ready]
        vectors = self._catalogue.vectors_of([key for some in keys for key in some])
        missing = {
            key: embedded_text(each.article, passage)
            for each, some in zip(self._ready, keys, strict=True)
            for key, passage in zip(some, each.passages, strict=True)
            if key not in vectors
        }
        if missing:
            check_encoder(self._catalogue, self._encoder)
            vectors.update(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
            if self._catalogue.get("encoder_name") is None:
                with self._catalogue.transaction():
                    self._catalogue.put("encoder_name", self._encoder.name)
                    self._catalogue.put("encoder_digest", self._encoder.digest)
        for each, some in zip(self._ready, keys, strict=True):
            with self._catalogue.transaction():
                replaced = self._catalogue.write(
                    each.article, each.passages, np.stack([vectors[key] for key in some]), replaces=each.replaces
                )
                self._catalogue.put_source(each.state)
            self._done["updated" if replaced else "added"] += 1
        self._ready.clear()
        if len(self._catalogue.outbox()) >= _UNFLUSHED:
            self._flush()

    def _prune(self) -> None:
        gone = {
            source
            for source in {*self._known, *self._holder.values()}
            if not is_url(source) and not Path(source).exists()
        }
        for source in sorted(gone):
            with self._catalogue.transaction():
                held = [article_id for article_id, holder in self._holder.items() if holder == source]
                self._done["removed"] += self._catalogue.delete(held)
                self._catalogue.drop_source(source)

    def _flush(self) -> None:
        if not self._derived.settled:
            self._derived.mend()
        if self._catalogue.without_origin():
            origins.group_new(self._catalogue, self._derived.vectors, self._encoder)
