"""Bytes to characters: unpacked within bounds, decoded once, and without anything that could steer a terminal."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator

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
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CURE = "save it as UTF-8 text or in one of the formats that are read"
_8_BIT_SEQUENCE = re.compile("\x9b[0-?]*[ -/]*[@-~]")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# C0 without the line end, DEL, C1, marks of writing direction, the byte order mark, halves of surrogate pairs.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# The characters beyond ASCII of English text in Windows-1252; any other points to another encoding.
_WESTERN = set("‘’“”–—…•€£§©®°±²³´·¼½¾«»¡¿ªº¨¸×÷™†‡‹›‚„ŒœŠšŽžŸƒ¥¢¤¬¯¶¹¦\xa0\xad") | {chr(c) for c in range(0xC0, 0x100)}

_EITHER_HEADER = 47  # gzip's or zlib's, by the documentation of zlib.decompressobj


def decode(data: bytes, source: str, declared: str | None = None) -> str:
    """Return the characters of a document, as ``normalise`` leaves them.

    The encoding is that of a byte order mark, else UTF-8, else the declared one, else the likeliest legacy encoding.

    Args:
        data: the document.
        source: the path or URL, for errors.
        declared: the encoding that the document or its server claims.

    Raises:
        ArticleError: it is no text, or in no encoding that can be told.
    """
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise ArticleError(source, f"this is {kind}, no text: {_CURE}")
    return normalise(_characters(data, source, declared))


def _characters(data: bytes, source: str, declared: str | None) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise ArticleError(source, f"it begins as {encoding.upper()} but is not: {_CURE}") from error
    if b"\0" in data:
        raise ArticleError(source, f"this is a binary file, no text: {_CURE}")
    for candidate in ("utf-8", declared):
        try:
            return data.decode(candidate) if candidate else _guess(data, source)
        except (ValueError, LookupError):  # LookupError: an encoding that does not exist
            continue
    return _guess(data, source)


def _guess(data: bytes, source: str) -> str:
    western = data.decode("cp1252", errors="replace")
    foreign = sum(1 for character in western if character > "\x7f" and character not in _WESTERN)
    if not foreign and sum(character > "\x7f" for character in western) < len(western) / 5:
        return western

    import charset_normalizer

    best = charset_normalizer.from_bytes(data).best()
    if best is None:
        raise ArticleError(source, f"its characters are in no encoding that could be told: {_CURE}")
    return str(best)


def normalise(text: str) -> str:
    r"""Return a text without control characters, terminal sequences and marks that turn the direction of writing.

    Line ends become ``\n``, tabs and no-break spaces become spaces; all else stays as it is.
    """
    text = _8_BIT_SEQUENCE.sub("", strip_sequences(text))
    text = _UNPRINTABLE.sub("", _LINE_END.sub("\n", text))
    return text.replace("\t", " ").replace("\xa0", " ").replace("\u202f", " ")


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
