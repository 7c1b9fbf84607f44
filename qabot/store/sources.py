"""The sources that are named, and what is known of them from run to run: what each was, what it names, its lines."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path

from qabot.articles.article import Link, Stated, Validators
from qabot.articles.boilerplate.clean import ENOUGH, MANY
from qabot.articles.find import find_sources, is_there, is_url
from qabot.articles.formats import FOLDER_SUFFIXES
from qabot.errors import QabotError
from qabot.store.database import Database
from qabot.store.location import Location, index_command

_READER = "reader"
_READ = f"Files are read that end in {', '.join(FOLDER_SUFFIXES)}."

KEPT = 2 * (MANY + 1)
"""So many documents are kept of a line: some of them may be deleted, and it stays known for the site's."""

_Row = tuple[int, int, int]  # site, line, document


def named_sources(sources: Sequence[str]) -> set[str]:
    """Return the sources that are named one by one, not by their folder, and are there."""
    return set(
        find_sources([each for each in sources if is_there(each) and not os.path.isdir(os.path.expanduser(each))])
    )


def found_sources(location: Location, sources: Sequence[str]) -> list[str]:
    """Return the sources that are named, in folders too; none named: those in the index's own folder.

    Raises:
        QabotError: there are none, and the index was not built yet.
    """
    if sources:
        found = find_sources(sources)
        if not found:
            raise QabotError(f"There is no article in {', '.join(sources)}. {_READ}")
        return found
    if location.articles.is_dir():
        found = find_sources([str(location.articles)])
        if found or location.built:
            return found
    elif location.built:
        return []
    raise QabotError(
        f"There are no articles in {location.articles}. Put some there, or name files, folders or URLs: "
        f"{index_command(location.store)} PATH_OR_URL. {_READ}"
    )


@dataclass(frozen=True)
class SourceState:
    """What a source was.

    Attributes:
        source: the path or URL; of standard input the name that it was given.
        size: of the file, in bytes; None of what is no file, as are the time and the digest.
        mtime_ns: when the file was written.
        sha256: of the file's bytes.
        validators: what the server said of it; None of what is no URL.
        left_out: ids of the articles that stand in it and are held from elsewhere or not at all, each with the id of
            the article that is in its place: its own, or that of a later text of its address.
        unread: the names of the documents in it that cannot be read or are copies of others in it, with the reasons.
    """

    source: str
    size: int | None = None
    mtime_ns: int | None = None
    sha256: str | None = None
    validators: Validators | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)

    def looks_like(self, other: SourceState) -> bool:
        """True if a file has the size and time of another look at it; never of what is no file."""
        return self.size is not None and (self.size, self.mtime_ns) == (other.size, other.mtime_ns)


def is_text(source: str) -> bool:
    """True if a source's name can be stored; a file's may be any bytes."""
    try:
        source.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_file(source: str) -> bool:
    """True if a source is a path: neither an address nor what standard input held."""
    return os.path.isabs(source) and not is_url(source)


def is_gone(source: str) -> bool:
    """True if a source is a file that is not there; where its folder may not be looked into, nobody knows."""
    try:
        if is_file(source):
            os.stat(source)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False


def look(source: str) -> SourceState:
    """Return size and time of a file; nothing of what is no file, and of what cannot be looked at."""
    try:
        if is_file(source) and Path(source).is_file():
            stat = os.stat(source)
            return SourceState(source, stat.st_size, stat.st_mtime_ns)
    except OSError:
        pass
    return SourceState(source)


