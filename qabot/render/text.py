"""Text that is safe to show on a terminal, as Markdown and in HTML, and the one line that an error is told in.

The words of articles and language models are untrusted: they reach a terminal without control characters, as literal
`rich.text.Text` (never as markup), and Markdown and pages of HTML, which open offline, with special characters escaped.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wcwidth import strip_sequences

from qabot.articles.urls import is_web
from qabot.errors import NO_PERMISSION, NO_SPACE, QabotError, writing
from qabot.store.location import is_starter

if TYPE_CHECKING:
    from jinja2 import Template

# Control characters (C0 and C1) except tab and newline, the marks that reorder or isolate text, and lone surrogates.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_NEVER_BYTES = re.compile(r"[\ud800-\udc7f\udd00-\udfff]")  # lone surrogates that no byte was turned into
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_MARKDOWN_LINE = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])", re.MULTILINE)
_TEMPLATES = Path(__file__).parent
_HEAD = 300  # characters of a page in which its maker is named


def plain(text: str) -> str:
    """Return a text without anything that a terminal would obey."""
    return _CONTROL.sub("", strip_sequences(text))


def readable(text: str) -> str:
    """Return a text as a terminal or a command line hands it over, with U+FFFD for each byte that was no text."""
    return _NEVER_BYTES.sub("\ufffd", text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def cell(value: object) -> str:
    """Return a value as one line, as for a cell of a table; empty where it is None."""
    return "" if value is None else " ".join(plain(str(value)).split())


def web_address(source: str) -> str | None:
    """Return an article's source, as `plain` text, if it is a web address."""
    shown = plain(source)
    return shown if is_web(shown) else None


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, as in ``1 turn`` and ``2 turns``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def markdown(text: str) -> str:
    """Return a text escaped so that Markdown shows it as it is."""
    return _MARKDOWN_LINE.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", plain(text)))


def error_line(error: BaseException) -> str:
    """Return one line that says what is wrong and how to mend it, for any error."""
    if isinstance(error, QabotError):
        message = str(error)
    elif isinstance(error, MemoryError):
        message = "There is not enough memory. Close other programs, or index fewer articles at a time."
    elif isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        message = f"Cannot read or write{where}: {error.strerror or error}. {_cure(error)}"
    else:
        message = (
            f"This is a defect of qabot ({type(error).__name__}: {error}). "
            "Please report it with what --debug shows; nothing that was saved is lost."
        )
    return " ".join(plain(message).split())


def _cure(error: OSError) -> str:
    if error.errno in NO_SPACE:
        return "Free some space."
    return "Mend its permissions." if error.errno in NO_PERMISSION else "Check that it is there and can be used."


def article_label(publisher: str | None, published: str | None, title: str | None, source: str | None) -> str:
    """Return publisher, date and title of an article, as far as they are known; its source where it has no title."""
    known = [cell(publisher), cell(published), cell(title) or cell(source)]
    return ", ".join(part for part in known if part) or "untitled article"


def index_label(place: str | Path) -> str:
    """Return what an index is called, by its folder or its server's address."""
    if is_web(str(place)):
        return f"the Chroma server at {cell(place)}"
    return "the starter articles that come with qabot" if is_starter(Path(place)) else f"the index in {cell(place)}"


@cache
def page_template(name: str, folder: Path = _TEMPLATES) -> Template:
    """Return a Jinja template, into which all text is put escaped and without control characters."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def without_control(value: Any) -> Any:
        return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=without_control,
    ).get_template(name)


def check_page(path: Path, option: str, maker: str) -> None:
    """Refuse to write a page over anything but an earlier one of the same command.

    Args:
        path: where the page is to be written.
        option: of the command line, which names the path.
        maker: the command, which its pages name in their head.

    Raises:
        QabotError: the file holds something else or cannot be read, or there is no such folder.
    """
    with writing(path, f"Give {option} another file."):
        if not path.absolute().parent.is_dir():
            raise FileNotFoundError
        if path.is_file() and path.stat().st_size:
            with path.open(encoding="utf-8", errors="replace") as file:
                head = file.read(_HEAD)
            if f'<meta name="generator" content="{maker}">' not in head:
                raise QabotError(
                    f"{path} is no page of HTML that {maker} wrote. Give {option} another file, or remove this one."
                )
