"""An e-mail, most often a newsletter; and a page as browsers save it in one file (MHTML), which is one too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import EmailPolicy
from typing import TypeVar, cast

from qabot.articles.article import Document, Layout, Raw, Stated
from qabot.articles.boilerplate.lines import paragraphs
from qabot.articles.decoding import decode
from qabot.articles.formats.forwarded import Forwarded, forwarded_in, without_quoted
from qabot.articles.formats.page import declared_encoding, read_page
from qabot.articles.formats.page_lines import visible_lines
from qabot.articles.provenance import from_fields
from qabot.errors import ArticleError

T = TypeVar("T")
_SIGNATURE = re.compile(r"^-- $", re.M)  # RFC 3676, section 4.3
_REPLY = re.compile(r"(?:^(?!>).*\bwr(?:ote|ites):? *\n\s*)?(?:^>.*(?:\n|\Z))+", re.M)
_PREFIX = re.compile(r"(?:(?:re|fwd?|wg|aw|tr)\s*:\s*)+", re.I)
_C1 = re.compile("[\x80-\x9f]")
_COVER = 60  # words of a longer text, which is no note about what is attached
_DEEPEST = 5  # messages attached to one another
_LONGEST_FIELD = 10_000  # characters of a header's field; to parse a longer one may take all memory


class _Policy(EmailPolicy):
    """Parses fields of headers as far as they are of a length that people write."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_FIELD]


def read_mail(raw: Raw) -> Iterator[Document]:
    """Yield the documents of an e-mail: the messages attached to it, else its own text; no other attachments.

    Its text is what was forwarded in it where something was: the plain text, or the page where that says far more.

    Raises:
        ArticleError: there is no text in it.
    """
    yield from _documents(_parsed(raw.data), raw, _DEEPEST)


def _parsed(data: bytes) -> EmailMessage:
    return cast("EmailMessage", BytesParser(policy=_Policy()).parsebytes(data))


def _documents(message: EmailMessage, raw: Raw, levels: int) -> Iterator[Document]:
    attached = _attached(message) if levels else []
    if not attached:
        yield _document(message, raw)
        return
    own: Document | None
    try:
        own = _document(message, raw)
    except ArticleError:
        own = None
    note = own.rows if own and _words(own) < _COVER else ()
    if own and not note:
        yield own
    alone = len(attached) == 1 and not (own and not note)
    for number, each in enumerate(attached, 1):
        source = raw.source if alone else f"{raw.source}#{number}"
        for document in _documents(each, replace(raw, source=source), levels - 1):
            yield replace(document, removed=(*note, *document.removed))


def _attached(part: MIMEPart) -> list[EmailMessage]:
    """Return the messages that are attached, each a part of its own or a file."""
    if part.get_content_type() == "message/rfc822":
        return [each for each in (part.get_payload() or ()) if isinstance(each, EmailMessage)]
    if part.is_multipart():
        parts = cast("Sequence[MIMEPart]", part.get_payload())
        return [message for each in parts for message in _attached(each)]
    if (_tried(part.get_filename) or "").lower().endswith(".eml"):
        return [_parsed(_bytes(part))]
    return []


def _document(message: EmailMessage, raw: Raw) -> Document:
    saved = _header(message, "snapshot-content-location")  # where a browser saved the page
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
        return page
    if plain and plain.rows:
        return plain
    raise ArticleError(raw.source, "there is no text in this e-mail: save what is attached to it as a file")


def _plain(message: EmailMessage, raw: Raw, stated: tuple[Stated, ...]) -> Document | None:
    part = _tried(lambda: message.get_body(("plain",)))
    if part is None:
        return None
    lines = decode(_bytes(part), raw.source, _charset(part)).split("\n")
    forwarded = forwarded_in(lines, _header(message, "subject"))
    if forwarded:
        stated = _stated_of(forwarded.fields)
    kept, quoted = (forwarded.lines, forwarded.above) if forwarded else without_quoted(lines)
    text, *signature = _SIGNATURE.split("\n".join(kept), maxsplit=1)
    left_out = "\n".join([*quoted, *_REPLY.findall(text), *signature]).split("\n")
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
    forwarded = forwarded_in(visible_lines(html), _header(message, "subject"))
    if forwarded:
        return _forwarded_page(forwarded, raw)
    page = read_page(html, raw.source, address)
    return replace(page, stated=(*stated, *page.stated))


def _forwarded_page(forwarded: Forwarded, raw: Raw) -> Document:
    """Return the lines of a page that was forwarded: its markup is that of the whole e-mail."""
    stated, removed = _stated_of(forwarded.fields), tuple(forwarded.above)
    return Document(raw.source, tuple(forwarded.lines), Layout.PAGE, stated, raw.url, removed=removed)


def _stated(message: EmailMessage, saved: str | None) -> tuple[Stated, ...]:
    fields: dict[str, str | None] = {"title": _header(message, "subject")}
    if not saved:  # else the browser is the sender, and the date is that of the saving
        fields["author"] = _tried(lambda: message["from"].addresses[0].display_name)
        fields["published"] = _header(message, "date")
    return _stated_of(fields)


def _stated_of(fields: Mapping[str, str | None]) -> tuple[Stated, ...]:
    return from_fields({**fields, "title": _PREFIX.sub("", fields.get("title") or "", count=1)}, "e-mail header")


def _header(message: EmailMessage, name: str) -> str:
    """Return a field of a header; labelled as Latin-1, it is Windows-1252."""
    text = _tried(lambda: str(message.get(name, ""))) or ""
    return _C1.sub(lambda match: match[0].encode("latin-1").decode("cp1252", "replace"), text)


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
