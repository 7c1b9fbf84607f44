"""What is struck out or hidden is not said, in whatever format."""

from __future__ import annotations

import pytest

from qabot.articles.article import Raw
from qabot.articles.formats.package import read_docx, read_epub
from tests.articles.formats.files import docx, epub, xhtml
from tests.articles.formats.pages import PARAGRAPHS, page, paragraphs, rows
from tests.articles.reading import parse_article

SAID = "The cranes were sold for two million euros, as Ana Duarte said."
LONG = (
    "The council of Setubal has voted to close its coal port, ending four decades of shipments to the power stations."
)


@pytest.mark.parametrize(
    "struck",
    [
        "<del>nine</del> <ins>two</ins>",
        "<s>nine</s> two",
        "<strike>nine</strike> two",
        '<span style="color: red; text-decoration: line-through">nine</span> two',
        '<span style="text-decoration-line:line-through;">nine</span> two',
        '<span class="text-sm line-through">nine</span> two',
        '<span class="strikethrough">nine</span> two',
    ],
)
def test_in_a_page(struck: str) -> None:
    assert rows(page(body=paragraphs(*PARAGRAPHS, SAID.replace("two", struck))))[-1] == SAID


@pytest.mark.parametrize("name", ["strong", "string", "structure", "not-struck-yet", "strikers"])
def test_other_classes_hide_nothing(name: str) -> None:
    said = SAID.replace("two", f'<span class="{name}">two</span>')
    assert rows(page(body=paragraphs(*PARAGRAPHS, said)))[-1] == SAID


@pytest.mark.parametrize("struck", ["~~nine~~ two", "<del>nine</del> two", "<s>nine</s> two"])
def test_in_markdown(struck: str) -> None:
    article = parse_article(f"# Port closes\n\n{LONG}\n\n{SAID.replace('two', struck)}\n".encode(), "a.md", ".md")
    assert article.text == f"{LONG}\n\n{SAID}"


def test_footnotes_in_markdown() -> None:
    markdown = f"{LONG}\n\nIt shipped 31,400[^1] tons in 1998<sup>2</sup>, of 10<sup>6</sup> in all.\n\n[^1]: By train."
    text = parse_article(markdown.encode(), "a.md", ".md").text
    assert "It shipped 31,400 tons in 1998, of 10⁶ in all." in text
    assert "By train." in text


@pytest.mark.parametrize("mark", ["strike", "dstrike", "vanish"])
def test_in_a_word_processors_file(mark: str) -> None:
    def run(text: str, properties: str = "") -> str:
        return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'

    before, after = SAID.split("two")
    runs = [run(before), run("nine ", f"<w:{mark}/>"), run("two", f'<w:{mark} w:val="0"/>'), run(after)]
    (document,) = read_docx(Raw("a.docx", docx(f"<w:p>{''.join(runs)}</w:p>")))
    assert document.rows == (SAID,)


def test_in_a_book() -> None:
    said = SAID.replace("two", "<del>nine</del> two").replace("euros", "euros<sup>3</sup>")
    book = epub({"one.xhtml": xhtml(f"<h1>Port</h1><p>{LONG} {LONG} {LONG}</p><p>{said}</p>")})
    (document,) = read_epub(Raw("a.epub", book))
    assert not isinstance(document, Exception)
    assert document.rows[-1] == SAID


HIDDEN = (
    '<p style="display: none">secret</p>',
    "<p hidden=''>secret</p>",
    '<div style="visibility:hidden"><p>secret</p></div>',
    '<p><span class="line-through">secret</span></p>',
    '<p><font style="font-size:0">secret</font></p>',
    '<p aria-hidden="true">secret</p>',
    "<dialog><p>secret</p></dialog>",
)


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_in_markdown(hidden: str) -> None:
    assert parse_article(f"{LONG}\n\n{hidden}\n\n{SAID}\n".encode(), "a.md", ".md").text == f"{LONG}\n\n{SAID}"


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_in_a_book(hidden: str) -> None:
    book = epub({"one.xhtml": xhtml(f"<h1>Port</h1><p>{LONG} {LONG} {LONG}</p>{hidden}<p>{SAID}</p>")})
    (document,) = read_epub(Raw("a.epub", book))
    assert not isinstance(document, Exception)
    assert document.rows[1:] == (SAID,)
