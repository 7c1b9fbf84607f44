"""What a file's properties (PDF, DOCX, EPUB) state, where a person and no program filled them in."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import PurePath
from typing import Any

from qabot.articles.article import Stated
from qabot.articles.fields import from_fields, one_line

_FILE = re.compile(
    r"\S\.(?:docx?|dotx?|dvi|eps|epub|html?|indd|md|odt|pages|pdf|pptx?|ps|pub|qxd|qxp|rtf|tex|tmp|txt|xlsx?)$", re.I
)
_PLACEHOLDER = re.compile(
    r"(?:untitled|(?:new )?document|dokument|title|no title|press release template|powerpoint presentation|slide|"
    r"unknown|unspecified|microsoft word)[\s\d()-]*|\W*",
    re.I,
)
_PROGRAM = re.compile(
    r"\b(?:acrobat|adobe|apache (?:fop|poi)|calibre|chromium|distiller|framemaker|fpdf|ghostscript|google docs|"
    r"indesign|itext|latex|libre ?office|microsoft|open ?office|openpyxl|pandoc|pdf\w*|powerpoint|pscript\w*|"
    r"python-docx|quarkxpress|reportlab|skia|weasyprint|wkhtmltopdf|xetex)\b",
    re.I,
)


def from_properties(fields: Mapping[str, Any], source: str, programs: Collection[Any] = ()) -> tuple[Stated, ...]:
    """What properties state of an article.

    Args:
        fields: as `qabot.articles.fields.from_fields` takes them.
        source: the file's path: its name is no title.
        programs: the names of programs that the file gives: none of them is an author.
    """
    known = {text for each in programs if (text := one_line(each))}
    title, publisher = one_line(fields.get("title")) or "", one_line(fields.get("publisher")) or ""
    authors = fields.get("author")
    texts = filter(None, map(one_line, authors if isinstance(authors, list) else [authors]))
    filled = {
        **fields,
        "publisher": None if _PROGRAM.search(publisher) else publisher,
        "title": None if _is_no_title(title, source) or title in known else title,
        "author": [text for text in texts if text not in known and not _PROGRAM.search(text)],
    }
    return from_fields(filled, "file properties")


def _is_no_title(title: str, source: str) -> bool:
    return bool(_FILE.search(title) or _PLACEHOLDER.fullmatch(title)) or title == PurePath(source).stem
