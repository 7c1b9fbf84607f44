from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Article, Document, Layout, Raw
from qabot.articles.formats import FOLDER_SUFFIXES, format_of_name
from qabot.articles.provenance import FIELDS
from qabot.articles.read import parse, read_source
from qabot.errors import ArticleError
from qabot.settings import Settings
from tests.articles.formats import files
from tests.articles.reading import articles_of, parse_article, read_articles

SETTINGS = Settings(max_article_mb=0.01)
BODY = "The council of Setubal has voted to close its coal port, ending four decades of shipments."
SECOND = "The vote on Monday passed by 14 to 9 after a debate of six hours in the old hall."


def markdown(text: str) -> Article:
    return parse_article(text.encode(), "a.md", ".md")


def fields(article: Article) -> dict[str, str]:
    return {name: value for name in FIELDS if (value := getattr(article, name))}


def test_a_text_file(tmp_path: Path) -> None:
    path = tmp_path / "a.TXT"
    path.write_text(
        f"Council votes to close the coal port\n\nAnn Lee\n3 May 2021\n\n{BODY}\n\n\n\n{SECOND}\n\nComments\n"
    )
    (article,) = read_articles(str(path), SETTINGS)
    assert (article.source, article.text, article.removed) == (str(path), f"{BODY}\n\n{SECOND}", ("Comments",))
    assert fields(article) == {
        "title": "Council votes to close the coal port",
        "author": "Ann Lee",
        "published": "2021-05-03",
    }


def test_front_matter() -> None:
    article = markdown(
        "---\ntitle: Port closes\nauthor: [Ann Lee, Bo Li]\npublisher: Sado Times\npublished: 2021-05-03\n"
        f"url: https://sado.example/port\nabout: The end of coal\n---\n{BODY}\n"
    )
    assert article.text == BODY
    assert fields(article) == {
        "title": "Port closes",
        "author": "Ann Lee, Bo Li",
        "publisher": "Sado Times",
        "published": "2021-05-03",
        "url": "https://sado.example/port",
        "about": "The end of coal",
    }


def test_front_matter_of_a_text_file_states_and_the_text_is_cleaned() -> None:
    data = f"---\ntitle: Port closes\npublished: 2021-05-03\n---\n{BODY}\n\n{SECOND}\n\nComments\n".encode()
    article = parse_article(data, "a.txt", ".txt")
    assert (article.text, article.removed) == (f"{BODY}\n\n{SECOND}", ("Comments",))
    assert fields(article) == {"title": "Port closes", "published": "2021-05-03"}


def test_labelled_lines_that_open_a_text_state_its_fields() -> None:
    head = "Title: Council votes\nAuthor: Ann Lee\n\nPublisher: Sado Post\nDate: 3 May 2021\n"
    article = parse_article(f"{head}\n{BODY}\n\n{SECOND}\n".encode(), "a.txt", ".txt")
    assert fields(article) == {
        "title": "Council votes", "author": "Ann Lee", "publisher": "Sado Post", "published": "2021-05-03",
    }  # fmt: skip
    assert article.text == f"{BODY}\n\n{SECOND}"


@pytest.mark.parametrize("head", ["Title: Council votes", "Link: Council votes\nDate: 3 May 2021", "Note: a\nTitle: b"])
def test_a_lone_label_or_labels_without_a_title_are_no_fields(head: str) -> None:
    article = parse_article(f"{head}\n\n{BODY}\n\n{SECOND}\n".encode(), "a.txt", ".txt")
    assert all(each.where != "front matter" for each in article.stated)


