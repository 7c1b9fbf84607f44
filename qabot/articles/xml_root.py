"""The beginning of an XML document, looked at without a parser that entities in it could lead astray."""

from __future__ import annotations

import codecs
import re

_HEAD = 100_000  # bytes in which the root element must begin
_PROLOG = re.compile(
    r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.I
)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")


def without_prolog(text: str) -> str:
    """An XML document from its root element on: without its document type, and so without entities of its own."""
    prolog = _PROLOG.match(text)
    return text[prolog.end() :] if prolog else text


def root_name(data: bytes) -> str:
    """The name of an XML document's root element, in lower case and without its prefix; "" where there is none."""
    head = data[:_HEAD]
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    root = _ROOT.match(without_prolog(head.decode("utf-16" if wide else "utf-8", "ignore")))
    return root[1].lower() if root else ""
