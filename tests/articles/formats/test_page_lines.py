from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.assemble import article_of
from qabot.articles.formats.page import read_page
from qabot.articles.formats.page_lines import visible_lines
from qabot.errors import ArticleError
from tests.articles.formats.pages import MORE, PARAGRAPHS, article_in, document_of, page, paragraphs, rows

HIDING = [
    "<div hidden>{}</div>",
    '<p hidden="until-found">{}</p>',
    '<p style="display:none">{}</p>',
    '<p style="margin: 0; DISPLAY : None !important">{}</p>',
    '<p style="display:/**/none">{}</p>',
    '<section style="visibility:hidden"><p>{}</p></section>',
    '<p style="font-size:0">{}</p>',
    '<p style="font-size: 0.0em;">{}</p>',
    '<p style="font-size:1px">{}</p>',
    '<div style="font-size:0"><div><p>{}</p></div></div>',
    '<p style="color:#fff;background:white">{}</p>',
    '<p style="color: rgb(12, 13, 14); background-color: rgb(12,13,14)">{}</p>',
    '<p style="color:transparent">{}</p>',
    '<p style="position:absolute; left:-9999px">{}</p>',
    "<!-- {} -->",
    "<template><p>{}</p></template>",
    "<noscript><p>{}</p></noscript>",
    "<dialog><p>{}</p></dialog>",
    "<script>document.write('{}')</script>",
    '<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{}"}}</script>',
    "<svg><title>{}</title></svg>",
]

IN_DOUBT = [
    '<p style="opacity:0">{}</p>',
    '<p style="color:white">{}</p>',
    '<p><font color="#FFFFFF">{}</font></p>',
    '<p aria-hidden="true">{}</p>',
]


@pytest.mark.parametrize("hiding", [*HIDING, *IN_DOUBT])
def test_hidden_text_is_in_no_article(hiding: str) -> None:
    body = paragraphs(*PARAGRAPHS[:2]) + hiding.format(MORE) + paragraphs(PARAGRAPHS[2])
    document = document_of(page(body=body))
    assert article_of(document).text.split("\n\n") == PARAGRAPHS
    assert MORE not in document.page


@pytest.mark.parametrize("hiding", [each for each in HIDING if "articleBody" not in each])  # which is meant to be read
def test_hidden_text_is_no_article(hiding: str) -> None:
    """Where nothing else is there, the text is not fetched out of its hiding either."""
    with pytest.raises(ArticleError, match="no article"):
        article_in(f"<html><body>{hiding.format(MORE)}</body></html>")


@pytest.mark.parametrize("hiding", HIDING)
def test_hidden_text_stays_hidden_in_a_page_that_lxml_cannot_hold(hiding: str) -> None:
    deep = "<div>" * 3000 + paragraphs(*PARAGRAPHS) + "</div>" * 3000
    article = article_in(f"<html><body>{hiding.format(MORE)}{deep}</body></html>")
    assert MORE not in article.text
    assert PARAGRAPHS[2] in article.text


@pytest.mark.parametrize(
    "shown",
    [
        '<p style="display:block">{}</p>',
        '<p style="font-size:0.9em">{}</p>',
        '<p style="font-size:10px">{}</p>',
        '<div style="font-size:0px"><p style="font-size:16px">{}</p></div>',
        '<p style="opacity:0.9">{}</p>',
        '<p style="color:#000;background:#fff">{}</p>',
        '<div style="background-color:#123"><p style="color:#fff">{}</p></div>',
        '<p style="color:inherit;background:inherit">{}</p>',
        '<p aria-hidden="false">{}</p>',
        "<details><summary>More</summary><p>{}</p></details>",
    ],
)
def test_what_is_shown_is_read(shown: str) -> None:
    assert MORE in rows(page(body=paragraphs(*PARAGRAPHS) + shown.format(MORE) + paragraphs(PARAGRAPHS[0] + " Again.")))


@pytest.mark.parametrize("state", ['aria-hidden="true"', 'style="opacity: 0"'])
def test_an_article_that_a_dialog_covered_or_that_was_to_fade_in_is_read(state: str) -> None:
    assert (
        rows(f"<html><body><div {state}><article>{paragraphs(*PARAGRAPHS)}</article></div></body></html>") == PARAGRAPHS
    )


def test_a_body_that_is_hidden_until_it_has_loaded_is_read() -> None:
    html = page().replace("<body>", '<body style="visibility:hidden" hidden>')
    assert rows(html) == PARAGRAPHS


_TAGS = (
    "html body div p article section main ul ol li table tr td th h1 h2 h3 blockquote a b span br hr img figure "
    "figcaption pre code form button select option dl dt dd aside nav header footer font center details summary iframe"
).split()
_ATTRIBUTES = [
    "",
    " class=post",
    " class='related newsletter'",
    " id=content",
    " role=article",
    " href=/x",
    " style='color:red'",
]
_SECRETS = [each.format("secret") for each in HIDING]
_WORDS = st.text("abcdefgh .,&;é日-", max_size=30)
_PROSE = st.sampled_from([*PARAGRAPHS, MORE])
_SOUP = st.lists(
    st.one_of(
        _WORDS,
        _PROSE,
        st.builds("<{}{}>".format, st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES)),
        st.builds("</{}>".format, st.sampled_from(_TAGS)),
        st.sampled_from(
            ["<!-- -->", "<!DOCTYPE html>", "<![CDATA[x]]>", "<?php x ?>", "&nbsp;", "&#x26;", "<", ">", "\n"]
        ),
    ),
    max_size=60,
).map("".join)


@given(_SOUP)
def test_markup_of_any_kind_is_read_or_refused(html: str) -> None:
    try:
        document = read_page(html, "page.html")
        article = article_of(document)
    except ArticleError:
        return
    seen = "".join("".join(document.page or document.rows).split())
    assert all(word in seen for word in re.findall(r"\w+", article.text))


_BODY = st.lists(st.one_of(_PROSE.map("<p>{}</p>".format), st.sampled_from(_SECRETS)), max_size=12).map("".join)


@given(_SOUP.filter(lambda soup: "<iframe" not in soup), _BODY, _SOUP)  # in a frame markup is text
def test_no_markup_around_it_brings_hidden_text_out(before: str, body: str, after: str) -> None:
    try:
        article = article_in(f"<html><body>{before}<div>{body}</div>{after}</body></html>")
    except ArticleError:
        return
    assert "secret" not in article.text


@pytest.mark.parametrize(
    "html",
    [
        "<!--" * 100_000,
        "<a " * 40_000,
        "<a x='>' " * 20_000,
        "<![CDATA[>" * 100_000,
        "<p style='" + "/* " * 80_000 + "'>x",
        "<p style='font:" + "0" * 80_000 + "_'>x",
        "<p style='opacity:" + "0" * 80_000 + "_'>x",
    ],
    ids="comments tags quotes sections style size faded".split(),
)
def test_markup_without_an_end_takes_no_time(html: str) -> None:
    assert visible_lines(f"<p>{MORE}</p>{html}")[0] == MORE


@pytest.mark.parametrize("mark", ["<![foo]>", "<![ ]>", f"&#{'1' * 5_000};"])
def test_marks_that_python_refuses_are_read_over(mark: str) -> None:
    assert "".join(visible_lines(f"<p>x{mark}y</p>")).replace("\ufffd", "") == "xy"
    assert MORE in rows(page(f"<meta name=author content='{mark}'>", body=paragraphs(*PARAGRAPHS, mark + MORE)))[-1]
