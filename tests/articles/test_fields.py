from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Stated
from qabot.articles.provenance import FIELDS, from_fields, value_of


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


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["name", "@id"]), inner, max_size=2),
    max_leaves=8,
)


@given(st.sampled_from(FIELDS), anything)
def test_whatever_a_field_holds_its_value_is_one_line_of_text(field: str, given_value: Any) -> None:
    value = value_of(field, given_value)
    assert value is None or (value and "\n" not in value and value == value.strip())
