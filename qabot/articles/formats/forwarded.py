"""What was forwarded in an e-mail, which is the article: the copied header says who wrote it, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NAMES = {
    "from": "author", "von": "author", "de": "author", "da": "author", "sent": "published", "date": "published",
    "gesendet": "published", "datum": "published", "envoyé": "published", "enviado": "published",
    "subject": "title", "betreff": "title", "objet": "title", "asunto": "title", "oggetto": "title",
    "to": "", "cc": "", "bcc": "", "reply-to": "", "an": "", "à": "", "para": "", "a": "", "kopie": "",
    "importance": "", "attachments": "", "organization": "",
}  # fmt: skip
_FIELD = re.compile(r"^[\s>*_]*(?P<name>[A-Za-zÀ-ÿ-]{1,12})\s*[*_]*\s*:[*_]*\s*(?P<value>.*?)[\s*_]*$")
_MARK = re.compile(
    r"^[\s>*_-]*(?:begin forwarded message|forwarded message|forwarded by\b.*|original message|original-nachricht|"
    r"weitergeleitete nachricht|message (?:transféré|d'origine)|mensaje reenviado)\b[\s:*_-]*$",
    re.I,
)
_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i|doorst|fyi)\s*:", re.I)
_QUOTE = re.compile(r"^>+ ?")
_ADDRESS = re.compile(r"\s*[<\[(]?(?:mailto:)?\S+@[\w.-]+\w[>\])]*")
_LINES = 12  # of a copied header
_LEAST = 3  # fields of it


@dataclass(frozen=True)
class Forwarded:
    """A message that was forwarded.

    Attributes:
        fields: what its copied header states, under the names that an article's fields have.
        lines: those of its text.
        above: the lines before it, its header with them.
    """

    fields: Mapping[str, str]
    lines: Sequence[str]
    above: Sequence[str]


def forwarded_in(lines: Sequence[str], subject: str) -> Forwarded | None:
    """Return the message that was forwarded, where several were in one another the innermost; None where none was.

    Args:
        lines: the text of an e-mail, with its quotation marks.
        subject: its subject.
    """
    found = None
    start, known = 0, bool(_FORWARDED.match(subject))
    while (header := _header(lines, start)) is not None:
        first, end, fields = header
        if not known and not _is_called_forwarded(lines[start:first]):
            break
        if lines[first].lstrip().startswith(">"):  # all of it stands as a quotation does
            lines, known = [*lines[:end], *(_QUOTE.sub("", line) for line in lines[end:])], True
        found = Forwarded(fields, lines[end:], lines[:end])
        start = end
    return found


def _is_called_forwarded(above: Sequence[str]) -> bool:
    """True if the lines above a copied header end with a mark of forwarding, or say nothing."""
    said = [line for line in above if line.strip(" >*_-")]
    if said and _MARK.match(said[-1]):
        return "original" not in said[-1].lower() or len(said) == 1
    return not said


def without_quoted(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the lines of a reply, and those of the message below it that it answers, with the header of that."""
    header = _header(lines, 0)
    if header is None:
        return lines, ()
    first = header[0]
    while first and (not lines[first - 1].strip(" >*_-") or _MARK.match(lines[first - 1])):
        first -= 1
    return lines[:first], lines[first:]


def _header(lines: Sequence[str], start: int) -> tuple[int, int, dict[str, str]] | None:
    """Return where the next copied header begins and ends, and its fields; None where there is none."""
    for first in range(start, len(lines)):
        match = _FIELD.match(lines[first])
        if not match or _NAMES.get(match["name"].lower()) is None:
            continue
        fields, end = _fields(lines, first)
        if len(fields) >= _LEAST and {"author", "title"} <= fields.keys():
            return (
                first,
                end,
                {name: value for name, value in fields.items() if name in ("author", "title", "published")},
            )
    return None


def _fields(lines: Sequence[str], first: int) -> tuple[dict[str, str], int]:
    """Return the fields of a header, and the line after it; a long list of recipients runs over several lines."""
    fields: dict[str, str] = {}
    end = first
    for number in range(first, min(first + _LINES, len(lines))):
        line = _QUOTE.sub("", lines[number].strip())
        match = _FIELD.match(line)
        name = _NAMES.get(match["name"].lower()) if match else None
        if match and name is not None:
            value = match["value"]
            fields.setdefault(name or match["name"].lower(), _ADDRESS.sub("", value) if name == "author" else value)
            end = number + 1
        elif line and _ADDRESS.search(line) and not re.sub(r"[\s,;\"']", "", _ADDRESS.sub("", line)).endswith("."):
            end = number + 1
        elif line or len(fields) >= _LEAST:
            break
    return fields, end
