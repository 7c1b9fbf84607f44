"""An e-mail, a newsletter or what was forwarded in it; and a page as browsers save it in one file (MHTML).

Of what was forwarded, which is the article, the copied header says who wrote it, and when.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import EmailPolicy
from typing import Any, TypeVar, cast

from qabot.articles.article import Document, Layout, Raw, Stated
from qabot.articles.decoding import decode
from qabot.articles.formats.page import declared_encoding, read_page
from qabot.articles.formats.page_lines import visible_lines
from qabot.articles.paragraphs import paragraphs
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
_NAMES = {  # of the fields of copied headers
    "from": "author", "von": "author", "de": "author", "da": "author", "sent": "published", "date": "published",
    "gesendet": "published", "datum": "published", "envoyé": "published", "enviado": "published",
    "subject": "title", "betreff": "title", "objet": "title", "asunto": "title", "oggetto": "title",
    "to": "", "cc": "", "bcc": "", "reply-to": "", "an": "", "à": "", "para": "", "a": "", "kopie": "",
    "importance": "", "attachments": "", "organization": "",
}  # fmt: skip
_FIELD = re.compile(r"^[\s>*_]*(?P<name>[A-Za-zÀ-ÿ-]{1,12})[\s*_]*:[*_]*\s*(?P<value>(?:.*[^\s*_])?)[\s*_]*$")
_MARK = re.compile(
    r"^[\s>*_-]*(?:begin forwarded message|forwarded message|forwarded by\b.*|original message|original-nachricht|"
    r"weitergeleitete nachricht|message (?:transféré|d'origine)|mensaje reenviado)\b[\s:*_-]*$",
    re.I,
)
_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i|doorst|fyi)\s*:", re.I)
_QUOTE = re.compile(r"^>+ ?")
_ADDRESS = re.compile(r"(?:(?<!\s)\s+)?(?<!\S)\S+@[\w.-]+\w[>\])]*")  # it begins where a word does
_LINES = 12  # of a copied header
_LEAST = 3  # fields of it
_NESTED = 100  # brackets of a field in one another, of which its parser makes as many calls
_QUOTED = 20  # messages forwarded in one another, each quoted once more


class _Policy(EmailPolicy):
    """Parses fields of headers as far as they are of a length that people write."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return a field's name and value; bytes beyond ASCII, which no label explains, are UTF-8 or Windows-1252."""
        name, value = super().header_source_parse(sourcelines)
        data = value[:_LONGEST_FIELD].encode("utf-8", "surrogateescape")
        try:
            return name, data.decode()
        except UnicodeDecodeError:
            return name, data.decode("cp1252", "replace")

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Return a field; as it begins where its parser fails at its parameters, and else as one that says nothing."""
        for told in (value, value.partition(";")[0]):
            try:
                return super().header_fetch_parse(name, told)
            except RecursionError:
                if told.count("(") < _NESTED:
                    raise  # it is the mail that is nested too deeply
            except Exception:  # noqa: BLE001, S110 -- the standard library fails in many ways
                pass
        return super().header_fetch_parse(name, "")  # as an empty one is


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
    parts = _parts(message, "plain")
    if not parts:
        return None
    lines = [line for part in parts for line in _lines_of(part, decode(_bytes(part), raw.source, _charset(part)))]
    forwarded = _forwarded_in(lines, _header(message, "subject"))
    if forwarded:
        stated = _stated_of(forwarded.fields)
    kept, quoted = (forwarded.lines, forwarded.above) if forwarded else _without_quoted(lines)
    text, *signature = _SIGNATURE.split("\n".join(kept), maxsplit=1)
    left_out = "\n".join([*quoted, *_REPLY.findall(text), *signature]).split("\n")
    rows = tuple(paragraphs(_REPLY.sub("\n", text)))
    return Document(
        raw.source, rows, Layout.PAGE, stated, raw.url, removed=tuple(filter(None, map(str.strip, left_out)))
    )


def _parts(message: EmailMessage, kind: str) -> list[MIMEPart]:
    """Return the parts that hold a message's own text in that form: a picture amid a text parts it into several."""
    body = _tried(lambda: message.get_body((kind,)))
    if body is None:
        return []
    for around in message.walk():
        beside = around.get_payload() if around.get_content_type() == "multipart/mixed" else ()
        if any(part is body for part in beside):
            others = [part for part in cast("Sequence[MIMEPart]", beside) if part.get_content_type() == f"text/{kind}"]
            return [part for part in others if part is body or not _is_file(part)]
    return [body]


def _is_file(part: MIMEPart) -> bool:
    return bool(_tried(part.is_attachment) or _tried(part.get_filename))


