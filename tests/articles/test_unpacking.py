from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.decoding import unpacked


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=3), st.integers(1, 50), st.integers(1, 50))
def test_what_was_packed_comes_out_in_bounded_steps(parts: list[bytes], size: int, step: int) -> None:
    found = list(unpacked(pieces(b"".join(map(gzip.compress, parts)), size), step))
    assert b"".join(found) == b"".join(parts)
    assert all(len(piece) <= step for piece in found)


@given(st.binary(min_size=1), st.integers(1, 20))
def test_what_ends_too_early_is_damaged(data: bytes, missing: int) -> None:
    packed = gzip.compress(data)
    with pytest.raises(zlib.error):
        list(unpacked([packed[: -min(missing, len(packed) - 1)]], 1000))


def test_padding_is_passed_over() -> None:
    assert b"".join(unpacked([gzip.compress(b"words") + b"\0" * 9], 1000)) == b"words"


def test_nothing_is_nothing() -> None:
    assert list(unpacked([], 1000)) == []