@pytest.mark.parametrize("suffix", [".txt", ".md"])
@pytest.mark.parametrize("title", ["", "# Council votes to close the coal port\n\n"])
def test_a_line_of_newspaper_and_date_leaves_the_text(title: str, suffix: str) -> None:
    title = title if suffix == ".md" else title.removeprefix("# ")
    data = f"{title}The Sado Courier, 3 May 2021\n\n{BODY}\n\n{SECOND}\n".encode()
    article = parse_article(data, f"a{suffix}", suffix)
    assert (article.publisher, article.published) == ("The Sado Courier", "2021-05-03")
    assert article.text == f"{BODY}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("published", "iso"),
    [
        ("2021-05-03T10:00:00Z", "2021-05-03"),
        ("2021-05", "2021-05"),
        ("2021", "2021"),
        ("3 May 2021", "2021-05-03"),
        ("2021-13-45", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_in_front_matter_never_cost_the_article(published: str, iso: str | None) -> None:
    article = markdown(f"---\ntitle: Port closes\npublished: {published}\n---\n{BODY}")
    assert (article.title, article.published, article.text) == ("Port closes", iso, BODY)


def test_front_matter_that_is_no_yaml_is_read_all_the_same() -> None:
    article = markdown(f"---\ntitle: Setubal: the port closes\npublisher: 'Sado Times'\n---\n{BODY}")
    assert (article.title, article.publisher, article.text) == ("Setubal: the port closes", "Sado Times", BODY)


@pytest.mark.parametrize(
    "text",
    [
        f"---\n{BODY}\n\n---\n\n{SECOND}",
        f"{BODY}\n\n---\n\n{SECOND}",
        f"---\n{BODY}\n{SECOND}",
        f"---\nThe mayor said: {BODY}\n---\n\n{SECOND}",
    ],
)
def test_rules_are_no_front_matter(text: str) -> None:
    assert BODY in markdown(text).text
    assert SECOND in markdown(text).text


def test_front_matter_that_unfolds_without_end_is_passed_over() -> None:
    header = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    article = markdown(f"---\n{header}author: *a11\n---\n{BODY}")
    assert (article.author, article.text) == (None, BODY)


@pytest.mark.parametrize("field", ["title: 0x" + "f" * 9000, "title: 1" + ":59" * 3000, "0x" + "f" * 9000 + ": a"])
def test_a_number_without_end_in_front_matter_costs_no_article(field: str) -> None:
    assert markdown(f"---\nauthor: Ann Lee\n{field}\n---\n{BODY}").text == BODY


def test_markdown_becomes_readable_text() -> None:
    article = markdown(
        '# Port closes\n\nThe *council* of **Setubal** [voted](https://x.example "t") to\nclose `it`. ![map](m.png)\n\n'
        "## Why now?\n\n- Imports fell\n- Prices rose\n\n3. Third\n4. Fourth\n\n> A quote, 2 < 3 &amp; so.\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n<div>Markup <b>goes</b></div>\n\nSign up for our newsletter here.\n"
    )
    assert article.title == "Port closes"
    assert article.text.split("\n\n") == [
        "The council of Setubal voted to close it.", "Why now?", "Imports fell", "Prices rose", "3. Third", "4. Fourth",
        "A quote, 2 < 3 & so.", "a: c | b: d", "Markup goes", "Sign up for our newsletter here.",
    ]  # fmt: skip
    assert article.removed == ()


def test_a_heading_that_is_not_the_title_stays() -> None:
    assert markdown(f"---\ntitle: Port closes\n---\n# A town changes\n\n{BODY}").text == f"A town changes\n\n{BODY}"


paragraph = st.from_regex(r"[A-Z][a-z]{1,9}( [a-z]{1,9}){0,12}[.?]", fullmatch=True)


@given(st.lists(paragraph, min_size=1))
def test_plain_paragraphs_pass_through_markdown_unchanged(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    assert markdown(f"---\ntitle: T\n---\n{text}").text == text


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "it is empty"),
        ("a.txt", b" \n ", "it is empty"),
        ("a.md", b"---\ntitle: T\n---\n", "there is no article in it"),
        ("a.txt", b"Home\nNews\nComments\nShare\n", "there is no article in it"),
        ("a.html", b"<html><body></body></html>", "there is no article in it"),
        ("a.txt", b"\x00\x01\x02", "binary"),
        ("a.txt", b"x" * 20_000, r"0\.0 MB is more than the limit of 0\.01 MB .*QABOT_MAX_ARTICLE_MB"),
        ("a.odt", b"words", r"kind \.odt are not read: save it as one of \.txt"),
        ("a.docx", b"words", "it is damaged or no DOCX file at all"),
        ("a.pdf", b"words", r"it is damaged .*: open it in a viewer"),
        ("a.txt", b"<rss><channel/></rss>", r"this is a feed, which is read only under its own name: call it \.xml"),
        (
            "a.txt",
            b"\xd0\xcf\x11\xe0" + b"x" * 99,
            "an office document of the old kind, or one with a password, no text: save it",
        ),
        ("a", b"words", "kind without a suffix are not read"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ArticleError, match=reason) as caught:
        read_articles(str(path), SETTINGS)
    assert caught.value.source == str(path)
    assert "\n" not in str(caught.value)


def test_a_file_too_large_names_its_size(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(20_000_000)
    with pytest.raises(ArticleError, match=r"20\.0 MB is more than the limit of 10 MB for one article"):
        read_articles(str(path), Settings())


def test_missing_files_folders_and_pipes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    for path, reason in [(tmp_path / "no.txt", "no such file"), (tmp_path, "folder"), (pipe, "no ordinary file")]:
        with pytest.raises(ArticleError, match=reason):
            read_articles(str(path), SETTINGS)


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(ArticleError, match="no permission"):
        read_articles(str(path), SETTINGS)


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a", "a.dat"])
@pytest.mark.parametrize(
    "data",
    [
        files.pdf([files.page_of([BODY, SECOND])]),
        files.docx(files.paragraph(BODY)),
        f"<!DOCTYPE html><html><body><article><p>{BODY}</p><p>{SECOND}</p></article></body></html>".encode(),
        f"From: Ann <a@b.example>\nDate: Mon, 3 May 2021 10:00:00 +0100\nSubject: Port\n\n{BODY}\n".encode(),
        json.dumps({"text": f"{BODY}\n\n{SECOND}"}).encode(),
        gzip.compress(json.dumps({"text": f"{BODY}\n\n{SECOND}"}).encode()),
        files.epub({"a.xhtml": files.xhtml(f"<p>{BODY}</p>" * 4)}),
    ],
    ids=["pdf", "docx", "html", "mail", "jsonl", "jsonl.gz", "epub"],
)
def test_what_is_plainly_of_another_kind_is_read_as_that(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    (article,) = read_articles(str(path), Settings())
    assert article.text.startswith(BODY[:40])


def test_a_text_that_looks_like_markdown_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"# Port closes\n\n{BODY}\n\n{SECOND}\n\nComments\n")
    (document,) = read(path)
    assert isinstance(document, Document)
    assert document.layout is Layout.PAGE


def read(path: Path, settings: Settings = SETTINGS) -> list[Document | ArticleError]:
    reading = read_source(str(path), settings)
    assert reading is not None
    assert reading.source == str(path)
    return list(reading.documents)


def test_an_archive_may_be_larger_than_an_article_and_its_lines_may_not(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps({"text": BODY}) + "\n"
    path.write_text(line * 200 + json.dumps({"text": BODY * 200}) + "\n" + line)
    *found, error, last = read(path)
    assert path.stat().st_size > 2 * 10_000
    assert all(isinstance(each, Document) for each in (*found, last))
    assert (len(found), last.source) == (200, f"{path}#202")
    assert isinstance(error, ArticleError)
    assert "longer than the limit of 0.01 MB" in error.reason


def test_an_archive_that_goes_away_before_it_is_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": BODY}))
    reading = read_source(str(path), SETTINGS)
    assert reading is not None
    path.unlink()
    with pytest.raises(ArticleError, match="no such file"):
        list(reading.documents)


def check(data: bytes, suffix: str) -> None:
    try:
        articles = articles_of(parse(Raw(f"x{suffix}", data), format_of_name(suffix)))
    except ArticleError:
        return
    for article in articles:
        for value in (article.text, *article.removed, *fields(article).values()):
            assert all(character == "\n" or not "\0" <= character < " " for character in value)
            assert not any("\x7f" <= character <= "\x9f" for character in value)
        assert article.text == article.text.strip()
        assert "\n" not in article.text.replace("\n\n", "")


STARTS = [b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\x1f\x8b\x08", b'{"text": "', b"From: a\n\n", b"\xff\xfe"]


@given(st.sampled_from(STARTS), st.binary(max_size=300), st.sampled_from(FOLDER_SUFFIXES))
def test_bytes_become_articles_or_an_article_error(start: bytes, data: bytes, suffix: str) -> None:
    check(start + data, suffix)


PACKAGES = [
    files.docx(files.paragraph(BODY, "Title") * 2, "<dc:title>Port</dc:title>"),
    files.epub({"a.xhtml": files.xhtml(f"<h1>Port</h1><p>{BODY * 4}</p>")}, "<dc:title>Port</dc:title>"),
    gzip.compress(json.dumps({"text": BODY}).encode()),
]


@given(st.sampled_from(PACKAGES), st.data())
def test_damaged_packages_become_articles_or_an_article_error(package: bytes, draw: st.DataObject) -> None:
    damaged = bytearray(package)
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + draw.draw(st.integers(0, 3))] = draw.draw(st.binary(max_size=3))
    check(bytes(damaged), {b"P": ".docx", b"\x1f": ".jsonl"}[package[:1]])
    check(bytes(damaged), ".epub")


MARKS = [
    "---\n", "title: ", "<p>", "</p>", "<script>", "# ", "* ", "| a | b |\n|---|---|\n", "[a](b)", "\n\n", "\x1b[31m",
    "\u202e", "&#27;", "<!--", '{"text": "', '"}', "From: ", "> ", "-- \n",
]  # fmt: skip


@given(
    st.lists(st.text(max_size=40) | st.sampled_from([*MARKS, BODY, SECOND])).map("".join),
    st.sampled_from(FOLDER_SUFFIXES),
)
def test_text_becomes_articles_or_an_article_error(text: str, suffix: str) -> None:
    check(text.encode("utf-8", "surrogatepass"), suffix)


def test_front_matter_that_is_nested_too_deeply_is_read_line_by_line(tmp_path: Path) -> None:
    for number, nested in enumerate(("[", "{a: ", "- ", "? ")):
        text = f"---\ntitle: Port closes\ntags: {nested * 30_000}\n---\n{BODY}"
        (tmp_path / f"{number}.md").write_text(text)
    code = (
        "import sys; from tests.articles.reading import read_articles; from qabot.settings import Settings;"
        "print({each.title for path in sys.argv[1:] for each in read_articles(path, Settings())})"
    )
    paths = map(str, tmp_path.iterdir())
    done = subprocess.run([sys.executable, "-c", code, *paths], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "{'Port closes'}\n", "")
