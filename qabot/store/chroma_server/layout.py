"""What a Chroma server holds of an index: which collections, what is in them, and whether they can be used.

A collection without entries, `_ROOT`, says in its metadata what the others are called and what they were made with: one
change of it puts a whole new set of collections in the place of another.

    passages   a passage: its vector, its text, where it stands, what is asked of its article's day and publisher
    articles   what is known of an article, without its text; it is written last: what has none is not there
    texts      an article's text, and what else `qabot articles show` shows of it
"""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any

from qabot.articles.article import Stated
from qabot.errors import StoreError
from qabot.store.chroma_server.client import Collection, Condition, Entry, MissingCollectionError, Server
from qabot.store.database import FORMAT
from qabot.store.records import About, ArticleRecord, Change, Scope, StoredPassage
from qabot.store.vectors import HNSW
from qabot.text.dates.period import day_number, day_span
from qabot.text.names import initials
from qabot.text.tokens import fold, words

_ROOT = "qabot"
_PARTS = ("passages", "articles", "texts")
_UNSEARCHED = {"space": "l2", "max_neighbors": 4}  # Chroma wants a vector of what nobody looks for by one, too
_OPENINGS = 2  # another index may just have been put in its place
REFILL = "qabot index --chroma URL --rebuild"


@dataclass(frozen=True)
class Facts:
    """What the collections were made with.

    Attributes:
        format: of the catalogue that they were filled from.
        encoder: the name of the embedding model.
        digest: that of its weights.
        archive: names the index that they are filled from.
        collections: the end of their names.
        revision: changes with everything that is written.
        whole: false while they are written, and where that was cut short.
        articles: how many there are when they are whole.
        passages: the same.
    """

    format: int
    encoder: str
    digest: str
    archive: str
    collections: str
    revision: str
    whole: bool
    articles: int
    passages: int


class Collections:
    """An index in a server: its facts, and its collections."""

    def __init__(self, server: Server, root: Collection, facts: Facts) -> None:
        """Take the collections that the facts name.

        Raises:
            MissingCollectionError: one is not there.
        """
        self.server, self.facts = server, facts
        self._root = root
        found = [server.collection(name) for name in _names(facts.collections)]
        if None in found:
            raise MissingCollectionError(f"One of {', '.join(_names(facts.collections))} is gone.")
        self.passages, self.articles, self.texts = (each for each in found if each)

    def note(self, facts: Facts) -> None:
        """Note new facts."""
        self._root.note(asdict(facts))
        self.facts = facts


def find_root(server: Server) -> tuple[Collection, Facts] | None:
    """Return the collection that says what the server holds of an index, and what it says; None where there is none.

    Raises:
        StoreError: the server does not answer as one, or its collection of that name is none of qabot's.
    """
    root = server.collection(_ROOT)
    if root is None:
        return None
    try:
        return root, Facts(**{each.name: root.metadata[each.name] for each in fields(Facts)})
    except KeyError:
        if "archive" in root.metadata and isinstance(root.metadata.get("format"), int):  # of another version
            known = {each.name: root.metadata.get(each.name, "") for each in fields(Facts)}
            return root, Facts(**{**known, "format": root.metadata["format"]})
    raise StoreError(
        f"The Chroma server at {server.place} has a collection {_ROOT!r} that qabot did not make. "
        "Rename or delete it, or use another server."
    )


def check_format(server: Server, facts: Facts) -> None:
    """Raise a `StoreError` where the collections are of another format than this qabot's."""
    if facts.format < FORMAT:
        raise StoreError(
            f"The index in the Chroma server at {server.place} was made by an older qabot (format {facts.format}). "
            f"Have it filled anew by whoever keeps it: {REFILL}"
        )
    if facts.format > FORMAT:
        raise StoreError(
            f"The index in the Chroma server at {server.place} was made by a newer qabot (format {facts.format}). "
            "Update qabot."
        )


def check_model(server: Server, facts: Facts, encoder: str, digest: str | None = None) -> None:
    """Raise a `StoreError` where the vectors are those of another embedding model, by its name or its weights."""
    if facts.encoder != encoder:
        raise StoreError(
            f"The index in the Chroma server at {server.place} was made with the embedding model {facts.encoder}, not "
            f"{encoder}. Set QABOT_ENCODER={facts.encoder}, or have it filled anew: {REFILL}"
        )
    if digest not in (None, facts.digest):
        raise StoreError(
            f"The index in the Chroma server at {server.place} was made with other weights of the embedding model "
            f"{encoder}. Install those that it was made with, or have it filled anew: {REFILL}"
        )


def open_collections(server: Server, encoder: str) -> Collections:
    """Return the index in a server, for reading.

    Raises:
        StoreError: there is none, or it cannot be used.
    """
    found = find_root(server)
    if found is None:
        raise StoreError(
            f"The Chroma server at {server.place} holds no index of qabot. "
            "Have it filled by whoever keeps the articles: qabot index --chroma URL"
        )
    check_format(server, found[1])
    check_model(server, found[1], encoder)
    for _ in range(_OPENINGS):
        try:
            return Collections(server, *found)
        except MissingCollectionError as error:
            missing, found = error, find_root(server) or found
    raise StoreError(
        f"The index in the Chroma server at {server.place} is not whole: {missing} Have it filled anew: {REFILL}"
    ) from missing


