"""Claims as JSON by a schema, for models that write it, read as they arrive; the same claims as of marked text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from qabot.answering.statements import Claim, Mark, plain_line, printable

_STATEMENTS = re.compile(r'"statements"\s*:\s*\[')
_SHORT = re.compile(r'"short_answer"\s*:\s*("(?:[^"\\]|\\.)*")')
_BETWEEN = " \t\r\n,"
_SHORT_CHARS = 120


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


_PASSAGE = {
    "number": {"type": "integer", "description": "of the passage that says so"},
    "words": {"type": "string", "description": "the words of that passage which the sentence rests on, copied exactly"},
}
_STATEMENT = {
    "text": {"type": "string", "description": "one sentence, without markers"},
    "passages": {"type": "array", "items": _record(_PASSAGE)},
}
SCHEMA: dict[str, Any] = {
    "title": "answer",
    "description": "The answer to the question, from the passages alone.",
    **_record(
        {
            "short_answer": {
                "type": "string",
                "description": "the date, name, number or place asked for, alone; empty where none is",
            },
            "statements": {
                "type": "array",
                "items": _record(_STATEMENT),
                "description": "one to four sentences, the first answers; none where the passages do not say",
            },
        }
    ),
}
"""The JSON schema of an answer."""


class JsonReader:
    """Reads claims out of JSON that arrives in pieces, each as soon as it is whole.

    Attributes:
        short_answer: as plain text, once it was read; not checked.
        refused: whether the JSON has ended without a statement: the passages do not say.
    """

    def __init__(self) -> None:
        self.short_answer: str | None = None
        self.refused = False
        self._text = ""
        self._at: int | None = None  # behind the statements that were read
        self._some = False

    def feed(self, piece: str) -> Iterator[Claim]:
        """The claims that are complete with this piece."""
        self._text += piece
        if self._at is None:
            begun = _STATEMENTS.search(self._text)
            if not begun:
                return
            self._at = begun.end()
        while (record := self._next()) is not None:
            if claim := _claim(record):
                self._some = True
                yield claim

    def close(self) -> None:
        """What is left when the text has ended: the short answer, wherever it stands."""
        if short := _SHORT.search(self._text):
            said = plain_line(printable(_decoded(short[1])))
            self.short_answer = said[:_SHORT_CHARS].rstrip(" .") or None
        self.refused = not self._some and self._at is not None and self._text[self._at :].lstrip().startswith("]")

    def _next(self) -> Any:
        """The next whole object of the list, or None where there is none yet."""
        assert self._at is not None
        start = self._at
        while start < len(self._text) and self._text[start] in _BETWEEN:
            start += 1
        if self._text[start : start + 1] != "{" or "}" not in self._text[start:]:
            return None
        try:
            record, self._at = json.JSONDecoder(strict=False).raw_decode(self._text, start)
        except ValueError:  # not whole yet
            return None
        return record


def _claim(record: Any) -> Claim | None:
    """An object as a claim, whatever a model has put into it."""
    text = record.get("text")
    passages = record.get("passages")
    if not isinstance(text, str) or not any(char.isalnum() for char in text):
        return None
    marks = [
        Mark(passage["number"], " ".join(printable(str(passage.get("words") or "")).split()))
        for passage in (passages if isinstance(passages, list) else [])
        if isinstance(passage, dict) and isinstance(passage.get("number"), int)
    ]
    return Claim(plain_line(printable(text)), tuple(marks))


def _decoded(string: str) -> str:
    try:
        return str(json.loads(string, strict=False))
    except ValueError:
        return ""
