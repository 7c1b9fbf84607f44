from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Link, Raw, Stated
from qabot.articles.formats.feeds import sitemap_links
from qabot.errors import ArticleError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SPACE = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def urlset(inside: str) -> str:
    return f"{HEAD}<urlset {SPACE}>{inside}</urlset>"


def entry(url: str, more: str = "", tag: str = "url") -> str:
    return f"<{tag}><loc>{url}</loc>{more}</{tag}>"


def found(data: str | bytes, url: str | None = "https://www.sado.co.uk/sitemap.xml") -> list[Link | ArticleError]:
    return list(sitemap_links(Raw(url or "a.xml", data.encode() if isinstance(data, str) else data, url)))


def urls(data: str | bytes, url: str | None = "https://www.sado.co.uk/sitemap.xml") -> list[str]:
    return [each.url for each in found(data, url) if isinstance(each, Link)]


def test_pages_come_the_last_changed_first() -> None:
    data = urlset(
        entry(" https://www.sado.co.uk/never?utm_source=map ")
        + entry("https://www.sado.co.uk/old", "<lastmod>2021-05-03</lastmod>")
        + entry("https://www.sado.co.uk/new", "<lastmod>2024-11-27T12:03:00Z</lastmod>")
        + entry("https://www.sado.co.uk/old#twice")
    )
    assert urls(data) == [f"https://www.sado.co.uk/{name}" for name in ("new", "old", "never")]
    assert all(isinstance(each, Link) and each.stated == () and not each.sitemap for each in found(data))


def test_a_sitemap_for_news_states_what_it_says() -> None:
    news = (
        "<news:news><news:publication><news:name>Sado Times</news:name><news:language>en</news:language>"
        "</news:publication><news:publication_date>2024-11-27T23:30:00-05:00</news:publication_date>"
        "<news:title>Fish &amp; chips</news:title></news:news>"
        "<image:image><image:loc>https://www.sado.co.uk/picture.jpg</image:loc><image:title>A fish</image:title>"
        "</image:image>"
    )
    assert found(urlset(entry("https://www.sado.co.uk/fish", news))) == [
        Link(
            "https://www.sado.co.uk/fish",
            (
                Stated("title", "Fish & chips", "feed"),
                Stated("publisher", "Sado Times", "feed"),
                Stated("published", "2024-11-27", "feed"),
                Stated("language", "en", "feed"),
            ),
        )
    ]


def test_an_index_names_sitemaps() -> None:
    index = f"{HEAD}<sitemapindex {SPACE}>{entry('https://www.sado.co.uk/2024.xml.gz', tag='sitemap')}</sitemapindex>"
    assert found(index) == [Link("https://www.sado.co.uk/2024.xml.gz", sitemap=True)]


@pytest.mark.parametrize(
    ("sitemap", "page", "taken"),
    [
        ("https://www.sado.co.uk/s.xml", "https://news.sado.co.uk/1", True),
        ("https://www.sado.co.uk/s.xml", "http://sado.co.uk/1", True),
        ("https://www.sado.co.uk/s.xml", "https://www.tejo.co.uk/1", False),
        ("https://a.github.io/s.xml", "https://b.github.io/1", False),
        ("http://127.0.0.1:8000/s.xml", "http://127.0.0.1:8001/1", True),
        ("http://127.0.0.1/s.xml", "http://127.0.0.2/1", False),
        ("https://sado.example/s.xml", "https://tejo.example/1", False),
        ("https://sado.example/s.xml", "https://sado.example/1", True),
        (None, "https://tejo.example/1", True),
    ],
)
def test_a_sitemap_speaks_for_its_own_site(sitemap: str | None, page: str, taken: bool) -> None:
    (each,) = found(urlset(entry(page)), sitemap)
    if taken:
        assert isinstance(each, Link)
    else:
        assert isinstance(each, ArticleError)
        assert f"1 of the addresses in this sitemap are of other sites ({page}) and left out" in each.reason


def test_other_ways_of_writing_one() -> None:
    assert urls(f"<urlset>{entry('https://www.sado.co.uk/1')}</urlset>") == ["https://www.sado.co.uk/1"]
    prefixed = (
        '<s:urlset xmlns:s="x"><s:url><s:loc><![CDATA[https://www.sado.co.uk/?a=1&b=2]]></s:loc></s:url></s:urlset>'
    )
    assert urls(prefixed) == ["https://www.sado.co.uk/?a=1&b=2"]
    assert urls(urlset(entry("https://www.sado.co.uk/é")).encode("utf-16")) == ["https://www.sado.co.uk/é"]
    packed = gzip.compress(urlset(entry("https://www.sado.co.uk/1")).encode())
    assert urls(packed) == ["https://www.sado.co.uk/1"]


def test_a_broken_one_is_read_as_far_as_it_goes() -> None:
    data = urlset(entry("https://www.sado.co.uk/1") + entry("https://www.sado.co.uk/?a=1&b=2") + "<url><loc>https://")
    assert urls(data[: -len("</urlset>")])[0] == "https://www.sado.co.uk/1"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (urlset(""), "names no page that can be read: check that it is the one you mean"),
        (urlset(entry("/relative") + entry("ftp://a.example/") + entry("file:///etc/passwd") + "<url/>"), "no page"),
        ("<html/>", "this is no sitemap"),
        (gzip.compress(b"words", mtime=0), "this is no sitemap"),
        (gzip.compress(urlset("").encode(), mtime=0)[:-9], "this gzip file is damaged: get it again"),
    ],
)
def test_what_is_no_sitemap(data: str | bytes, reason: str) -> None:
    with pytest.raises(ArticleError) as raised:
        found(data)
    assert reason in raised.value.reason


def test_what_unpacks_to_too_much_is_no_sitemap() -> None:
    with pytest.raises(ArticleError, match="unpacks to more than the 50 MB that a sitemap may"):
        found(gzip.compress(b"<urlset>" + b" " * 60_000_000, compresslevel=1))


def test_entities_of_its_own_are_not_unfolded() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    data = (
        f'{HEAD}<!DOCTYPE urlset [<!ENTITY a0 "x">{levels}<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset>'
        f"{entry('https://www.sado.co.uk/1')}{entry('https://www.sado.co.uk/&a11;&f;')}</urlset>"
    )
    assert max(map(len, urls(data))) < 100


def test_five_thousand_pages() -> None:
    started = time.process_time()
    assert len(urls(urlset("".join(entry(f"https://www.sado.co.uk/{n}") for n in range(5_000))))) == 5_000
    assert time.process_time() - started < 3


MARKS = [
    "<url>",
    "</url>",
    "<loc>",
    "</loc>",
    "https://a.example/",
    "<sitemap>",
    "<news:news>",
    "&amp;",
    "<lastmod>",
    "<!--",
]


@given(st.lists(st.sampled_from(MARKS) | st.text(max_size=10)).map("".join))
def test_any_text_is_links_or_an_error(text: str) -> None:
    try:
        everything = found(f"<urlset>{text}".encode("utf-8", "surrogatepass"), None)
    except ArticleError:
        return
    assert all(each.url.startswith("http") for each in everything if isinstance(each, Link))


def test_a_packed_sitemap_may_be_of_many_parts() -> None:
    data = gzip.compress(urlset(entry("https://www.sado.co.uk/1")).encode())
    assert urls(gzip.compress(b"") * 100_000 + data) == ["https://www.sado.co.uk/1"]
