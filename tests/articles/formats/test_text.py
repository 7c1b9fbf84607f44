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
