"""The formats that articles come in: one module each, with ``read(raw)`` that yields its documents.

A module yields an `ArticleError` in the place of an article that cannot be read, and raises it where the whole file, or
all the rest of it, cannot. The module of a format that says where articles are has ``links(raw)`` instead, which yields
Links; and beside them, as ``read`` does, the documents that have no address, and an `ArticleError` in the place of what
is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from qabot.articles.document import Document, Link, Raw
from qabot.articles.xml_root import root_name
from qabot.errors import ArticleError

Reader = Callable[[Raw], Iterable[Document | ArticleError]]
Lister = Callable[[Raw], Iterable[Link | Document | ArticleError]]


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        name: of the module that reads it, which is imported when it is needed.
        suffixes: of its files, in lower case.
        types: media types under which servers send it.
        archive: its files hold any number of articles and may be of any size; they are read from ``Raw.stream``.
        index: its files hold addresses of articles. They are read where they are named themselves, never because they
            lie in a folder: nobody expects a folder to reach out to the network.
    """

    name: str
    suffixes: tuple[str, ...]
    types: tuple[str, ...]
    archive: bool = False
    index: bool = False

    @property
    def read(self) -> Reader:
        """What turns its bytes into documents."""
        reader: Reader = import_module(f"{__name__}.{self.name}").read
        return reader

    @property
    def links(self) -> Lister:
        """What finds the addresses in its bytes."""
        lister: Lister = import_module(f"{__name__}.{self.name}").links
        return lister


FORMATS = (
    Format("text", (".txt",), ("text/plain",)),
    Format("markdown", (".md", ".markdown"), ("text/markdown",)),
    Format("html", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml")),
    Format("pdf", (".pdf",), ("application/pdf",)),
    Format("docx", (".docx",), ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",)),
    Format("epub", (".epub",), ("application/epub+zip",), archive=True),
    Format("mail", (".eml", ".mht", ".mhtml"), ("message/rfc822", "multipart/related")),
    Format(
        "jsonl",
        (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"),
        ("application/jsonl", "application/x-ndjson", "application/ndjson"),
        archive=True,
    ),
    Format(
        "feed",
        (".rss", ".atom", ".rdf", ".xml"),
        ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"),
        index=True,
    ),
    Format("sitemap", (".xml.gz",), ("application/gzip", "application/x-gzip"), index=True),
)
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)
FOLDER_SUFFIXES = tuple(suffix for each in FORMATS if not each.index for suffix in each.suffixes)
INDEX_BYTES = 50_000_000
"""So many bytes a feed or a sitemap may have, by the protocol of the latter; nothing of them is stored."""
TYPES = tuple(kind for each in FORMATS for kind in each.types)
_VAGUE = (
    "", "text/plain", "application/octet-stream", "binary/octet-stream", "application/gzip", "application/x-gzip"
)  # fmt: skip
_ROOTS = {"rss": "feed", "rdf": "feed", "feed": "feed", "urlset": "sitemap", "sitemapindex": "sitemap", "html": "html"}


def format_of_name(name: str) -> Format | None:
    """The format of files with that name, as its end shows it."""
    name = name.lower()
    return next((each for each in FORMATS if name.endswith(each.suffixes)), None)


def format_of_type(media_type: str) -> Format | None:
    """The format of what a server sends under that media type."""
    return next((each for each in FORMATS if media_type.lower() in each.types), None)


def format_of_response(media_type: str, path: str) -> Format | None:
    """The format of what a server sends under that media type from that path; a type that says little is overruled."""
    by_suffix = format_of_name(path) if media_type.lower() in _VAGUE else None
    return by_suffix or format_of_type(media_type)


def format_of_root(data: bytes) -> Format | None:
    """The format that the root element of XML tells: feeds and sitemaps come under all kinds of types and suffixes."""
    told = _ROOTS.get(root_name(data))
    return format_called(told) if told else None


def format_called(name: str) -> Format:
    """The format of that name."""
    return next(each for each in FORMATS if each.name == name)
