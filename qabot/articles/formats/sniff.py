"""The format that bytes are plainly in, whatever their file is called."""

from __future__ import annotations

import json
import re
import zlib

from qabot.articles.formats import Format, format_called, format_of_root

HEAD = 65_536
"""So many bytes from the start show the format."""
_PAGE = re.compile(rb"(?:<\?xml[^>]*>\s*|<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_FRONT_MATTER = re.compile(rb"---[ \t]*\r?\n(?:#.*\r?\n)*[A-Za-z_]+[ \t]*:")
_HEADING = re.compile(rb"# \S")
_HEADER = re.compile(rb"([!-9;-~]+):|[ \t]")
_MAILED = frozenset((b"message-id", b"mime-version", b"received", b"return-path", b"delivered-to"))
_BLANK = b"\xef\xbb\xbf \t\r\n\f"


def format_of_content(head: bytes) -> Format | None:
    """The format of bytes whose beginning leaves no doubt; None where it does.

    Args:
        head: the first ``HEAD`` of them, or all.
    """
    name = _name(head, head.lstrip(_BLANK))
    return format_called(name) if name else None


def _name(head: bytes, text: bytes) -> str | None:
    if text.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        # The names of the parts stand in clear among the packed bytes (EPUB OCF 3.3, section 4.3; ECMA-376 part 2)
        if b"application/epub+zip" in head[:200] or b"META-INF/container.xml" in head:
            return "epub"
        return "docx" if b"word/" in head else None
    if head.startswith(b"\x1f\x8b"):
        try:
            packed = zlib.decompressobj(31).decompress(head, HEAD).lstrip(_BLANK)
        except zlib.error:
            return None
        root = format_of_root(packed)
        return "jsonl" if _is_json_line(packed) else "sitemap" if root and root.name == "sitemap" else None
    if _is_json_line(text):
        return "jsonl"
    if (root := format_of_root(head)) is not None:
        return root.name
    if _PAGE.match(text):
        return "html"
    if _is_mail(text):
        return "mail"
    return "markdown" if _FRONT_MATTER.match(text) or _HEADING.match(text) else None


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
    """Whether the bytes begin with the header of an e-mail: RFC 5322 fields, a sender and what a transport adds."""
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
