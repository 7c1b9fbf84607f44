from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Article, Document, Layout, Stated
from qabot.articles.assemble import article_of, language_of
from qabot.errors import ArticleError
from tests.articles.reading import parse_article

BODY = (
    "The council of Setubal has voted to close its coal port, ending four decades of shipments to the power stations.",
    "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded.",
    "Imports have fallen by 80% since 2017, and the last power station in the district shut in January of this year.",
)
TITLE = "Council votes to close the coal port"
ORIGINALS = Path(__file__).parents[2].parent / "shared" / "articles"


def written(*rows: str, stated: tuple[Stated, ...] = (), address: str | None = None) -> Article:
    return article_of(Document("a.docx", (*rows, *BODY), Layout.WRITTEN, stated, address))


def extracted(*page: str, rows: tuple[str, ...] = BODY, stated: tuple[Stated, ...] = ()) -> Article:
    title = Stated("title", TITLE, "meta tag")
    return article_of(Document("a.html", rows, Layout.EXTRACTED, (title, *stated), None, page=(*page, *BODY)))


def raw(*rows: str, stated: tuple[Stated, ...] = (), address: str | None = None) -> Article:
    return article_of(Document("a.txt", rows, Layout.PAGE, stated, address))


def text(*rows: str) -> str:
    return "\n\n".join(rows)


def where(article: Article, field: str) -> list[tuple[str, str]]:
    return [(each.value, each.where) for each in article.stated if each.field == field]


@pytest.mark.parametrize(
    "rows",
    [
        (TITLE, "By Ann Lee and Bo Li", "3 May 2021"),
        (TITLE, "Ann Lee and Bo Li", "Published 3 May 2021, 10:15 BST"),
        (TITLE, "Ann Lee and Bo Li | 3 May 2021"),
        (TITLE, "3 May 2021", "Written by Ann Lee, Bo Li"),
    ],
)
def test_title_byline_and_dateline_of_a_written_document_are_read_and_dropped(rows: tuple[str, ...]) -> None:
    article = written(*rows)
    assert (article.title, article.author, article.published) == (TITLE, "Ann Lee, Bo Li", "2021-05-03")
    assert article.text == text(*BODY)
    assert where(article, "author") == [("Ann Lee, Bo Li", "byline")]
    assert article.removed == ()


@pytest.mark.parametrize(
    "rows",
    [
        ("Why the port has to close now",),
        ("Ann Lee", "An account of a port"),
        ("A port and its past", "Setubal Harbour", "The beginning"),
    ],
)
def test_other_rows_of_a_written_document_stay(rows: tuple[str, ...]) -> None:
    article = written(*rows)
    assert article.text == text(*rows, *BODY)
    assert (article.title, article.author) == (None, None)


def test_fields_come_before_rows_and_both_are_kept() -> None:
    article = written(TITLE, "By Ann Lee", "3 May 2021", stated=(Stated("author", "Bo Li", "front matter"),))
    assert article.author == "Bo Li"
    assert where(article, "author") == [("Bo Li", "front matter"), ("Ann Lee", "byline")]


def test_a_pages_title_is_dropped_whatever_its_site_adds_to_it() -> None:
    for stated in (f"{TITLE} | Sado Times", f"{TITLE} - Sado Times", TITLE):
        page = Document(
            "a.html", (TITLE, *BODY), Layout.EXTRACTED,
            (Stated("title", stated, "meta tag"), Stated("publisher", "Sado Times", "meta tag")), page=(TITLE, *BODY),
        )  # fmt: skip
        article = article_of(page)
        assert (article.title, article.text) == (TITLE, text(*BODY))


def test_what_stands_between_a_pages_title_and_its_text() -> None:
    article = extracted(
        "Home", "Saturday, 22 May 2021", TITLE, "By Ann Lee", "Published 3 May 2021", "Updated 4 May 2021"
    )
    assert (article.author, article.published, article.updated) == ("Ann Lee", "2021-05-03", "2021-05-04")
    assert article.removed == ("Home", "Saturday, 22 May 2021")


def test_a_standfirst_may_stand_above_the_byline() -> None:
    deck = "After forty years of dust, the town on the Sado looks for another way to make its living."
    article = extracted(TITLE, deck, "By Ann Lee", "3 May 2021", rows=(deck, *BODY))
    assert (article.author, article.published, article.text) == ("Ann Lee", "2021-05-03", text(deck, *BODY))
    found = extracted(TITLE, deck, "By Ann Lee", "3 May 2021", rows=(deck, "By Ann Lee", "3 May 2021", *BODY))
    assert (found.author, found.published, found.text) == ("Ann Lee", "2021-05-03", text(deck, *BODY))
    for article in (
        raw(TITLE, deck, "By Ann Lee", "3 May 2021", *BODY),
        written(TITLE, deck, "By Ann Lee", "3 May 2021"),
    ):
        assert (article.title, article.author, article.published) == (TITLE, "Ann Lee", "2021-05-03")
        assert article.text == text(deck, *BODY)


