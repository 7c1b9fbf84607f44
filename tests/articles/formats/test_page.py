from __future__ import annotations

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Layout, Raw
from qabot.articles.assemble import article_of
from qabot.articles.formats.page import declared_encoding, read_html
from qabot.errors import ArticleError
from tests.articles.formats.pages import MENU, MORE, PARAGRAPHS, article_in, document_of, page, paragraphs, rows


def test_paragraphs_are_kept_and_menus_are_not() -> None:
    article = article_in(
        page("<title>Port to close | Sado Times</title><meta property=og:site_name content='Sado Times'>")
    )
    assert article.text.split("\n\n") == PARAGRAPHS
    assert (article.title, article.publisher) == ("Port to close", "Sado Times")
    assert article.removed == ("Home", "World")


def test_a_document_holds_the_article_and_all_that_is_seen_of_the_page() -> None:
    document = document_of(page(), "https://sado.example/port")
    assert document.layout is Layout.EXTRACTED
    assert [row for row in document.rows if row != "Port to close"] == PARAGRAPHS
    assert document.page == ("Home", "World", "Port to close", *PARAGRAPHS)
    assert document.address == "https://sado.example/port"


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
    assert article_in(page(head)).published == published


def test_json_ld_in_a_graph() -> None:
    data = {"@graph": [{"@type": "WebPage"}, {"@type": "NewsArticle", "publisher": {"name": "Sado Times"}}]}
    html = page(f'<script type="application/ld+json">{json.dumps(data)}</script>')
    assert article_in(html).publisher == "Sado Times"


def test_json_that_is_nested_without_end() -> None:
    assert article_in(page(f'<script type="application/ld+json">{"[" * 100_000}</script>')).published is None


def test_a_visible_dateline() -> None:
    assert article_in(page(before="<div>3 May 2021</div>")).published == "2021-05-03"


def test_a_host_stands_for_a_publisher_only_by_its_address() -> None:
    article = article_in(page('<link rel="canonical" href="https://sado.example/port">'))
    assert [(each.value, each.where) for each in article.stated if each.field == "publisher"] == [
        ("sado.example", "address")
    ]
    assert article_in(page('<meta property="og:site_name" content="sado.example">')).publisher is None


def test_comments_of_frameworks_between_texts_cost_nothing() -> None:
    assert rows(page(body=paragraphs(*(text.replace(" ", " <!-- -->", 3) for text in PARAGRAPHS)))) == PARAGRAPHS


def test_headings_lists_tables_and_quotes_are_rows_of_their_own_in_order() -> None:
    body = f"""<p>{PARAGRAPHS[0]}</p><h2>The <em>vote</em></h2><ul><li>Fourteen councillors voted for it</li>
        <li>Nine <a href=/n>voted</a> against it<ul><li>three of them by letter</li></ul></li></ul>
        <ol><li><p>First the ships will go</p></li><li><p>Then the cranes</p></li></ol>
        <table><caption>Imports of coal</caption><thead><tr><th>Year</th><th>Tonnes</th></tr></thead>
        <tr><td>2017</td><td>1,000</td></tr><tr><td>2018</td><td></td></tr></table>
        <blockquote><p>{PARAGRAPHS[1]}</p><p>That is what she said.</p></blockquote>
        <dl><dt>Sado</dt><dd>A river</dd></dl><h3>What next</h3><p>{PARAGRAPHS[2]}</p>"""
    assert rows(page(body=body)) == [
        PARAGRAPHS[0],
        "The vote",
        "Fourteen councillors voted for it",
        "Nine voted against it",
        "three of them by letter",
        "First the ships will go",
        "Then the cranes",
        "Imports of coal",
        "Year: 2017 | Tonnes: 1,000",
        "2018",
        PARAGRAPHS[1],
        "That is what she said.",
        "Sado",
        "A river",
        "What next",
        PARAGRAPHS[2],
    ]


@pytest.mark.parametrize("between", ["<br><br>", "<br/>\n<br/>", "<br>", "<br><b></b><br>"])
@pytest.mark.parametrize("around", ["div class=content", "article", "main", "td", "section", "div"])
def test_paragraphs_that_line_breaks_part(between: str, around: str) -> None:
    assert rows(f"<html><body><{around}>{between.join(PARAGRAPHS)}</{around.split()[0]}></body></html>") == PARAGRAPHS


@pytest.mark.parametrize("around", ["div", "article", "main"])
def test_paragraphs_between_line_breaks_may_begin_with_markup(around: str) -> None:
    texts = [
        re.sub(r"^(\w+ \w+)", mark, text)
        for text, mark in zip(PARAGRAPHS, (r"<b>\1</b>", r"\1", r"<a href=/>\1</a>"), strict=True)
    ]
    assert rows(f"<html><body><{around}>{'<br><br>'.join(texts)}</{around}></body></html>") == PARAGRAPHS


