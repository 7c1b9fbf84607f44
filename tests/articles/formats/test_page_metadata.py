"""Pages made up for these tests, in the forms that sites have."""

from __future__ import annotations

import json
from typing import Any

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.formats.page_metadata import stated_by_page
from qabot.articles.provenance import settled

URL = "https://www.sadotimes.example/world/port"
ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Port to close",
    "author": {"@type": "Person", "name": "Ann Lee"},
    "publisher": {"@type": "Organization", "name": "Sado Times"},
    "datePublished": "2021-05-03T10:15:00Z",
    "dateModified": "2021-05-04",
    "inLanguage": "en-GB",
    "url": URL,
}


def page(head: str = "", body: str = "", url: str | None = None) -> dict[str, str]:
    tree = lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return settled(stated_by_page(tree, url)[0])


def places(head: str = "", body: str = "") -> set[tuple[str, str, str]]:
    tree = lxml.html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    return {(each.field, each.value, each.where) for each in stated_by_page(tree)[0]}


def script(data: Any) -> str:
    return f'<script type="application/ld+json">{data if isinstance(data, str) else json.dumps(data)}</script>'


def json_ld(**changes: Any) -> dict[str, str]:
    return page(script({**ARTICLE, **changes}))


def test_json_ld_states_all_fields() -> None:
    assert json_ld() == {
        "title": "Port to close",
        "author": "Ann Lee",
        "publisher": "Sado Times",
        "published": "2021-05-03",
        "updated": "2021-05-04",
        "language": "en",
        "url": URL,
    }
    assert {where for _, _, where in places(script(ARTICLE))} == {"JSON-LD"}


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Lee", "Ann Lee"),
        (["Ann Lee", {"name": "Bo Li"}], "Ann Lee, Bo Li"),
        ({"name": ["Ann Lee", "Bo Li"]}, "Ann Lee, Bo Li"),
        ({"@id": "#ann"}, "Ann Lee"),
        ([{"@id": "#ann"}, {"@id": "#nobody"}], "Ann Lee"),
        ({"@type": "Person", "name": "By ANN LEE, AP Harbour Writer"}, "ANN LEE"),
        ({"@type": "Person", "name": "Ann O&#8217;Lee"}, "Ann O’Lee"),
        ("https://sado.example/ann", None),
        ({"@type": "Person", "url": "https://sado.example/ann"}, None),
        ("ann@sado.example", None),
        ("admin", None),
        ({"@type": "Person", "name": "Sado Times"}, None),
        ({"@type": "Organization", "name": "Sado Times"}, "Sado Times"),
        ({"@type": "NewsMediaOrganization", "name": "Associated Press"}, "Associated Press"),
        ({}, None),
        (None, None),
        (7, None),
    ],
)
def test_authors(author: Any, names: str | None) -> None:
    person = {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}
    assert page(script({"@graph": [{**ARTICLE, "author": author}, person]})).get("author") == names


def test_nodes_of_a_graph_name_one_another_across_scripts() -> None:
    head = script(
        {"@graph": [{**ARTICLE, "publisher": {"@id": "#site"}}, {"@type": "WebPage", "name": "Port to close - Sado"}]}
    ) + script([{"@type": "Organization", "@id": "#site", "name": "Sado Times"}])
    assert page(head)["publisher"] == "Sado Times"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"datePublished": "0001-01-01T00:00:00Z"}, "published"),
        ({"datePublished": "1970-01-01T00:00:00+00:00"}, "published"),
        ({"datePublished": ""}, "published"),
        ({"datePublished": {"a": 1}}, "published"),
        ({"headline": None}, "title"),
        ({"publisher": {"name": "www.sado.example"}}, "publisher"),
        ({"publisher": None}, "publisher"),
        ({"inLanguage": "xx"}, "language"),
        ({"url": "/world/port"}, "url"),
        ({"url": "https://sado.example"}, "url"),
    ],
)
def test_what_is_no_value_is_none(changes: dict[str, Any], field: str) -> None:
    assert field not in json_ld(**changes)


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- {json.dumps(ARTICLE)} -->",
        f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>",
        f"{json.dumps(ARTICLE)};",
        json.dumps(ARTICLE).replace("}", ",}"),
        json.dumps({"@type": "WebSite", "name": "Sado"}) + "\n" + json.dumps(ARTICLE),
        json.dumps(ARTICLE).replace("Port to close", "Port \n to close"),
        json.dumps([[{"@graph": [ARTICLE]}]]),
        json.dumps({"@type": "WebPage", "mainEntity": ARTICLE}),
        json.dumps({**ARTICLE, "@type": ["Article", "BlogPosting"]}),
        json.dumps({**ARTICLE, "headline": "Port &amp; harbour: Port to close"}).replace("Port &amp; harbour: ", ""),
    ],
)
def test_how_sites_write_it(text: str) -> None:
    found = page(script(text))
    assert (found["title"], found["published"]) == ("Port to close", "2021-05-03")


