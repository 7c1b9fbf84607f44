"""An index in a Chroma server, for reading: nothing of it lies on this machine but the embedding model.

Words are searched as Chroma can: of each word that tells something, the passages that contain it and are nearest to the
question are fetched, and BM25 ranks what came back.
"""

from __future__ import annotations

import base64
import logging
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qabot.errors import StoreError
from qabot.models.encoder import Encoder, SentenceTransformersEncoder, load_encoder
from qabot.models.onnx_encoder import export, exported
from qabot.resources import __version__
from qabot.settings import Settings
from qabot.store import records
from qabot.store.bm25 import LONG_WORD, Bm25Index
from qabot.store.catalogue import the_one
from qabot.store.chroma_server import layout
from qabot.store.chroma_server.client import Condition, Entry, MissingCollectionError, Server
from qabot.store.records import ANYWHERE, About, ArticleRecord, Hit, OpenIndex, Scope, StoredPassage
from qabot.text.tokens import fold, is_content, stem, words

_IN_SCOPE = 300
"""So many are asked for where they are to be inside a scope, which Chroma's own condition is slow to see to."""
_AT_ONCE = 4  # requests
_ASKED_WORDS = 8  # of a question, each of which is a request
_WITH_WORD = 50  # passages that are fetched for one
_NEARLY = 200  # passages that are looked at for words that are spelt nearly as another
_SHORTEST = 3  # letters: Chroma finds fewer by looking through all texts
_REMEMBERED = 5_000  # passages, and a tenth as many texts

_LOG = logging.getLogger(__name__)
_TOLD = ("title", "publisher", "published")

T = TypeVar("T")


