"""Filling a Chroma server from the index on this machine, which stays the truth.

What the server holds is compared with what the index holds, and the difference is sent: it does not matter what ended
the run before. An article's passages and text are sent before its entry among the articles, and deleted after it, so
that whoever asks meanwhile finds it whole or not at all. Its text comes first and goes last: what has no text there has
nothing there.
"""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qabot.errors import StoreError
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.chroma_server import layout
from qabot.store.chroma_server.client import MissingCollectionError, Server
from qabot.store.database import FORMAT
from qabot.store.location import Location, writer
from qabot.store.records import Progress, tell_stage

_ARCHIVE = "archive"
_CHARACTERS = 500_000  # of texts that are sent together: about a thousand passages
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Filled:
    """What a run did to a server: how many articles it sent and deleted; ``place`` is its address."""

    place: str
    sent: int
    deleted: int


def check_server(location: Location, settings: Settings, *, rebuild: bool = False) -> None:
    """See whether the server that the settings name can be filled from an index; write nothing.

    Args:
        location: where the index lies, or will lie.
        settings: among them the server and the name of the embedding model.
        rebuild: all that the server holds of an index is to be replaced.

    Raises:
        StoreError: the server does not answer, or holds what must not be changed.
    """
    archive = None
    if location.built:
        with closing(Catalogue.open_to_read(location.catalogue)) as catalogue:
            archive = catalogue.get(_ARCHIVE)
    with closing(Server(settings)) as server:
        if (found := layout.find_root(server)) and not rebuild:
            _check(server, found[1], archive, settings.encoder)


def fill(location: Location, settings: Settings, progress: Progress, *, rebuild: bool = False) -> Filled:
    """Bring a server up to date with the index on this machine.

    Args:
        location: where the index lies.
        settings: among them the server.
        progress: told of the stage.
        rebuild: fill new collections with everything, then put them in the place of those that there are.

    Raises:
        StoreError: as `check_server`; or the server failed meanwhile: what was sent stays, and another run goes on.
    """
    with (
        writer(location.store),
        closing(Catalogue.open(location.catalogue)) as catalogue,
        closing(Server(settings)) as server,
    ):
        try:
            return _Filling(server, catalogue, settings.encoder, progress).run(rebuild=rebuild)
        except MissingCollectionError as error:
            raise StoreError(
                f"The index in the Chroma server at {server.place} is not whole: {error} Fill it anew: {layout.REFILL}"
            ) from error


def _check(server: Server, facts: layout.Facts, archive: str | None, encoder: str, digest: str | None = None) -> None:
    layout.check_format(server, facts)
    layout.check_model(server, facts, encoder, digest)
    if facts.archive != archive:
        raise StoreError(
            f"The Chroma server at {server.place} is filled from another index than this one. Name that: --index DIR; "
            f"or put this one in its place: {layout.REFILL}"
        )


