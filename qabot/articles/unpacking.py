"""Unpacking what a server or a file packs by gzip, bounded at every step."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

GZIP = b"\x1f\x8b"
_EITHER_HEADER = 47  # gzip's or zlib's, by the documentation of zlib.decompressobj


def unpacked(chunks: Iterable[bytes], step: int) -> Iterator[bytes]:
    """The bytes that packed ``chunks`` hold, at most ``step`` of them at a time: stop when it is enough.

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