def test_lines_that_break_in_the_midst_of_a_sentence_are_one_row() -> None:
    wrapped = [text.replace(" of", "<br>\nof").replace(" to", "<br />to") for text in PARAGRAPHS]
    assert rows(page(body=paragraphs(*wrapped))) == PARAGRAPHS


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{PARAGRAPHS[0]}</p>{PARAGRAPHS[1]}<p>{PARAGRAPHS[2]}</p>",
        f"<p>{PARAGRAPHS[0]}</p><div>{PARAGRAPHS[1]}</div><p>{PARAGRAPHS[2]}</p>",
        f"<p>{PARAGRAPHS[0]}</p>{PARAGRAPHS[1].replace('Monday', '<b>Monday</b>')}<br><br>{PARAGRAPHS[2]}<p></p>",
        f"<p>{PARAGRAPHS[0]}</p><div class='post-embed'><blockquote>{PARAGRAPHS[1]}</blockquote></div>"
        f"<p>{PARAGRAPHS[2]}</p>",
    ],
)
def test_text_that_no_paragraph_holds_is_one(body: str) -> None:
    assert rows(page(body=body)) == PARAGRAPHS


def test_a_heading_that_is_none_by_name() -> None:
    body = f"<p>{PARAGRAPHS[0]}</p><div class=sub>Who paid</div><p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    assert rows(page(body=body)) == [PARAGRAPHS[0], "Who paid", *PARAGRAPHS[1:]]


@pytest.mark.parametrize(
    "teaser",
    [
        "<p><a href=/x>Five cranes that changed the face of the Sado</a></p>",
        "<p><b><a href=/x>Five cranes that changed the face of the Sado</a></b></p>",
        "<ul><li><a href=/x>Five cranes that changed the face of the Sado</a></li></ul>",
        "<div><a href=/x><h3>Five cranes that changed the face of the Sado</h3></a></div>",
        "<div class='inline-newsletter'><p>Five cranes that changed the face of the Sado</p></div>",
        "<aside><p>Five cranes that changed the face of the Sado</p></aside>",
    ],
)
def test_what_leads_to_other_articles_is_left_out(teaser: str) -> None:
    article = article_in(page(body=paragraphs(*PARAGRAPHS[:2]) + teaser + paragraphs(PARAGRAPHS[2])))
    assert article.text.split("\n\n") == PARAGRAPHS
    assert "Five cranes that changed the face of the Sado" in article.removed


@pytest.mark.parametrize(
    "linked",
    [
        "<h2><a href=/x>Five cranes that changed the Sado</a></h2>",
        "<p>Five <a href=/x>cranes that changed the Sado</a></p>",
        "<ul><li>Read of <a href=/x>the cranes that changed the Sado</a></li></ul>",
    ],
)
def test_links_in_the_article_stay(linked: str) -> None:
    body = paragraphs(*PARAGRAPHS[:2]) + linked + paragraphs(PARAGRAPHS[2])
    assert len(rows(page(body=body))) == 4


def test_a_box_that_holds_the_article_is_no_box() -> None:
    assert rows(f"<html><body><div class='newsletter-page'>{paragraphs(*PARAGRAPHS)}</div></body></html>") == PARAGRAPHS


@pytest.mark.parametrize("name", ["newsletter-body", "recommended story"])
def test_a_box_that_holds_an_article_without_paragraphs_is_no_box(name: str) -> None:
    body = f"<div class='{name}'>{'<br><br>'.join(PARAGRAPHS)}</div>"
    footer = "<footer><p>The Sado Times has been published since 1888 by the printers of the harbour.</p></footer>"
    assert rows(f"<html><body><h1>Port closes</h1>{body}{footer}</body></html>")[-len(PARAGRAPHS) :] == PARAGRAPHS


def test_an_article_that_stands_there_twice_is_read_once() -> None:
    both = f"<div>{paragraphs(*PARAGRAPHS)}</div>" * 2
    assert rows(page(body=both)) == PARAGRAPHS
    assert rows(f"<html><body>{f'<article>{paragraphs(*PARAGRAPHS)}</article>' * 2}</body></html>") == PARAGRAPHS


def test_what_an_article_says_again_stays() -> None:
    refrain = "And the ships go on to sea, and the ships go on to sea."
    body = paragraphs(PARAGRAPHS[0], refrain, PARAGRAPHS[1], refrain, PARAGRAPHS[2], refrain)
    assert rows(page(body=body)).count(refrain) == 3


POSTS = "".join(
    f"<article class=post><h2>Hour {n}</h2>{paragraphs(f'At {n}: {PARAGRAPHS[1]}', f'And {MORE} ({n})')}</article>"
    for n in range(1, 6)
)
LIVE = '<script type="application/ld+json">{"@type": "LiveBlogPosting", "headline": "The vote"}</script>'


