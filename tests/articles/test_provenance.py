from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Stated
from qabot.articles.provenance import FIELDS, PLACES, differing, from_fields, in_order, language_code, settled, value_of


def test_the_place_that_counts_first_comes_first_and_nothing_comes_twice() -> None:
    text, page, line = (
        Stated("author", "Cy", "text"),
        Stated("author", "Ann", "JSON-LD"),
        Stated("author", "Bo", "byline"),
    )
    assert in_order([text, line, page, text, page]) == (page, line, text)
    assert settled([text, line, page]) == {"author": "Ann"}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("front matter", "JSON-LD"),
        ("archive", "heading"),
        ("JSON-LD", "meta tag"),
        ("meta tag", "page markup"),
        ("page markup", "dateline"),
        ("feed", "byline"),
        ("dateline", "file properties"),
        ("file properties", "note"),
        ("text", "address"),
    ],
)
def test_the_order_of_places(first: str, then: str) -> None:
    assert settled([Stated("about", "B", then), Stated("about", "A", first)]) == {"about": "A"}


@pytest.mark.parametrize(
    ("values", "counts"),
    [
        (["2024-04", "2024-04-22"], "2024-04-22"),
        (["2024", "2024-04-22", "2024-04-23"], "2024-04-22"),
        (["2024-04-22", "2024-04"], "2024-04-22"),
        (["2024-04", "2024-05-01"], "2024-04"),
        (["2024-04-22", "2024-04-23"], "2024-04-22"),
    ],
)
def test_of_dates_that_agree_the_more_precise_one_counts(values: list[str], counts: str) -> None:
    stated = [Stated("published", value, where) for value, where in zip(values, PLACES, strict=False)]
    assert settled(stated)["published"] == counts


def test_of_titles_that_agree_the_whole_one_counts() -> None:
    cut, whole = Stated("title", "Port to close at ...", "archive"), Stated("title", "Port to close at last", "heading")
    other = Stated("title", "A port closes", "heading")
    assert settled([cut, other, whole])["title"] == "Port to close at last"
    assert settled([cut, other])["title"] == "Port to close at ..."


def test_a_title_goes_without_its_site() -> None:
    stated = [
        Stated("title", "Port to close | Sado Times", "meta tag"),
        Stated("publisher", "The Sado Times", "JSON-LD"),
    ]
    assert settled(stated)["title"] == "Port to close"
    assert settled([Stated("title", "Sado Times", "meta tag"), stated[1]]) == {"publisher": "The Sado Times"}


def test_a_title_that_begins_as_its_site_stays() -> None:
    stated = [Stated("title", "Sado Heroes", "meta tag"), Stated("url", "https://sado.example/heroes", "meta tag")]
    assert settled(stated)["title"] == "Sado Heroes"


def test_an_agency_is_no_publisher_where_another_is() -> None:
    agency, paper = Stated("publisher", "Associated Press", "JSON-LD"), Stated("publisher", "Sado Post", "meta tag")
    assert settled([agency, paper])["publisher"] == "Sado Post"
    assert settled([agency])["publisher"] == "Associated Press"


def test_a_publisher_that_the_address_confirms_counts_first() -> None:
    owner, paper = Stated("publisher", "Harbour Media", "JSON-LD"), Stated("publisher", "Sado Post", "meta tag")
    url = Stated("url", "https://www.sadopost.example/port", "meta tag")
    assert settled([owner, paper, url])["publisher"] == "Sado Post"
    assert settled([owner, paper])["publisher"] == "Harbour Media"
    written = Stated("publisher", "Harbour Media", "front matter")
    assert settled([written, paper, url])["publisher"] == "Harbour Media"


