"""Plain text, most often a page's with its menus and appeals; and Markdown, which holds an article and nothing else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.decoding import decode
from qabot.articles.formats.page_lines import visible_lines, without_hidden
from qabot.articles.formats.trees import blocks, drop_deep, lower, parsed
from qabot.articles.paragraphs import paragraphs
from qabot.articles.provenance import FIELD_NAMES, entitled, from_fields

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
_MARK = re.compile(r"(?<=[^\s`])\[\^[^\[\]\s]+\](?!:)")  # of a footnote
_NOTE = re.compile(r"^ {0,3}(?=\[\^[^\[\]\s]+\]:)", re.M)  # its text, which would be taken for a link's address
_TAKES_ALL = re.compile(r"<(?:iframe|noembed|noframes|plaintext|script|style|textarea|title|xmp)\b", re.I)


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
    if not isinstance(fields, dict) or all(" " in str(key) for key in fields):  # prose between rules may have a colon
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

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.add_render_rule("html_block", _html_block)
    parser.add_render_rule("html_inline", _html_inline)
    return parser


def _html_block(_renderer: object, tokens: Sequence[Token], number: int, _options: object, _env: object) -> str:
    """Return a block of HTML with what it never closes closed: but for boxes, which may hold what follows."""
    return f"<section>{tokens[number].content}</iframe></title></section>"


def _html_inline(_renderer: object, tokens: Sequence[Token], number: int, _options: object, _env: object) -> str:
    tag = tokens[number].content
    return "" if _TAKES_ALL.match(tag) else tag


def plain_text(markdown: str) -> tuple[str | None, list[str]]:
    """Return the first heading where it opens the text, and all paragraphs (that heading among them) without markup."""
    from lxml.etree import LxmlError

    html = _parser().render(_NOTE.sub(r"\\", _MARK.sub("", markdown)))
    try:
        tree = parsed(f"<body>{html}</body>")
        whole = not drop_deep(tree)
    except (LxmlError, ValueError):  # no tree can be made of it
        whole = False
    if not whole:
        return None, list(visible_lines(html, hidden=True))
    tree = without_hidden(tree)
    lower(tree)
    found = blocks(tree)
    return found[0].text if found and found[0].tag == "h1" else None, [each.text for each in found]