@pytest.mark.parametrize(
    "body",
    [f"<main><h1>The vote</h1>{POSTS}</main>", f"<article><h1>The vote</h1><p>{PARAGRAPHS[0]}</p>{POSTS}</article>"],
)
def test_all_posts_of_a_live_blog_are_read(body: str) -> None:
    found = rows(f"<html><head>{LIVE}</head><body>{MENU}{body}</body></html>")
    assert [row for row in found if row.startswith("At ")] == [f"At {n}: {PARAGRAPHS[1]}" for n in range(1, 6)]
    assert "Home" not in found


def test_another_article_below_the_first_is_not_read() -> None:
    first = f"<article><h1>Port</h1>{paragraphs(*PARAGRAPHS)}</article>"
    other = f"<article><h1>Another</h1>{paragraphs(MORE + ' One.', MORE + ' Two.', MORE + ' Three.')}</article>"
    assert rows(f"<html><body>{first}{other}</body></html>")[-3:] == PARAGRAPHS


def test_the_teaser_of_a_page_behind_a_paywall_is_what_there_is() -> None:
    wall = "<div class=paywall><p>Subscribe to continue reading this article.</p><a href=/s>Sign in</a></div>"
    assert rows(page(body=paragraphs(*PARAGRAPHS[:2]) + wall))[:2] == PARAGRAPHS[:2]


def test_a_page_for_accelerated_loading() -> None:
    body = f"<amp-img src=x></amp-img>{paragraphs(*PARAGRAPHS)}<amp-ad type=x></amp-ad>"
    style = "<style amp-boilerplate>body{visibility:hidden}</style>"
    assert rows(page(style, body=body).replace("<html>", "<html amp>")) == PARAGRAPHS


def test_a_page_of_links_is_no_article() -> None:
    cards = "".join(f"<article><h2><a href=/{n}>{PARAGRAPHS[n % 3]} {n}</a></h2></article>" for n in range(12))
    with pytest.raises(ArticleError, match="links to articles but none itself"):
        article_in(f"<html><body>{MENU}<main>{cards}</main></body></html>")


def test_what_lxml_would_drop_is_found_by_other_means() -> None:
    deep = "<div>" * 3000 + paragraphs(*PARAGRAPHS) + "</div>" * 3000
    document = document_of(f"<html><body><p>{PARAGRAPHS[0]} Said twice.</p>{deep}</body></html>")
    assert document.layout is Layout.PAGE
    assert all(paragraph in article_of(document).text for paragraph in PARAGRAPHS)


def test_a_page_that_goes_on_after_its_end() -> None:
    html = f"<html><body><article>{paragraphs(PARAGRAPHS[0])}</body></html>{paragraphs(*PARAGRAPHS[1:])}</article>"
    assert rows(html) == PARAGRAPHS


@pytest.mark.parametrize("tag", ["div", "blockquote", "ul><li", "span", "table><tr><td", "section", "b"])
def test_deep_nesting_takes_no_time_and_no_text(tag: str) -> None:
    deep = f"<{tag}>" * 900 + paragraphs(*PARAGRAPHS)
    assert all(paragraph in article_in(f"<html><body>{deep}</body></html>").text for paragraph in PARAGRAPHS)


@pytest.mark.parametrize("form", ["<p>{}</p>", "{}<br><br>", "<p>x</p>{}", "<p hidden>x</p><p>{}</p>"])
def test_time_grows_with_the_page_and_not_with_its_square(form: str) -> None:
    def seconds(size: int) -> float:
        texts = [f"{PARAGRAPHS[n % 3]} This is the part that has the number {n}." for n in range(size)]
        began = time.process_time()
        document = document_of(page(body="".join(map(form.format, texts))))
        taken = time.process_time() - began
        assert [row for row in document.rows if row.startswith(tuple(PARAGRAPHS))] == texts
        return taken

    # Four times the text: 4 or so, or towards 16; what else the machine does makes a run slower, never quicker.
    few = max(seconds(1000), seconds(1000))
    assert any(seconds(4000) < 8 * few for _ in range(2))


def test_character_references_cannot_bring_back_control_characters() -> None:
    last = "The &#27;[31mred&#27;[0m light &#x202e;of the port is out for good, it seems."
    article = article_in(page(body=paragraphs(*PARAGRAPHS[:2], last)))
    assert article.text.endswith("The red light of the port is out for good, it seems.")


@pytest.mark.parametrize("hyphen", ["\xad", "&shy;", "&#173;", "&#xAD;"])
def test_hyphens_that_are_not_seen_part_no_words(hyphen: str) -> None:
    assert rows(page(body=paragraphs(*(text.replace("ou", f"o{hyphen}u") for text in PARAGRAPHS)))) == PARAGRAPHS


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


@pytest.mark.parametrize("html", ["<", "<html>", "<!-- -->", "<script>var a = 1;</script>", "<html></html>", "&#0;"])
def test_pages_without_an_article(html: str) -> None:
    with pytest.raises(ArticleError, match="there is no article in it"):
        article_in(html)


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_read_or_refused(data: bytes) -> None:
    try:
        (document,) = read_html(Raw("page.html", data))
        article = article_of(document)
    except ArticleError:
        return
    assert article.text.strip() == article.text
