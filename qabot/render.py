"""Answer -> terminal, JSON, Markdown. Pure: nothing here writes, and nothing asks what the terminal can do.

What articles and language models wrote is untrusted: it reaches a terminal without control characters, as literal
`rich.text.Text` (never as markup), and Markdown with its special characters escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.style import Style
from rich.text import Text
from wcwidth import strip_sequences

from qabot.answering.answer import Answer, Citation, Conversation
from qabot.articles.article import Stated
from qabot.articles.formats import format_of_name
from qabot.articles.provenance import FIELDS, differing
from qabot.errors import QabotError
from qabot.store.records import ArticleRecord, Change
from qabot.text.tokens import is_content

# C0 and C1 except tab and newline, what is left of an escape sequence, and the marks that reorder or isolate text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_MARKDOWN_LINE = re.compile(r"^(\s*\d*)([-+=.)])", re.MULTILINE)
_NEAREST = 3
QUOTE_MARKS = ">>", "<<"
_YEAR = re.compile(r"\d{4}")


def plain(text: str) -> str:
    """The text without anything that a terminal would obey."""
    return _CONTROL.sub("", strip_sequences(text))


def error_line(error: BaseException) -> str:
    """One line that says what is wrong and how to mend it, for any error."""
    if isinstance(error, QabotError):
        message = str(error)
    elif isinstance(error, MemoryError):
        message = "There is not enough memory. Close other programs, or index fewer articles at a time."
    elif isinstance(error, OSError):
        where = f" {error.filename}" if error.filename else ""
        message = f"Cannot read or write{where}: {error.strerror or error}."
    else:
        message = (
            f"This is a defect of qabot ({type(error).__name__}: {error}). "
            "Please report it with what --debug shows; nothing that was saved is lost."
        )
    return " ".join(plain(message).split())


def answer_json(answer: Answer) -> dict[str, Any]:
    """The document of ``qabot ask --json``."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "confidence": round(answer.confidence, 4),
        "citations": [asdict(citation) for citation in answer.citations],
        "independent_origins": answer.independent_origins,
        "evidence": [
            {
                "article_id": evidence.article_id,
                "source": evidence.source,
                "text": evidence.text,
                "start": evidence.start,
                "end": evidence.end,
                "score": evidence.score,
            }
            for evidence in answer.evidence
        ],
        "as_of": answer.as_of,
        "dates": [asdict(date) for date in answer.dates],
        "disagreements": [asdict(disagreement) for disagreement in answer.disagreements],
        "model": answer.model,
        "timings_ms": {step: round(milliseconds, 1) for step, milliseconds in answer.timings_ms.items()},
        "tokens": {step: dict(tokens) for step, tokens in answer.tokens.items()},
        "notice": answer.notice,
    }


def conversation_json(name: str | None, conversation: Conversation) -> dict[str, Any]:
    """A conversation as one document: its name and the document of every answer."""
    return {"session": name, "turns": [answer_json(turn.answer) for turn in conversation.turns]}


def answer_text(answer: Answer) -> Text:
    """The answer, an empty line, and its sources (or, where the bot abstained, what came nearest)."""
    notes = notes_text(answer)
    body = Text(plain(answer.text).strip())
    return Text.assemble(body, "\n\n", notes) if notes else body


def notes_text(answer: Answer) -> Text:
    """What stands below an answer, a line each; see `notes`."""
    return Text("\n").join(notes(answer))


def notes(answer: Answer, *, short: bool = False) -> list[Text]:
    """What stands below an answer: its numbered sources; for one that abstained the articles that came nearest.

    Args:
        answer: the answer.
        short: name a source's file or site alone, where hyperlinks lead to the whole address.
    """
    if answer.citations:
        return [citation_text(citation, answer.short_answer, short=short) for citation in answer.citations]
    if answer.reason == "nothing-found":
        return []
    nearest = list(
        dict.fromkeys(
            article_label(passage.publisher, passage.published, passage.title, passage.source)
            for passage in answer.evidence
        )
    )[:_NEAREST]
    if not nearest:
        return []
    return [Text("The articles that came nearest (they do not answer it):"), *(Text(f"- {name}") for name in nearest)]


def citation_text(citation: Citation, short_answer: str | None = None, *, short: bool = False) -> Text:
    """``[1] publisher, date, title — "quote" (source)``, the words that answer in bold."""
    quote = Text(" ".join(plain(citation.quote).split()))
    for start, end in answering_words(quote.plain, plain(short_answer or "")):
        quote.stylize("bold", start, end)
    link = source_address(citation.source)
    linked = Style(link=link) if link else Style()
    return Text.assemble(
        (f"[{citation.marker}]", "bold cyan"),
        " ",
        (source_label(citation), linked),
        ' — "',
        quote,
        '" (',
        (_file_or_site(citation.source) if link and short else plain(citation.source), Style(dim=True) + linked),
        ")",
    )


def surroundings_text(citation: Citation, stored_text: str, *, reach: int | None = 600) -> Text:
    """The article around a citation's quote, the quote marked by ``>> <<`` and in reverse.

    Args:
        citation: what to show.
        stored_text: the whole stored text of its article.
        reach: about how many characters to show before and after, cut at white space; None: the whole article.
    """
    start, end = surroundings(stored_text, citation.start, citation.end, reach)
    opening, closing = QUOTE_MARKS
    return Text.assemble(
        (f"[{citation.marker}] ", "bold cyan"),
        (source_label(citation), "bold"),
        "\n",
        (plain(citation.source), "dim"),
        "\n\n",
        "… " if start else "",
        plain(stored_text[start : citation.start]),
        (f"{opening}{plain(stored_text[citation.start : citation.end])}{closing}", "reverse"),
        plain(stored_text[citation.end : end]),
        " …" if end < len(stored_text) else "",
    )


