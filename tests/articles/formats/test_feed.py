from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Document, Link, Raw, Stated
from qabot.articles.formats.feeds import _with_dates_of_creation, feed_links
from qabot.articles.formats.page import read_html
from qabot.errors import ArticleError

RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">'
    "<channel><title>Sado Times</title><link>https://sado.example/</link>{}</channel></rss>"
)
ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Sado Times</title>'
    "<author><name>Sado Times</name></author>{}</feed>"
)
STORY = "".join(
    f"<p>Paragraph {n} says that the bridge over the river is open to the public at last.</p>" for n in range(6)
)


def found(feed: str | bytes, url: str | None = "https://sado.example/feed") -> list[Link | Document | ArticleError]:
    return list(feed_links(Raw(url or "a.xml", feed.encode() if isinstance(feed, str) else feed, url)))


def only(feed: str | bytes, url: str | None = "https://sado.example/feed") -> Link:
    (link,) = found(feed, url)
    assert isinstance(link, Link)
    return link


def said(link: Link | Document) -> dict[str, str]:
    assert {each.where for each in link.stated} <= {"feed"}
    return {each.field: each.value for each in link.stated}


def item(inside: str = "", link: str = "https://sado.example/port") -> str:
    return f"<item><title>Port closes</title><link>{link}</link>{inside}</item>"


def test_rss() -> None:
    link = only(RSS.format(item("<dc:creator>Ann Lee</dc:creator><pubDate>Wed, 27 Nov 2024 23:30:00 -0500</pubDate>")))
    assert link == Link(
        "https://sado.example/port",
        (
            Stated("title", "Port closes", "feed"),
            Stated("author", "Ann Lee", "feed"),
            Stated("publisher", "Sado Times", "feed"),
            Stated("published", "2024-11-27", "feed"),
        ),
    )


def test_atom() -> None:
    link = only(
        ATOM.format(
            '<entry><title type="html">Port &amp;lt;b&amp;gt; &lt;i&gt;closes&lt;/i&gt;</title>'
            '<link rel="self" href="/self"/><link href="/port"/><id>tag:1</id><author><name>Ann Lee</name></author>'
            "<author><name>Bo Li</name></author>"
            "<published>2024-04-22T23:59:00-05:00</published><updated>2024-04-23T08:00:00Z</updated></entry>"
        )
    )
    assert link.url == "https://sado.example/port"
    assert said(link) == {
        "title": "Port <b> closes", "author": "Ann Lee, Bo Li", "publisher": "Sado Times", "published": "2024-04-22",
        "updated": "2024-04-23",
    }  # fmt: skip


def test_an_atom_entry_that_was_updated_only_is_not_dated_by_it() -> None:
    link = only(ATOM.format('<entry><link href="/a"/><updated>2024-04-23T08:00:00Z</updated></entry>'))
    assert said(link) == {"publisher": "Sado Times", "updated": "2024-04-23"}


def test_rss_1_0() -> None:
    link = only(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Sado Times</title></channel>'
        '<item rdf:about="https://sado.example/port"><title>Port closes</title><link>https://sado.example/port</link>'
        "<dc:date>2024-04-22</dc:date></item></rdf:RDF>"
    )
    assert link.url == "https://sado.example/port"
    assert said(link)["title"] == "Port closes"
    assert said(link)["published"] == "2024-04-22"


def test_a_feed_that_says_little_states_little() -> None:
    link = only("<rss><channel><item><link>https://a.example/1</link></item></channel></rss>")
    assert link == Link("https://a.example/1")


def test_a_link_brings_the_longest_text_that_its_entry_holds() -> None:
    link = only(RSS.format(item("<description>It &lt;b&gt;closes&lt;/b&gt; in May, Ann Lee said.</description>")))
    assert link.instead is not None
    assert link.instead.source.endswith(f"#{link.url}")
    (document,) = read_html(link.instead)
    assert (document.rows, document.address) == (("It closes in May, Ann Lee said.",), link.url)


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/port?id=3&amp;utm_source=rss#top", "https://sado.example/port?id=3"),
        ("port", "https://sado.example/port"),
        ("//other.example/port", "https://other.example/port"),
        ("\n https://sado.example/po\n rt ", "https://sado.example/port"),
        ("<![CDATA[https://sado.example/port?a=1&b=2]]>", "https://sado.example/port?a=1&b=2"),
    ],
)
def test_links_are_resolved_and_normal(link: str, url: str) -> None:
    assert only(RSS.format(item(link=link))).url == url


