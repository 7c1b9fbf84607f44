"""Chroma and BM25, kept in step with the catalogue, and made anew from it where they are in doubt.

A write to them is announced in the catalogue first and confirmed after: passages counted, some asked for by their own
vectors, all files noted. Killed in between, or found with other files, they are not trusted; Chroma has then been seen
to crash the process, to refuse to open, and to answer from a part of its vectors without an error. New ones are written
into new folders; naming these in the catalogue, in one transaction, is the swap.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from qabot.errors import QabotError, StoreError
from qabot.store.catalogue import Catalogue
from qabot.store.errors import SearchIndexError, damaged, told_plainly
from qabot.store.files import Noted, files_in, noted_of, same, untouched
from qabot.store.records import Entry

if TYPE_CHECKING:
    from qabot.store.bm25 import Bm25Index
    from qabot.store.vectors import VectorIndex

_STATE = "derived_state"
_FOLDERS = "derived_folders"
_FILES = "derived_files"
_GENERATION = "derived_generation"
_ANNOUNCED, _CONFIRMED = "announced", "confirmed"
_BATCH = 10_000  # passages in memory at a time
_PROBE_PATIENCE = 60  # seconds


class LastConfirmed(NamedTuple):
    """The search indexes as they were last confirmed.

    Attributes:
        generation: a name that changes with every confirmed write.
        vectors: the folder of the vector index.
        words: the folder of the word index.
        sizes: of the files in them, each by its folder's name and its own.
        pending: ids of the passages that they lack, or should no longer have.
        untouched: false while a process writes to them, or where one that did was cut short.
    """

    generation: str
    vectors: Path
    words: Path
    sizes: Mapping[str, int]
    pending: frozenset[int]
    untouched: bool


class SearchIndex:
    """The search indexes of a catalogue. Whatever writes here is called with the writer's lock held."""

    def __init__(self, store: Path, catalogue: Catalogue) -> None:
        self._store = store
        self._catalogue = catalogue
        self._vectors: VectorIndex | None = None
        self._bm25: Bm25Index | None = None

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def vectors(self) -> VectorIndex:
        """The vector index, opened at first use."""
        if self._vectors is None:
            from qabot.store.vectors import VectorIndex

            self._vectors = VectorIndex(self._folders()[0])
        return self._vectors

    @property
    def bm25(self) -> Bm25Index:
        """The BM25 index, opened at first use."""
        if self._bm25 is None:
            from qabot.store.bm25 import Bm25Index

            self._bm25 = Bm25Index(self._folders()[1])
        return self._bm25

    def close(self) -> None:
        """Close the files; the next use opens them again."""
        if self._vectors is not None:
            self._vectors.close()
        self._vectors = self._bm25 = None

    @property
    def generation(self) -> str:
        """A name that changes with every confirmed write."""
        return self._catalogue.get(_GENERATION) or ""

    @property
    def confirmed(self) -> bool:
        """True if the last write was confirmed; false too where there was none."""
        return self._catalogue.get(_STATE) == _CONFIRMED

    @property
    def settled(self) -> bool:
        """True if nothing is to be done before they are used."""
        return self.confirmed and self._all_files(untouched) and not self._catalogue.outbox()

    def last_confirmed(self) -> LastConfirmed | None:
        """Return what was last confirmed, and what was written since; None where nothing ever was."""
        with self._catalogue.at_one_moment():
            if not self.generation or not (folders := self._known_folders()):
                return None
            sizes = {name: each.size for name, each in self._noted().items()}
            pending = frozenset(self._catalogue.outbox())
            return LastConfirmed(self.generation, *folders, sizes, pending, self.confirmed)

    def _folders(self) -> tuple[Path, Path]:
        folders = self._known_folders()
        if not folders:
            raise StoreError(damaged(self._store, "it has no search index"))
        return folders

    def _known_folders(self) -> tuple[Path, Path] | None:
        """Return the folders of the vectors and of the words; None where none are named."""
        try:
            vectors, words = json.loads(self._catalogue.get(_FOLDERS) or "")
            return self._store / vectors, self._store / words
        except (ValueError, TypeError):
            return None

    def _all_files(self, is_right: Callable[[Path, Noted], bool]) -> bool:
        """True if there are those files that were noted, and each is right."""
        noted, found = self._noted(), dict(files_in(self._known_folders() or ()))
        return (
            bool(noted)
            and noted.keys() == found.keys()
            and all(is_right(found[name], each) for name, each in noted.items())
        )

    @property
    def ours_as_confirmed(self) -> bool:
        """True if no file but Chroma's was harmed since the last write was confirmed; they are read for it."""
        found = dict(files_in(self._known_folders() or ()))
        noted = {name: each for name, each in self._noted().items() if each.crc is not None}
        return noted.keys() <= found.keys() and all(same(found[name], each) for name, each in noted.items())

    def _noted(self) -> dict[str, Noted]:
        """Return what was noted of the files when they were confirmed, by name."""
        try:
            return {name: Noted(*rest) for name, *rest in json.loads(self._catalogue.get(_FILES) or "[]")}
        except (ValueError, TypeError):  # a wrong byte in the catalogue
            return {}

    def _note(self, folders: tuple[Path, Path]) -> None:
        self._catalogue.put(_FILES, json.dumps([(name, *noted_of(file)) for name, file in files_in(folders)]))

    # -- writing -------------------------------------------------------------------------------------------------

    def mend(self) -> None:
        """Bring them up to date with the catalogue; what is in doubt is made anew."""
        if not (self.confirmed and (self._all_files(untouched) or self._harmless())):
            self.rebuild()
        elif pending := self._catalogue.outbox():
            try:
                self._apply(pending)
            except SearchIndexError:
                self.rebuild()

    def _apply(self, pending: Sequence[int]) -> None:
        vectors, words = self.vectors, self.bm25
        self._catalogue.put(_STATE, _ANNOUNCED)
        sample: list[Entry] = []
        for first in range(0, len(pending), _BATCH):
            some = pending[first : first + _BATCH]
            entries = self._catalogue.entries(some)
            dropped = sorted(set(some) - {entry.passage_id for entry in entries})
            if dropped:
                vectors.drop(dropped)
            vectors.put(entries)
            words.change(entries, dropped)
            sample = entries or sample
        self._confirm(self._folders(), vectors, words, pending, sample)

    def rebuild(self) -> None:
        """Make both anew from the catalogue; nothing is embedded again."""
        from qabot.store.bm25 import Bm25Index
        from qabot.store.vectors import VectorIndex

        self.close()
        with told_plainly(self._store):
            self._catalogue.put(_STATE, _ANNOUNCED)
            name = secrets.token_hex(4)
            folders = self._store / f"vectors-{name}", self._store / f"words-{name}"
            try:
                vectors, words = VectorIndex(folders[0], create=True), Bm25Index(folders[1], create=True)
                self._vectors, self._bm25 = vectors, words
                pending, held = self._catalogue.outbox(), self._catalogue.passage_ids()
                entries: list[Entry] = []
                for first in range(0, len(held), _BATCH):
                    entries = self._catalogue.entries(held[first : first + _BATCH])
                    vectors.put(entries)
                    words.change(entries)
                self._confirm(folders, vectors, words, pending, entries)
            except BaseException as error:
                self.close()
                for folder in folders:
                    shutil.rmtree(folder, ignore_errors=True)
                if isinstance(error, SearchIndexError):
                    raise StoreError(
                        f"The search index in {self._store} cannot be written: {error}. Try again."
                    ) from error
                raise
        self.remove_leftovers()

    def _confirm(
        self,
        folders: tuple[Path, Path],
        vectors: VectorIndex,
        words: Bm25Index,
        pending: Sequence[int],
        sample: Sequence[Entry],
    ) -> None:
        _, count = self._catalogue.counts()
        wrong = vectors.wrong(count, sample)
        if not wrong and words.count() != count:
            wrong = f"the word index holds {words.count()} passages instead of {count}"
        if wrong:
            raise SearchIndexError(wrong)
        with self._catalogue.transaction():
            self._catalogue.clear_outbox(pending)
            self._catalogue.put(_FOLDERS, json.dumps([folder.name for folder in folders]))
            self._note(folders)
            self._catalogue.put(_GENERATION, secrets.token_hex(8))
            self._catalogue.put(_STATE, _CONFIRMED)

    def doubt(self) -> None:
        """Mark them as doubtful, so that whoever opens them next makes them anew."""
        self._catalogue.put(_STATE, _ANNOUNCED)

    def delete(self) -> None:
        """Delete their files."""
        self.close()
        for folder in self._all_folders():
            shutil.rmtree(folder, ignore_errors=True)

    def _all_folders(self) -> list[Path]:
        return [*self._store.glob("vectors-*"), *self._store.glob("words-*")]

    def _harmless(self) -> bool:
        """True if files that were touched are as they were, or answer rightly all the same; they are noted then."""
        try:
            if not (self._all_files(same) or (self.ours_as_confirmed and self.probed())):
                return False
        except (OSError, StoreError):
            return False
        self._note(self._folders())
        return True

    def probed(self) -> bool:
        """Ask a child process whether the files, Chroma's too, answer rightly."""
        held = self._catalogue.passage_ids()
        outstanding = set(self._catalogue.outbox())
        sample = self._catalogue.entries([each for each in held[:: max(1, len(held) // 20)] if each not in outstanding])
        vectors, _ = self._folders()
        try:
            self.bm25.count()
        except SearchIndexError:
            return False
        return not outstanding and answers_rightly(vectors, len(held), sample)

    def remove_leftovers(self) -> None:
        """Delete the folders that are no longer used, or that a killed writer never came to use."""
        current = self._known_folders() or ()
        for folder in self._all_folders():
            if folder not in current:
                shutil.rmtree(folder, ignore_errors=True)


# -- in a child process ------------------------------------------------------------------------------------------------
# A damaged Chroma folder may crash the process that opens it. And Chroma saves memory that it never wrote to along with
# its vectors, so that a new folder may hold words which its process read long before: after an article was removed, one
# is written by a process that never read it.


def answers_rightly(folder: Path, count: int, sample: Sequence[Entry]) -> bool:
    """True if the index in ``folder`` opens, holds ``count`` passages and finds ``sample`` by its own vectors."""
    vectors = [(entry.passage_id, entry.vector.tolist()) for entry in sample]
    try:
        child = _run({"probe": str(folder), "count": count, "sample": vectors}, timeout=_PROBE_PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return child.returncode == 0


def rebuild_afresh(catalogue: Path) -> None:
    """Make the search indexes anew in a fresh process; the caller holds the writer's lock.

    Raises:
        StoreError: that did not work.
    """
    child = _run({"rebuild": str(catalogue)})
    if child.returncode:
        said = child.stderr.decode(errors="replace").strip().split("\n")[-1]
        raise StoreError(said or f"The search index in {catalogue.parent} could not be written. Run qabot index.")


def _run(task: dict[str, Any], timeout: float | None = None) -> subprocess.CompletedProcess[bytes]:
    """Have a child process do a task; it ends with this process, however that ends, since it holds no lock itself."""
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "qabot.store.search_index"]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        lifeline, child.stdin = child.stdin, None
        assert lifeline
        try:
            with suppress(BrokenPipeError):  # it has ended, and said why
                lifeline.write(json.dumps(task).encode() + b"\n")
                lifeline.flush()
            _, said = child.communicate(timeout=timeout)
        except BaseException:
            child.kill()
            raise
        finally:
            with suppress(BrokenPipeError):
                lifeline.close()
    return subprocess.CompletedProcess(command, child.returncode, b"", said)


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # it says nothing more, so this returns when it is gone
    os._exit(1)


def _main(task: dict[str, Any]) -> int:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if "rebuild" in task:
        return _rebuild(Path(task["rebuild"]))
    from qabot.store.vectors import VectorIndex

    sample = [
        Entry(passage_id, np.asarray(vector, dtype=np.float32), "", None, None, None)
        for passage_id, vector in task["sample"]
    ]
    return 1 if VectorIndex(Path(task["probe"])).wrong(task["count"], sample, opening_chroma=True) else 0


def _rebuild(path: Path) -> int:
    try:
        catalogue = Catalogue.open(path)
        SearchIndex(path.parent, catalogue).rebuild()
        catalogue.close()
    except QabotError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(json.loads(sys.stdin.readline())))
