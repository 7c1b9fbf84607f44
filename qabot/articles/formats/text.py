"""Plain text, most often a page's with its menus and appeals; and Markdown, which holds an article and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.decoding import decode
from qabot.articles.formats.page_lines import visible_lines
from qabot.articles.formats.trees import blocks, drop_deep, instead_of, lower, parsed
from qabot.articles.paragraphs import paragraphs
from qabot.articles.provenance import FIELD_NAMES, entitled, from_fields
from qabot.articles.tables import lines_of_table

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_TOML_RULE = re.compile(r"^\+{3,}\s*$", re.M)
_FIELD = re.compile(r"^([A-Za-z_]+)\s*[:=](.*)$")
_LABELLED = re.compile(r"([A-Za-z][A-Za-z _]{2,20}):[ \t]+(\S.*)")
_NESTING = re.compile(r"[\[{]|[-?] ")
_NESTED = 2_000  # of these at most in front matter that is read as YAML, as nested too deeply they end the process
_LONGEST_TOML = 5_000  # characters that are read as TOML, which takes a time that grows with the square of them
_ENDLESS = re.compile(r"[\w:.]{4000}")  # may be a number for YAML, and has more digits than Python writes
_MERGED = re.compile(r"<<|(?<![^\s\[{,])!(?:!\S|<)")  # a field that takes over those of others, as often as it likes
_NAME = re.compile(r"<(/?\w+)")
_OPENING = ("s_open", "del", "s", "strike")
_CLOSING = ("s_close", "/del", "/s", "/strike")
_NEAR = 40  # pieces before what is raised, and characters of them, that tell what it is
_MARK = re.compile(r"(?<=\S)\[\^[^\[\]\s]+\](?!:)")  # of a footnote


def read_text(raw: Raw) -> Iterator[Document]:
    """Yield the one document of a text file."""
    fields, text = _split_front_matter(decode(raw.data, raw.source, raw.charset))
    if not fields:
        fields, text = _split_labelled(text)
    yield Document(raw.source, tuple(paragraphs(text)), Layout.PAGE, from_fields(fields, "front matter"), raw.url)


def read_markdown(raw: Raw) -> Iterator[Document]:
    """Yield the one document of a Markdown file."""
    fields, body = _split_front_matter(decode(raw.data, raw.source, raw.charset))
    heading, paragraphs = plain_text(body)
    rows, stated = entitled(paragraphs, heading, from_fields(fields, "front matter"))
    yield Document(raw.source, rows, Layout.WRITTEN, stated, raw.url)


def _split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter's fields (keys in lower case) and the Markdown after it.

    Front matter that is no YAML ("title: Moscow: a visit") and no TOML, which stands between rules of plus signs, is
    read line by line, so that no article is lost by a colon.
    """
    from frontmatter.default_handlers import BaseHandler, YAMLHandler

    text = text.lstrip("\n")
    is_toml = text.startswith("+")
    handler = BaseHandler(_TOML_RULE) if is_toml else YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        header, body = handler.split(text)
    except ValueError:  # its second rule is missing
        return {}, text
    try:
        if (is_toml and len(header) > _LONGEST_TOML) or _is_hostile(header):
            fields = _lines(header)
        else:
            fields = tomllib.loads(header) if is_toml else handler.load(header)
    except Exception:  # noqa: BLE001 - YAML raises what its constructors raise: a date that is none is a ValueError
        fields = _lines(header)
    if not isinstance(fields, dict):
        return {}, text
    return {str(key).lower(): value for key, value in fields.items()}, str(body)


def _is_hostile(header: str) -> bool:
    return len(_NESTING.findall(header)) > _NESTED or bool(_ENDLESS.search(header) or _MERGED.search(header))


def _split_labelled(text: str) -> tuple[dict[str, Any], str]:
    """Return the fields of the labelled lines that a text begins with ("Title: ...", "Date: ..."), and the rest.

    There are fields only where a title is among them and something else: a lone label may be the article's own.
    """
    fields: dict[str, Any] = {}
    lines = text.split("\n")
    end = 0
    for number, line in enumerate(lines):
        match = _LABELLED.fullmatch(line.strip())
        name = match[1].lower().replace(" ", "_") if match else ""
        if match and name in FIELD_NAMES and name not in fields:
            fields[name], end = match[2], number + 1
        elif line.strip():
            break
    if len(fields) < 2 or not fields.keys() & {"title", "headline"}:
        return {}, text
    return fields, "\n".join(lines[end:])


def _lines(header: str) -> dict[str, str] | None:
    matches = [match for match in map(_FIELD.match, header.splitlines()) if match]
    return {match[1]: match[2].strip().strip("'\"") for match in matches} or None


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def plain_text(markdown: str) -> tuple[str | None, list[str]]:
    """Return the first heading where it opens the text, and all paragraphs (that heading among them) without markup."""
    paragraphs: list[str] = []
    heading: str | None = None
    numbers: list[int | None] = []  # of the next item of each list around; None where it has no numbers
    prefix = ""
    opening = ""
    table: list[list[str]] | None = None  # the rows of the table around
    for token in _parser().parse(markdown):
        if token.type == "ordered_list_open":
            numbers.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            numbers.append(None)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
        elif token.type == "list_item_open" and numbers and (number := numbers[-1]) is not None:
            prefix, numbers[-1] = f"{number}. ", number + 1
        elif token.type == "table_open":
            table = []
        elif token.type == "table_close" and table is not None:
            paragraphs += lines_of_table(table, headed=True)
            table = None
        elif token.type == "tr_open" and table is not None:
            table.append([])
        elif table is not None and token.type == "inline":
            table[-1].append(_text(token))
        elif token.type in ("inline", "fence", "code_block", "html_block"):
            for text in filter(None, _html(token.content) if token.type == "html_block" else [_text(token)]):
                if token.type == "inline" and opening == "h1" and not paragraphs:
                    heading = text
                paragraphs.append(prefix + text)
                prefix = ""
        opening = token.tag
    return heading, paragraphs


def _html(html: str) -> list[str]:
    """Return the paragraphs of HTML that stands in Markdown."""
    from lxml.etree import LxmlError

    try:
        tree = parsed(f"<body>{html}</body>")
        if not drop_deep(tree):
            lower(tree)
            return [block.text for block in blocks(tree)]
    except (LxmlError, ValueError):  # no tree can be made of it
        pass
    return list(visible_lines(html, hidden=True))


def _text(token: Token) -> str:
    if token.type != "inline":
        return " ".join(token.content.split())
    pieces: list[str] = []
    struck = 0  # how many elements are open that strike out
    raised: int | None = None  # the first piece of what is raised
    for child in token.children or ():
        name = _name(child.content) if child.type == "html_inline" else child.type
        if name in _OPENING:
            struck += 1
        elif name in _CLOSING:
            struck = max(0, struck - 1)
        elif name == "sup":
            raised = len(pieces)
        elif name == "/sup" and raised is not None:
            base = "".join(pieces[max(0, raised - _NEAR) : raised])[-_NEAR:]
            pieces[raised:] = filter(None, [instead_of("".join(pieces[raised:]), base)])
            raised = None
        elif struck:
            continue
        elif child.type in ("text", "code_inline"):
            text = _MARK.sub("", child.content) if child.type == "text" else child.content
            pieces += filter(None, [text])
        elif child.type in ("softbreak", "hardbreak") or name == "br":
            pieces.append(" ")
    return " ".join("".join(pieces).split())


def _name(tag: str) -> str:
    """Return the name of a tag of HTML, after a slash where it closes."""
    match = _NAME.match(tag)
    return match[1].lower() if match else ""