def test_an_author_who_is_the_publisher_counts_where_no_other_is_named() -> None:
    stated = [Stated("publisher", "Sado Times", "JSON-LD"), Stated("author", "The Sado Times", "JSON-LD")]
    assert settled(stated)["author"] == "The Sado Times"
    assert settled([*stated, Stated("author", "Ann Lee", "byline")])["author"] == "Ann Lee"
    both = Stated("author", "Ann Lee, Sado Times, Bo Li", "front matter")
    assert settled([*stated, both])["author"] == "Ann Lee, Bo Li"


def test_an_original_that_is_the_publisher_is_none() -> None:
    agency = Stated("original", "AP", "dateline")
    assert "original" not in settled([Stated("publisher", "AP News", "meta tag"), agency])
    assert "original" not in settled([Stated("publisher", "Associated Press", "meta tag"), agency])
    post = Stated("publisher", "Sado Post", "meta tag")
    assert settled([post, agency])["original"] == "AP"
    assert settled([Stated("publisher", "Associated Press", "JSON-LD"), post, agency])["original"] == "AP"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", ["Port to close", "PORT  to close", "Port to close | Sado Times", "Port to ..."]),
        ("published", ["2024-04-22", "2024-04", "2024"]),
        ("author", ["Ann Lee, Bo Li", "ANN LEE"]),
        ("publisher", ["Sado Times", "The Sado Times", "SADO TIMES", "ST"]),
        ("url", ["https://sado.example/port", "http://www.sado.example/port/#top"]),
        ("language", ["en"]),
    ],
)
def test_spellings_are_no_differences(field: str, values: list[str]) -> None:
    stated = [Stated(field, value, where) for value, where in zip(values, PLACES, strict=False)]
    site = [Stated("publisher", "Sado Times", "JSON-LD")] if field == "title" else []
    assert differing([*stated, *site]) == {}


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("title", "Port to close", "Port to stay"),
        ("published", "2024-04-22", "2024-04-23"),
        ("author", "Ann Lee", "Bo Li"),
        ("publisher", "Sado Times", "Sado Post"),
        ("url", "https://sado.example/port", "https://sado.example/ports"),
        ("language", "en", "pt"),
        ("original", "The Review", "The Courier"),
    ],
)
def test_differences_are_shown_with_their_places(field: str, one: str, other: str) -> None:
    stated = (Stated(field, one, "JSON-LD"), Stated(field, other, "feed"))
    assert differing(reversed(stated)) == {field: stated}


anything = st.builds(Stated, st.sampled_from(FIELDS), st.text(min_size=1, max_size=20), st.sampled_from(PLACES))


@given(st.lists(anything, max_size=12))
def test_what_counts_was_stated(stated: list[Stated]) -> None:
    ordered = in_order(stated)
    assert set(ordered) == set(stated)
    for field, value in settled(stated).items():
        stating = [each.value for each in stated if each.field == field]
        assert any(all(part in each for part in value.split(", ")) for each in stating)
    assert settled(stated) == settled(ordered)
    for field, places in differing(stated).items():
        assert len({each.value for each in places if each.field == field}) > 1


def values(fields: dict[str, Any]) -> dict[str, str]:
    return {each.field: each.value for each in from_fields(fields, "archive")}


def test_fields_of_an_archive() -> None:
    line = {
        "url": "https://sado.example/port",
        "title": "Port  to close",
        "text": "The council of Setubal has voted.",
        "published": "2021-05-03T10:15:00Z",
        "authors": ["Ann Lee", "Bo Li"],
        "language": "English",
    }
    assert from_fields(line, "archive") == (
        Stated("title", "Port to close", "archive"),
        Stated("author", "Ann Lee, Bo Li", "archive"),
        Stated("published", "2021-05-03", "archive"),
        Stated("language", "en", "archive"),
        Stated("url", "https://sado.example/port", "archive"),
    )


