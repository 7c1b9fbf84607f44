"""Which documents of a site hold which lines: kept from run to run, so that what a site repeats becomes known.

Sites, lines and documents are hashes of 63 bits. Of a line that many documents hold only some are kept: no more are
needed to know it for the site's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import blake2b

from qabot.articles.repetition import ENOUGH, MANY
from qabot.store.database import Database

KEPT = 2 * (MANY + 1)
"""So many documents are kept of a line: some of them may be deleted, and it stays known for the site's."""

_Row = tuple[int, int, int]  # site, line, document


class SiteLineTable(Database):
    """The table of the sites' lines."""

    def documents_with(self, site: int, lines: Sequence[int]) -> dict[int, set[int]]:
        """The documents that are kept of each of a site's lines."""
        found: defaultdict[int, set[int]] = defaultdict(set)
        statement = f"SELECT line, document FROM site_lines WHERE site = {int(site)} AND line IN (?)"  # noqa: S608
        for line, document in self._rows_in(statement, lines):
            found[line].add(document)
        return found

    def lines_of(self, documents: Sequence[int]) -> set[_Row]:
        """The rows of these documents."""
        rows = self._rows_in("SELECT site, line, document FROM site_lines WHERE document IN (?)", documents)
        return {(site, line, document) for site, line, document in rows}

    def change_lines(self, put: Iterable[_Row], drop: Iterable[_Row]) -> None:
        """Hold the rows of ``put``, and no longer those of ``drop``."""
        with self.transaction():
            self._do("DELETE FROM site_lines WHERE site = ? AND line = ? AND document = ?", drop)
            self._do("INSERT OR IGNORE INTO site_lines VALUES (?, ?, ?)", put)

    def drop_lines_of(self, sources: Iterable[str]) -> None:
        """Let go of the lines of documents."""
        self._do("DELETE FROM site_lines WHERE document = ?", [(hashed(source),) for source in sources])


class SiteSightings:
    """The lines of the documents of one window, and who else holds them: `qabot.articles.repetition.Sightings`.

    Documents are `put`; `save` writes them down; then `of` answers.
    """

    def __init__(self, table: SiteLineTable) -> None:
        self._table = table
        self._lines: dict[tuple[str, frozenset[int]], str] = {}  # the first of documents that are alike line for line
        self._names: dict[int, str] = {}
        self._seen: dict[tuple[int, int], set[int]] = {}

    def put(self, site: str, document: str, keys: Collection[int]) -> None:
        """A document of a site holds these lines now, and no others; copies of one document count once."""
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
        """For every line that was put, some of the documents of the site that hold it."""
        number = hashed(site)
        return {
            key: [self._names.get(each, format(each, "x")) for each in self._seen.get((number, key), ())]
            for key in keys
        }


def hashed(name: str) -> int:
    """A site or a document as a number of 63 bits."""
    return int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()) >> 1
