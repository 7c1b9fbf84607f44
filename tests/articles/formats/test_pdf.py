from __future__ import annotations

import logging
import random
import re
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.formats.columns import Row
from qabot.articles.formats.pdf import _joined, read_pdf
from qabot.articles.paragraphs import Hyphens
from qabot.errors import ArticleError
from tests.articles.formats import files
from tests.articles.formats.files import page_of

# Running text, as it wraps in a column of some 60 characters
WRAPPED = [
    "The council of Setubal has voted to close its coal port, which",
    "ends four decades of shipments that employed a third of the",
    "town.",
]
SECOND = [
    "Mayor Ana Duarte said that the decision was not taken lightly,",
    "and that every docker would be offered retraining.",
]


def read(data: bytes) -> Document:
    (document,) = read_pdf(Raw("news/a.pdf", data))
    assert isinstance(document, Document)
    return document


def rows(*pages: list[files.Printed]) -> list[str]:
    return list(read(files.pdf(pages)).rows)


def stated(data: bytes) -> dict[str, tuple[str, str]]:
    return {each.field: (each.value, each.where) for each in read(data).stated}


def test_wrapped_lines_become_paragraphs_parted_by_gaps() -> None:
    assert rows(page_of([*WRAPPED, "", *SECOND])) == [" ".join(WRAPPED), " ".join(SECOND)]


def test_paragraphs_are_parted_by_an_indented_first_line() -> None:
    lines = page_of([*WRAPPED[:2], "town, and more than that of all the trade on the river.", *SECOND])
    indented = [(x + 14 if n in (0, 3) else x, y, size, text) for n, (x, y, size, text) in enumerate(lines)]
    assert [row[:11] for row in rows(indented)] == ["The council", "Mayor Ana D"]


def test_paragraphs_are_parted_where_the_next_word_would_have_fitted() -> None:
    assert rows(page_of([*WRAPPED, *SECOND])) == [" ".join(WRAPPED), " ".join(SECOND)]


def test_a_heading_in_larger_type_stands_alone_and_may_wrap() -> None:
    heading = page_of(["The council of Setubal votes to close", "its port"], y=760, size=18, leading=21)
    assert rows([*heading, *page_of(WRAPPED)]) == [
        "The council of Setubal votes to close its port",
        " ".join(WRAPPED),
    ]


def test_lines_that_are_short_on_purpose_stay_apart() -> None:
    head = page_of(["By Ann Lee", "3 May 2021"], y=740)
    assert rows([*head, *page_of(WRAPPED)])[:2] == ["By Ann Lee", "3 May 2021"]


def test_items_of_a_list_stay_apart_and_may_wrap() -> None:
    bullets = page_of(["• The port is closed and its cranes are sold to the highest", "bidder in the north", "• Jobs"])
    (first, second, third) = bullets
    assert rows([first, (84, *second[1:]), third]) == [
        "• The port is closed and its cranes are sold to the highest bidder in the north",
        "• Jobs",
    ]


def test_columns_are_read_one_after_the_other_and_paragraphs_go_on_in_the_next() -> None:
    left, right = page_of(WRAPPED[:2], x=50), page_of([*WRAPPED[2:], "", *SECOND], x=320)
    assert rows([*left, *right]) == [" ".join(WRAPPED), " ".join(SECOND)]


def test_running_heads_feet_and_page_numbers_are_left_out_and_stay_visible() -> None:
    pages = [
        [(72, 800, 9, "Sado Times"), *page_of(text), (280, 30, 9, f"Page {number} of 2")]
        for number, text in enumerate((WRAPPED[:2], WRAPPED[2:]), 1)
    ]
    document = read(files.pdf(pages))
    assert document.rows == (" ".join(WRAPPED),)
    assert document.removed == ("Sado Times", "Page 1 of 2", "Page 2 of 2")


def test_a_sentence_that_two_pages_share_stays() -> None:
    pages = [page_of([*WRAPPED, "", "It is over."], y=700 - 30 * n) for n in range(2)]
    assert rows(*pages).count("It is over.") == 2


def test_a_caption_or_a_note_does_not_cut_a_sentence() -> None:
    note = [(72.0, 60.0, 7.0, "1. The figures are those of the ministry of the sea.")]
    assert rows([*page_of(WRAPPED[:2], y=90), *note], page_of(WRAPPED[2:])) == [" ".join(WRAPPED), note[0][3]]


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("a long debate about the infrastructure and the invest-", "ment in it", "investment"),
        ("a long debate about the losses of all in the Franco-", "Iberian trade", "Franco-Iberian"),
        ("a long debate about a disease of the lungs by Covid-", "19 in town", "Covid-19"),
        ("a long debate, with the well-known and then with well-", "known names", "well-known names"),
        ("a long debate about money, and about a third of mon-", "ey again", "of money again"),
        ("a long debate about the infrastructure and the invest\xad", "ment in it", "investment"),
        ("a long debate that was over—and then it was not—", "quite over", "not—quite"),
    ],
)
def test_words_parted_at_a_lines_end_are_mended(above: str, below: str, whole: str) -> None:
    text = [above, f"{below} that the council of the town would rather not have had"]
    assert whole in " ".join(rows(page_of([*text, *SECOND])))


def test_compounds_keep_their_hyphen_where_no_words_are_parted() -> None:
    text = ["The flags were at the half-", "mast of the old ship for all of the day and for the night."]
    filler = ["The council met for the whole of the day and of the night too."] * 60
    assert "half-mast" in " ".join(rows(page_of([*text, *filler[:40]]), page_of(filler[40:])))


def test_a_drop_cap_belongs_to_its_word() -> None:
    assert rows([(72, 690, 40, "T"), *page_of(["he council of Setubal", *WRAPPED[1:]], x=100)])[0].startswith(
        "The coun"
    )