def with_digest(state: SourceState) -> SourceState:
    """Return the state with the SHA-256 of the file's bytes, where it can be read."""
    if state.size is None:
        return state
    try:
        with open(state.source, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return state
    return replace(state, sha256=digest)


class SourceTables(Database):
    """The tables of sources and of the links that feeds and sitemaps name."""

    def sources(self, names: Sequence[str]) -> dict[str, SourceState]:
        """Return those of the sources that were read to their end, by name."""
        rows = self._rows_in(
            "SELECT source, size, mtime_ns, sha256, etag, last_modified, left_out, unread FROM sources "
            "WHERE source IN (?)",
            names,
        )
        return {
            source: SourceState(
                source, size, mtime_ns, sha256,
                Validators(etag, last_modified) if etag or last_modified else None,
                *(json.loads(each) if each != "{}" else {} for each in (left_out, unread)),
            )
            for source, size, mtime_ns, sha256, etag, last_modified, left_out, unread in rows
        }  # fmt: skip

    def put_source(self, state: SourceState) -> None:
        """Record what a source was when it was read to its end."""
        said = state.validators or Validators(None, None)
        row = (state.source, state.size, state.mtime_ns, state.sha256, said.etag, said.last_modified)
        told = (json.dumps(state.left_out), json.dumps(state.unread))
        self._do("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [(*row, *told)])

    def drop_source(self, source: str) -> None:
        """Delete what is known of a source."""
        self._do("DELETE FROM sources WHERE source = ?", [(source,)])
        self._do("DELETE FROM links WHERE source = ?", [(source,)])

    def leave_out(self, source: str, article_id: str, name: str) -> None:
        """Record that an article stands in a source under that name and is not held; delete all else said of it."""
        for left_out, unread in self._rows("SELECT left_out, unread FROM sources WHERE source = ?", [source]):
            left = {**json.loads(left_out), article_id: article_id}
            told = re.compile(rf"{re.escape(name)}(?!\w)")  # "...#1" is none of "...#12"
            rest = {each: why for each, why in json.loads(unread).items() if name != each and not told.search(why)}
            self._do(
                "UPDATE sources SET left_out = ?, unread = ? WHERE source = ?",
                [(json.dumps(left), json.dumps(rest), source)],
            )

    def read_again(self, sources: Collection[str]) -> None:
        """Have sources read the next time that they are looked at, though they may not change."""
        each = [(source,) for source in sources]
        self._do(
            "UPDATE sources SET size = NULL, mtime_ns = NULL, etag = NULL, last_modified = NULL WHERE source = ?", each
        )
        self._do("UPDATE links SET stated = '[]' WHERE url = ? AND stated IS NULL", each)

    def try_unread_again(self, reader: str) -> None:
        """Have sources read again that hold what could not be read, unless it was this reader that could not."""
        with self.transaction():
            if self.get(_READER) != reader:
                self._do("UPDATE sources SET size = NULL, mtime_ns = NULL WHERE unread <> '{}'", [()])
                self.put(_READER, reader)

    # -- links ---------------------------------------------------------------------------------------------------

    def put_links(self, source: str, links: Sequence[Link]) -> None:
        """Store the links that a source names, in place of those stored before; none of them is read yet."""
        with self.transaction():
            self._do("DELETE FROM links WHERE source = ?", [(source,)])
            self._do(
                "INSERT OR IGNORE INTO links VALUES (?, ?, ?)",
                ((source, link.url, stated_json(link.stated)) for link in links),
            )

    def links(self, source: str) -> tuple[list[Link], list[str]]:
        """Return what a source named when last read: the links that are to be visited, and the others' addresses.

        To be visited are those not read yet, and those that name further ones.
        """
        rows = self._rows(
            "SELECT url, stated, stated IS NOT NULL OR url IN (SELECT source FROM links) FROM links WHERE source = ?",
            [source],
        )
        due = [Link(url, stated_in(stated)) for url, stated, is_due in rows if is_due]
        return due, [url for url, _, is_due in rows if not is_due]

    def naming_links(self) -> set[str]:
        """Return the sources that name others."""
        return {row[0] for row in self._rows("SELECT DISTINCT source FROM links")}

    def link_read(self, url: str) -> None:
        """Record that all that stands at an address was read."""
        self._do("UPDATE links SET stated = NULL WHERE url = ?", [(url,)])


def stated_json(stated: Iterable[Stated]) -> str:
    """Return statements as they are stored."""
    return json.dumps([(each.field, each.value, each.where) for each in stated], ensure_ascii=False)


def stated_in(stored: str | None) -> tuple[Stated, ...]:
    """Return the statements that `stated_json` stored."""
    return tuple(Stated(*each) for each in json.loads(stored or "[]"))


class SiteLineTable(Database):
    """The table of the sites' lines: which documents of a site hold which lines.

    Sites, lines and documents are hashes of 63 bits. Of a line that many documents hold only some are kept: no more are
    needed to know it for the site's.
    """

    def documents_with(self, site: int, lines: Sequence[int]) -> dict[int, set[int]]:
        """Return the documents that are kept of each of a site's lines."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        statement = f"SELECT line, document FROM site_lines WHERE site = {int(site)} AND line IN (?)"  # noqa: S608
        for line, document in self._rows_in(statement, lines):
            found[line].add(document)
        return found

    def lines_of(self, documents: Sequence[int]) -> set[_Row]:
        """Return the rows of these documents."""
        rows = self._rows_in("SELECT site, line, document FROM site_lines WHERE document IN (?)", documents)
        return {(site, line, document) for site, line, document in rows}

    def change_lines(self, put: Iterable[_Row], drop: Iterable[_Row]) -> None:
        """Store the rows of ``put``, and delete those of ``drop``."""
        with self.transaction():
            self._do("DELETE FROM site_lines WHERE site = ? AND line = ? AND document = ?", drop)
            self._do("INSERT OR IGNORE INTO site_lines VALUES (?, ?, ?)", put)

    def drop_lines_of(self, sources: Iterable[str]) -> None:
        """Delete the lines of documents."""
        self._do("DELETE FROM site_lines WHERE document = ?", [(hashed(source),) for source in sources])


class SiteSightings:
    """The lines of the documents of one window, and who else holds them: `qabot.articles.boilerplate.clean.Sightings`.

    Documents are `put`; `save` writes them down; then `of` answers.
    """

    def __init__(self, table: SiteLineTable) -> None:
        self._table = table
        self._lines: dict[tuple[str, frozenset[int]], str] = {}  # the first of documents that are alike line for line
        self._names: dict[int, str] = {}
        self._seen: dict[tuple[int, int], set[int]] = {}

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """Note the lines that a document of a site holds; copies of one document count once."""
        self._names[hashed(document)] = document
        self._lines.setdefault((site, frozenset(keys)), document)

    def save(self) -> frozenset[int]:
        """Write down what was put.

        Returns:
            The hashes of documents put in earlier windows that hold a line which is only now known for their site's.
        """
        holders: defaultdict[int, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for (name, keys), source in self._lines.items():
            for key in keys:
                holders[hashed(name)][key].append(hashed(source))
        held = self._table.lines_of(list(self._names))
        put: list[_Row] = []
        outdated: set[int] = set()
        for site, lines in holders.items():
            kept = self._table.documents_with(site, list(lines))
            for line, documents in lines.items():
                before = kept.get(line, set())
                more = [each for each in documents if each not in before][: max(0, KEPT - len(before))]
                put += [(site, line, document) for document in more]
                self._seen[site, line] = before.union(more)
                if any(len(before) <= enough < len(self._seen[site, line]) for enough in (ENOUGH, MANY)):
                    outdated |= before
        current = {(site, line, each) for site, lines in holders.items() for line in lines for each in lines[line]}
        self._table.change_lines(put, held - current)
        return frozenset(outdated - self._names.keys())

    def of(self, site: str, keys: Collection[int]) -> Mapping[int, Sequence[str]]:
        """Return, for every line that was put, some of the documents of the site that hold it."""
        number = hashed(site)
        return {
            key: [self._names.get(each, format(each, "x")) for each in self._seen.get((number, key), ())]
            for key in keys
        }


def hashed(name: str) -> int:
    """Return the hash of a site or a document, of 63 bits."""
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()) >> 1
