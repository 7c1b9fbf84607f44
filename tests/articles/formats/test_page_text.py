"""Where a page's text stands: in frames of its layout, in pieces, in its data; and texts that are short."""

from __future__ import annotations

import json

import pytest

from qabot.errors import ArticleError
from tests.articles.formats.pages import MORE, PARAGRAPHS, article_in, rows

PARTED = "<br><br>".join(["May 2021", PARAGRAPHS[0], "The mayor put it like this:", *PARAGRAPHS[1:], MORE])
HEAD = "<html><head><title>Port to close</title></head>"


@pytest.mark.parametrize(
    "frame",
    [
        "<table><tr><td>{}</td></tr></table>",
        "<table><tr><td><a href=/>Home</a><br><a href=/w>World</a></td><td><font size=2>{}</font></td></tr></table>",
        "<table><tr><td><table><tr><td>{}</td></tr></table></td></tr></table>",
        "<table><tbody><tr><td><p>{}</p></td></tr></tbody></table>",
        "<div>{}</div>",
    ],
)
def test_breaks_part_the_paragraphs_of_a_page_laid_out_in_tables(frame: str) -> None:
    article = article_in(f"{HEAD}<body>{frame.format(PARTED)}</body></html>")
    assert article.text.split("\n\n") == [PARAGRAPHS[0], "The mayor put it like this:", *PARAGRAPHS[1:], MORE]
    assert article.published == "2021-05"


def data_block(body: str, **more: str) -> str:
    node = {"@type": "NewsArticle", "headline": "Port to close", "datePublished": "2021-05-03", "articleBody": body}
    return f'<script type="application/ld+json">{json.dumps({**node, **more})}</script>'


@pytest.mark.parametrize(
    "visible",
    ['<div id="app"></div>', f"<main><h1>Port to close</h1><p>{PARAGRAPHS[0][:60]}...</p><p>Subscribe.</p></main>"],
)
@pytest.mark.parametrize("between", ["\n\n", "\n", "", "</p><p>"])
def test_the_text_of_a_page_that_shows_none_or_a_part_stands_in_its_data(visible: str, between: str) -> None:
    body = between.join(PARAGRAPHS)
    told = f"<p>{body}</p>" if "<" in between else body
    article = article_in(HEAD.replace("</head>", data_block(told) + "</head>") + f"<body>{visible}</body></html>")
    assert article.text.split("\n\n") == PARAGRAPHS
    assert article.published == "2021-05-03"


def test_the_text_that_a_page_shows_counts_before_the_same_in_its_data() -> None:
    shown = "".join(f"<p>{text}</p>" for text in (*PARAGRAPHS, MORE))
    html = (
        f"{HEAD}<body>{data_block(' '.join(PARAGRAPHS))}<article><h1>Port to close</h1>{shown}</article></body></html>"
    )
    assert rows(html) == [*PARAGRAPHS, MORE]


def test_the_data_of_another_article_is_not_the_pages_text() -> None:
    teasers = data_block(MORE * 9, headline="Ferry", url="https://sado.example/f") + data_block(
        MORE * 9, headline="Bus", url="https://sado.example/b"
    )
    html = HEAD.replace("</head>", f"{teasers}</head>") + "<body><div></div></body></html>"
    with pytest.raises(ArticleError, match="there is no article in it"):
        article_in(html)


@pytest.mark.parametrize(
    "head",
    [
        '<div>By Ann Lee | May 3, 2021 | <a href="/p">Print this article</a></div>',
        "<p>Reported by Ann Lee | 3 May 2021 | <a href=/p>PDF</a></p>",
        "<p>By Ann Lee</p><p>3 May 2021</p><p><b>Print</b> | <b>E-mail</b> | <b>Smaller text</b></p>",
        '<address>Ann Lee</address><time datetime="2021-05-03">3 May 2021</time><button>Save</button>',
    ],
)
def test_a_brief_is_read_as_a_long_article_is(head: str) -> None:
    menu = "<nav><ul><li><a href=/>Home</a></li><li><a href=/w>World</a></li></ul></nav>"
    brief = ["The coal port of Setubal will close in May.", "Its 310 dockers were told so on Monday by the mayor."]
    body = "".join(f"<p>{text}</p>" for text in brief)
    article = article_in(f"{HEAD}<body>{menu}<article><h1>Port to close</h1>{head}{body}</article></body></html>")
    assert (article.author, article.published, article.text.split("\n\n")) == ("Ann Lee", "2021-05-03", brief)


@pytest.mark.parametrize("name", ["article__body", "body main", "story-text"])
def test_a_body_that_advertisements_part_is_read_to_its_end(name: str) -> None:
    texts = [*PARAGRAPHS, MORE]
    pieces = [f'<div class="grid"><div class="{name}">{"".join(f"<p>{t} {t}</p>" for t in each)}</div></div>'
              for each in (texts, [MORE[::-1]], [PARAGRAPHS[0].upper()])]  # fmt: skip
    html = f"{HEAD}<body><main><h1>Port to close</h1><div>{'<div class=ad>Ad</div>'.join(pieces)}</div></main></body>"
    assert rows(html)[-2:] == [f"{MORE[::-1]} {MORE[::-1]}", f"{PARAGRAPHS[0].upper()} {PARAGRAPHS[0].upper()}"]