def _lines_of(part: MIMEPart, text: str) -> list[str]:
    """Return the lines of a part's text; where it is "flowed" (RFC 3676), a line that ends in a space goes on."""
    lines = text.split("\n")
    if str(_tried(lambda: part.get_param("format"))).lower() != "flowed":
        return lines
    glue = "" if str(_tried(lambda: part.get_param("delsp"))).lower() == "yes" else " "
    found: list[list[str]] = []  # in pieces, as a text that grew with every line would be copied with each
    open_at: str | None = None  # the quotation marks of a paragraph that goes on
    for line in lines:
        own = line.lstrip(">")
        marks, own = line[: len(line) - len(own)], own.removeprefix(" ")
        goes_on = own.endswith(" ") and own != "-- "
        if open_at != marks or own == "-- ":
            found.append([f"{marks} " if marks else ""])
        found[-1].append(own[:-1] + glue if goes_on else own)
        open_at = marks if goes_on else None
    return ["".join(pieces) for pieces in found]


def _page(message: EmailMessage, raw: Raw, stated: tuple[Stated, ...], address: str | None) -> Document | None:
    parts = [(part, _bytes(part)) for part in _parts(message, "html")]
    if not parts:
        return None
    html = "\n".join(decode(data, raw.source, _charset(part) or declared_encoding(data)) for part, data in parts)
    forwarded = _forwarded_in(visible_lines(html), _header(message, "subject"))
    if forwarded:
        return _forwarded_page(forwarded, raw)
    page = read_page(html, raw.source, address)
    return replace(page, stated=(*stated, *page.stated))


def _forwarded_page(forwarded: _Forwarded, raw: Raw) -> Document:
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


@dataclass(frozen=True)
class _Forwarded:
    """A message that was forwarded.

    Attributes:
        fields: what its copied header states, under the names that an article's fields have.
        lines: those of its text.
        above: the lines before it, its header with them.
    """

    fields: Mapping[str, str]
    lines: Sequence[str]
    above: Sequence[str]


def _forwarded_in(lines: Sequence[str], subject: str) -> _Forwarded | None:
    """Return the message that was forwarded, where several were in one another the innermost; None where none was."""
    fields: Mapping[str, str] = {}
    start, quoted, known = 0, 0, bool(_FORWARDED.match(subject))
    while (header := _copied_header(lines, start)) is not None:
        first, end, told = header
        if not known and not _is_called_forwarded(lines[start:first]):
            break
        if quoted < _QUOTED and lines[first].lstrip().startswith(">"):  # all of it stands as a quotation does
            lines, known = [*lines[:end], *(_QUOTE.sub("", line) for line in lines[end:])], True
            quoted += 1
        start, fields = end, told
    return _Forwarded(fields, lines[start:], lines[:start]) if start else None


def _is_called_forwarded(above: Sequence[str]) -> bool:
    """True if the lines above a copied header end with a mark of forwarding, or say nothing."""
    said = [line for line in above if line.strip(" >*_-")]
    if said and _MARK.match(said[-1]):
        return "original" not in said[-1].lower() or len(said) == 1
    return not said


def _without_quoted(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the lines of a reply, and those of the message below it that it answers, with the header of that."""
    header = _copied_header(lines, 0)
    if header is None:
        return lines, ()
    first = header[0]
    while first and (not lines[first - 1].strip(" >*_-") or _MARK.match(lines[first - 1])):
        first -= 1
    return lines[:first], lines[first:]


def _copied_header(lines: Sequence[str], start: int) -> tuple[int, int, dict[str, str]] | None:
    """Return where the next copied header begins and ends, and its fields; None where there is none."""
    for first in range(start, len(lines)):
        match = _FIELD.match(lines[first])
        if not match or _NAMES.get(match["name"].lower()) is None:
            continue
        fields, end = _copied_fields(lines, first)
        if len(fields) >= _LEAST and {"author", "title"} <= fields.keys():
            return (
                first,
                end,
                {name: value for name, value in fields.items() if name in ("author", "title", "published")},
            )
    return None


def _copied_fields(lines: Sequence[str], first: int) -> tuple[dict[str, str], int]:
    """Return the fields of a header, and the line after it; a long list of recipients runs over several lines."""
    fields: dict[str, str] = {}
    end = first
    for number in range(first, min(first + _LINES, len(lines))):
        line = _QUOTE.sub("", lines[number].strip())
        match = _FIELD.match(line)
        name = _NAMES.get(match["name"].lower()) if match else None
        if match and name is not None:
            value = match["value"]
            fields.setdefault(name or match["name"].lower(), _ADDRESS.sub("", value) if name == "author" else value)
            end = number + 1
        elif line and _ADDRESS.search(line) and not re.sub(r"[\s,;\"']", "", _ADDRESS.sub("", line)).endswith("."):
            end = number + 1
        elif line or len(fields) >= _LEAST:
            break
    return fields, end
