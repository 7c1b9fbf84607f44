"""Transcripts: a conversation as a Markdown, JSON or HTML file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qabot.answering.answer import Answer, Citation, Conversation
from qabot.errors import QabotError, UsageError
from qabot.render import (
    answering_words,
    conversation_json,
    conversation_markdown,
    notes,
    plain,
    source_label,
    surroundings,
)

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent
_MARKER = re.compile(r"\[(\d+)\]")
_REACH = 400  # characters shown around a quote


def write_transcript(path: Path, name: str | None, conversation: Conversation) -> None:
    """Write a conversation to a new file, in the format that its name ends with.

    Args:
        path: ends in .md, .html or .json.
        name: of the session.
        conversation: what to write.

    Raises:
        UsageError: the name ends otherwise.
        QabotError: there is such a file already, or it cannot be written.
    """
    text = transcript(path.suffix.lower(), name, conversation)
    try:
        with path.open("x", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except FileExistsError:
        raise QabotError(f"There is a file {path} already. Take another name.") from None
    except OSError as error:
        raise QabotError(f"{path} cannot be written: {error.strerror}. Take another name.") from error


def transcript(suffix: str, name: str | None, conversation: Conversation) -> str:
    """A conversation as a document of that format: ``.md``, ``.html`` or ``.json``.

    Raises:
        UsageError: there is no such format.
    """
    match suffix:
        case ".md":
            return conversation_markdown(name, conversation)
        case ".json":
            return json.dumps(conversation_json(name, conversation), ensure_ascii=False, indent=2) + "\n"
        case ".html":
            return _html(name, conversation)
        case _:
            raise UsageError("A transcript is a file whose name ends in .md, .html or .json.")


@dataclass(frozen=True)
class _Piece:
    """A part of an answer's text: words, or the marker of a citation."""

    text: str
    marker: int | None = None


@dataclass(frozen=True)
class _Source:
    """A citation as a page shows it: ``before``, ``quote`` (in parts, those that answer marked) and ``after``."""

    marker: int
    label: str
    source: str
    link: str | None
    before: str
    quote: tuple[tuple[str, bool], ...]
    after: str


@dataclass(frozen=True)
class _Turn:
    """A turn as a page shows it."""

    question: str
    pieces: tuple[_Piece, ...]
    sources: tuple[_Source, ...]
    nearest: tuple[str, ...]


def _html(name: str | None, conversation: Conversation) -> str:
    turns = [_turn(turn.answer) for turn in conversation.turns]
    return _template().render(name=plain(name or "Conversation"), turns=turns)


def _turn(answer: Answer) -> _Turn:
    markers = {citation.marker for citation in answer.citations}
    parts = _MARKER.split(plain(answer.text))
    pieces = [_Piece(text) if number % 2 == 0 else _marker(text, markers) for number, text in enumerate(parts)]
    nearest = () if answer.citations else tuple(note.plain for note in notes(answer))
    sources = tuple(_source(citation, answer) for citation in answer.citations)
    return _Turn(plain(answer.question), tuple(pieces), sources, nearest)


def _marker(number: str, markers: set[int]) -> _Piece:
    return _Piece(f"[{number}]", int(number) if int(number) in markers else None)


def _source(citation: Citation, answer: Answer) -> _Source:
    before, after = _around(citation, answer)
    return _Source(
        marker=citation.marker,
        label=source_label(citation),
        source=plain(citation.source),
        link=citation.source if re.match(r"https?://", citation.source) else None,
        before=plain(before),
        quote=tuple(_marked(plain(citation.quote), plain(answer.short_answer or ""))),
        after=plain(after),
    )


def _around(citation: Citation, answer: Answer) -> tuple[str, str]:
    """What stands before and after a quote, as far as the passages hold it that were retrieved for the answer."""
    for passage in answer.evidence:
        if passage.article_id == citation.article_id and passage.start <= citation.start <= citation.end <= passage.end:
            start, end = citation.start - passage.start, citation.end - passage.start
            first, last = surroundings(passage.text, start, end, _REACH)
            return passage.text[first:start], passage.text[end:last]
    return "", ""


def _marked(quote: str, short_answer: str) -> Iterator[tuple[str, bool]]:
    """The quote in parts, each with whether it answers."""
    done = 0
    for start, end in answering_words(quote, short_answer):
        yield from ((quote[done:start], False), (quote[start:end], True))
        done = end
    yield quote[done:], False


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("transcript.html.jinja")
