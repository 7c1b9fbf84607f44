from __future__ import annotations

import codecs
import gzip
import unicodedata
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.decoding import decode, normalise, unpacked
from qabot.errors import ArticleError

SENTENCE = "The café’s owner – “a quiet man” – paid £5."


@pytest.mark.parametrize(
    "data",
    [
        SENTENCE.encode(),
        codecs.BOM_UTF8 + SENTENCE.encode(),
        SENTENCE.encode("utf-16"),
        codecs.BOM_UTF16_BE + SENTENCE.encode("utf-16-be"),
        SENTENCE.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 little", "utf-16 big", "windows-1252"],
)
def test_encodings_are_told_apart(data: bytes) -> None:
    assert decode(data, "a.txt") == SENTENCE


def test_a_declared_encoding_is_believed_where_the_bytes_are_no_utf8() -> None:
    text = "Президент приехал в Казань."
    assert decode(text.encode("koi8-r"), "a.html", "koi8-r") == text
    assert decode(text.encode(), "a.html", "koi8-r") == text


def test_a_declared_encoding_that_does_not_exist_is_passed_over() -> None:
    assert decode(SENTENCE.encode("cp1252"), "a.html", "klingon") == SENTENCE


def test_an_undeclared_encoding_is_attempted() -> None:
    text = "Президент России приехал в Казань на форум, сообщили в понедельник местные власти. " * 3
    assert "Казань" in decode(text.encode("cp1251"), "a.txt")


@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "koi8-r"])
def test_bytes_that_do_not_belong_leave_the_rest_of_utf8_as_it_is(declared: str | None) -> None:
    data = f"{SENTENCE} Zoë paid for Mall".encode() + b"\xf3 and \xff left."
    assert decode(data, "a.txt", declared) == f"{SENTENCE} Zoë paid for Mall\ufffd and \ufffd left."


def test_a_stray_byte_does_not_make_a_text_of_another_encoding_utf8() -> None:
    text = "René dined with all of his friends in the old garden of the house."
    assert decode(text.encode("cp1252") + "É".encode(), "a.txt") == f"{text}Ã‰"


def test_a_byte_that_no_encoding_has_costs_no_article() -> None:
    assert decode(SENTENCE.encode("cp1252") + b" Then the \x81 end.", "a.txt") == f"{SENTENCE} Then the \ufffd end."
    assert decode(codecs.BOM_UTF8 + SENTENCE.encode() + b"\xff", "a.txt") == f"{SENTENCE}\ufffd"


@pytest.mark.parametrize("label", ["iso-8859-1", "latin1", "ISO_8859-1", "us-ascii", "ascii", "windows-1252"])
def test_the_labels_of_latin_1_mean_windows_1252(label: str) -> None:
    text = "“We’d pay 20 €” – so said Noël…"
    assert decode(text.encode("cp1252"), "a.html", label) == text


def test_labels_of_smaller_encodings_mean_the_larger() -> None:
    assert decode("“İyi” dedi…".encode("cp1254"), "a.html", "iso-8859-9") == "“İyi” dedi…"
    assert decode("㈱東京の①".encode("cp932"), "a.html", "shift_jis") == "㈱東京の①"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("iso2022_jp", "iso-2022-jp"),
        ("iso2022_jp", None),
        ("iso2022_jp", "utf-8"),
        ("utf-16-le", "utf-16le"),
        ("utf-16-be", "UTF-16BE"),
    ],
)
def test_what_looks_like_ascii_and_is_none(encoding: str, declared: str | None) -> None:
    text = "橋は2024年5月3日に閉鎖された (Holm)。"
    assert decode(text.encode(encoding), "a.eml", declared) == text


def test_what_only_claims_to_be_of_two_bytes_a_character_is_read_as_it_is() -> None:
    assert decode(SENTENCE.encode(), "a.html", "utf-16") == SENTENCE


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04....", "archive"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"some\0thing", "binary"),
        (codecs.BOM_UTF16_LE + b"a", "UTF-16"),
    ],
)
def test_what_is_no_text_is_refused_with_its_kind(data: bytes, kind: str) -> None:
    with pytest.raises(ArticleError, match=kind) as caught:
        decode(data, "a.txt")
    assert caught.value.source == "a.txt"
    assert "save it as UTF-8 text" in caught.value.reason


def test_terminal_sequences_and_direction_overrides_go() -> None:
    hostile = "a\x1b[31mred\x1b[0m \x9b1mbold \x1b]8;;http://x.example\x07link\x1b]8;;\x07 \u202etfel\u202c \ufeffz\x08"
    assert normalise(hostile) == "ared bold link tfel z"


def test_what_no_reader_sees_is_no_character_of_a_word() -> None:
    assert normalise("the in\u00adfra\u00adstruc\u200bture of Bre\u2060men\u200e") == "the infrastructure of Bremen"
    assert normalise("the invest\u00ad\r\n  ment in it") == "the investment in it"
    assert normalise("\U0001f469\u200d\U0001f680") == "\U0001f469\u200d\U0001f680"  # joined to one picture


def test_line_ends_and_spaces_become_one_kind() -> None:
    assert normalise("a\r\nb\rc\x85d\u2028e\ff\tg\xa0h") == "a\nb\nc\nd\ne\nf  g h"


@given(st.text())
def test_nothing_unprintable_is_left(text: str) -> None:
    left = {unicodedata.category(character) for character in normalise(text) if character != "\n"}
    assert not left & {"Cc", "Cs"}


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Sm", "Sc"])))
def test_other_characters_stay_as_they_are(text: str) -> None:
    assert decode(text.encode(), "a.txt") == text or text.startswith(("%PDF", "GIF8"))


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
