"""HTML pages that open offline: their templates, and the files they may be written to."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from qabot.errors import QabotError
from qabot.render.text import plain

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATES = Path(__file__).parent
_BEGINS = "<!doctype html>"


@cache
def page_template(name: str, folder: Path = _TEMPLATES) -> Template:
    """Return a Jinja template, into which all text is put escaped and without control characters."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_plain,
    ).get_template(name)


def _plain(value: Any) -> Any:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def check_page(path: Path, option: str) -> None:
    """Refuse to write a page over a file that holds something else.

    Args:
        path: where the page is to be written.
        option: of the command line, which names the path.

    Raises:
        QabotError: the file is neither new nor empty nor a page.
    """
    if path.is_file() and path.stat().st_size:
        with path.open(encoding="utf-8", errors="replace") as file:
            if not file.read(len(_BEGINS)).lower().startswith(_BEGINS):
                raise QabotError(f"{path} is no page of HTML. Give {option} another file, or remove this one.")
