from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.names import (
    authors,
    bare_title,
    host_names,
    is_site_of,
    name_key,
    publisher,
    same_name,
    same_title,
    site_in_titles,
    title,
)


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ("By Ann Lee", ["Ann Lee"]),
        ("BY: Sadowear", ["Sadowear"]),
        ("By ANN LEE and BO LI, Associated Press", ["ANN LEE", "BO LI"]),
        ("Analysis by Ann Lee, Sado Editor-at-large", ["Ann Lee"]),
        ("Opinion Ann Lee", ["Ann Lee"]),
        ("Ann Lee, Sado Times", ["Ann Lee"]),
        ("Ann Lee | Sado Media for Sado.example", ["Ann Lee"]),
        ("Ann Lee - Harbour Contributor", ["Ann Lee"]),
        ("Ann Lee. Sado International", ["Ann Lee"]),
        ("Ann Lee, MS, PhD", ["Ann Lee"]),
        ("Ann Lee | ann@sado.example", ["Ann Lee"]),
        ("Ann Lee <ann@sado.example>", ["Ann Lee"]),
        ("ann@sado.example (Ann Lee)", ["Ann Lee"]),
        ("View all posts by Ann Lee", ["Ann Lee"]),
        ("Text: Ann Lee", ["Ann Lee"]),
        ("Ann Lee Senior Political Correspondent", ["Ann Lee"]),
        ("Ann Lee @annlee", ["Ann Lee"]),
        ("Prof. Ann Lee and d'Arcy Wood", ["Prof. Ann Lee", "d'Arcy Wood"]),
        ("Ahmed al-Rashid, Élodie Müller, Byron White", ["Ahmed al-Rashid", "Élodie Müller", "Byron White"]),
        ("Венера Ерофеева", ["Венера Ерофеева"]),
        (["Ann Lee", {"name": "Bo Li"}, {"@type": "Person", "name": ["Bo Li", "ann  lee"]}], ["Ann Lee", "Bo Li"]),
        ({"name": "Ann Lee", "email": "ann@sado.example"}, ["Ann Lee"]),
        ("Associated Press", ["Associated Press"]),
        (["Ann Lee", "Reuters"], ["Ann Lee", "Reuters"]),
        ("Centre for Health and Care", ["Centre for Health and Care"]),
        ("Sado Department - Office of Ports", ["Sado Department - Office of Ports"]),
        ("admin", []),
        ("Admin", []),
        ("sadoadmin", []),
        ("Staff", []),
        ("Staff Writer", []),
        ("Political Editor", []),
        ("Editorial", []),
        ("annlee99", []),
        ("ann-l", []),
        ("Follow @annlee", []),
        ("https://sado.example/people/ann-lee", []),
        ("www.sado.example/ann", []),
        ("ann@sado.example", []),
        ("2021", []),
        ("", []),
        (None, []),
        (True, []),
        ({"name": None}, []),
        ([[["Ann Lee"]]], []),
    ],
)  # fmt: skip
def test_authors(field: object, names: list[str]) -> None:
    assert list(authors(field)) == names


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Sado Times", "Sado Times"),
        ("Sado.com", "Sado.com"),
        ("Sado Times | The harbour's own newspaper", "Sado Times"),
        ("News | Sado Times", "Sado Times"),
        ("sado.example", None),
        ("www.sado.example", None),
        ("https://sado.example", None),
        ("@sadotimes", None),
        ("sadoadmin", None),
        ("World news", None),
        ("U.S.", None),
        ("", None),
    ],
)
def test_publishers(field: str, name: str | None) -> None:
    assert publisher(field) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [("The Sado Times", "SADO TIMES"), ("TheSado", "The Sado"), ("Élodie", "elodie"), ("AP", "Associated Press")],
)
def test_one_name_in_two_spellings(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


@pytest.mark.parametrize(("one", "other"), [("Sado Times", "Sado Post"), ("U.S.", "Oil drags stocks"), ("", "Sado")])
def test_two_names(one: str, other: str) -> None:
    assert not same_name(one, other)


@pytest.mark.parametrize(
    ("host", "name", "made_of_it"),
    [
        ("www.sadotimes.example", "The Sado Times", True),
        ("stimes.co.uk", "Sado Times", True),
        ("swp.com", "Sado World Post", True),
        ("news.sado.com", "Sado News", True),
        ("mobile.sado.com", "The Sado", True),
        ("sado.com", "Politics", False),
        ("x.com", "Xavier Times", False),
        ("sado.com", "", False),
    ],
)
def test_hosts_made_of_names(host: str, name: str, made_of_it: bool) -> None:
    assert host_names(host, name) is made_of_it


@given(st.text(max_size=300) | st.lists(st.text(max_size=50)))
def test_whatever_the_field_holds_names_are_short_lines(field: str | list[str]) -> None:
    for name in authors(field):
        assert 0 < len(name) <= 80
        assert "\n" not in name
        assert name_key(name)


def test_long_hostile_fields_take_no_time() -> None:
    for field in ("A " * 50_000, "a.b@" * 50_000, "By " * 50_000, "<" * 50_000, ", ".join(["Ann Lee"] * 20_000)):
        assert authors(field) == ()
        assert publisher(field) is None
        assert not host_names("b" * 60 + ".com", field)


@pytest.mark.parametrize(
    "look",
    [
        lambda: name_key("a" + "\u0301\u0323" * 250_000) == "a",
        lambda: name_key("a" + "\u0f73" * 500_000) == "a",  # taken apart into two marks that change places
        lambda: authors(["a@" * 750] * 100) == (),
        lambda: authors(["a@a." * 390] * 100) == (),
        lambda: authors([{"name": ["Ann Lee"] * 500_000}] * 100) == ("Ann Lee",),
        lambda: not host_names("a" * 1_000_000 + ".com", "A B C"),
    ],
)
def test_hostile_names_take_no_time(look: Callable[[], bool]) -> None:
    assert look()


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