def surroundings(text: str, start: int, end: int, reach: int | None) -> tuple[int, int]:
    """The slice of a text that is shown around ``[start:end]``, cut at white space; see `surroundings_text`."""
    if reach is None:
        return 0, len(text)
    first = text.find(" ", max(0, start - reach)) + 1 if start > reach else 0
    last = text.rfind(" ", end, end + reach) if end + reach < len(text) else len(text)
    return min(first, start), last if last >= 0 else len(text)


def answer_markdown(answer: Answer) -> str:
    """A question as a heading, its answer and its sources."""
    lines = [f"## {markdown(' '.join(answer.question.split()))}", "", markdown(answer.text), ""]
    for citation in answer.citations:
        label = markdown(source_label(citation))
        quote = markdown(" ".join(citation.quote.split()))
        lines += [f"- \\[{citation.marker}\\] {label}: “{quote}” ({markdown(citation.source)})"]
    return "\n".join(lines).rstrip() + "\n"


def conversation_markdown(name: str | None, conversation: Conversation) -> str:
    """A conversation as a document."""
    title = f"# {markdown(name or 'Conversation')}\n"
    return "\n".join([title, *(answer_markdown(turn.answer) for turn in conversation.turns)])


def markdown(text: str) -> str:
    """The text so that Markdown shows it as it is."""
    return _MARKDOWN_LINE.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", plain(text)))


def article_text(
    article: ArticleRecord,
    text: str,
    stated: Sequence[Stated],
    reprints: Sequence[ArticleRecord],
    changes: Sequence[Change],
) -> Text:
    """What is known of an article, line by line, each with where it was stated; then its text.

    Args:
        article: the article.
        text: its stored text.
        stated: all that it says of itself.
        reprints: the other articles of its origin.
        changes: how it changed.
    """
    differing_ = differing(stated)
    lines: list[tuple[str, str]] = [("article_id", article.article_id)]
    for field in FIELDS:
        if value := getattr(article, field):
            where = _where(field, value, stated)
            lines.append((field, f"{value} ({where})" if where else value))
        others = [each for each in differing_.get(field, ()) if each.value != value]
        lines += [("", f"or {each.value} ({each.where})") for each in others]
    lines += [("source", article.source), ("passages", str(article.passages)), ("indexed", article.indexed)]
    lines.append(("origin", article.origin))
    lines += [("", f"also {_reprint(each, leads=each.article_id == article.origin)}") for each in reprints]
    lines += [
        ("changed", f"{change.time[:10]}: {', '.join(change.what)} (was {change.former_id})") for change in changes
    ]
    head = Text("\n").join(Text.assemble((f"{name:<10}", "dim"), "  ", cell(value)) for name, value in lines)
    return Text.assemble(head, "\n\n", plain(text))


def _where(field: str, value: str, stated: Iterable[Stated]) -> str | None:
    """The place that states what is held of a field, if perhaps with more words."""
    said = [each for each in stated if each.field == field and value in each.value]
    return min(said, key=lambda each: each.value != value).where if said else None


def _reprint(article: ArticleRecord, *, leads: bool) -> str:
    label = article_label(article.publisher, article.published, article.title, article.source)
    return f"{article.article_id}{' (leads)' if leads else ''} {label}"


def cell(value: object) -> str:
    """A value for one cell of a table: one line, empty where it is unknown."""
    return "" if value is None else " ".join(plain(str(value)).split())


def article_label(publisher: str | None, published: str | None, title: str | None, source: str | None) -> str:
    """Publisher, date and title of an article as far as they are known; its source where it has no title."""
    known = [cell(publisher), cell(published), cell(title) or cell(source)]
    return ", ".join(part for part in known if part) or "untitled article"


def source_label(citation: Citation) -> str:
    """Publisher, date and title of a citation's article, as far as they are known."""
    return article_label(citation.publisher, citation.published, citation.title, None)


def _file_or_site(source: str) -> str:
    source = plain(source)
    return source.split("/")[2] if re.match(r"https?://", source) else Path(source).name


def source_address(source: str) -> str | None:
    """What a hyperlink to a source points to; none where it is neither a web address nor an article's file."""
    source = plain(source)
    if re.match(r"https?://", source):
        return source
    file = source_file(source)
    return file.as_uri() if file else None


def source_file(source: str) -> Path | None:
    """The file of a source, or the archive that it is part of; none where no file of a kind that is read can be it."""
    source = plain(source)
    archive, part, _ = source.rpartition("#")
    file = Path(archive if part and format_of_name(archive) else source)
    return file if file.is_absolute() and format_of_name(file.name) else None


def answering_words(quote: str, short_answer: str | None) -> list[tuple[int, int]]:
    """Where in a quote the short answer stands, from and to; else where most of it does.

    Quotes that bear an answer out need not have all its words: "2003" of "14 February 2003", "Supreme Court" of
    "Russia's Supreme Court". Words that could be of anything else are not marked.
    """
    words = (short_answer or "").split()
    for length in range(len(words), 0, -1):
        for start in range(len(words) - length, -1, -1):
            run = words[start : start + length]
            if length == len(words) or _telling(run, words):
                pattern = r"\s+".join(map(re.escape, run))
                if places := [match.span() for match in re.finditer(rf"(?i)(?<!\w){pattern}(?!\w)", quote)]:
                    return places
    return []


def _telling(run: list[str], words: list[str]) -> bool:
    """Whether some words of a short answer tell it from others: a year, a name, or how a name ends."""
    if any(_YEAR.search(word) for word in run):
        return True
    names = [word for word in run if word[0].isupper() and is_content(word)]
    return bool(names) and (len(run) > 1 or (run == words[-1:] and all(word[0].isupper() for word in words)))
