"""An e-mail, most often a newsletter; and a page as browsers save it in one file (MHTML), which is one too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from typing import TypeVar

from qabot.articles.article import Document, Layout, Raw, Stated
from qabot.articles.boilerplate.lines import paragraphs
from qabot.articles.decoding import decode
from qabot.articles.formats.page import declared_encoding, read_page
from qabot.articles.provenance import from_fields
from qabot.errors import ArticleError

T = TypeVar("T")
_SIGNATURE = re.compile(r"^-- $", re.M)  # RFC 3676, section 4.3
_REPLY = re.compile(r"(?:^(?!>).*\bwr(?:ote|ites):? *\n\s*)?(?:^>.*(?:\n|\Z))+", re.M)
_PREFIX = re.compile(r"(?:(?:re|fwd?)\s*:\s*)+", re.I)


def read_mail(raw: Raw) -> Iterator[Document]:
    """Yield the one document of an e-mail: its plain text, or its page where that says far more; no attachments.

    Raises:
        ArticleError: there is no text in it.
    """
    message = BytesParser(policy=policy.default).parsebytes(raw.data)
    saved = _tried(lambda: str(message.get("snapshot-content-location", "")))  # where a browser saved the page
    stated = _stated(message, saved)
    plain = None if saved else _plain(message, raw, stated)
    try:
        page = _page(message, raw, stated, saved or raw.url)
    except ArticleError:
        if plain is None:
            raise
        page = None
    # Many newsletters' plain text says only that they are to be seen in a browser.
    if page and (plain is None or _words(page) > 3 * _words(plain)):
        yield page
    elif plain and plain.rows:
        yield plain
    else:
        raise ArticleError(raw.source, "there is no text in this e-mail: save what is attached to it as a file")


def _plain(message: EmailMessage, raw: Raw, stated: tuple[Stated, ...]) -> Document | None:
    part = _tried(lambda: message.get_body(("plain",)))
    if part is None:
        return None
    text, *signature = _SIGNATURE.split(decode(_bytes(part), raw.source, _charset(part)), maxsplit=1)
    left_out = "\n".join([*_REPLY.findall(text), *signature]).split("\n")
    rows = tuple(paragraphs(_REPLY.sub("\n", text)))
    return Document(
        raw.source, rows, Layout.PAGE, stated, raw.url, removed=tuple(filter(None, map(str.strip, left_out)))
    )


def _page(message: EmailMessage, raw: Raw, stated: tuple[Stated, ...], address: str | None) -> Document | None:
    part = _tried(lambda: message.get_body(("html",)))
    if part is None:
        return None
    data = _bytes(part)
    html = decode(data, raw.source, _charset(part) or declared_encoding(data))
    page = read_page(html, raw.source, address)
    return replace(page, stated=(*stated, *page.stated))


def _stated(message: EmailMessage, saved: str | None) -> tuple[Stated, ...]:
    fields: dict[str, str | None] = {"title": _PREFIX.sub("", _tried(lambda: str(message.get("subject", ""))) or "")}
    if not saved:  # else the browser is the sender, and the date is that of the saving
        fields["author"] = _tried(lambda: message["from"].addresses[0].display_name)
        fields["published"] = _tried(lambda: str(message.get("date", "")))
    return from_fields(fields, "e-mail header")


def _bytes(part: MIMEPart) -> bytes:
    payload = _tried(lambda: part.get_payload(decode=True))
    return payload if isinstance(payload, bytes) else b""


def _charset(part: MIMEPart) -> str | None:
    return _tried(part.get_content_charset)


def _words(document: Document) -> int:
    return sum(len(row.split()) for row in document.rows)


def _tried(look: Callable[[], T]) -> T | None:
    """Return what ``look`` does, or None where the standard library fails, as hostile headers make it do."""
    try:
        return look()
    except Exception:  # noqa: BLE001
        return None