def test_a_relative_link_of_a_file_is_resolved_against_the_feeds_site() -> None:
    assert only(RSS.format(item(link="/port")), None).url == "https://sado.example/port"


def test_the_guid_is_the_link_where_there_is_no_other() -> None:
    assert only(RSS.format("<item><guid>https://sado.example/port</guid></item>")).url == "https://sado.example/port"


def test_the_address_behind_a_counting_service_counts() -> None:
    inside = "<feedburner:origLink>https://sado.example/real</feedburner:origLink>"
    assert only(RSS.format(item(inside, "https://counting.example/~r/1"))).url == "https://sado.example/real"


def test_an_alternate_of_another_type_is_a_link() -> None:
    entry = '<entry><link rel="alternate" type="application/pdf" href="/report.pdf"/></entry>'
    assert only(ATOM.format(entry)).url == "https://sado.example/report.pdf"


def test_an_entry_taken_over_from_another_feed_is_of_its_publisher() -> None:
    link = only(RSS.format(item('<source url="https://wire.example/rss">Reuters</source>')))
    assert said(link)["publisher"] == "Reuters"


def test_an_address_is_no_author() -> None:
    assert "author" not in said(only(RSS.format(item("<author>desk@sado.example</author>"))))
    assert said(only(RSS.format(item("<author>lee@sado.example (Ann Lee)</author>"))))["author"] == "Ann Lee"
    person = "<author><name>Ann Lee</name><email>lee@sado.example</email></author>"
    assert said(only(ATOM.format(f'<entry><link href="/a"/>{person}</entry>')))["author"] == "Ann Lee"


def test_a_page_named_twice_is_one_link() -> None:
    assert len(found(RSS.format(item() + item(link="https://sado.example/port?utm_medium=feed#x")))) == 1


@pytest.mark.parametrize("link", ["", "javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "http://[::1"])
def test_an_entry_without_a_usable_link_is_read_itself(link: str) -> None:
    inside = (
        f'<guid isPermaLink="false">n 1</guid><content:encoded><![CDATA[{STORY}<script>x</script>]]></content:encoded>'
    )
    (document,) = found(RSS.format(item(inside, link)))
    assert isinstance(document, Document)
    assert document.source == "https://sado.example/feed#n 1"
    assert sum("the bridge over the river" in row for row in document.rows) == 6
    assert not any("script" in row for row in document.rows)
    assert document.address is None
    assert Stated("title", "Port closes", "feed") in document.stated


def test_content_of_an_atom_entry_may_be_markup() -> None:
    content = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{STORY}</div></content>'
    (document,) = found(ATOM.format(f"<entry><title>A</title>{content}</entry>"))
    assert isinstance(document, Document)
    assert document.source == "https://sado.example/feed#1"
    assert sum("the bridge over the river" in row for row in document.rows) == 6


def test_an_entry_with_neither_is_said_and_the_others_are_read() -> None:
    error, link = found(RSS.format("<item><title>Empty</title></item>" + item()))
    assert isinstance(error, ArticleError)
    assert (error.source, error.reason) == (
        "https://sado.example/feed#1",
        "this entry of the feed has neither an address nor a text: look for it on its site",
    )
    assert isinstance(link, Link)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("<nitf/>", "this XML is no feed, sitemap or page (its root is <nitf>): save the article as text or HTML"),
        ("words", "no root element"),
        (RSS.format(""), "holds no entry that can be read: check that it is the one you mean"),
        (ATOM.format(""), "holds no entry"),
    ],
)
def test_what_is_no_feed(data: str, reason: str) -> None:
    with pytest.raises(ArticleError) as raised:
        found(data)
    assert reason in raised.value.reason
    assert "\n" not in str(raised.value)


