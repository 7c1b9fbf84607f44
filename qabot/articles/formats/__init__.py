"""The formats that articles come in, how bytes and names tell them, and which function reads each.

A format's reader yields its documents, and an `ArticleError` in the place of an article that cannot be read; it raises
one where the whole file, or all the rest of it, cannot be read. The lister of a format that says where articles are
yields Links; and beside them, as a reader does, the documents that have no address, and an `ArticleError` in the place
of what is left out.
"""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from qabot.articles.article import Document, Link, Raw
from qabot.articles.decoding import GZIP
from qabot.errors import ArticleError
from qabot.settings import Settings

Reader = Callable[[Raw], Iterable[Document | ArticleError]]
Lister = Callable[[Raw], Iterable[Link | Document | ArticleError]]

INDEX_BYTES = 50_000_000
"""So many bytes a feed or a sitemap may have, by the protocol of the latter; nothing of them is stored."""
HEAD = 65_536
"""So many bytes from the start show the format."""
_PAGE = re.compile(rb"(?>(?:<\?xml[^>]*>|<!--.{0,2000}?-->)\s*)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_FRONT_MATTER = re.compile(rb"(?:(---)|\+\+\+)[ \t]*\r?\n(?:#[^\n]*\n)*+[A-Za-z_]+[ \t]*(?(1):|=)")
_HEADING = re.compile(rb"# \S")
_HEADER = re.compile(rb"([!-9;-~]+):|[ \t]")
_MAILED = frozenset((b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to"))
_BLANK = b"\xef\xbb\xbf \t\r\n\f"

_HEAD = 100_000  # bytes in which the root element must begin
_PROLOG = re.compile(
    r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.I
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes:
        name: its name in messages.
        function: its reader or lister, as "module.function" of this package; imported when needed.
        suffixes: of its files, in lower case.
        types: media types under which servers send it.
        archive: its files hold any number of articles and may be of any size; they are read from ``Raw.stream``.
        index: its files hold addresses of articles. They are read only where they are named themselves: nobody expects
            the files of a folder to reach out to the network.
    """

    name: str
    function: str
    suffixes: tuple[str, ...]
    types: tuple[str, ...]
    archive: bool = False
    index: bool = False

    @property
    def read(self) -> Reader:
        """The function that yields the documents in its bytes."""
        reader: Reader = self._imported()
        return reader

    @property
    def links(self) -> Lister:
        """The function that yields the addresses in its bytes."""
        lister: Lister = self._imported()
        return lister

    def most_bytes(self, settings: Settings) -> int:
        """Return how many bytes a file or page of it may have, where it is no archive."""
        return INDEX_BYTES if self.index else article_bytes(settings)

    def _imported(self) -> Any:
        module, _, function = self.function.partition(".")
        return getattr(import_module(f"{__name__}.{module}"), function)


FORMATS = (
    Format("text", "text.read_text", (".txt",), ("text/plain",)),
    Format("markdown", "text.read_markdown", (".md", ".markdown"), ("text/markdown",)),
    Format("html", "page.read_html", (".html", ".htm", ".xhtml"), ("text/html", "application/xhtml+xml")),
    Format("pdf", "pdf.read_pdf", (".pdf",), ("application/pdf",)),
    Format(
        "docx",
        "package.read_docx",
        (".docx",),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    ),
    Format("epub", "package.read_epub", (".epub",), ("application/epub+zip",), archive=True),
    Format("mail", "mail.read_mail", (".eml", ".mht", ".mhtml"), ("message/rfc822", "multipart/related")),
    Format(
        "jsonl",
        "jsonl.read_jsonl",
        (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"),
        ("application/jsonl", "application/x-ndjson", "application/ndjson"),
        archive=True,
    ),
    Format(
        "feed",
        "feeds.feed_links",
        (".rss", ".atom", ".rdf", ".xml"),
        ("application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"),
        index=True,
    ),
    Format("sitemap", "feeds.sitemap_links", (".xml.gz",), ("application/gzip", "application/x-gzip"), index=True),
)
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)
FOLDER_SUFFIXES = tuple(suffix for each in FORMATS if not each.index for suffix in each.suffixes)
TYPES = tuple(kind for each in FORMATS for kind in each.types)
_VAGUE = (
    "", "text/plain", "application/octet-stream", "binary/octet-stream", "application/gzip", "application/x-gzip"
)  # fmt: skip
_ROOTS = {"rss": "feed", "rdf": "feed", "feed": "feed", "urlset": "sitemap", "sitemapindex": "sitemap", "html": "html"}


def article_bytes(settings: Settings) -> int:
    """Return how many bytes one article may have."""
    return int(settings.max_article_mb * 1_000_000)


def format_of_name(name: str) -> Format | None:
    """Return the format of files with that name, told by its suffix."""
    name = name.lower()
    return next((each for each in FORMATS if name.endswith(each.suffixes)), None)


def format_of_response(media_type: str, path: str) -> Format | None:
    """Return the format of what a server sends; a media type that says little is overruled by the path."""
    media_type = media_type.lower()
    by_suffix = format_of_name(path) if media_type in _VAGUE else None
    return by_suffix or next((each for each in FORMATS if media_type in each.types), None)


def format_called(name: str) -> Format:
    """Return the format of that name."""
    return next(each for each in FORMATS if each.name == name)


def format_of_content(head: bytes) -> Format | None:
    """Return the format that the first ``HEAD`` bytes, or all, tell beyond doubt; None where they tell none."""
    name = _name_of_content(head, head.lstrip(_BLANK))
    return format_called(name) if name else None


def _name_of_content(head: bytes, text: bytes) -> str | None:
    if text.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        # The names of the parts are not packed (EPUB OCF 3.3, section 4.3; ECMA-376 part 2).
        if b"application/epub+zip" in head[:200] or b"META-INF/container.xml" in head:
            return "epub"
        return "docx" if b"word/" in head else None
    if head.startswith(GZIP):
        try:
            packed = zlib.decompressobj(31).decompress(head, HEAD).lstrip(_BLANK)
        except zlib.error:
            return None
        return "jsonl" if _is_json_line(packed) else "sitemap" if _told_by_root(packed) == "sitemap" else None
    if _is_json_line(text):
        return "jsonl"
    if root := _told_by_root(head):
        return root
    if _PAGE.match(text):
        return "html"
    if _is_mail(text):
        return "mail"
    return "markdown" if _FRONT_MATTER.match(text) or _HEADING.match(text) else None


def _told_by_root(data: bytes) -> str | None:
    """Return the format that the root element of XML tells; feeds and sitemaps have all kinds of types and suffixes."""
    return _ROOTS.get(root_name(data))


def _is_json_line(text: bytes) -> bool:
    if not text.startswith(b"{"):
        return False
    line, ended, _ = text.partition(b"\n")
    if not ended and len(line) > HEAD // 2:  # the line goes on where these bytes end
        return bool(re.match(rb'\{\s*"[^"\\]{1,100}"\s*:', line))
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_mail(text: bytes) -> bool:
    """True if the bytes begin with the header of an e-mail: RFC 5322 fields, a sender and what a transport adds."""
    names = set()
    for line in re.split(rb"\r?\n", text[:HEAD])[:500]:
        if not line:
            break
        match = _HEADER.match(line)
        if not match:
            return False
        if match[1]:
            names.add(match[1].lower())
    return b"from" in names and bool(names & _MAILED or {b"date", b"subject"} <= names)


def without_prolog(text: str) -> str:
    """Return an XML document from its root element on: without document type, so without entities of its own."""
    prolog = _PROLOG.match(text)
    return text[prolog.end() :] if prolog else text


def root_name(data: bytes) -> str:
    """Return the name of an XML document's root element, in lower case, without its prefix; "" for none."""
    head = data[:_HEAD]
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    root = _ROOT.match(without_prolog(head.decode("utf-16" if wide else "utf-8", "ignore")))
    return root[1].lower() if root else ""
