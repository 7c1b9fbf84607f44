"""The formats that articles come in: one module each, with ``read(raw)`` that yields its documents.

A module yields an `ArticleError` in the place of an article that cannot be read, and raises it where the whole file
cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from qabot.articles.document import Document, Raw
from qabot.errors import ArticleError

Reader = Callable[[Raw], Iterable[Document | ArticleError]]


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        name: of the module that reads it, which is imported when it is needed.
        suffixes: of its files, in lower case.
        types: media types under which servers send it.
    """

    name: str
    suffixes: tuple[str, ...]
    types: tuple[str, ...]

    @property
    def read(self) -> Reader:
        """What turns its bytes into documents."""
        reader: Reader = import_module(f"{__name__}.{self.name}").read
        return reader


FORMATS = (
    Format("text", (".txt",), ("text/plain",)),
    Format("markdown", (".md", ".markdown"), ("text/markdown",)),
    Format("html", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml")),
)
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)
TYPES = tuple(kind for each in FORMATS for kind in each.types)


def format_of_suffix(suffix: str) -> Format | None:
    """The format of files with that suffix."""
    return next((each for each in FORMATS if suffix.lower() in each.suffixes), None)


def format_of_type(media_type: str) -> Format | None:
    """The format of what a server sends under that media type."""
    return next((each for each in FORMATS if media_type.lower() in each.types), None)
