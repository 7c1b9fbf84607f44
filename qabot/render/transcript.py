"""Transcripts: a conversation as a Markdown, HTML or JSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qabot.answering.answer import Answer, Citation, Conversation
from qabot.errors import UsageError, writing
from qabot.render.answer import (
    answering_words,
    by_article,
    conversation_json,
    from_indexes,
    in_lines,
    is_quoted,
    markers_of,
    notes,
    source_label,
    surroundings,
    understood_as,
)
from qabot.render.text import markdown, page_template, plain, web_address

_MARKER = re.compile(r"\[(\d+)\]")
_REACH = 400  # characters shown around a quote


def write_transcript(path: Path, name: str | None, conversation: Conversation) -> None:
    """Write a conversation to a new file, in the format that the end of its name says.

    Args:
        path: ends in .md, .html or .json.
        name: of the session.
        conversation: its turns.

    Raises:
        UsageError: the path ends otherwise.
        QabotError: there is such a file already, or it cannot be written.
    """
    text = transcript(path.suffix.lower(), name, conversation)
    with writing(path, "Take another name."), path.open("x", encoding="utf-8", errors="replace") as file:
        file.write(text)


def transcript(suffix: str, name: str | None, conversation: Conversation) -> str:
    """Return a conversation as a document of a format: ``.md``, ``.html`` or ``.json``.

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


def answer_markdown(answer: Answer) -> str:
    """Return a turn as Markdown: the question as a heading, how it was understood, the answer, and its notes."""
    understood = understood_as(answer)
    told = [f"*{markdown(understood)}*", ""] if understood else []
    lines = [f"## {markdown(' '.join(answer.question.split()))}", "", *told, markdown(answer.text), ""]
    for citations in by_article(answer.citations):
        label, source = markdown(source_label(citations[0])), markdown(citations[0].source)
        lines += [f"- {markdown(markers_of(citations))} {label} ({source})"]
        quotes = [each for each in citations if not is_quoted(each, answer)]
        lines += [f"    - \\[{each.marker}\\] “{markdown(' '.join(each.quote.split()))}”" for each in quotes]
    nearest = () if answer.citations else answer.nearest
    lines += ["What comes nearest:", ""] if nearest else []
    lines += [f"- {markdown(source_label(each))} — “{markdown(' '.join(each.quote.split()))}”" for each in nearest]
    return "\n".join(lines).rstrip() + "\n"


def conversation_markdown(name: str | None, conversation: Conversation) -> str:
    """Return a conversation as a Markdown document."""
    title = f"# {markdown(name or 'Conversation')}\n"
    told = [f"{markdown(from_indexes(conversation))}\n"] if from_indexes(conversation) else []
    return "\n".join([title, *told, *(answer_markdown(turn.answer) for turn in conversation.turns)])


@dataclass(frozen=True)
class _Piece:
    """A part of an answer's text: words, or the marker of a citation with its number."""

    text: str
    marker: int | None = None


@dataclass(frozen=True)
class _Source:
    """A citation as a page shows it.

    Attributes:
        marker: its number.
        label: publisher, date and title of the article.
        source: the path or URL of the article.
        link: the same if it is a web address.
        before: text of the article before the quote.
        quote: the quote in parts, each with True if its words answer.
        after: text of the article after the quote.
    """

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
    understood: str
    pieces: tuple[_Piece, ...]
    sources: tuple[_Source, ...]
    nearest: tuple[str, ...]


def _html(name: str | None, conversation: Conversation) -> str:
    turns = [_turn(turn.answer) for turn in conversation.turns]
    return page_template("transcript.html.jinja").render(
        name=name or "Conversation", turns=turns, told=from_indexes(conversation)
    )


def _turn(answer: Answer) -> _Turn:
    markers = {citation.marker for citation in answer.citations}
    parts = _MARKER.split(in_lines(answer.text))
    pieces = [_Piece(text) if number % 2 == 0 else _marker(text, markers) for number, text in enumerate(parts)]
    nearest = () if answer.citations else tuple(note.plain for note in notes(answer))
    sources = tuple(_source(citation, answer) for citation in answer.citations)
    return _Turn(answer.question, understood_as(answer), tuple(pieces), sources, nearest)


def _marker(number: str, markers: set[int]) -> _Piece:
    return _Piece(f"[{number}]", int(number) if int(number) in markers else None)


def _source(citation: Citation, answer: Answer) -> _Source:
    before, after = _around(citation, answer)
    return _Source(
        marker=citation.marker,
        label=source_label(citation),
        source=citation.source,
        link=web_address(citation.source),
        before=before,
        quote=tuple(_marked(plain(citation.quote), plain(answer.short_answer or ""))),
        after=after,
    )


def _around(citation: Citation, answer: Answer) -> tuple[str, str]:
    """Return the text before and after a quote, from the passage that was retrieved for the answer."""
    for passage in answer.evidence:
        if passage.article_id == citation.article_id and passage.start <= citation.start <= citation.end <= passage.end:
            start, end = citation.start - passage.start, citation.end - passage.start
            first, last = surroundings(passage.text, start, end, _REACH)
            return passage.text[first:start], passage.text[end:last]
    return "", ""


def _marked(quote: str, short_answer: str) -> Iterator[tuple[str, bool]]:
    """Yield a quote in parts, each with True if its words answer."""
    done = 0
    for start, end in answering_words(quote, short_answer):
        yield from ((quote[done:start], False), (quote[start:end], True))
        done = end
    yield quote[done:], False