@pytest.mark.parametrize("name", ["Learn More", "Getty Images", "Ann Lee, Associated Press", "Ann Lee"])
def test_a_line_of_a_page_that_may_be_a_name_is_none_without_a_date_beside_it(name: str) -> None:
    assert extracted(TITLE, name).author is None


def test_a_name_beside_a_date_is_the_authors() -> None:
    assert extracted(TITLE, "Ann Lee", "Harbour reporter @annlee", "3 May 2021").author == "Ann Lee"
    article = extracted(TITLE, "Ann Lee Associated Press", "Published 3 May 2021")
    assert (article.author, article.original) == ("Ann Lee", "Associated Press")


def test_dates_above_the_title_and_of_teasers_are_not_the_articles() -> None:
    assert extracted("3 May 2021", "Another port", "4 May 2021", rows=BODY).published is None


def test_notes_are_read_wherever_they_were_left_out() -> None:
    note = "This article was originally published by The Review. See our rules."
    article = raw(TITLE, *BODY, note)
    assert (article.original, note in article.text) == ("The Review", False)
    assert extracted(TITLE, note).original == "The Review"
    assert written(note).original == "The Review"


def test_an_agency_is_where_the_article_is_from_and_not_the_publisher() -> None:
    article = raw(TITLE, f"SETUBAL, Portugal (AP) — {BODY[0]}", *BODY[1:])
    assert (article.original, article.publisher) == ("AP", None)
    assert article.text.startswith("SETUBAL, Portugal (AP)")


def test_when_it_was_published_and_updated_may_stand_at_the_end() -> None:
    ends = ("First published on 3 May 2021", "Last updated on 4 May 2021")
    article = raw(TITLE, *BODY, *ends)
    assert (article.published, article.updated) == ("2021-05-03", "2021-05-04")
    assert (article.text, article.removed) == (text(*BODY), ends)
    assert raw(TITLE, *BODY, "Last updated on 4 May 2021", "Updated 6 June 2021").updated is None  # which of them?
    assert raw(TITLE, *BODY, "4 May 2021").published is None


def test_an_agencys_reporters_are_named_at_the_end() -> None:
    article = raw(TITLE, *BODY, "Reporting by Ann Lee in Lisbon and Bo Li in Porto; editing by Cy Young")
    assert (article.author, where(article, "author")) == ("Ann Lee, Bo Li", [("Ann Lee, Bo Li", "byline")])


def test_an_address_states_itself_and_its_date() -> None:
    article = raw(TITLE, *BODY, address="https://sado.example/2021/05/port")
    assert where(article, "url") == [("https://sado.example/2021/05/port", "address")]
    assert where(article, "published") == [("2021-05", "address")]
    dated = raw(TITLE, "3 May 2021", *BODY, address="https://sado.example/2021/05/port")
    assert dated.published == "2021-05-03"


def test_a_domain_stands_for_the_publisher_only_where_nothing_names_it() -> None:
    article = raw(TITLE, *BODY, address="https://www.sado.example/port")
    assert where(article, "publisher") == [("sado.example", "address")]
    named = (Stated("publisher", "Sado Times", "meta tag"),)
    article = raw(TITLE, *BODY, stated=named, address="https://www.sado.example/port")
    assert where(article, "publisher") == [("Sado Times", "meta tag")]


MANY = (
    "By Ann Lee in Lisbon, Bo Li in Porto, Cyril Young in Faro, Dora Quist in Braga, Emil Roth in Evora, Fay Unger in"
    " Sines, Gil Novak in Beja, Hana Ortiz in Tavira, and Ivo Penn in Lagos"
)


@pytest.mark.parametrize("rows", [(f"{MANY} | 3 May 2021",), (MANY, "3 May 2021"), (f"Posted on 3 May 2021 {MANY}",)])
def test_a_long_byline_keeps_its_date_and_all_names(rows: tuple[str, ...]) -> None:
    for article in (written(TITLE, *rows), raw(TITLE, *rows, *BODY), extracted(TITLE, *rows)):
        assert article.published == "2021-05-03"
        assert article.author
        assert article.author.split(", ")[::8] == ["Ann Lee", "Ivo Penn"]
        assert article.text == text(*BODY)


def test_an_address_confirms_a_sites_name_in_a_title() -> None:
    stated = (Stated("title", f"{TITLE} - Sado Times", "archive"),)
    article = raw(*BODY, stated=stated, address="https://www.sadotimes.example/port")
    assert (article.title, article.publisher) == (TITLE, "Sado Times")
    assert where(article, "publisher") == [("Sado Times", "archive")]
    assert raw(*BODY, stated=stated, address="https://courier.example/port").publisher == "courier.example"


def test_a_heading_that_is_not_the_stated_title_stays() -> None:
    heading = "What is being proposed now?"
    article = raw(heading, *BODY, stated=(Stated("title", TITLE, "archive"),))
    assert (article.title, article.text) == (TITLE, text(heading, *BODY))
    assert where(article, "title") == [(TITLE, "archive")]


