"""URLs to articles and links, against a real server."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from qabot.articles.article import Document, Link, Reading, Validators
from qabot.articles.read import SITEMAPS, read_source, read_url
from qabot.articles.web import Web
from qabot.errors import ArticleError
from qabot.settings import Settings
from tests.articles.reading import read_articles
from tests.articles.web_server import Answer, Site, moved, page

OPEN = Settings(allow_private_addresses=True, web_pause=0)
XML = {"Content-Type": "application/xml"}


def read(url: str, known: Validators | None = None, **settings: object) -> Reading:
    reading = read_url(url, Web(OPEN.model_copy(update=settings)), known)
    assert reading is not None
    return reading


def rss(*links: str) -> str:
    items = "".join(f"<item><link>{link}</link></item>" for link in links)
    return f"<rss><channel><title>Sado Times</title>{items}</channel></rss>"


def urlset(*links: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{link}</loc></url>' for link in links)}</urlset>"


def index(*links: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{link}</loc></sitemap>' for link in links)}</sitemapindex>"


def urls(reading: Reading) -> list[str]:
    return [link.url for link in reading.links]


def reasons(reading: Reading) -> list[str]:
    return [each.reason for each in reading.documents if isinstance(each, ArticleError)]


def test_a_password_in_a_url_is_neither_sent_nor_kept(site: Site, tmp_path: Path) -> None:
    secret = site.url.replace("://", "://ann:s3cret@")
    site.pages["/moved"] = moved(f"{secret}/page")
    for path in ("page", "moved"):
        assert "s3cret" not in repr(read_articles(f"{secret}/{path}", OPEN))
    assert not [asked for asked in site.asked if "authorization" in asked.headers]
    assert "s3cret" not in repr(read(f"{secret}/page"))
    with pytest.raises(ArticleError) as raised:
        read_source(f"{secret}/missing", OPEN)
    assert "s3cret" not in str(raised.value)
    file = tmp_path / "story.md"
    file.write_text(f"---\ntitle: A story\nurl: {secret}/page\n---\n\nThe bridge is open to the public at last.\n")
    assert "s3cret" not in repr(read_articles(str(file), OPEN))


def test_a_url_becomes_an_article(site: Site) -> None:
    site.pages["/moved"] = moved("/page")
    (article,) = read_articles(f"{site.url}/moved", OPEN)
    assert article.title == "Bridge opens"
    assert article.text.count("\n\n") == 8
    assert (article.source, article.url) == (f"{site.url}/moved", f"{site.url}/page")


def test_a_page_has_validators_and_no_links(site: Site) -> None:
    answer = page("Bridge opens")
    site.pages["/page"] = lambda asked: (
        Answer(status=304)
        if asked.headers["If-None-Match"]
        else Answer(answer.body, headers={**answer.headers, "ETag": '"1"'})
    )
    reading = read(f"{site.url}/page")
    assert (reading.source, reading.links, reading.validators) == (f"{site.url}/page", (), Validators('"1"', None))
    assert len(list(reading.documents)) == 1
    assert read_url(f"{site.url}/page", Web(OPEN), reading.validators) is None


@pytest.mark.parametrize(
    "media_type", ["application/rss+xml", "application/xml", "text/xml; charset=utf-8", "text/html", "text/plain"]
)
def test_a_feed_is_told_by_its_root_element(site: Site, media_type: str) -> None:
    site.pages["/feed"] = Answer(rss("/a", f"{site.url}/b"), headers={"Content-Type": media_type, "ETag": '"1"'})
    reading = read(f"{site.url}/feed")
    assert urls(reading) == [f"{site.url}/a", f"{site.url}/b"]
    assert reading.validators == Validators('"1"', None)
    assert list(reading.documents) == []


def test_relative_links_count_from_where_the_feed_is(site: Site) -> None:
    site.pages["/feed"] = moved("/news/rss?x=1")
    site.pages["/news/rss"] = Answer(rss("story", "../top", "ftp://a.example/x"), headers=XML)
    reading = read(f"{site.url}/feed")
    assert urls(reading) == [f"{site.url}/news/story", f"{site.url}/top"]
    assert reasons(reading) == ["this entry of the feed has neither an address nor a text: look for it on its site"]


def test_markup_that_is_a_page_is_read_as_one(site: Site) -> None:
    site.pages["/page"] = Answer(page("Bridge opens").body, headers=XML)
    assert read_articles(f"{site.url}/page", OPEN)[0].title == "Bridge opens"


def test_xml_that_is_nothing_of_the_kind(site: Site) -> None:
    site.pages["/x"] = Answer("<nitf/>", headers=XML)
    with pytest.raises(ArticleError, match="no feed, sitemap or page"):
        read(f"{site.url}/x")


def test_a_sitemap(site: Site) -> None:
    site.pages["/sitemap.xml"] = Answer(
        urlset(f"{site.url}/a", "http://elsewhere.example/b"), headers={**XML, "ETag": '"1"'}
    )
    reading = read(f"{site.url}/sitemap.xml")
    assert urls(reading) == [f"{site.url}/a"]
    assert ["are of other sites" in reason for reason in reasons(reading)] == [True]
    assert reading.validators == Validators('"1"', None)


@pytest.mark.parametrize(
    "media_type", ["application/gzip", "application/x-gzip", "application/octet-stream", "text/xml"]
)
def test_a_packed_sitemap(site: Site, media_type: str) -> None:
    packed = gzip.compress(urlset(f"{site.url}/a").encode())
    site.pages["/sitemap.xml.gz"] = Answer(packed, headers={"Content-Type": media_type})
    assert urls(read(f"{site.url}/sitemap.xml.gz")) == [f"{site.url}/a"]


def test_an_index_of_sitemaps_is_read_with_its_sitemaps(site: Site) -> None:
    site.pages["/index.xml"] = Answer(
        index(*(f"{site.url}/{name}" for name in ("1.xml", "missing.xml", "page", "2.xml.gz", "1.xml"))),
        headers={**XML, "ETag": '"1"'},
    )
    site.pages["/1.xml"] = Answer(urlset(f"{site.url}/a", f"{site.url}/b"), headers=XML)
    site.pages["/2.xml.gz"] = Answer(
        gzip.compress(urlset(f"{site.url}/b", f"{site.url}/c").encode()), headers={"Content-Type": "application/gzip"}
    )
    reading = read(f"{site.url}/index.xml")
    assert urls(reading) == [f"{site.url}/{name}" for name in "abc"]
    assert not any(link.sitemap for link in reading.links)
    assert [str(each) for each in reading.documents] == [
        f"{site.url}/missing.xml: there is no such page (the server answers 404): check the address",
        f"{site.url}/page: an index names it as a sitemap, and it is none: tell its site, or name what is wanted",
    ]
    assert reading.validators is None, "its sitemaps may change while it stays as it was"


def test_indexes_that_name_each_other(site: Site) -> None:
    site.pages["/1.xml"] = Answer(index(f"{site.url}/2.xml", f"{site.url}/1.xml"), headers=XML)
    site.pages["/2.xml"] = Answer(index(f"{site.url}/1.xml", f"{site.url}/3.xml"), headers=XML)
    site.pages["/3.xml"] = Answer(urlset(f"{site.url}/a"), headers=XML)
    reading = read(f"{site.url}/1.xml")
    assert urls(reading) == [f"{site.url}/a"]
    assert site.paths() == ["/1.xml", "/2.xml", "/3.xml"]


def test_the_depth_of_indexes_is_bounded(site: Site) -> None:
    for level in range(SITEMAPS + 3):
        site.pages[f"/{level}"] = Answer(index(f"{site.url}/{level + 1}"), headers=XML)
    reading = read(f"{site.url}/0")
    assert reasons(reading) == [f"only {SITEMAPS} sitemaps are read: name this one itself to read it, too"]
    assert len(site.paths()) == SITEMAPS


def test_the_number_of_sitemaps_is_bounded(site: Site) -> None:
    site.pages["/index.xml"] = Answer(index(*(f"{site.url}/{n}.xml" for n in range(SITEMAPS + 50))), headers=XML)
    for n in range(SITEMAPS + 50):
        site.pages[f"/{n}.xml"] = Answer(urlset(f"{site.url}/page{n}"), headers=XML)
    reading = read(f"{site.url}/index.xml")
    assert len(reading.links) == SITEMAPS - 1
    assert reasons(reading) == [f"only {SITEMAPS} sitemaps are read: name this one itself to read it, too"]


@pytest.mark.parametrize("pages", [3, 4, 5])
def test_the_number_of_pages_is_bounded(site: Site, pages: int) -> None:
    site.pages["/feed"] = Answer(rss(*(f"/{n}" for n in range(4))), headers=XML)
    reading = read(f"{site.url}/feed", max_pages=pages)
    assert urls(reading) == [f"{site.url}/{n}" for n in range(min(pages, 4))]
    over = "it names more pages than the 3 that are read: set QABOT_MAX_PAGES to read more"
    assert reasons(reading) == ([over] if pages == 3 else [])


def test_no_sitemap_is_read_once_there_are_enough_pages(site: Site) -> None:
    site.pages["/index.xml"] = Answer(index(f"{site.url}/1.xml", f"{site.url}/2.xml"), headers=XML)
    site.pages["/1.xml"] = Answer(urlset(*(f"{site.url}/{n}" for n in range(9))), headers=XML)
    assert len(read(f"{site.url}/index.xml", max_pages=5).links) == 5
    assert site.paths() == ["/index.xml", "/1.xml"]


def test_a_feed_in_a_file_names_pages_too(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(rss(f"{site.url}/page"))
    reading = read_source(str(path), OPEN)
    assert reading is not None
    assert reading.source == str(path)
    assert urls(reading) == [f"{site.url}/page"]


def test_an_index_of_sitemaps_in_a_file_is_read_with_its_sitemaps(site: Site, tmp_path: Path) -> None:
    site.pages["/1.xml"] = Answer(urlset(f"{site.url}/a"), headers=XML)
    path = tmp_path / "sitemap.xml"
    path.write_text(index(f"{site.url}/1.xml"))
    reading = read_source(str(path), OPEN)
    assert reading is not None
    assert urls(reading) == [f"{site.url}/a"]


def test_text_of_an_entry_without_an_address(site: Site) -> None:
    story = "".join(f"&lt;p&gt;Paragraph {n} says that the bridge is open to the public.&lt;/p&gt;" for n in range(5))
    item = (
        f"<item><guid isPermaLink='false'>7</guid><title>Bridge opens</title><description>{story}</description></item>"
    )
    site.pages["/feed"] = Answer(f"<rss><channel>{item}</channel></rss>", headers=XML)
    (document,) = read(f"{site.url}/feed").documents
    assert isinstance(document, Document)
    (article,) = read_articles(f"{site.url}/feed", OPEN)
    assert (article.source, article.title, article.url) == (f"{site.url}/feed#7", "Bridge opens", None)
    assert article.text.count("the bridge is open") == 5


def test_links_are_of_pages(site: Site) -> None:
    site.pages["/feed"] = Answer(rss("/a#b"), headers=XML)
    assert read(f"{site.url}/feed").links == (Link(f"{site.url}/a", read(f"{site.url}/feed").links[0].stated),)


@pytest.mark.parametrize("charset", ["undefined", "no-such-encoding", "hex", "idna", '"quoted'])
def test_a_server_that_claims_an_odd_encoding(site: Site, charset: str) -> None:
    body = str(page("Bridge opens at Setúbal").body).encode("iso-8859-1")
    site.pages["/odd"] = Answer(body, headers={"Content-Type": f"text/html; charset={charset}"})
    assert read_articles(f"{site.url}/odd", OPEN)[0].title == "Bridge opens at Setúbal"
