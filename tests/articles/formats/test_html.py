from __future__ import annotations

import json

import pytest

from qabot.articles.article import Article
from qabot.articles.formats.html import declared_encoding, read_page
from qabot.errors import ArticleError
from tests.articles.reading import parse_article

PARAGRAPHS = [
    "The council of Setubal has voted to close its coal port, ending four decades of shipments to the power stations.",
    "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded.",
    "Imports have fallen by 80% since 2017, and the last power station in the district shut in January of this year.",
]
MENU = "<nav><ul><li><a href=/>Home</a></li><li><a href=/w>World</a></li></ul></nav>"


def page(head: str = "", before: str = "", paragraphs: list[str] = PARAGRAPHS) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"<html><head>{head}</head><body>{MENU}<article><h1>Port to close</h1>{before}{body}</article></body></html>"


def read(html: str, suffix: str = ".html") -> Article:
    return parse_article(html.encode(), "page.html", suffix)


def test_paragraphs_are_kept_and_menus_are_not() -> None:
    article = read(page("<title>Port to close | Sado Times</title><meta property=og:site_name content='Sado Times'>"))
    assert article.text.split("\n\n") == PARAGRAPHS
    assert (article.title, article.publisher) == ("Port to close", "Sado Times")
    assert article.removed == ("Home", "World")


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2021-05-03T10:00:00+01:00">', "2021-05-03"),
        ('<meta name="date" content="May 2021">', "2021-05"),
        ('<meta name="date" content="yesterday">', None),
        ('<meta property="article:modified_time" content="2021-05-03T10:00:00+01:00">', None),
        (
            '<script type="application/ld+json">{"@type": ["NewsArticle"], "datePublished": "2021-05-03"}</script>',
            "2021-05-03",
        ),
        ('<script type="application/ld+json">{"@type": "Person", "datePublished": "2021-05-03"}</script>', None),
        ('<script type="application/ld+json">{broken</script>', None),
        ("", None),
    ],
)
def test_the_date_that_a_page_states(head: str, published: str | None) -> None:
    assert read(page(head)).published == published


def test_json_ld_in_a_graph() -> None:
    data = {"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "publisher": {"name": "Sado Times"}}]}
    assert read(page(f'<script type="application/ld+json">{json.dumps(data)}</script>')).publisher == "Sado Times"


def test_json_that_is_nested_without_end() -> None:
    assert read(page(f'<script type="application/ld+json">{"[" * 100_000}</script>')).published is None


def test_a_visible_dateline() -> None:
    assert read(page(before="<div>3 May 2021</div>")).published == "2021-05-03"


def test_a_host_is_no_publisher() -> None:
    assert read(page('<link rel="canonical" href="https://sado.example/port">')).publisher is None


def test_what_lxml_would_drop_is_found_by_other_means() -> None:
    deep = "<div>" * 400 + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</div>" * 400
    html = f"<html><body><p>{PARAGRAPHS[0]} Said twice.</p>{deep}</body></html>"
    article = read(html)
    assert all(paragraph in article.text for paragraph in PARAGRAPHS)
    assert not read_page("<html><body>" + deep + "</body></html>").paragraphs or PARAGRAPHS[2] in article.text


def test_character_references_cannot_bring_back_control_characters() -> None:
    article = read(
        page(
            paragraphs=[
                *PARAGRAPHS[:2],
                "The &#27;[31mred&#27;[0m light &#x202e;of the port is out for good, it seems.",
            ]
        )
    )
    assert article.text.endswith("The red light of the port is out for good, it seems.")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"<meta charset=koi8-r>", "koi8-r"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">', "windows-1251"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>', "iso-8859-1"),
        (b"<p>charset=utf-8</p>", None),
    ],
)
def test_declared_encodings(data: bytes, encoding: str | None) -> None:
    assert declared_encoding(data) == encoding


@pytest.mark.parametrize("html", ["<", "<html>", "<!-- -->", "<script>var a = 1;</script>"])
def test_pages_without_an_article(html: str) -> None:
    with pytest.raises(ArticleError, match="there is no article in it"):
        read(html)
