"""The work of a run that depends on nothing but what it is given: its bounds, and where it is done, here or on Ray.

Documents are read and cleaned, articles cut and texts embedded by functions of their arguments alone. Whoever needs
their results asks for them in order, and writes: who computed them, and how often, makes no difference to the index.
One document may take so much time and memory, and a defect that it trips costs it alone.
"""

from __future__ import annotations

import mmap
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from qabot.articles.article import Article, Document, Reading
from qabot.articles.assemble import article_of
from qabot.errors import ArticleError, QabotError
from qabot.models.encoder import Encoder
from qabot.store.database import in_parts
from qabot.store.passages import Passage, split
from qabot.store.vectors import Vectors

T = TypeVar("T")
R = TypeVar("R")
_AT_ONCE = 32  # texts, before it is told how far it is, and asked whether to go on
SECONDS = 60
"""Of a processor, that a document may take."""
BYTES = 1_000_000_000
"""By so many the memory of the process may grow while one is read."""
_TRIED = 10_000  # bytes that must fit into the temporary folder
_FIRST_LOOK, _LOOK = 2.0, 0.25  # seconds: what is read in less than the first is not looked at


class Workers(Protocol):
    """Those who do it."""

    @property
    def lots(self) -> int:
        """How many lots of passages may be embedded at a time, so that none of them is idle."""
        ...

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        """Return for each item a callable that returns ``function(item)``, or raises what that raises.

        Called in the order of the items they cost least. What is given and returned may be pickled.
        """
        ...


class Here:
    """This process, which computes what is asked for when it is asked for."""

    lots = 1

    def promise(self, function: Callable[[T], R], items: Sequence[T]) -> list[Callable[[], R]]:
        """Return for each item a callable that computes ``function(item)``."""
        return [partial(function, item) for item in items]


# -- what is done, and its bounds --------------------------------------------------------------------------------------


def documents_of(reading: Reading) -> Iterator[Document | ArticleError]:
    """Yield the documents of a source, one by one.

    Raises:
        ArticleError: what follows cannot be read.
    """
    documents = iter(reading.documents)
    while True:
        with as_unreadable(reading.source):
            document = next(documents, None)
        if document is None:
            return
        yield document


def assembled(given: tuple[Document, frozenset[str]]) -> Article:
    """Return the article that a document holds, given with those of its rows that its site repeats.

    Raises:
        ArticleError: there is none in it, or it cannot be read.
    """
    document, repeated = given
    with as_unreadable(document.source):
        return article_of(document, repeated)


def cut(article: Article) -> list[Passage]:
    """Return the passages of an article.

    Raises:
        ArticleError: it cannot be cut into passages.
    """
    with as_unreadable(article.source):
        return split(article)


class DefectError(ArticleError):
    """Reading an article tripped a defect, ours or a library's."""


@contextmanager
def as_unreadable(source: str) -> Iterator[None]:
    """Turn a defect that reading trips, ours or a library's, into a `DefectError`: one article is lost, not all.

    Raises:
        ArticleError: it is nested too deeply to be read, or takes more time or memory than one article may.
        DefectError: reading the source failed.
        QabotError: reading any would, for the temporary folder is full.
    """
    try:
        with bounded(source):
            yield
    except QabotError:
        raise
    except RecursionError as error:
        reason = "it is nested too deeply to be read: save what is wanted of it as a file of its own"
        raise ArticleError(source, reason) from error
    except Exception as error:
        if isinstance(error, OSError):
            _try_temporary_folder()
        what = " ".join(f"{type(error).__name__}: {error}".split())
        raise DefectError(source, f"reading it failed ({what}): please report this defect of qabot") from error


def _try_temporary_folder() -> None:
    """Raise `QabotError` where nothing can be written to the temporary folder, which libraries that read need."""
    try:
        with tempfile.TemporaryFile() as file:
            file.write(bytes(_TRIED))
            file.flush()
    except OSError as error:
        where = f"the temporary folder {tempfile.tempdir}" if tempfile.tempdir else "a temporary folder"
        raise QabotError(
            f"Nothing can be written to {where} ({error.strerror}). Free space there, or set TMPDIR to another folder."
        ) from error


class _TooMuch(BaseException):  # no Exception, which what reads may catch
    pass


@contextmanager
def bounded(source: str) -> Iterator[None]:
    """Stop the block where it takes too much time or memory.

    The formats have bounds of their own for what is known to be hostile; this one is for all else. It is looked at
    between two steps of Python, in the main thread alone, where the operating system has signals.

    Raises:
        ArticleError: it was stopped.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    began, held = time.thread_time(), _memory()

    def look(_number: int, _frame: FrameType | None) -> None:
        if time.thread_time() - began > SECONDS:
            raise _TooMuch(f"reading it takes more than {SECONDS} s")
        if _memory() - held > BYTES:
            raise _TooMuch(f"reading it takes more than {BYTES / 1_000_000:,.0f} MB of memory")

    former = signal.signal(signal.SIGALRM, look)
    signal.siginterrupt(signal.SIGALRM, False)  # what other threads do goes on
    try:
        signal.setitimer(signal.ITIMER_REAL, _FIRST_LOOK, _LOOK)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _TooMuch as error:
        raise ArticleError(source, f"{error}: save what is wanted of it as a file of its own") from None
    finally:
        signal.signal(signal.SIGALRM, former or signal.SIG_DFL)


def _memory() -> int:
    """Return how many bytes of memory the process holds; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


# -- embedding ---------------------------------------------------------------------------------------------------------


def encoded(
    encoder: Encoder,
    texts: Mapping[bytes, str],
    workers: Workers,
    told: Callable[[int], None],
    stopped: threading.Event,
) -> Vectors:
    """Return the vectors of texts, by the texts' keys; of some of them where it is stopped.

    Args:
        encoder: the embedding model, which is given texts of like length together.
        texts: by `qabot.store.catalogue.embedding_key`.
        workers: who encodes them.
        told: called with how many more texts are encoded.
        stopped: set where no more are wanted.
    """
    by_length = sorted(texts, key=lambda key: len(texts[key]))
    batches = list(in_parts(by_length, _AT_ONCE))
    promised = workers.promise(partial(_encoded, encoder), [[texts[key] for key in some] for some in batches])
    vectors: Vectors = {}
    for some, found in zip(batches, promised, strict=True):
        if stopped.is_set():
            break
        vectors.update(zip(some, found(), strict=True))
        told(len(some))
    return vectors


def _encoded(encoder: Encoder, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of some texts; no method, since in another process another encoder stands for this one."""
    return encoder.encode(texts)