@pytest.mark.parametrize(
    "text", ["", "{", "null", "[[[[", "{broken", '"text"', "[1, 2]", '{"@type": 3}', "[" * 100_000]
)
def test_what_is_no_json_says_nothing(text: str) -> None:
    assert page(script(text)) == {}


def test_of_several_articles_the_pages_own_counts() -> None:
    other = {**ARTICLE, "headline": "Spain shuts its last mine", "url": "https://www.sadotimes.example/mine"}
    mine = {**ARTICLE, "datePublished": "2021-05-05"}
    assert page(script([other, mine]), url=URL)["published"] == "2021-05-05"
    by_title = script([{**other, "url": None}, {**mine, "url": None}]) + "<title>Port to close</title>"
    assert page(by_title)["published"] == "2021-05-05"
    assert page(script([{**other, "url": None}, {**mine, "url": None}])) == {}  # which of them?


def test_articles_within_others_are_not_the_pages() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ARTICLE}]}
    assert page(script(listed)) == {}
    comment = {"@type": "Comment", "author": {"name": "Bo Li"}}
    assert (
        page(script({**ARTICLE, "comment": [comment], "hasPart": {**ARTICLE, "headline": "B"}}))["author"] == "Ann Lee"
    )


def test_a_page_without_an_article_speaks_for_itself() -> None:
    node = {"@type": "WebPage", "name": "Port to close", "datePublished": "2021-05-03", "@id": f"{URL}#page"}
    assert page(script({"@graph": [node, {"@type": "WebSite", "name": "Sado"}]}))["published"] == "2021-05-03"
    assert page(script([node, {**node, "@id": "https://sado.example/other"}])) == {}


@pytest.mark.parametrize(
    ("tag", "field", "value"),
    [
        ('<meta property="og:title" content="Port &amp;amp; harbour">', "title", "Port & harbour"),
        ('<meta name="DC.Title" content="Port to close">', "title", "Port to close"),
        ('<meta name="author" content="By Ann Lee and Bo Li">', "author", "Ann Lee, Bo Li"),
        ('<meta name="parsely-author" content="Ann Lee"><meta name="parsely-author" content="Bo Li">', "author",
         "Ann Lee, Bo Li"),
        ('<meta name="citation_author" content="Lee, Ann"><meta name="citation_author" content="Li, Bo">', "author",
         "Ann Lee, Bo Li"),
        ('<meta property="article:author" content="https://facebook.example/annlee">', "author", None),
        ('<meta name="author" content="admin">', "author", None),
        ('<meta property="og:site_name" content="Sado Times">', "publisher", "Sado Times"),
        ('<meta property="og:site_name" content="sado.example">', "publisher", None),
        ('<meta property="og:site_name" content="@sado">', "publisher", None),
        ('<meta property="article:published_time" content="2021-05-03T10:00:00+01:00">', "published", "2021-05-03"),
        ('<meta name="parsely-pub-date" content="2021-05-03">', "published", "2021-05-03"),
        ('<meta name="DC.date.issued" content="2021-05">', "published", "2021-05"),
        ('<meta name="citation_publication_date" content="2021/05/03">', "published", "2021-05-03"),
        ('<meta itemprop="datePublished" content="3 May 2021">', "published", "2021-05-03"),
        ('<meta name="date" content="yesterday">', "published", None),
        ('<meta property="article:modified_time" content="2021-05-04">', "updated", "2021-05-04"),
        ('<meta property="og:locale" content="pt_BR">', "language", "pt"),
        ('<meta http-equiv="Content-Language" content="pt">', "language", "pt"),
        (f'<meta property="og:url" content="{URL}">', "url", URL),
        (f'<link rel="canonical" href="{URL}">', "url", URL),
        ('<link rel="canonical" href="https://www.sadotimes.example/">', "url", None),
        ('<link rel="canonical" href="/world/port">', "url", None),
        ('<link rel="canonical" href="http://[">', "url", None),
    ],
)  # fmt: skip
def test_tags_of_the_head(tag: str, field: str, value: str | None) -> None:
    assert page(tag).get(field) == value
    assert all(where == "meta tag" or field == "published" for _, _, where in places(tag))


