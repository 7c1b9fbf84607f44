"""The files of the search indexes: what is noted of them when a write is confirmed, and whether they are so still."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_PIECE = 1_000_000  # bytes that are read at a time


class Noted(NamedTuple):
    """What is noted of a file.

    Attributes:
        size: in bytes.
        time: when it was written; not noted of Chroma's, which writes to them though it is only asked.
        crc: its checksum; not noted of these, as it is told from their answers whether they are whole.
    """

    size: int
    time: int | None = None
    crc: int | None = None


def files_in(folders: Iterable[Path]) -> list[tuple[str, Path]]:
    """Return name and path of every file that holds data, sorted."""
    files = (file for folder in folders for file in folder.rglob("*") if file.suffix != ".lock" and file.is_file())
    return sorted((f"{file.parent.name}/{file.name}", file) for file in files)


def noted_of(file: Path) -> Noted:
    """Return what is to be noted of a file."""
    status = file.stat()
    if _is_ours(file):
        return Noted(status.st_size, status.st_mtime_ns, _crc(file))
    return Noted(status.st_size)


def _is_ours(file: Path) -> bool:
    return file.parent.name == "flat" or file.parent.name.startswith("words-")


def untouched(file: Path, noted: Noted) -> bool:
    """True if nobody has written to a file since."""
    with suppress(FileNotFoundError):  # Chroma, opened by another process, is just writing it
        status = file.stat()
        return status.st_size == noted.size and noted.time == (status.st_mtime_ns if _is_ours(file) else None)
    return False


def same(file: Path, noted: Noted) -> bool:
    """True if there is in a file what was in it; it is read for that."""
    with suppress(FileNotFoundError):
        return file.stat().st_size == noted.size and noted.crc in (None, _crc(file))
    return False


def _crc(file: Path) -> int:
    crc = 0
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            crc = zlib.crc32(piece, crc)
    return crc