@pytest.mark.parametrize(
    ("fields", "field", "value"),
    [
        ({"headline": "Port to close"}, "title", "Port to close"),
        ({"byline": "By Ann Lee and Bo Li"}, "author", "Ann Lee, Bo Li"),
        ({"author": {"name": "Ann Lee"}}, "author", "Ann Lee"),
        ({"author": "", "authors": [{"name": "Ann Lee"}]}, "author", "Ann Lee"),
        ({"site_name": "Sado Times"}, "publisher", "Sado Times"),
        ({"publisher": {"name": "Sado Times"}}, "publisher", "Sado Times"),
        ({"date": date(2021, 5, 3)}, "published", "2021-05-03"),
        ({"published": "soon", "date": "3 May 2021"}, "published", "2021-05-03"),
        ({"published": 1620036900}, "published", "2021-05-03"),
        ({"date_publish": "2021-05-03 10:15:00"}, "published", "2021-05-03"),
        ({"pub_date": "Mon, 03 May 2021 10:15:00 GMT"}, "published", "2021-05-03"),
        ({"published": 2021}, "published", "2021"),
        ({"lastmod": "2021-05-04"}, "updated", "2021-05-04"),
        ({"lang": "pt-BR"}, "language", "pt"),
        ({"link": "https://sado.example/port"}, "url", "https://sado.example/port"),
        ({"original": "The Review"}, "original", "The Review"),
    ],
)
def test_names_and_spellings(fields: dict[str, Any], field: str, value: str) -> None:
    assert values(fields) == {field: value}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": "Untitled"},
        {"title": None},
        {"title": {"a": 1}},
        {"author": "admin"},
        {"authors": []},
        {"authors": [None, 3, {}]},
        {"publisher": "www.sado.example"},
        {"published": "soon"},
        {"published": True},
        {"language": "Klingon"},
        {"url": "sado.example/port"},
        {"url": "javascript:alert(1)"},
        {"url": "https:///port"},
    ],
)
def test_what_states_nothing(fields: dict[str, Any]) -> None:
    assert values(fields) == {}


any_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "@id"]), inner, max_size=2),
    max_leaves=8,
)


@given(st.sampled_from(FIELDS), any_value)
def test_whatever_a_field_holds_its_value_is_one_line_of_text(field: str, given_value: Any) -> None:
    value = value_of(field, given_value)
    assert value is None or (value and "\n" not in value and value == value.strip())


@pytest.mark.parametrize(
    "organisation", ["Sado Broadcasting Corporation", "Ministry of Ports", "The Courier", "Radio Sado", "Setubal"]
)
def test_the_byline_counts_before_an_organisation_in_a_pages_fields(organisation: str) -> None:
    stated = [Stated("author", organisation, "JSON-LD"), Stated("author", "Ann Lee, Bo Li", "byline")]
    assert settled(stated)["author"] == "Ann Lee, Bo Li"
    assert settled(stated[:1])["author"] == organisation


def test_a_person_in_a_pages_fields_counts_before_the_byline() -> None:
    stated = [Stated("author", "Cy Ko", "meta tag"), Stated("author", "Ann Lee", "byline")]
    assert settled(stated)["author"] == "Cy Ko"


def test_what_was_written_for_this_copy_counts_before_the_byline() -> None:
    stated = [Stated("author", "Ministry of Ports", "front matter"), Stated("author", "Ann Lee", "byline")]
    assert settled(stated)["author"] == "Ministry of Ports"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("en", "en"), ("EN", "en"), ("en-GB", "en"), ("en_US", "en"), ("en-US.UTF-8", "en"), ("de-DE,de;q=0.9", "de"),
        ("eng", "en"), ("ger", "de"), ("zh-Hans", "zh"), ("iw", "he"), ("English", "en"), ("portuguese", "pt"),
        ("Deutsch", "de"), ("français", "fr"), ("xx", None), ("und", None), ("x-default", None), ("Klingon", None),
        ("", None),
    ],
)  # fmt: skip
def test_language_codes(name: str, code: str | None) -> None:
    assert language_code(name) == code


@given(st.text(max_size=600))
def test_any_text_is_a_language_or_none(text: str) -> None:
    code = language_code(text)
    assert code is None or (len(code) == 2 and code.isalpha())