def test_an_address_is_made_whole_with_that_of_the_page() -> None:
    assert page('<link rel="canonical" href="/world/port">', url="https://www.sadotimes.example/amp/port")["url"] == URL


def test_a_systems_author_who_is_the_site_is_none() -> None:
    head = '<meta name="author" content="Sado Times"><meta property="og:site_name" content="The Sado Times">'
    assert "author" not in page(head)


def test_titles_go_without_their_site() -> None:
    head = "<title>Port to close | World | Sado Times</title><meta property=og:site_name content='Sado Times'>"
    assert page(head)["title"] == "Port to close | World"
    assert page(head, "<h1>Port to close</h1>")["title"] == "Port to close"
    assert page("<title>Port to close | Sado Times</title>", "<h1>Port to close</h1>")["title"] == "Port to close"


def test_which_headings_are_titles() -> None:
    assert page("", "<h1>Port to close</h1>")["title"] == "Port to close"
    assert "title" not in page("", "<h1>Sado Times</h1><h1>Port to close</h1>")
    assert page("<title>Port to close | Sado Times</title>", "<h1>Sado Times</h1>")["title"] != "Sado Times"
    svg = "<svg><title>Menu</title></svg>"
    assert page("<title>Port to close</title>", svg)["title"] == "Port to close"
    assert "title" not in page("", svg)


MICRODATA = """<div itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Port to close</h1>
<span itemprop="author" itemscope itemtype="https://schema.org/Person">by <b itemprop="name">Ann Lee</b></span>
<span itemprop="publisher" itemscope><meta itemprop="name" content="Sado Times"></span>
<time itemprop="datePublished" datetime="2021-05-03T10:15">Monday</time>{}</div>"""


def test_microdata_of_the_article() -> None:
    assert page("", MICRODATA.format("")) == {
        "title": "Port to close", "author": "Ann Lee", "publisher": "Sado Times", "published": "2021-05-03",
    }  # fmt: skip


def test_microdata_of_comments_and_teasers_is_left_alone() -> None:
    comment = '<p itemscope itemtype="https://schema.org/Comment"><i itemprop="author">Bo Li</i></p>'
    assert page("", MICRODATA.format(comment))["author"] == "Ann Lee"
    teaser = MICRODATA.replace("Port to close", "Mine to close").replace("05-03", "05-09").format("")
    both = teaser + MICRODATA.format("")
    assert page("<title>Port to close</title>", both)["published"] == "2021-05-03"
    assert "published" not in page("<title>Sado Times</title>", both)


def test_properties_without_an_item_count_where_only_one_is_said() -> None:
    one = '<p itemprop="datePublished" content="2021-05-03">'
    assert page("", one)["published"] == "2021-05-03"
    assert "published" not in page("", one + '<p itemprop="datePublished" content="2021-05-09">')


@pytest.mark.parametrize(
    ("times", "published", "updated"),
    [
        ("<time datetime=2021-05-03T10:15>Monday</time>", "2021-05-03", None),
        ("<time>3 May 2021</time>", "2021-05-03", None),
        (
            "<time datetime=2021-05-03>a</time><time class=updated datetime=2021-05-04>b</time>",
            "2021-05-03",
            "2021-05-04",
        ),
        ("<time datetime=2021-05-04>Updated 4 May</time>", None, "2021-05-04"),
        ("<time class='entry-date published updated' datetime=2021-05-03>a</time>", "2021-05-03", None),
        ("<time datetime=2021-05-03>a</time><time datetime=2021-05-04>b</time>", None, None),  # which of them?
        ("<time datetime=10:15>10:15</time>", None, None),
    ],
)
def test_times_beside_the_title(times: str, published: str | None, updated: str | None) -> None:
    teasers = "".join(f"<li><time datetime=2020-01-0{n}>x</time></li>" for n in range(1, 9))
    body = (
        f"<main><ul>{teasers}</ul><article><header><h1>Port to close</h1>{times}</header><p>Text</p></article></main>"
    )
    found = page("<title>Port to close</title>", body)
    assert (found.get("published"), found.get("updated")) == (published, updated)