def test_a_broken_feed_is_read_as_far_as_it_goes() -> None:
    whole = RSS.format(item(link="https://sado.example/1") + item(link="https://sado.example/2") + "<item><ti")
    urls = [each.url for each in found(whole[: -len("</channel></rss>")]) if isinstance(each, Link)]
    assert urls == ["https://sado.example/1", "https://sado.example/2"]
    unescaped = RSS.format("<item><title>Fish & chips</title><link>https://sado.example/?a=1&b=2</link></item>")
    assert only(unescaped).url == "https://sado.example/?a=1&b=2"
    assert said(only(unescaped))["title"] == "Fish & chips"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "windows-1252"])
def test_encodings(encoding: str) -> None:
    feed = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel>{item()}</channel></rss>'
    assert said(only(feed.replace("Port closes", "Café fermé").encode(encoding)))["title"] == "Café fermé"


def test_entities_of_its_own_are_not_unfolded() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">{levels}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    started = time.process_time()
    link = only(head + f"<rss><channel>{item('<description>&a11; &x;</description>')}</channel></rss>")
    assert link.url == "https://sado.example/port"
    assert time.process_time() - started < 5
    (document,) = found(
        head + f"<rss><channel><item><description>&x; &a11; {STORY}</description></item></channel></rss>"
    )
    assert isinstance(document, Document)
    assert not any("root:" in row or "haha" in row for row in document.rows)


def test_a_path_or_an_address_as_content_is_not_opened() -> None:
    """feedparser opens what it is given where that is the name of a file, even as bytes."""
    with pytest.raises(ArticleError):
        found(b"/etc/passwd")
    with pytest.raises(ArticleError):
        found(b"http://127.0.0.1:9/")


def test_a_thousand_entries() -> None:
    started = time.process_time()
    items = "".join(item("<description>Some words.</description>", f"https://sado.example/{n}") for n in range(1000))
    assert len(found(RSS.format(items))) == 1000
    assert time.process_time() - started < 6


def test_control_characters_do_not_get_through() -> None:
    link = only(RSS.format("<item><title>Port \x1b[31mcloses\x07 &#27;[1m now</title><link>/a\x07</link></item>"))
    assert "\x1b" not in said(link)["title"]
    assert "\x07" not in link.url


MARKS = [
    "<rss>", "<channel>", "<item>", "</item>", "<title>", "</title>", "<link>", "</link>", "https://a.example/",
    "&amp;", "&x;", "<![CDATA[", "]]>", "<feed>", "<entry>", "<content type='html'>", "</content>", "<!--",
    "<link href='/a'/>", "&#xd800;", "&#99999999999;", "&#27",
    "<pubDate>", "3 May 2021", "&#0;", "&#xffffffff;", "<author>", "<source>", "<media:title xmlns:media='x'>",
]  # fmt: skip


@given(st.lists(st.sampled_from(MARKS) | st.text(max_size=10)).map("".join))
def test_any_text_is_links_or_an_error(text: str) -> None:
    try:
        everything = found(f"<rss><channel>{text}".encode("utf-8", "surrogatepass"))
    except ArticleError:
        return
    assert all(each.url.startswith("http") for each in everything if isinstance(each, Link))


def test_the_only_date_of_rss_is_when_it_was_published() -> None:
    assert said(only(RSS.format(item("<dc:date>2023-05-01T10:00:00Z</dc:date>"))))["published"] == "2023-05-01"
    prefixed = '<d:date xmlns:d="http://purl.org/dc/elements/1.1/">2023-05-01</d:date>'
    modified = '<t:modified xmlns:t="http://purl.org/dc/terms/">2023-05-09</t:modified>'
    told = said(only(RSS.format(item(prefixed + modified))))
    assert (told["published"], told["updated"]) == ("2023-05-01", "2023-05-09")
    both = "<pubDate>Mon, 01 May 2023 10:00:00 GMT</pubDate><dc:date>2023-05-09T10:00:00Z</dc:date>"
    told = said(only(RSS.format(item(both))))
    assert (told["published"], told["updated"]) == ("2023-05-01", "2023-05-09")


def test_prefixes_and_dates_without_end_take_no_time() -> None:
    spaces = "".join(f' xmlns:a{n}="http://purl.org/dc/elements/1.1/"' for n in range(20_000))
    rss = f"<rss{spaces}>" + "<aa:date>" * 60_000 + "<a7:date></a7:date>"
    assert _with_dates_of_creation(rss).endswith("<aa:date><created></created>")
