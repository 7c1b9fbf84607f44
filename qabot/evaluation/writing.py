"""Writing the file that an option names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qabot.errors import QabotError


@contextmanager
def writing(path: Path, option: str) -> Iterator[None]:
    """Translate the errors of writing a file, and of nothing else, which the block does.

    Raises:
        QabotError: it cannot be written; the option is what to change.
    """
    try:
        yield
    except OSError as error:
        raise QabotError(f"{path} cannot be written: {error.strerror or error}. Give {option} another file.") from error
