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
from dataclasses import dataclass
from pathlib import Path

from qabot.errors import QabotError, StoreError
from qabot.store.bm25 import Bm25Index
from qabot.store.catalogue import Catalogue
from qabot.store.database import in_parts
from qabot.store.location import SearchIndexError, index_command, told_plainly
from qabot.store.vectors import VectorIndex, Vectors, VectorWriter

_CONFIRMED, _DOUBTED = "derived", "derived_doubted"
_BATCH = 10_000  # passages in memory at a time
_SAMPLE = 5  # vectors that are looked at
_FEW = 1_000  # dropped vectors that are not worth making all anew
_PIECE = 1_000_000  # bytes that are read at a time


@dataclass(frozen=True)
class LastConfirmed:
    """The search indexes as they were last confirmed.

    Attributes:
        generation: a name that changes with every confirmed write.
        vectors: the folder of the vector index.
        words: the folder of the word index.
        files: what was noted of the files in them.
        dropped: how many vectors were dropped since all were written; Chroma keeps their room.
        doubtful: whether they were doubted since.
        pending: ids of the passages that they lack, or should no longer have.
    """

    generation: str
    vectors: Path
    words: Path
    files: Mapping[str, str]
    dropped: int
    doubtful: bool
    pending: frozenset[int]

    @property
    def whole(self) -> bool:
        """True if there is in their files what was in them when they were confirmed; all are read for that."""
        try:
            return bool(self.files) and self.files.items() <= noted_of((self.vectors, self.words)).items()
        except FileNotFoundError:
            return False


class SearchFiles:
    """The files of a catalogue's search indexes. Whatever writes here is called with the writer's lock held."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._store = catalogue.store
        self._catalogue = catalogue

    # -- reading -------------------------------------------------------------------------------------------------

    @property
    def generation(self) -> str:
        """A name that changes with every confirmed write; empty where there is none."""
        found = self.last_confirmed()
        return found.generation if found else ""

    def last_confirmed(self) -> LastConfirmed | None:
        """Return what was last confirmed, and what was written since; None where nothing ever was."""
        with self._catalogue.at_one_moment():
            said, doubted = self._catalogue.get(_CONFIRMED), self._catalogue.get(_DOUBTED)
            pending = frozenset(self._catalogue.pending())
        try:
            found = json.loads(said or "")
            folders = {name: self._store / found[name] for name in ("vectors", "words")}
            return LastConfirmed(**{**found, **folders}, doubtful=doubted == found["generation"], pending=pending)
        except (ValueError, TypeError, LookupError):  # a wrong byte in the catalogue
            return None

    # -- writing -------------------------------------------------------------------------------------------------

    def mend(self) -> None:
        """Bring them up to date with the catalogue; what is in doubt is made anew."""
        found, many = self.last_confirmed(), max(_FEW, self._catalogue.counts()[1] // 2)
        if not found or found.doubtful or found.dropped > many or not found.whole:
            self.rebuild()
        elif found.pending:
            try:
                pending = sorted(found.pending)
                self._write(found, pending, pending, self._catalogue.pending_keys())
            except SearchIndexError:
                self.rebuild()

    def rebuild(self) -> None:
        """Make both anew from the catalogue; nothing is embedded again."""
        try:
            self._write(None, self._catalogue.pending(), self._catalogue.passage_ids(), self._catalogue.keys())
        except SearchIndexError as error:
            raise StoreError(f"The search index in {self._store} cannot be written: {error}. Try again.") from error

    def _write(
        self, former: LastConfirmed | None, pending: Sequence[int], passage_ids: Sequence[int], keys: Sequence[bytes]
    ) -> None:
        """Make both in new folders, and confirm them.

        Args:
            former: those that are changed; None: they are made of nothing.
            pending: the passages that are pending no more then.
            passage_ids: those that are put or dropped.
            keys: the same for the vectors.
        """
        with told_plainly(self._store), self._new_folders() as folders:
            count, dropped, sample = self._write_vectors(folders[0], former.vectors if former else None, keys)
            words = Bm25Index(folders[1], create=True, former=former.words if former else None)
            for some in in_parts(passage_ids, _BATCH):
                entries = self._catalogue.entries(some)
                words.change(entries, sorted(set(some) - {entry.passage_id for entry in entries}) if former else ())
            with closing(VectorIndex(folders[0])) as vectors:
                wrong = vectors.wrong(count, sample)
            if not wrong and words.count() != (held := self._catalogue.counts()[1]):
                wrong = f"the word index holds {words.count()} passages instead of {held}"
            if wrong:
                raise SearchIndexError(wrong)
            said = {
                "generation": secrets.token_hex(8), "vectors": folders[0].name, "words": folders[1].name,
                "files": noted_of(folders), "dropped": former.dropped + dropped if former else 0,
            }  # fmt: skip
            with self._catalogue.transaction():
                self._catalogue.clear_pending(pending)
                self._catalogue.put(_CONFIRMED, json.dumps(said))
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

    def doubt(self) -> None:
        """Mark them as doubtful, so that whoever opens them next makes them anew."""
        self._catalogue.put(_DOUBTED, self.generation)

    def delete(self) -> None:
        """Delete their files."""
        for folder in self._all_folders():
            shutil.rmtree(folder, ignore_errors=True)

    def _all_folders(self) -> list[Path]:
        return [*self._store.glob("vectors-*"), *self._store.glob("words-*")]

    def remove_leftovers(self) -> None:
        """Delete the folders that are no longer used, or that a killed writer never came to use."""
        found = self.last_confirmed()
        for folder in self._all_folders():
            if not found or folder not in (found.vectors, found.words):
                shutil.rmtree(folder, ignore_errors=True)


def noted_of(folders: Iterable[Path]) -> dict[str, str]:
    """Return size and checksum of every file that holds data, by its folder's name and its own."""
    files = (file for folder in folders for file in folder.rglob("*") if file.suffix != ".lock" and file.is_file())
    return {f"{each.parent.name}/{each.name}": f"{each.stat().st_size} {_crc(each):08x}" for each in files}


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
    command = [sys.executable, "-P", "-m", "qabot.store.search_files", str(catalogue)]
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
            SearchFiles(catalogue).rebuild()
    except QabotError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_rebuild(Path(sys.argv[1])))