def test_links_to_authors_beside_the_title() -> None:
    teasers = "<aside><a rel=author href=/c>Cy Young</a></aside>"
    links = "<a rel='author me' href=/a>Ann Lee</a> <a rel=author>Bo Li</a>"
    body = f"<main><div><h1>Port to close</h1>{links}</div>{teasers}"
    assert page("<title>Port to close</title>", body)["author"] == "Ann Lee, Bo Li"
    assert "author" not in page("<title>Port to close</title>", "<p>x<a rel=author>admin</a></p>")


def test_json_ld_before_tags_before_markup() -> None:
    head = "<title>C</title><meta property=og:title content=B>"
    assert page(head)["title"] == "B"
    assert page(head + script({**ARTICLE, "headline": "A"}))["title"] == "A"
    assert {("title", "B", "meta tag"), ("title", "C", "page markup")} <= places(head)


@pytest.mark.parametrize("attribute", ["lang", "xml:lang"])
def test_the_language_of_the_page(attribute: str) -> None:
    tree = lxml.html.document_fromstring(f"<html {attribute}=pt-BR><body><p>x</p></body></html>")
    assert settled(stated_by_page(tree)[0]) == {"language": "pt"}


def test_a_host_states_nothing() -> None:
    assert page("", "<p>Text</p>", url=URL) == {}


marks = st.sampled_from(
    "<h1> </h1> <time datetime=2021> </time> <p/itemprop=author> <div/itemscope/itemtype=Article> </div> "
    "<a/rel=author> </a> <title> </title> <meta/name=author/content= > A|B <script/type=ld+json> "
    "{'@type': 'Article', 'author':[ ]} "
    "</script> <link/rel=canonical/href= By".replace("'", '"').split(" ")
)


@given(st.lists(marks | st.text(max_size=20)).map("".join), st.none() | st.text(max_size=20))
def test_any_page_can_be_asked(html: str, url: str | None) -> None:
    tree = lxml.html.document_fromstring(f"<html><body>{html}<p>x</p></body></html>".replace("\0", ""))
    for each in stated_by_page(tree, url)[0]:
        assert each.value
        assert "\n" not in each.value


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=10),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
                        ["@type", "@id", "@graph", "author", "name", "headline", "publisher", "url", "mainEntityOfPage",
                         "datePublished", "inLanguage"]), inner, max_size=4), max_leaves=12))  # fmt: skip
def test_any_json_can_be_asked(data: Any) -> None:
    found = page(
        script({"@type": "Article", "headline": "Port", "x": data, **(data if isinstance(data, dict) else {})})
    )
    assert all(found.values())


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"<time>the year 2021 is {n} foo bar</time>" for n in range(9_000)),
        "<b itemprop=datePublished>2021 foo 3</b>" * 9_000,
        '<div itemscope itemtype="https://schema.org/Article"><b itemprop=headline>a</b></div>' * 9_000,
        '<div itemscope itemtype="https://schema.org/Article">' * 2_000,
        "".join(f"<h1>Port to {n}</h1>" for n in range(9_000)),
        script([ARTICLE] * 9_000),
        script("{}" + " " * 130_000 + "x"),
        script("[] " * 400_000),
        script("[" + "," * 60_000 + "]"),
        script([{**ARTICLE, "headline": f"Port to {n} - Times", "publisher": f"Times {n}"} for n in range(300)]),
    ],
    ids=["times", "properties", "items", "nested items", "headings", "JSON-LD", "spaces", "lists", "commas", "names"],
)
def test_hostile_pages_take_no_time(body: str) -> None:
    assert page("<title>Port to close</title>", f"<div><h1>Port to close</h1>{body}</div>")["title"] == "Port to close"
