from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.formats import format_of_root, root_name, without_prolog

FEED = '<rss version="2.0"><channel/></rss>'


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (FEED.encode(), "rss"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- <feed> -->\n<?style x?><RDF:rdf xmlns:RDF="x">', "rdf"),
        (b'<!DOCTYPE rss [<!ENTITY a "<urlset>">]><rss>', "rss"),
        (b"<!DOCTYPE rss PUBLIC \"-//x > y//\" 'z.dtd'>\n<rss>", "rss"),
        (b"<!doctype html><html>", "html"),
        (FEED.encode("utf-16"), "rss"),
        (b"<ns:urlset/>", "urlset"),
        (b"words <rss>", ""),
        (b"", ""),
        (b"<!-- never closed <rss>", ""),
        (b"\x1f\x8b\x08", ""),
    ],
)
def test_root_name(data: bytes, name: str) -> None:
    assert root_name(data) == name


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (FEED, "feed"),
        ("<urlset/>", "sitemap"),
        ("<sitemapindex/>", "sitemap"),
        ("<html/>", "html"),
        ("<nitf/>", None),
        ("<p>x", None),
    ],
)
def test_the_root_element_tells_the_format(data: str, told: str | None) -> None:
    found = format_of_root(data.encode())
    assert (found and found.name) == told


def test_a_prolog_goes_with_all_its_entities() -> None:
    text = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b"> <!ENTITY c "]">]>\n<!-- x --><x>&a;</x>'
    assert without_prolog(text) == "<x>&a;</x>"


@given(st.lists(st.sampled_from(["<!--", "-->", "<?", "?>", "<!DOCTYPE", "[", "]", ">", '"', "'", "<", "a", " "])))
def test_any_text_has_a_prolog_or_none(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert text.endswith(without_prolog(text))
    assert without_prolog(without_prolog(text)) == without_prolog(text)


@pytest.mark.parametrize("piece", ["<!--", "<?", "<!DOCTYPE", '<!DOCTYPE "', "<!---->", "<!DOCTYPE [", "<!DOCTYPE []"])
def test_a_prolog_costs_no_more_than_its_length(piece: str) -> None:
    import time

    started = time.monotonic()
    root_name(piece.encode() * 100_000)
    assert time.monotonic() - started < 2
