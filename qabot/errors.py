"""Every error that a person may see, and what several of them say alike.

    QabotError              it could not be done (exit code 1)
    ├── UsageError          the command line is wrong (2)
    ├── SettingsError       a setting is unknown or has a wrong value
    ├── ArticleError        one article cannot be read; the others are indexed all the same
    ├── StoreError          the index is missing, damaged, too new, or made with another embedding model
    │   └── IndexBusyError  another process is writing to it
    ├── SessionError        a saved conversation cannot be read or written
    ├── ModelError          the language model is missing, refuses or fails
    ├── CaseError           a file of eval cases is wrong
    └── StoppedError        somebody stopped it (130)

Each carries one line that says what is wrong and how to mend it. Errors of other libraries are translated where they
are raised; what reaches `cli.main` untranslated is a defect of ours.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


class QabotError(Exception):
    """It could not be done. ``str(error)`` is one line: what is wrong, then how to mend it."""

    exit_code = 1


class UsageError(QabotError):
    """The command line is wrong."""

    exit_code = 2


class SettingsError(QabotError):
    """A setting is unknown or has a value that it cannot have."""


class ArticleError(QabotError):
    """One article cannot be read.

    Attributes:
        source: the path or URL.
        reason: why, without the source.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[ArticleError], tuple[str, str]]:
        """Return what makes it again in another process."""
        return type(self), (self.source, self.reason)


class StoreError(QabotError):
    """The index is missing, damaged, of a newer format, or made with another embedding model."""


class IndexBusyError(StoreError):
    """Another process is writing to the index."""


class SessionError(QabotError):
    """A saved conversation cannot be read or written."""


class ModelError(QabotError):
    """The language model is missing, refuses or fails."""


class CaseError(QabotError):
    """A file of eval cases is wrong."""


class StoppedError(QabotError):
    """Somebody stopped it. ``str(error)`` says what is kept."""

    exit_code = 130

    def __init__(self, kept: str = "nothing that was saved is lost.") -> None:
        super().__init__(f"Interrupted; {kept}")


@contextmanager
def writing(path: Path, cure: str) -> Iterator[None]:
    """Translate the errors of writing a file, and of nothing else, which the block does.

    Raises:
        QabotError: it cannot be written; the cure is a sentence that says what to do.
    """
    try:
        yield
    except FileExistsError:
        raise QabotError(f"There is a file {path} already. {cure}") from None
    except OSError as error:
        folder = path.absolute().parent
        if isinstance(error, FileNotFoundError) and not folder.is_dir():
            make_it = f"Make it, or {_inside(cure)}"
            raise QabotError(f"{path} cannot be written. There is no folder {folder}. {make_it}") from None
        if error.errno in NO_SPACE:
            cure = f"Free some space, or {_inside(cure)}"
        raise QabotError(f"{path} cannot be written: {error.strerror or error}. {cure}") from error


def _inside(sentence: str) -> str:
    """Return a sentence as it is written inside another."""
    return sentence[:1].lower() + sentence[1:]


def did_you_mean(word: str, known: Iterable[str], shown: Callable[[str], str] = str, *, cutoff: float = 0.6) -> str:
    """Return ``Did you mean X?`` with the known word that is most like another; empty where none is like it."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"Did you mean {shown(near[0])}?" if near else ""
