from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.names import bare_title, is_site_of, same_title, site_in_titles, title

URL = "https://www.sadotimes.example/port"


@pytest.mark.parametrize(
    "text",
    [
        "Port to close at last | Sado Times",
        "Port to close at last - The Sado Times",
        "Port to close at last – SADO TIMES",
        "Port to close at last — Sado Times",
        "Port to close at last :: Sado Times",
        "Sado Times | Port to close at last",
        "Port to close at last|Sado Times",
    ],
)
def test_a_title_goes_without_its_sites_name(text: str) -> None:
    assert bare_title(text, [text], is_site_of(["Sado Times"], None)) == "Port to close at last"


def test_a_title_goes_without_what_another_place_leaves_away() -> None:
    text = "Opinion | Port to close at last | World | Sado Times"
    assert bare_title(text, [text, "Port to close at last"], is_site_of([], None)) == "Port to close at last"


@pytest.mark.parametrize(
    ("text", "titles", "publishers"),
    [
        ("Port to close - too late", ["Port to close - too late"], ["Sado Times"]),
        ("Port to close | Sado Times", ["Port to close | Sado Times"], ["Courier"]),
        ("War | The Sado Daily Courier", ["The Sado Daily Courier"], ["The Sado Daily Courier"]),  # a logo
        ("Port", ["Port"], ["Sado Times"]),
    ],
)
def test_other_titles_stay(text: str, titles: list[str], publishers: list[str]) -> None:
    expected = "War" if text.startswith("War") else text
    assert bare_title(text, titles, is_site_of(publishers, None)) == expected


@pytest.mark.parametrize(
    ("titles", "url", "site"),
    [
        (["Port to close at last - Sado Times"], URL, "Sado Times"),  # the address confirms it
        (["Port to close at last - Sado Times", "Port to close at last"], None, "Sado Times"),  # a heading without it
        (["Port to close at last | Sado Times"], None, None),
        (["Port to close at last | Sado Times"], "https://courier.example/port", None),
        (["Port to close at last - Sado Business"], "https://sado.example/port", "Sado"),
        (["Sado Poll: Most say the port has to close"], "https://sado.example/port", None),
        (["Sado Review: Port to close at last", "Port to close at last"], None, "Sado Review"),
        (["Port to close at last - Politics", "Port to close at last"], None, None),
        (["Port to close at last - what now?", "Port to close at last"], None, None),
        (["Port to close at last"], URL, None),
        ([], "http://[", None),
    ],
)
def test_the_site_that_a_title_names(titles: list[str], url: str | None, site: str | None) -> None:
    assert site_in_titles(titles, url) == site


@pytest.mark.parametrize("text", ["Untitled", "untitled document 1", "https://sado.example", "Home", "No title", None])
def test_what_stands_there_where_nobody_gave_a_title(text: str | None) -> None:
    assert title(text) is None


def test_titles_are_titles() -> None:
    assert title("Title IX turns 50") == "Title IX turns 50"
    assert title("Home at last") == "Home at last"


def test_one_title_in_other_words() -> None:
    assert same_title("Port to close at la", "Port to close at last")
    assert same_title("Council votes to close coal port", "Council votes to close the old port of coal")
    assert not same_title("What is being proposed?", "Council votes to close coal port")


@given(st.text(alphabet="ab |-–:›.", max_size=60), st.lists(st.text(alphabet="ab |-", max_size=20), max_size=3))
def test_what_is_left_of_a_title_is_part_of_it(text: str, titles: list[str]) -> None:
    assert bare_title(text, titles, is_site_of(titles, URL)) in text
    found = site_in_titles([text, *titles], URL)
    assert found is None or any(found in each for each in (text, *titles))


def test_long_hostile_titles_take_no_time() -> None:
    for text in ("a | " * 20_000, " - " * 20_000, "A " * 50_000, ": " * 50_000):
        assert bare_title(text, [text[:50]], is_site_of(["A"], URL)) == text
        assert site_in_titles([text], URL) is None
