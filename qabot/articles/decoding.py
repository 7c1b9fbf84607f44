"""Bytes to characters: unpacked within bounds, decoded once, and without anything that could steer a terminal."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from html import unescape

from wcwidth import strip_sequences

from qabot.errors import ArticleError

GZIP = b"\x1f\x8b"
"""The first bytes of all that is packed by gzip."""
_SIGNATURES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP archive or an office document",
    GZIP: "a gzip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an office document of the old kind, or one with a password",
    b"\x7fELF": "a program",
}
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What browsers and mail readers take a label for: a larger encoding with the same characters (WHATWG, "Encoding").
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_DAMAGED = "\ufffd"
_FEW = 40  # characters to each damaged one
_CURE = "save it as UTF-8 text or in one of the formats that are read"
_8_BIT_SEQUENCE = re.compile("\x9b[0-?]*[ -/]*[@-~]")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# A word that was parted at the end of a line, where alone a soft hyphen is seen.
_PARTED = re.compile("\u00ad *\n *")
# C0 without the line end, DEL, C1, marks of writing direction, the byte order mark, halves of surrogate pairs; soft
# hyphens, spaces of no width and other characters that nobody sees. Joiners stay: they choose the shape of letters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufeff\ud800-\udfff]"
)
# The characters beyond ASCII of English text in Windows-1252; any other points to another encoding.
_WESTERN = set("‘’“”–—…•€£§©®°±²³´·¼½¾«»¡¿ªº¨¸×÷™†‡‹›‚„‰ŒœŠšŽžŸƒ¥¢¤¬¯¶¹¦\xa0\xad") | {
    chr(c) for c in range(0xC0, 0x100)
}

_ENDLESS = re.compile(r"&#[0-9]{4000,};?")  # Python refuses to make a number of so many digits
_EITHER_HEADER = 47  # gzip's or zlib's, by the documentation of zlib.decompressobj


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """Return the characters of a document, as ``normalise`` leaves them.

    The encoding is that of a byte order mark, else UTF-8, else the declared one, else the likeliest legacy one. What
    shifts between sets of characters (ISO-2022-JP), or has two bytes for each, is no UTF-8, although it may look so.

    ``declared`` is the encoding that the document or its server claims.

    Raises:
        ArticleError: it is no text, or in no encoding that can be told.
    """
    return normalise(characters(data, source, declared))


def characters(data: bytes, source: str, declared: str | None = None) -> str:
    """Return the characters of a document, as `decode` does, all of them.

    Where nearly all of it is UTF-8, or what it is declared to be, it is read as that, and "\ufffd" stands for the rest.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise ArticleError(source, f"this is {kind}, no text: {_CURE}")
    if data.startswith(_WIDE_BOMS):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise ArticleError(source, f"it begins as UTF-16 but is not: {_CURE}") from error
    declared = "utf-8" if data.startswith(codecs.BOM_UTF8) else _meant(declared)
    shifting = _shifting(data, declared)
    if shifting and (text := _decoded(data, shifting, is_declared=shifting == declared)) is not None:
        return text
    if b"\0" in data:
        raise ArticleError(source, f"this is a binary file, no text: {_CURE}")
    for candidate in dict.fromkeys(("utf-8", declared)):
        if candidate and (text := _decoded(data, candidate, is_declared=candidate == declared)) is not None:
            return text.removeprefix("\ufeff")
    return _guess(data, source)


def _shifting(data: bytes, declared: str | None) -> str | None:
    """Return the encoding of bytes that are not the ASCII that they look like; None where they are, or cannot be told.

    What only claims to be UTF-16 is not: it could not be read far enough to find the claim.
    """
    if b"\x1b$" in data:  # in ISO 2022, what follows is no ASCII
        return declared if declared and declared.startswith("iso2022") else "iso2022_jp_ext"
    return declared if declared and declared.startswith(("utf-16", "utf-32")) and b"\0" in data else None


def _meant(label: str | None) -> str | None:
    """Return the name of the encoding that a label means; None for one that does not exist."""
    try:
        name = codecs.lookup(label or "").name
        b"".decode(name)
    except (LookupError, ValueError):  # LookupError too for a codec of bytes to bytes
        return None
    return _MEANT.get(name, name)


def _decoded(data: bytes, encoding: str, is_declared: bool) -> str | None:
    """Return the characters of bytes that are in an encoding but for a few; None where too many are not.

    What is in another encoding hardly ever holds by accident a character of several bytes that UTF-8 allows.
    """
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        pass
    except (LookupError, ValueError):  # a codec of bytes to bytes
        return None
    try:
        text = data.decode(encoding, "replace")
    except ValueError:  # a codec that replaces nothing
        return None
    damaged = text.count(_DAMAGED)
    whole = sum(character > "\x7f" for character in text) - damaged
    return text if damaged * (1 if is_declared else 2) <= whole else None


def _guess(data: bytes, source: str) -> str:
    western = data.decode("cp1252", errors="replace")
    foreign = sum(1 for character in western if character > "\x7f" and character not in _WESTERN)
    if foreign * _FEW <= len(western) and foreign == western.count(_DAMAGED):
        foreign = 0  # bytes that no character of it has
    if not foreign and sum(character > "\x7f" for character in western) < len(western) / 5:
        return western

    import charset_normalizer

    best = charset_normalizer.from_bytes(data).best()
    if best is None:
        raise ArticleError(source, f"its characters are in no encoding that could be told: {_CURE}")
    return str(best)


def normalise(text: str) -> str:
    r"""Return a text without control characters, terminal sequences and marks that turn the direction of writing.

    Line ends become ``\n``, no-break spaces become spaces and a tab two, which part cells; all else stays as it is.
    """
    text = _8_BIT_SEQUENCE.sub("", strip_sequences(text))
    text = _UNPRINTABLE.sub("", _PARTED.sub("", _LINE_END.sub("\n", text)))
    return text.replace("\t", "  ").replace("\xa0", " ").replace("\u202f", " ")


def unescaped(text: str) -> str:
    """Return a text with the characters that references of HTML stand for in their place."""
    return unescape(without_endless_references(text))


def without_endless_references(html: str) -> str:
    """Return HTML without references to characters that have so many digits that Python refuses to read them."""
    return _ENDLESS.sub(_DAMAGED, html)


def unpacked(chunks: Iterable[bytes], step: int) -> Iterator[bytes]:
    """Yield the unpacked bytes of gzip or zlib data, at most ``step`` at a time; the caller stops when it is enough.

    Raises:
        zlib.error: they are damaged or end too early.
    """
    unpack = zlib.decompressobj(wbits=_EITHER_HEADER)
    begun = False
    for chunk in chunks:
        rest = chunk
        while rest:
            if unpack.eof:  # gzip allows several in a row; some servers pad
                if rest[:1] != GZIP[:1]:
                    return
                unpack, begun = zlib.decompressobj(wbits=_EITHER_HEADER), False
            yield unpack.decompress(rest, step)
            begun = True
            rest = unpack.unused_data or unpack.unconsumed_tail
    if begun and not unpack.eof:
        raise zlib.error("it ends too early")