def create_collections(server: Server, facts: Facts, root: Collection | None) -> Collections:
    """Make collections with no entries; where there is a root, it is not changed yet."""
    for name in _names(facts.collections):
        server.create(name, hnsw=HNSW if name.startswith(f"{_ROOT}-{_PARTS[0]}") else _UNSEARCHED)
    return Collections(server, root or server.create(_ROOT, metadata=asdict(facts), hnsw=_UNSEARCHED), facts)


def remove_others(server: Server, collections: str) -> None:
    """Delete qabot's collections but those whose names end so: former ones, and what a writer left that was killed."""
    kept = {_ROOT, *_names(collections)}
    for name in server.names():
        if name.startswith(tuple(f"{_ROOT}-{part}-" for part in _PARTS)) and name not in kept:
            server.remove(name)


def new_name() -> str:
    """Return a name that nothing else has."""
    return secrets.token_hex(4)


def _names(collections: str) -> list[str]:
    return [f"{_ROOT}-{part}-{collections}" for part in _PARTS]


# -- entries -----------------------------------------------------------------------------------------------------------


def passage_entry(passage: StoredPassage) -> Entry:
    """Return the entry of a passage: behind its text stand its title and what else its words are searched in."""
    article = passage.article
    metadata: dict[str, Any] = {
        "article": article.article_id, "start": passage.start, "end": passage.end,
        "title": article.title, "publisher": article.publisher, "published": article.published,
        "by": (article.publisher or "").casefold(), "sentences": base64.b64encode(passage.record).decode(),
    }  # fmt: skip
    if article.published:
        first, last = day_span(article.published)
        metadata |= {"first_day": day_number(first), "last_day": day_number(last)}
    text = "\n".join([passage.text, article.title or "", *_as_asked_for(f"{article.title or ''}\n{passage.text}")])
    return Entry(passage_id_text(passage.passage_id), _known(metadata), text)


def _as_asked_for(text: str) -> Iterator[str]:
    """Yield how people write what a text says otherwise: names by their initials, words without accents."""
    yield " ".join(initials(text)).upper()
    yield " ".join(dict.fromkeys(fold(word) for word in words(text) if not word.isascii()))


def passage_text(entry: Entry) -> str:
    """Return the text of the passage that `passage_entry` made an entry of."""
    return entry.text[: entry.metadata["end"] - entry.metadata["start"]]


def passage_id_text(passage_id: int) -> str:
    """Return the id of a passage as the server has it."""
    return f"{passage_id:016x}"


def article_entry(article: ArticleRecord, checksum: str) -> Entry:
    """Return the entry of an article; the checksum is of all that the server holds of it."""
    return Entry(article.article_id, _known({**asdict(article), "checksum": checksum}), "")


def article_record(entry: Entry) -> ArticleRecord:
    """Return the article that `article_entry` made an entry of."""
    return ArticleRecord(**{each.name: entry.metadata.get(each.name) for each in fields(ArticleRecord)})  # type: ignore[arg-type]


def text_entry(article_id: str, text: str, about: About) -> Entry:
    """Return the entry of an article's text."""
    told = {
        "stated": [astuple(each) for each in about.stated],
        "removed": about.removed,
        "changes": [[each.time, each.former_id, each.what] for each in about.changes],
    }
    return Entry(article_id, {"text": _packed(text), "about": _packed(json.dumps(told, ensure_ascii=False))}, "")


def text_of(entry: Entry) -> str:
    """Return the text that `text_entry` made an entry of."""
    return _unpacked(entry.metadata["text"])


def about_of(entry: Entry) -> About:
    """Return what is shown beside it."""
    told: Mapping[str, Sequence[Any]] = json.loads(_unpacked(entry.metadata["about"]))
    return About(
        tuple(Stated(*each) for each in told["stated"]),
        tuple(told["removed"]),
        tuple(Change(time, former_id, tuple(what)) for time, former_id, what in told["changes"]),
    )


def condition_of(scope: Scope) -> Condition | None:
    """Return the condition that is true of the passages inside a scope; None where all are."""
    conditions: list[Condition] = []
    if scope.since:
        conditions.append({"first_day": {"$gte": day_number(scope.since)}})
    if scope.until:
        conditions.append({"last_day": {"$lte": day_number(scope.until)}})
    if scope.publishers:
        conditions.append({"by": {"$in": [each.casefold() for each in scope.publishers]}})
    if len(conditions) > 1:
        return {"$and": conditions}
    return conditions[0] if conditions else None


def _known(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if value is not None}


def _packed(text: str) -> str:
    return base64.b64encode(zlib.compress(text.encode())).decode()


def _unpacked(packed: str) -> str:
    return zlib.decompress(base64.b64decode(packed)).decode()
