"""Chroma and BM25, kept in step with the catalogue, and made anew from it where they are in doubt.

What is confirmed never changes: a write goes to copies in new folders. These are looked at (passages counted, some
vectors asked for), all files noted, and naming them in the catalogue, in one transaction, is the swap. So a killed
writer leaves what was confirmed, whoever asks is never in the way of a writer, and a file that is not as it was noted
is damaged.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from qabot.errors import QabotError, StoreError
from qabot.store.bm25 import Bm25Index
from qabot.store.catalogue import Catalogue
from qabot.store.database import in_parts
from qabot.store.location import SearchIndexError, index_command, told_plainly
from qabot.store.vectors import VectorIndex, Vectors, VectorWriter

_STATE = "derived_state"
_FOLDERS = "derived_folders"
_FILES = "derived_files"
_GENERATION = "derived_generation"
_DROPPED = "derived_dropped"
_DOUBTFUL, _CONFIRMED = "doubtful", "confirmed"
_BATCH = 10_000  # passages in memory at a time
_SAMPLE = 5  # vectors that are looked at
_FEW = 1_000  # dropped vectors that are not worth making all anew
_PIECE = 1_000_000  # bytes that are read at a time


class Noted(NamedTuple):
    """What is noted of a file: its size in bytes, and a checksum."""

    size: int
    crc: int


class LastConfirmed(NamedTuple):
    """The search indexes as they were last confirmed.

    Attributes:
        generation: a name that changes with every confirmed write.
        vectors: the folder of the vector index.
        words: the folder of the word index.
        files: what was noted of the files in them.
        pending: ids of the passages that they lack, or should no longer have.
    """

    generation: str
    vectors: Path
    words: Path
    files: Mapping[str, Noted]
    pending: frozenset[int]

    @property
    def whole(self) -> bool:
        """True if their files are as they were confirmed, to the last byte; all of them are read for that."""
        return are_whole((self.vectors, self.words), self.files)


class SearchIndex:
    """The search indexes of a catalogue. Whatever writes here is called with the writer's lock held."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._store = catalogue.store
        self._catalogue = catalogue

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def generation(self) -> str:
        """A name that changes with every confirmed write."""
        return self._catalogue.get(_GENERATION) or ""

    @property
    def confirmed(self) -> bool:
        """True if the last write was confirmed, and nobody doubted it since; false too where there was none."""
        return self._catalogue.get(_STATE) == _CONFIRMED

    @property
    def whole(self) -> bool:
        """True if all files of what was confirmed are as they were."""
        found = self.last_confirmed()
        return found is not None and found.whole

    def last_confirmed(self) -> LastConfirmed | None:
        """Return what was last confirmed, and what was written since; None where nothing ever was."""
        with self._catalogue.at_one_moment():
            if not self.generation or not (folders := self._folders()):
                return None
            return LastConfirmed(self.generation, *folders, self._noted(), frozenset(self._catalogue.pending()))

    def _folders(self) -> tuple[Path, Path] | None:
        """Return the folders of the vectors and of the words; None where none are named."""
        try:
            vectors, words = json.loads(self._catalogue.get(_FOLDERS) or "")
            return self._store / vectors, self._store / words
        except (ValueError, TypeError):
            return None

    def _noted(self) -> dict[str, Noted]:
        """Return what was noted of the files when they were confirmed, by name."""
        try:
            return {name: Noted(*rest) for name, *rest in json.loads(self._catalogue.get(_FILES) or "[]")}
        except (ValueError, TypeError):  # a wrong byte in the catalogue
            return {}

    # -- writing -------------------------------------------------------------------------------------------------

    def mend(self) -> None:
        """Bring them up to date with the catalogue; what is in doubt is made anew."""
        if not (self.confirmed and self.whole) or self._dropped > max(_FEW, self._catalogue.counts()[1] // 2):
            self.rebuild()
        elif pending := self._catalogue.pending():
            try:
                self._write(self._folders(), pending, self._catalogue.pending_keys(), pending)
            except SearchIndexError:
                self.rebuild()

    def rebuild(self) -> None:
        """Make both anew from the catalogue; nothing is embedded again."""
        try:
            self._write(None, self._catalogue.passage_ids(), self._catalogue.keys(), self._catalogue.pending())
        except SearchIndexError as error:
            raise StoreError(f"The search index in {self._store} cannot be written: {error}. Try again.") from error

    def _write(
        self,
        former: tuple[Path, Path] | None,
        passage_ids: Sequence[int],
        keys: Sequence[bytes],
        pending: Sequence[int],
    ) -> None:
        """Make both in new folders, and confirm them.

        Args:
            former: those that are changed; None: they are made of nothing.
            passage_ids: the passages that are put or dropped.
            keys: the same for the vectors.
            pending: the passages that are pending no more then.
        """
        with told_plainly(self._store), self._new_folders() as folders:
            count, dropped, sample = self._write_vectors(folders[0], former and former[0], keys)
            words = Bm25Index(folders[1], create=True, former=former and former[1])
            for some in in_parts(passage_ids, _BATCH):
                entries = self._catalogue.entries(some)
                words.change(entries, sorted(set(some) - {entry.passage_id for entry in entries}) if former else ())
            with closing(VectorIndex(folders[0])) as vectors:
                wrong = vectors.wrong(count, sample)
            if not wrong and words.count() != (held := self._catalogue.counts()[1]):
                wrong = f"the word index holds {words.count()} passages instead of {held}"
            if wrong:
                raise SearchIndexError(wrong)
            files = [(name, *each) for name, each in noted_of(folders).items()]
            with self._catalogue.transaction():
                self._catalogue.clear_pending(pending)
                self._catalogue.put(_FOLDERS, json.dumps([folder.name for folder in folders]))
                self._catalogue.put(_FILES, json.dumps(files))
                self._catalogue.put(_DROPPED, str(self._dropped + dropped if former else 0))
                self._catalogue.put(_GENERATION, secrets.token_hex(8))
                self._catalogue.put(_STATE, _CONFIRMED)
        self.remove_leftovers()

    def _write_vectors(self, folder: Path, former: Path | None, keys: Sequence[bytes]) -> tuple[int, int, Vectors]:
        """Write the vectors under these keys; return how many are stored then, how many were dropped, and a few."""
        writer, dropped = VectorWriter(folder, former), 0
        sample: Vectors = {}
        try:
            for some in in_parts(keys, _BATCH):
                held = self._catalogue.vectors_of(some)
                gone = [key for key in some if key not in held]
                if former:
                    writer.drop(gone)
                writer.put(held)
                dropped += len(gone)
                sample = dict(list(held.items())[-_SAMPLE:]) or sample
            return writer.finish(), dropped, sample
        finally:
            writer.close()

    @contextmanager
    def _new_folders(self) -> Iterator[tuple[Path, Path]]:
        """Return folders for vectors and words that are not there yet; they are deleted where the block fails."""
        name = secrets.token_hex(4)
        folders = self._store / f"vectors-{name}", self._store / f"words-{name}"
        try:
            yield folders
        except BaseException:
            for folder in folders:
                shutil.rmtree(folder, ignore_errors=True)
            raise

    @property
    def _dropped(self) -> int:
        """How many vectors were dropped since all were written; Chroma keeps their room."""
        dropped = self._catalogue.get(_DROPPED) or ""
        return int(dropped) if dropped.isdecimal() else 0

    def doubt(self) -> None:
        """Mark them as doubtful, so that whoever opens them next makes them anew."""
        self._catalogue.put(_STATE, _DOUBTFUL)

    def delete(self) -> None:
        """Delete their files."""
        for folder in self._all_folders():
            shutil.rmtree(folder, ignore_errors=True)

    def _all_folders(self) -> list[Path]:
        return [*self._store.glob("vectors-*"), *self._store.glob("words-*")]

    def remove_leftovers(self) -> None:
        """Delete the folders that are no longer used, or that a killed writer never came to use."""
        current = self._folders() or ()
        for folder in self._all_folders():
            if folder not in current:
                shutil.rmtree(folder, ignore_errors=True)


def noted_of(folders: Iterable[Path]) -> dict[str, Noted]:
    """Return what is to be noted of every file that holds data, by its folder's name and its own."""
    return {name: Noted(file.stat().st_size, _crc(file)) for name, file in sorted(_files_in(folders))}


def are_whole(folders: Iterable[Path], noted: Mapping[str, Noted]) -> bool:
    """True if there is in the files what was in them when they were noted; all of them are read for that."""
    found = dict(_files_in(folders))
    try:
        return bool(noted) and all(
            found[name].stat().st_size == each.size and _crc(found[name]) == each.crc for name, each in noted.items()
        )
    except (KeyError, FileNotFoundError):
        return False


def _files_in(folders: Iterable[Path]) -> list[tuple[str, Path]]:
    files = (file for folder in folders for file in folder.rglob("*") if file.suffix != ".lock" and file.is_file())
    return [(f"{file.parent.name}/{file.name}", file) for file in files]


def _crc(file: Path) -> int:
    crc = 0
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            crc = zlib.crc32(piece, crc)
    return crc


# -- in a child process ------------------------------------------------------------------------------------------------
# Chroma saves memory that it never wrote to along with its vectors, so that a new folder may hold words which its
# process read long before: after an article was removed, one is written by a process that never read it.


def rebuild_afresh(catalogue: Path) -> None:
    """Make the search indexes anew in a fresh process; the caller holds the writer's lock.

    The process ends with this one, however that ends, since it holds no lock itself.

    Raises:
        StoreError: that did not work.
    """
    package = str(Path(__file__).parents[2])
    path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
    # -P: what lies in the working directory, a random.py for instance, is nothing to be imported
    command = [sys.executable, "-P", "-m", "qabot.store.search_index", str(catalogue)]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as child:  # fmt: skip
        try:
            assert child.stderr
            said = child.stderr.read().decode(errors="replace").strip().split("\n")[-1]
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        again = index_command(catalogue.parent)
        raise StoreError(said or f"The search index in {catalogue.parent} could not be written. Run it again: {again}")


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)  # it says nothing, so this returns when it is gone
    os._exit(1)


def _rebuild(path: Path) -> int:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with closing(Catalogue.open(path)) as catalogue:
            SearchIndex(catalogue).rebuild()
    except QabotError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_rebuild(Path(sys.argv[1])))
