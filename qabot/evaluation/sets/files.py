"""Reading the files of a set, plain or gzipped."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qabot.errors import CaseError
from qabot.evaluation.record import RECORD
from qabot.evaluation.scoring import REGEX, bare_words, normalise


def find_files(folder: Path, *patterns: str, without: str | None = None) -> list[Path]:
    """The files that match the first of the patterns that any file matches; a file is itself.

    The record of a run of ours, which may lie beside them, is none.

    Args:
        folder: the folder, or the one file that is meant.
        patterns: of names; ``.gz`` may follow each.
        without: no name with this in it is taken.

    Raises:
        CaseError: no file matches.
    """
    if folder.is_file():
        return [folder]
    for pattern in patterns:
        found = sorted({*folder.glob(pattern), *folder.glob(f"{pattern}.gz")})
        found = [path for path in found if not path.name.endswith(RECORD) and not (without and without in path.name)]
        if found:
            return found
    raise CaseError(f"There is no {' or '.join(patterns)} in {folder}. Name the folder in which the set lies.")


def read_text(path: Path) -> str:
    """The text of a file, unpacked.

    Raises:
        CaseError: it cannot be read.
    """
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}. Fetch it again.") from error


def read_json(path: Path) -> Any:
    """The document in a file.

    Raises:
        CaseError: it is no JSON.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise CaseError(f"{path} is no JSON ({error}). Fetch it again.") from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects in a file of JSON lines.

    Raises:
        CaseError: a line is no JSON.
    """
    rows = []
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise CaseError(f"{path}:{number}: no JSON ({error}). Fetch the file again.") from error
    return rows


def usable(answers: Sequence[str]) -> tuple[str, ...]:
    """Those of the answers that hold something to compare, each once."""
    return tuple(
        dict.fromkeys(each for each in answers if normalise(each) and bare_words(each) and not each.startswith(REGEX))
    )