class _Filling:
    """One run."""

    def __init__(self, server: Server, catalogue: Catalogue, encoder: str, progress: Progress) -> None:
        self._server = server
        self._catalogue = catalogue
        self._progress = progress
        self._encoder = catalogue.get("encoder_name") or encoder
        self._digest = catalogue.get("encoder_digest") or ""

    def run(self, *, rebuild: bool) -> Filled:
        """Send what the server lacks, and delete what it should not have."""
        held = self._target(rebuild)
        states = self._catalogue.article_states()
        there = {each.id: each.metadata.get("checksum") for each in held.articles.all_entries()}
        gone = there.keys() - states.keys()
        changed = sorted(each for each, (checksum, _) in states.items() if there.get(each) != checksum)
        if held.facts.whole and not gone and not changed:
            return Filled(self._server.place, 0, 0)
        cut_short = not held.facts.whole
        if not cut_short:
            held.note(replace(held.facts, whole=False))
        sent = self._send(held, changed, states, there.keys() & set(changed))
        if cut_short:  # of an article that was not sent to its end
            gone |= set(held.texts.ids()) - states.keys()
        self._delete(held, sorted(gone))
        held.note(
            replace(
                held.facts, whole=True, revision=layout.new_name(), articles=held.articles.count(),
                passages=held.passages.count(),
            )
        )  # fmt: skip
        layout.remove_others(self._server, held.facts.collections)
        return Filled(self._server.place, sent, len(gone))

    def _target(self, rebuild: bool) -> layout.Collections:
        """Return the collections that are filled: those that there are, or new ones."""
        archive = self._catalogue.get(_ARCHIVE)
        if archive is None:
            archive = layout.new_name()
            self._catalogue.put(_ARCHIVE, archive)
        found = layout.find_root(self._server)
        if found and not rebuild:
            _check(self._server, found[1], archive, self._encoder, self._digest)
            return layout.Collections(self._server, *found)
        new = layout.new_name()
        facts = layout.Facts(
            FORMAT, self._encoder, self._digest, archive, new, new, whole=False, articles=0, passages=0
        )
        return layout.create_collections(self._server, facts, found and found[0])

    def _send(
        self,
        held: layout.Collections,
        article_ids: Sequence[str],
        states: Mapping[str, tuple[str, int]],
        before: set[str],
    ) -> int:
        """Send articles, of which these were there before; return how many were sent."""
        sent = 0
        for some in _together(article_ids, states):
            tell_stage(self._progress, "Filling the Chroma server", sent, len(article_ids))
            whole = self._whole(some)
            catalogue = self._catalogue
            texts = [layout.text_entry(each, catalogue.text(each), catalogue.about(each)) for each in whole]
            held.texts.put(texts, [_somewhere(each) for each in whole])
            self._send_passages(held, whole, before)
            records = catalogue.records(whole)
            entries = [layout.article_entry(records[each], states[each][0]) for each in whole]
            held.articles.put(entries, [_somewhere(each) for each in whole])
            sent += len(whole)
        return sent

    def _send_passages(self, held: layout.Collections, article_ids: Sequence[str], before: set[str]) -> None:
        stored = self._catalogue.passages(self._catalogue.passages_of(article_ids))
        stored.sort(key=lambda each: (each.article.article_id, each.start))
        vectors = [vector for each in sorted(article_ids) for vector in self._catalogue.article_vectors(each)]
        entries = [layout.passage_entry(each) for each in stored]
        held.passages.put(entries, vectors, texts=True)
        if again := [each for each in article_ids if each in before]:
            former = held.passages.ids({"article": {"$in": again}})
            held.passages.drop(sorted(set(former) - {each.id for each in entries}))

    def _whole(self, article_ids: Sequence[str]) -> list[str]:
        """Return those of the articles that are as they were written: the others are sent when they are mended."""
        passages = self._catalogue.damaged_passages(self._catalogue.passages_of(article_ids))
        damaged = self._catalogue.damaged_articles(article_ids)
        damaged |= set(self._catalogue.articles_of(sorted(passages)).values())
        if damaged:
            _LOG.warning("Damaged here, and not sent to the Chroma server: %s", ", ".join(sorted(damaged)))
        return [each for each in article_ids if each not in damaged]

    def _delete(self, held: layout.Collections, article_ids: Sequence[str]) -> None:
        for first in range(0, len(article_ids), self._server.most):
            some = list(article_ids[first : first + self._server.most])
            held.articles.drop(some)
            held.passages.drop(held.passages.ids({"article": {"$in": some}}))
            held.texts.drop(some)


def _together(article_ids: Sequence[str], states: Mapping[str, tuple[str, int]]) -> Iterator[list[str]]:
    """Yield the articles in parts, each of which is sent together."""
    some: list[str] = []
    size = 0
    for article_id in article_ids:
        some.append(article_id)
        size += states[article_id][1]
        if size >= _CHARACTERS:
            yield some
            some, size = [], 0
    if some:
        yield some


def _somewhere(article_id: str) -> NDArray[np.float32]:
    """Return a vector for an entry that nobody looks for by one: a place of its own on a circle."""
    angle = int.from_bytes(hashlib.blake2b(article_id.encode(), digest_size=4).digest()) / 2**32 * math.tau
    return np.array([math.cos(angle), math.sin(angle)], dtype=np.float32)