def test_ligatures_become_letters() -> None:
    data = files.pdf([page_of(["The ~rst of all the o^ces has voted to close its ~sh port at once"])])
    differences = b"/Encoding << /Differences [94 /ffi 126 /fi] >>"
    assert "The first of all the offices" in read(data.replace(WIN, differences)).rows[0]


def test_a_page_on_its_side_is_read_and_a_stamp_along_the_edge_is_not() -> None:
    data = files.pdf([page_of(WRAPPED)], matrix="0 1 -1 0 800 0")
    assert read(data).rows == (" ".join(WRAPPED),)


def test_properties_are_stated_and_the_day_of_making_is_none_of_publication() -> None:
    info = {"/Title": "The coal port closes", "/Author": "Ann Lee", "/CreationDate": "D:20260102030405Z"}
    assert stated(files.pdf([page_of(WRAPPED)], info)) == {
        "title": ("The coal port closes", "file properties"),
        "author": ("Ann Lee", "file properties"),
    }


@pytest.mark.parametrize(
    ("title", "author"),
    [
        ("Microsoft Word - draft 3.docx", "Microsoft Office User"),
        ("port_final.indd", "Adobe InDesign CS6 (Macintosh)"),
        ("a", "python-docx"),
        ("untitled", "OurMaker 1.0"),
        ("OurMaker 1.0", ""),
        ("Document1", "LibreOffice"),
    ],
)
def test_names_of_files_and_programs_are_no_title_and_no_author(title: str, author: str) -> None:
    info = {"/Title": title, "/Author": author, "/Creator": "OurMaker 1.0"}
    assert stated(files.pdf([page_of(WRAPPED)], info)) == {}


@pytest.mark.parametrize("info", [b"/Info [5]", b"/Info 999 0 R", b"/Info 1 0 R"])
def test_properties_that_are_damaged_cost_no_text(info: bytes) -> None:
    data = files.pdf([page_of(WRAPPED)], {"/Title": "The coal port closes"})
    damaged = re.sub(rb"/Info \d+ 0 R", info, data)
    assert damaged != data or info == b"/Info 1 0 R"
    assert read(damaged).rows == (" ".join(WRAPPED),)


def test_the_layout_is_that_of_a_page_and_the_source_the_files() -> None:
    document = read(files.pdf([page_of(WRAPPED)]))
    assert (document.layout, document.source) == (Layout.PAGE, "news/a.pdf")


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_file_that_only_its_owner_may_print_is_read(algorithm: str) -> None:
    data = files.pdf([page_of(WRAPPED)], password="owner", algorithm=algorithm)
    assert read(data).rows == (" ".join(WRAPPED),)


WIN = b"/Encoding /WinAnsiEncoding"
WHOLE = files.pdf([page_of(WRAPPED), page_of(SECOND)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            files.pdf([page_of(WRAPPED)], password="o", user_password="secret"),
            "protected by a password: save it without",
        ),
        (files.pdf([[]]), r"pictures without text: run text recognition \(OCR\)"),
        (files.pdf([page_of(["Scanned by Ann"])]), "pictures without text"),
        (b"%PDF-1.7\nnothing else", "it is damaged .*: open it in a viewer and print it"),
        (WHOLE[:40], "it is damaged"),
        (files.pdf([[]] * 1001), "it has 1001 pages and at most 1000 are read: split it"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ArticleError, match=reason) as caught:
        read(data)
    assert caught.value.source == "news/a.pdf"
    assert "\n" not in str(caught.value)


def test_text_in_fonts_that_name_no_characters_is_refused() -> None:
    data = files.pdf([page_of(["The council of Setubal has voted to close its coal port, which"] * 3)])
    mapping = (
        b"/Encoding << /Differences [" + b" ".join(b"%d /u%04X" % (n, 0xE000 + n) for n in range(32, 127)) + b"] >>"
    )
    with pytest.raises(ArticleError, match="do not say which characters"):
        read(data.replace(WIN, mapping))


def test_a_stream_that_unpacks_without_end_is_refused_in_bounded_memory() -> None:
    bomb = zlib.compress(b"(a) Tj " * 20_000_000, 1)
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
    font = b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n" % (len(bomb), bomb)
    with pytest.raises(ArticleError, match=r"damaged|pictures"):
        read(head + page + font + stream + b"trailer<</Root 1 0 R>>")


def test_nothing_is_logged_or_printed(capfd: pytest.CaptureFixture[str]) -> None:
    for cut in range(100, len(WHOLE), 97):
        try:
            read(WHOLE[:cut] + WHOLE[cut + 5 :])
        except ArticleError:
            continue
    assert capfd.readouterr() == ("", "")
    assert not logging.getLogger("pypdf").propagate or logging.getLogger("pypdf").handlers


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_damage_anywhere_gives_a_document_or_an_error(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(WHOLE)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
    try:
        document = read(bytes(data))
    except ArticleError:
        return
    assert all(row == " ".join(row.split()) and row for row in document.rows)


def test_a_line_is_joined_to_the_end_of_a_paragraph_and_not_to_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    whole, lengths = Hyphens.joined, list[int]()

    def joined(self: Hyphens, text: str, following: str) -> str:
        lengths.append(len(text))
        return whole(self, text, following)

    monkeypatch.setattr(Hyphens, "joined", joined)
    said = ["and the ferry to the island of Arn went on in the fog with mail", "and milk for all who live by the sea"]
    lines = [Row(((72.0, text),), 700.0 - 13 * n, 11.0) for n, text in enumerate(said * 100)]
    assert _joined(lines, Hyphens(said, typeset=True)) == " ".join(said * 100)
    assert (len(lengths), max(lengths) < 100) == (199, True)