def test_the_language_is_told_from_the_text_and_stated_languages_come_first() -> None:
    article = raw(TITLE, *BODY)
    assert (article.language, where(article, "language")) == ("en", [("en", "text")])
    assert raw(TITLE, *BODY, stated=(Stated("language", "pt", "archive"),)).language == "pt"


def test_every_field_states_where_it_is_from() -> None:
    article = raw(TITLE, "By Ann Lee", "3 May 2021", *BODY, address="https://sado.example/port")
    fields = ("title", "author", "publisher", "published", "url", "language")
    assert {each.field for each in article.stated} == set(fields)
    assert all(where(article, field)[0][0] == getattr(article, field) for field in fields)


def test_what_is_unknown_is_none() -> None:
    article = raw(*BODY)
    unknown = ("title", "author", "publisher", "published", "updated", "url", "original", "about")
    assert [getattr(article, field) for field in unknown] == [None] * len(unknown)


def test_without_words_there_is_no_article() -> None:
    with pytest.raises(ArticleError, match="there is no article in it"):
        article_of(Document("a.docx", ("—",), Layout.WRITTEN))


rows = st.lists(
    st.sampled_from(
        [*BODY, TITLE, "By Ann Lee", "Ann Lee", "3 May 2021", "Updated", "By", "Comments", "| Sado", "(AP) — "]
    )
    | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=30).map(str.strip).filter(bool),
    max_size=14,
)


@given(rows, st.sampled_from(Layout), st.lists(st.sampled_from([TITLE, "Ann Lee", BODY[0], "x"]), max_size=2))
def test_whatever_the_rows_the_articles_sentences_stay(
    given_rows: list[str], layout: Layout, titles: list[str]
) -> None:
    stated = tuple(Stated("title", each, "archive") for each in titles)
    try:
        article = article_of(Document("a", tuple(given_rows), layout, stated, page=tuple(given_rows)))
    except ArticleError:
        return
    if layout is Layout.WRITTEN:
        kept = article.text.split("\n\n")
        assert all(row in kept or row in titles for row in given_rows if row in BODY)
    for each in article.stated:
        assert each.value


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the original articles are not beside the repository")
@pytest.mark.parametrize(
    ("name", "original", "url"),
    [
        ("000_63d", None, None),
        ("001_e39", None, None),
        ("002_a71", "698a22407ad13803", None),
        ("003_428", None, None),
        ("004_79c", "698a22407ad13803", None),
    ],
)
def test_what_the_originals_state(name: str, original: str | None, url: str | None) -> None:
    path = next(ORIGINALS.glob(f"{name}*"))
    article = parse_article(path.read_bytes(), str(path), path.suffix)
    digest = hashlib.sha256(article.original.encode()).hexdigest()[:16] if article.original else None
    assert (digest, article.url, article.updated, article.language) == (original, url, None, "en")


def test_it_is_said_where_a_character_could_not_be_decoded() -> None:
    damaged = BODY[0].replace("Setubal", "Set\ufffdbal")
    article = raw(damaged, *BODY[1:])
    assert damaged in article.text
    assert article.removed == ("characters that could not be decoded, for which \ufffd stands in the text: 1",)


@pytest.mark.parametrize("name", ["admin", "editor", "webmaster", "Staff"])
def test_a_line_that_names_only_an_account_states_a_date(name: str) -> None:
    article = extracted(TITLE, f"Submitted by {name} on Mon, 2021-05-03 16:31")
    assert (article.author, article.published) == (None, "2021-05-03")
    assert f"Submitted by {name} on Mon, 2021-05-03 16:31" not in article.text


ENGLISH = (
    "The council of Setubal has voted to close its coal port, ending four decades of shipments to the power stations. "
    "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded."
)
PORTUGUESE = (
    "O conselho de Setúbal votou pelo encerramento do seu porto de carvão, pondo fim a quatro décadas de transporte. A "
    "votação de segunda-feira foi aprovada por 14 contra 9 depois de um debate de seis horas, o mais longo de sempre."
)
RUSSIAN = (
    "Совет города проголосовал за закрытие угольного порта, положив конец четырём десятилетиям перевозок топлива. В "
    "понедельник за это решение после шестичасовых прений высказались четырнадцать депутатов, против были девять."
)


@pytest.mark.parametrize(
    ("text", "code"), [(ENGLISH, "en"), (PORTUGUESE, "pt"), (RUSSIAN, "ru"), (ENGLISH.upper(), "en")]
)
def test_the_language_of_a_text(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    "text", ["", "Port to close", ENGLISH[:150], "12, 14; 16 – 18. " * 40, "x = f(a, b) + 1; " * 30]
)
def test_what_is_short_or_doubtful_has_none(text: str) -> None:
    assert language_of(text) is None


@given(st.text(max_size=600))
def test_the_language_of_any_text_can_be_asked(text: str) -> None:
    code = language_of(text)
    assert code is None or (len(code) == 2 and code.isalpha())


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys, qabot.articles.assemble; "
        "print([m for m in ('py3langid', 'babel', 'dateparser', 'trafilatura', 'lxml', 'numpy') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
