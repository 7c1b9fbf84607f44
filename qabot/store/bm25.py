"""The word index: BM25 by tantivy over passages and their titles, made from the catalogue.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Words are stemmed for English,
without case and diacritics, British -ise written as -ize. The text itself is not stored, only its words.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qabot.store.location import rust_errors
from qabot.store.records import ANYWHERE, Entry, Hit, Scope
from qabot.text.dates.period import day_number, day_span
from qabot.text.names import initials

if TYPE_CHECKING:
    import tantivy

_TITLE_BOOST = 0.3
_LONGEST_QUERY = 128  # different words of a query that count
_LONGEST_WORD = 60
_MEMORY = 50_000_000  # bytes that a writer may fill before it writes a segment
LONG_WORD = 9
"""Letters from which on two of them may differ where words are spelt nearly alike."""
_BRITISH = re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|er|ers|es|ing|ation|ations)\b)", re.I)


class Bm25Index:
    """An open BM25 index; safe to search from several threads."""

    @rust_errors()
    def __init__(self, folder: Path | None, *, create: bool = False, former: Path | None = None) -> None:
        """Open it, or make one; without a folder one in memory.

        Args:
            folder: where it lies.
            create: make it, empty or as ``former`` is.
            former: another one, which stays as it is.

        Raises:
            SearchIndexError: it is damaged, or its files are of another version of tantivy.
        """
        import tantivy

        self._tantivy = tantivy
        if folder is None:
            self._index = tantivy.Index(_schema())
        elif create and former:
            shutil.copytree(former, folder, copy_function=_linked, ignore=shutil.ignore_patterns("*.lock"))
            self._index = _opened(folder)
        elif create:
            folder.mkdir(parents=True)
            self._index = tantivy.Index(_schema(), str(folder))
        else:
            self._index = _opened(folder)
        self._analyzer = _analyzer()
        self._index.register_tokenizer("words", self._analyzer)

    @rust_errors()
    def change(self, put: Sequence[Entry], drop: Sequence[int] = ()) -> None:
        """Store the passages of ``put``, in place of those stored under their ids, and delete those of ``drop``."""
        tantivy = self._tantivy
        writer = self._index.writer(_MEMORY, 1)
        try:
            for passage_id in [*drop, *(entry.passage_id for entry in put)]:
                # by query: delete_documents_by_term takes the number for a signed one and finds nothing
                writer.delete_documents_by_query(tantivy.Query.term_query(self._index.schema, "id", passage_id))
            for entry in put:
                writer.add_document(_document(entry))
            writer.commit()
        finally:
            writer.wait_merging_threads()
        self._index.reload()

    @rust_errors()
    def count(self, scope: Scope = ANYWHERE) -> int:
        """Return how many passages are held, or are inside a scope."""
        searcher = self._index.searcher()
        if scope == ANYWHERE:
            return int(searcher.num_docs)
        found: Any = searcher.search(self._all_of(self._conditions(scope)), 1, count=True)
        return int(found.count)

    @rust_errors()
    def inside(self, scope: Scope, among: Collection[int] | None = None) -> set[int]:
        """Return the passages that are inside a scope; ``among``: of these alone."""
        conditions = self._conditions(scope)
        if among is not None:
            conditions.append(self._tantivy.Query.term_set_query(self._index.schema, "id", list(among)))
        searcher = self._index.searcher()
        if not (most := searcher.num_docs if among is None else len(among)):
            return set()
        return {hit.passage_id for hit in _hits(searcher, self._all_of(conditions), most)}

    @rust_errors()
    def search(self, query: str, k: int, scope: Scope, without: Collection[int] = ()) -> list[Hit]:
        """Return the k passages that match the words of ``query`` (any text) best, best first, but none of these."""
        tantivy = self._tantivy
        words = list(dict.fromkeys(self._analyzer.analyze(_plain(query))))[:_LONGEST_QUERY]
        searcher = self._index.searcher()
        if not words or k < 1 or not searcher.num_docs:
            return []
        schema = self._index.schema
        terms = [tantivy.Query.term_query(schema, "text", word, "freq") for word in words]
        terms += [
            tantivy.Query.boost_query(tantivy.Query.term_query(schema, "title", word, "freq"), _TITLE_BOOST)
            for word in words
        ]
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        conditions = [tantivy.Query.const_score_query(each, 0.0) for each in self._conditions(scope)]
        found = _hits(searcher, self._all_of([asked, *conditions]), min(k + len(without), searcher.num_docs))
        return [hit for hit in found if hit.passage_id not in without][:k]

    @rust_errors()
    def spelt_nearly(self, word: str, k: int) -> list[Hit] | None:
        """Return k passages with a word that is spelt nearly as this one; None where this one itself is known."""
        tantivy, schema, searcher = self._tantivy, self._index.schema, self._index.searcher()
        hits: list[Hit] = []
        for term in self._analyzer.analyze(_plain(word)):
            if any(searcher.doc_freq(field, term) for field in ("text", "title")):
                return None
            alike = tantivy.Query.fuzzy_term_query(schema, "text", term, 2 if len(word) >= LONG_WORD else 1)
            hits += _hits(searcher, alike, k)
        return hits

    def _all_of(self, conditions: Sequence[tantivy.Query]) -> tantivy.Query:
        query, must = self._tantivy.Query, self._tantivy.Occur.Must
        return query.boolean_query([(must, each) for each in conditions]) if conditions else query.all_query()

    def _conditions(self, scope: Scope) -> list[tantivy.Query]:
        query, kind, schema = self._tantivy.Query, self._tantivy.FieldType.Unsigned, self._index.schema
        conditions = []
        if scope.since:
            conditions.append(query.range_query(schema, "first_day", kind, lower_bound=day_number(scope.since)))
        if scope.until:
            conditions.append(query.range_query(schema, "last_day", kind, upper_bound=day_number(scope.until)))
        if scope.publishers:
            publishers = [publisher.casefold() for publisher in scope.publishers]
            conditions.append(query.term_set_query(schema, "publisher", publishers))
        return conditions


def _hits(searcher: tantivy.Searcher, query: tantivy.Query, k: int) -> list[Hit]:
    hits = searcher.search(query, k, count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    return [Hit(int(passage_id or 0), score) for passage_id, (score, _) in zip(ids, hits, strict=True)]


def _linked(source: str, target: str) -> None:
    """Make a file be in two folders: tantivy writes new ones, and replaces what it changes."""
    try:
        os.link(source, target)
    except OSError:  # not everywhere can a file have two names
        shutil.copyfile(source, target)


def _opened(folder: Path) -> tantivy.Index:
    """Return the index in a folder, also in one that cannot be written to.

    Tantivy makes a lock beside its files when it opens them: there it is given links to them in another folder.
    """
    import tantivy

    if os.access(folder, os.W_OK):
        if not tantivy.Index.is_compatible(str(folder)):
            raise ValueError("its files are of another version of tantivy")
        return tantivy.Index.open(str(folder))
    with tempfile.TemporaryDirectory(prefix="qabot-") as links:
        for file in folder.iterdir():
            if file.suffix != ".lock":
                (Path(links) / file.name).symlink_to(file.absolute())
        if not tantivy.Index.is_compatible(links):
            raise ValueError("its files are of another version of tantivy")
        return tantivy.Index.open(links)


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="words", index_option="freq")
    builder.add_text_field("title", tokenizer_name="words", index_option="freq")
    builder.add_text_field("publisher", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("first_day", indexed=True, fast=True)
    builder.add_unsigned_field("last_day", indexed=True, fast=True)
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple())
    for step in (Filter.lowercase(), Filter.ascii_fold(), Filter.remove_long(_LONGEST_WORD), Filter.stemmer("english")):
        builder = builder.filter(step)
    return builder.build()


def _plain(text: str) -> str:
    return _BRITISH.sub("iz", text)


def _document(entry: Entry) -> Any:
    import tantivy

    document = tantivy.Document()
    document.add_unsigned("id", entry.passage_id)
    document.add_text("text", _plain(entry.text))
    document.add_text("text", " ".join(initials(entry.text)))  # who asks of the CSTO means what is named in full
    document.add_text("title", _plain(entry.title or ""))
    document.add_text("publisher", (entry.publisher or "").casefold())
    if entry.published:
        first, last = day_span(entry.published)
        document.add_unsigned("first_day", day_number(first))
        document.add_unsigned("last_day", day_number(last))
    return document
