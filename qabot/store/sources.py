"""What a source looks like from outside, so that one that did not change is not read again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path

from qabot.articles.find import is_url


@dataclass(frozen=True)
class SourceState:
    """What a source was when it was last read; ``size`` and the others are None for a URL."""

    source: str
    size: int | None
    mtime_ns: int | None
    sha256: str | None
    article_ids: tuple[str, ...] = ()


def look(source: str) -> SourceState:
    """Size and time of a file; None for a URL, and for what cannot be looked at."""
    try:
        if is_url(source) or not Path(source).is_file():
            return SourceState(source, None, None, None)
        stat = os.stat(source)
    except OSError:
        return SourceState(source, None, None, None)
    return SourceState(source, stat.st_size, stat.st_mtime_ns, None)


def with_digest(state: SourceState) -> SourceState:
    """With the SHA-256 of the file's bytes, where it can be read."""
    if state.size is None:
        return state
    try:
        with open(state.source, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return state
    return replace(state, sha256=digest)
