"""Front matter and markup of text that nobody writes, but somebody may send."""

from __future__ import annotations

import pytest

from qabot.articles.formats.text import plain_text
from tests.articles.reading import parse_article

BODY = "The council of Setubal has voted to close its coal port, ending four decades of shipments."
MERGED = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{{{}}: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 12)
)


@pytest.mark.parametrize(
    "header",
    [
        MERGED.replace("{}", "<<"),
        MERGED.replace("{}", "!!merge m"),
        MERGED.replace("{}", "!<tag:yaml.org,2002:merge> m"),
        "no: yaml: at all\nnote: a" + " " * 200_000 + "a",
    ],
)
def test_hostile_front_matter_takes_no_time(header: str) -> None:
    article = parse_article(f"---\n{header}\ntitle: Port closes\n---\n{BODY}".encode(), "a.md", ".md")
    assert (article.title, article.text) == ("Port closes", BODY)


@pytest.mark.parametrize(
    ("header", "published"),
    [
        ('date = 2024-05-03T10:15:00+01:00\ntitle = "Port: closes"\nauthors = ["Ann Lee", "Bo Li"]', "2024-05-03"),
        ("# a note\nDate = 2024-05-03\nTitle = 'Port: closes'\n[author]\nname = 'Ann Lee, Bo Li'", "2024-05-03"),
        ("date = '2024-05'\ntitle = 'Port: closes'\nauthor = Ann Lee, Bo Li", "2024-05"),  # a value without its marks
    ],
)
def test_front_matter_may_be_toml(header: str, published: str) -> None:
    for suffix in (".md", ".txt"):
        article = parse_article(f"+++\n{header}\n+++\n\n{BODY}\n".encode(), f"a{suffix}", suffix)
        assert (article.title, article.author, article.published) == ("Port: closes", "Ann Lee, Bo Li", published)
        assert article.text == BODY


def test_a_line_of_plus_signs_is_no_front_matter() -> None:
    assert parse_article(f"+++\n{BODY}".encode(), "a.md", ".md").text.endswith(BODY)


@pytest.mark.parametrize(
    "header", ["[" + "a." * 40_000 + "a]\n" + "".join(f"b{n}=1\n" for n in range(20_000)), "a = " + "[" * 100_000]
)
def test_hostile_toml_takes_no_time(header: str) -> None:
    article = parse_article(f"+++\ntitle = 'Port closes'\n{header}\n+++\n{BODY}".encode(), "a.md", ".md")
    assert (article.title, article.text) == ("Port closes", BODY)


@pytest.mark.parametrize(
    ("markdown", "start"),
    [
        ("<div>\n" + "<del>" * 100_000 + "Port closes\n</div>", "Port closes"),
        ("a<sup>a</sup>" * 10_000, "aaaa"),
        ("a" + "<sup>*</sup>" * 10_000, "a"),
    ],
)
def test_hostile_markup_takes_no_time(markdown: str, start: str) -> None:
    _, (text,) = plain_text(markdown)
    assert text.startswith(start)


def test_what_is_struck_out_of_a_block_goes() -> None:
    assert plain_text("<div>\n<del>nine</del> two <s>or\nten</S > cranes\n</div>") == (None, ["two cranes"])


@pytest.mark.parametrize(
    ("markdown", "paragraphs"),
    [
        ("Lee & Roe,<br>in Sado<br/>and Porto", ["Lee & Roe, in Sado and Porto"]),
        ("<p>Lee &amp; Roe said <b>no</b>.</p>\n<p>Nobody asked.</p>", ["Lee & Roe said no.", "Nobody asked."]),
        ("<!-- <b>check</b> this -->\n\nIt closes.", ["It closes."]),
        ("<script>\nvar port = 1;\n</script>\n\n<style>p {color: red}</style>\n\nIt closes.", ["It closes."]),
        ("<div>It has 40 cranes<sup>1</sup>.</div>", ["It has 40 cranes."]),
    ],
)
def test_html_is_read_as_it_is_seen(markdown: str, paragraphs: list[str]) -> None:
    assert plain_text(markdown) == (None, paragraphs)


def test_of_much_that_is_raised_each_is_told_by_what_stands_before_it() -> None:
    text = "It has 10<sup>6</sup> m<sup>2</sup> and 4<sup>1</sup> cranes in 1998<sup>2</sup>, *all* of them old. "
    _, (told,) = plain_text(text * 100)
    assert told == " ".join(["It has 10⁶ m² and 4 [1] cranes in 1998, all of them old."] * 100)


@pytest.mark.parametrize("note", ["https://sado.example/report", "Estimated", "<https://sado.example/a>", "By train."])
def test_a_footnote_is_no_address_of_a_link(note: str) -> None:
    _, paragraphs = plain_text(f"It shipped *31,400*[^1] tons[^a], 3[^2].\n\n[^1]: {note}\n")
    assert paragraphs == ["It shipped 31,400 tons, 3.", f"[^1]: {note.strip('<>')}"]


@pytest.mark.parametrize(
    "opened",
    [
        "<video src=x>",
        "<iframe src=x />",
        "<title>",
        "a <title> of",
        "an <iframe src=x> of",
        "</body></html>",
        "<select>",
        "<object>",
    ],
)
def test_what_is_never_closed_hides_nothing_below_it(opened: str) -> None:
    assert plain_text(f"{opened}\n\n{BODY}\n\n- One\n")[1][-2:] == [BODY, "One"]


def test_a_box_around_markdown_is_hidden_with_all_in_it() -> None:
    assert plain_text(f"<div hidden>\n\nsecret\n\n</div>\n\n{BODY}") == (None, [BODY])
