"""A public set as it lies in a folder: its files, read; its documents, written as the articles of an index."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qabot.errors import CaseError
from qabot.evaluation.comparison import ACCURACY
from qabot.evaluation.matching import REGEX, bare_words, normalise
from qabot.evaluation.metrics import Figure
from qabot.evaluation.record import RECORD, digest
from qabot.evaluation.run import CaseSet
from qabot.store.location import locate

_MARK = "set.json"


@dataclass(frozen=True)
class PublicSet:
    """A public set in its own format.

    Attributes:
        load: the cases of the files in a folder, the index of whose documents is made in another.
        figures: those that it is known by.
        headline: the metric that decides whether a run is worse than an earlier one.
    """

    load: Callable[[Path, Path], CaseSet]
    figures: tuple[Figure, ...]
    headline: str = ACCURACY


def find_files(folder: Path, *patterns: str, without: str | None = None) -> list[Path]:
    """Return the files that match the first of the patterns that any file matches; a file is itself.

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
    """Return the text of a file, unpacked.

    Raises:
        CaseError: it cannot be read.
    """
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise CaseError(f"{path} cannot be read: {error}. Fetch it again.") from error


def read_json(path: Path) -> Any:
    """Return the document in a file.

    Raises:
        CaseError: it is no JSON.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise CaseError(f"{path} is no JSON ({error}). Fetch it again.") from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects in a file of JSON lines.

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
    """Return those of the answers that hold something to compare, each once."""
    return tuple(
        dict.fromkeys(each for each in answers if normalise(each) and bare_words(each) and not each.startswith(REGEX))
    )


@dataclass(frozen=True)
class SetDocument:
    """A text of a set, which is an article as it stands."""

    text: str
    title: str | None = None

    @property
    def name(self) -> str:
        """Made from the text: the stem of its file, by which a citation's source is told."""
        return digest([self.text])[:16]

    def markdown(self) -> str:
        """Return the document as Markdown with front matter; a JSON string is YAML too."""
        title = [f"title: {json.dumps(self.title)}"] if self.title else []
        return "\n".join(["---", *title, "---", "", self.text])


def write_documents(folder: Path, documents: Iterable[SetDocument]) -> None:
    """Write documents as the articles of an index, a file each; those that are there stay."""
    articles = locate(folder).articles
    articles.mkdir(parents=True, exist_ok=True)
    for document in documents:
        path = articles / f"{document.name}.md"
        if not path.exists():
            path.write_text(document.markdown(), encoding="utf-8", errors="backslashreplace")


def claim(folder: Path, set_name: str, data: str) -> None:
    """Take a folder for the index of a set, and say so in it.

    Raises:
        CaseError: it holds something else.
    """
    mark = folder / _MARK
    claimed = {"set": set_name, "data": data}
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(json.dumps(claimed) + "\n", encoding="utf-8")
    try:
        holds = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        holds = None
    if holds != claimed:
        raise CaseError(f"{folder} holds something other than the index of this set. Give --set-index another folder.")