class ServerIndex(OpenIndex):
    """An open index in a Chroma server. What each method does stands at `OpenIndex`."""

    def __init__(self, server: Server, held: layout.Collections, encoder: Encoder | None) -> None:
        self._server = server
        self._held = held
        self._encoder = encoder
        self._lock = threading.Lock()
        self._asking = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="asking")
        self._passages: dict[str, Entry] = {}  # that were fetched, and may be asked for again; as are the next
        self._texts: dict[str, str] = {}

    @classmethod
    def open(cls, settings: Settings, *, encoder: Encoder | None = None) -> ServerIndex:
        """Open the index in the server that the settings name.

        Args:
            settings: among them the server, the token and the name of the embedding model.
            encoder: the embedding model, where it is not the one that the settings name.

        Raises:
            StoreError: the server does not answer, or holds no index that can be used.
        """
        server = Server(settings)
        try:
            return cls(server, layout.open_collections(server, encoder.name if encoder else settings.encoder), encoder)
        except BaseException:
            server.close()
            raise

    def close(self) -> None:
        self._asking.shutdown()
        self._server.close()

    @property
    def place(self) -> str:
        return self._server.place

    @property
    def encoder(self) -> Encoder:
        with self._lock:
            if self._encoder is None:
                self._encoder = encoder_of(self._held.facts)
            layout.check_model(self._server, self._held.facts, self._encoder.name, self._encoder.digest)
            return self._encoder

    @property
    def fingerprint(self) -> str:
        return self._facts().revision

    def articles(self) -> list[ArticleRecord]:
        return _records(self._ask(lambda held: held.articles.all_entries()))

    def article(self, article_id: str) -> ArticleRecord:
        found = self._records([article_id])
        if not found:
            known = {each.article_id: each for each in self.articles()}
            begun = sorted(each for each in known if article_id and each.startswith(article_id.lower()))
            found = {article_id: known[the_one(article_id, begun, list(known))]}
        return found[article_id]

    def text(self, article_id: str) -> str:
        return layout.text_of(self._text_entry(article_id))

    def texts(self, article_ids: Sequence[str]) -> dict[str, str]:
        known = self._texts
        if missing := [each for each in dict.fromkeys(article_ids) if each not in known]:
            found = self._ask(lambda held: held.texts.named(missing))
            new = {article_id: layout.text_of(entry) for article_id, entry in found.items()}
            known = known | new
            self._texts = known if len(known) <= _REMEMBERED // 10 else new
        return {each: known[each] for each in article_ids if each in known}

    def about(self, article_id: str) -> About:
        return layout.about_of(self._text_entry(article_id))

    def _text_entry(self, article_id: str) -> Entry:
        resolved = self.article(article_id).article_id
        found = self._ask(lambda held: held.texts.named([resolved]))
        if resolved not in found:
            raise StoreError(f"Article {resolved} has just been removed. See: qabot articles list")
        return found[resolved]

    def reprints(self, article_id: str) -> list[ArticleRecord]:
        article = self.article(article_id)
        members = self._ask(lambda held: held.articles.all_entries({"origin": article.origin}))
        return [each for each in _records(members) if each.article_id != article.article_id]

    def passages(self, passage_ids: Sequence[int]) -> list[StoredPassage]:
        ids = [layout.passage_id_text(each) for each in passage_ids]
        known = self._passages
        if missing := [each for each in dict.fromkeys(ids) if each not in known]:
            found = self._ask(lambda held: held.passages.named(missing, texts=True))
            known = self._remember(found.values())
        entries = [known[each] for each in ids if each in known]
        articles = self._records(sorted({each.metadata["article"] for each in entries}))
        return [
            StoredPassage(
                int(each.id, 16), each.metadata["start"], each.metadata["end"], layout.passage_text(each), article,
                base64.b64decode(each.metadata["sentences"]),
            )
            for each in entries
            if (article := articles.get(each.metadata["article"]))
        ]  # fmt: skip

    def check(self) -> None:
        facts = self._facts()
        counted = self._ask(lambda held: (held.articles.count(), held.passages.count()))
        if facts.whole and counted != (facts.articles, facts.passages):
            raise StoreError(
                f"The Chroma server at {self.place} holds {counted[0]} articles and {counted[1]} passages instead of "
                f"{facts.articles} and {facts.passages}. Have it filled anew: {layout.REFILL}"
            )

    def search_vectors(self, vector: NDArray[np.float32], k: int, scope: Scope = ANYWHERE) -> list[Hit]:
        if k < 1:
            return []
        wanted = k if scope == ANYWHERE else max(k, _IN_SCOPE)
        found = self._nearest(vector, wanted)
        inside = [each for each in found if _is_inside(each, scope)]
        if len(inside) < k and len(found) == wanted and scope != ANYWHERE:
            inside = self._nearest(vector, k, where=layout.condition_of(scope))
        return [Hit(int(each.id, 16), 1 - each.distance) for each in inside[:k]]

    def search_words(self, query: str, k: int, scope: Scope = ANYWHERE) -> list[Hit]:
        asked = list(_telling(query))[:_ASKED_WORDS]
        if not asked or k < 1:
            return []
        vector, where = self.encoder.encode([query])[0], layout.condition_of(scope)

        def containing(word: str) -> list[Entry]:
            return self._nearest(vector, max(k, _WITH_WORD), where=where, containing=_written(word))

        found = {each.id: each for some in self._asking.map(containing, asked) for each in some}
        return _bm25(found.values()).search(query, k, scope)

    def spelt_nearly(self, word: str, k: int) -> list[Hit]:
        if len(word) <= _SHORTEST or self._ask(lambda held: held.passages.has(_written(stem(word)))):
            return []
        parts = 3 if len(word) >= LONG_WORD else 2  # of which one is spelt right
        size = max(_SHORTEST, len(word) // parts)
        begin, *others = [word[first : first + size] for first in range(0, len(word) - size, size)]
        condition = _any_of({begin, begin.capitalize(), *others, word[-size:]})
        found = self._nearest(self.encoder.encode([word])[0], _NEARLY, containing=condition)
        return _bm25(found).spelt_nearly(word, k) or []

    # -- asking --------------------------------------------------------------------------------------------------

    def _ask(self, question: Callable[[layout.Collections], T]) -> T:
        """Ask the collections; once more where others have been put in their place."""
        try:
            return question(self._held)
        except MissingCollectionError:
            self._held = layout.open_collections(self._server, self._held.facts.encoder)
            layout.check_model(self._server, self._held.facts, self._held.facts.encoder, self.encoder.digest)
        try:
            return question(self._held)
        except MissingCollectionError as error:
            raise StoreError(f"The Chroma server at {self.place} is being filled anew. Try again.") from error

    def _facts(self) -> layout.Facts:
        """Return what the server says now."""
        return self._ask(lambda held: layout.open_collections(self._server, held.facts.encoder).facts)

    def _nearest(
        self,
        vector: NDArray[np.float32],
        k: int,
        *,
        where: Condition | None = None,
        containing: Condition | None = None,
    ) -> list[Entry]:
        found = self._ask(lambda held: held.passages.nearest(vector, k, where=where, containing=containing))
        self._remember(found)
        return found

    def _remember(self, found: Iterable[Entry]) -> dict[str, Entry]:
        """Remember passages, but for those without metadata, as one is that is just being removed; return all known."""
        new = {each.id: each for each in found if each.metadata}
        known = self._passages | new
        self._passages = known if len(known) <= _REMEMBERED else new
        return known

    def _records(self, article_ids: Sequence[str]) -> dict[str, ArticleRecord]:
        found = self._ask(lambda held: held.articles.named(article_ids))
        return {article_id: layout.article_record(entry) for article_id, entry in found.items() if entry.metadata}


def encoder_of(facts: layout.Facts) -> Encoder:
    """Return the embedding model of the index: exported once to this user's cache, so that it needs no torch.

    Raises:
        StoreError: it is not on this machine.
    """
    from platformdirs import user_cache_path

    folder = user_cache_path("qabot")
    if found := exported(folder, facts.encoder, facts.digest):
        return found
    encoder = load_encoder(facts.encoder)
    tried = folder / f"not-exported-{facts.digest[:16]}-{__version__}"
    if encoder.digest == facts.digest and isinstance(encoder, SentenceTransformersEncoder) and not tried.exists():
        _LOG.warning("Preparing the embedding model %s, once: that takes about a minute.", facts.encoder)
        if reason := export(encoder, folder):
            with suppress(OSError):
                tried.write_text(reason, encoding="utf-8")
    return exported(folder, facts.encoder, facts.digest) or encoder


def _records(entries: Iterable[Entry]) -> list[ArticleRecord]:
    return sorted(map(layout.article_record, entries), key=lambda each: each.source)


def _is_inside(entry: Entry, scope: Scope) -> bool:
    return scope.includes(entry.metadata.get("published"), entry.metadata.get("publisher"))


def _telling(query: str) -> Iterator[str]:
    """Yield the words of a question that Chroma is asked for, as they begin in all their forms, names first."""
    query = query.lower() if query.isupper() and len(words(query)) > 1 else query
    told = dict.fromkeys(word for word in words(query) if is_content(word) and len(fold(word)) > 1)
    for word in sorted(told, key=lambda word: (not (word[0].isupper() or word[0].isdigit()), -len(word))):
        begin = os.path.commonprefix([fold(word), stem(word)])  # noqa: RUF071 - letters are what is compared
        as_written = word[: len(begin)]  # "McDonald", not "Mcdonald"
        begin = as_written if as_written.lower() == begin else begin
        yield word if word.isupper() or len(begin) < _SHORTEST else begin


def _written(word: str) -> Condition:
    """Return the condition that is true of texts with a word, as it may be written; "US" has no small letters."""
    return _any_of({word} if word.isupper() else {word, word.lower(), word.capitalize(), word.upper()})


def _any_of(texts: Collection[str]) -> Condition:
    """Return the condition that is true of what contains any of these."""
    conditions = [{"$contains": each} for each in sorted(texts)]
    return {"$or": conditions} if len(conditions) > 1 else conditions[0]


def _bm25(entries: Iterable[Entry]) -> Bm25Index:
    """Return a word index, in memory, of some passages."""
    index = Bm25Index(None)
    index.change(
        [
            records.Entry(int(each.id, 16), layout.passage_text(each), *(each.metadata.get(name) for name in _TOLD))
            for each in entries
        ]
    )
    return index
