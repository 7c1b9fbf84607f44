"""An answer as text for a terminal, and as JSON. Nothing here writes or asks what the terminal can do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.style import Style
from rich.text import Text

from qabot.answering.answer import Answer, Citation, Conversation, Disagreement, Excerpt, Reason
from qabot.articles.formats import format_of_name
from qabot.render.text import article_label, cell, index_label, plain, web_address
from qabot.text.lexicon import MONTHS
from qabot.text.tokens import fold, is_content, words

_YEAR = re.compile(r"\d{4}")
_STEP = re.compile(rf"(?<=\]) (?=(?:(?:\d{{1,2}} )?(?:{'|'.join(MONTHS)}) )?\d{{4}}: “)")
_YES_OR_NO = ("yes", "no")
QUOTE_MARKS = ">>", "<<"
_EXCERPT = 80  # characters of a passage in a list of them
_REASONS: dict[Reason, str] = {
    "nothing-found": "no article is about it",
    "not-stated": "articles are about it, none answers",
    "unsure": "something may answer, but it cannot be relied on",
    "out-of-range": "only articles outside the asked dates or publishers answer",
}


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return the document of ``qabot ask --json``."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answer": answer.text,
        "short_answer": answer.short_answer,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "nearest": [asdict(excerpt) for excerpt in answer.nearest],
        "confidence": round(answer.confidence, 4),
        "citations": [{"marker": citation.marker} | asdict(citation) for citation in answer.citations],
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
        "index": answer.index,
        "model": answer.model,
        "timings_ms": {step: round(milliseconds, 1) for step, milliseconds in answer.timings_ms.items()},
        "tokens": {step: dict(tokens) for step, tokens in answer.tokens.items()},
        "notice": answer.notice,
    }


def conversation_json(name: str | None, conversation: Conversation) -> dict[str, Any]:
    """Return a conversation as one document: its name and the documents of all answers."""
    return {"session": name, "turns": [answer_json(turn.answer) for turn in conversation.turns]}


def answer_text(answer: Answer) -> Text:
    """Return an answer, an empty line, and its notes."""
    lines = [told_text(answer)]
    if below := notes(answer):
        lines += [Text(), *below]
    return Text("\n").join(lines)


def told_text(answer: Answer) -> Text:
    """Return what an answer says, without its notes, the words of its short answer in bold."""
    text = Text(in_lines(answer.text))
    short = plain(answer.short_answer or "")
    in_front = [(0, len(short))] if text.plain.lower().startswith(short.lower()) else []
    for start, end in (*in_front, *answering_words(text.plain, short)):
        text.stylize("bold", start, end)
    return text


def in_lines(text: str) -> str:
    """Return the text of an answer with a line of its own for each step of what happened, which begins with its day."""
    return _STEP.sub("\n", plain(text).strip())


def understood_as(answer: Answer) -> str:
    """Return ``Understood as: ...``; empty where the question was taken as it was asked.

    What a follow-up leans on, in brackets for the reader, is quoted: ``Who cut it? – behind “When was the fair”``.
    """
    meant = answer.standalone_question
    if words(meant.casefold()) == words(answer.question.casefold()):
        return ""
    from qabot.answering.references import IN_BRACKETS  # for which a prompt need not wait
    from qabot.models.reader import without_mark

    before = IN_BRACKETS.search(without_mark(meant))
    if before is None or before[0] in answer.question:
        return f"Understood as: {cell(meant)}"
    mark = "?" if meant.endswith("?") else ""
    return f"Understood as: {cell(meant[: before.start()])}{mark} – behind “{cell(before[1])}”"


def notes(answer: Answer, *, short: bool = False) -> list[Text]:
    """Return the lines below an answer: its numbered sources; where it abstains, the quotes that come nearest.

    Args:
        answer: the answer.
        short: true if a source's file or site is enough, as hyperlinks lead to the whole address.
    """
    if answer.citations:
        return [source_text(each, answer, short=short) for each in by_article(answer.citations)]
    if not answer.nearest:
        return []
    quotes = (f'- {source_label(each)} — "{" ".join(plain(each.quote).split())}"' for each in answer.nearest)
    return [Text("What comes nearest:"), *map(Text, quotes)]


def by_article(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Return citations by their articles, in the order of the first of each: an article is one source, named once."""
    articles: dict[str, list[Citation]] = {}
    for citation in citations:
        articles.setdefault(citation.article_id, []).append(citation)
    return list(articles.values())


def markers_of(citations: Iterable[Citation]) -> str:
    """Return the markers of citations: ``[1][3]``."""
    return "".join(f"[{citation.marker}]" for citation in citations)


def source_text(citations: Sequence[Citation], answer: Answer, *, short: bool = False) -> Text:
    """Return ``[1][3] publisher, date, title (source)`` of an article, with the quotes that the answer does not have.

    The quotes' words that answer are bold.
    """
    source = citations[0].source
    link = source_address(source)
    linked = Style(link=link) if link else Style()
    return Text.assemble(
        (markers_of(citations), "bold cyan"),
        " ",
        (source_label(citations[0]), linked),
        *(_quote_text(each, answer, marked=len(citations) > 1) for each in citations if not is_quoted(each, answer)),
        " (",
        (_file_or_site(source) if link and short else plain(source), Style(dim=True) + linked),
        ")",
    )


def _quote_text(citation: Citation, answer: Answer, *, marked: bool) -> Text:
    """Return a quote that an answer does not have, behind its marker where there are others beside it."""
    quote = Text(" ".join(plain(citation.quote).split()))
    for start, end in answering_words(quote.plain, plain(answer.short_answer or "")):
        quote.stylize("bold", start, end)
    return Text.assemble(f' — {f"[{citation.marker}] " if marked else ""}"', quote, '"')


def is_quoted(citation: Citation, answer: Answer) -> bool:
    """True if an answer's text has a citation's quote in it, whatever its spaces and brackets."""
    quote, text = (" ".join(words(plain(each))) for each in (citation.quote, answer.text))
    return f" {quote} " in f" {text} "


def surroundings_text(citation: Citation, stored_text: str, *, reach: int | None = 600) -> Text:
    """Return the article around a citation's quote, with the quote in ``>> <<`` and reversed.

    Args:
        citation: what to show.
        stored_text: the whole stored text of its article.
        reach: how many characters to show before and after, at most, cut at a space if one is there; None: the whole
            article.
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
    """Return start and end of the slice of a text to show around ``text[start:end]``; see `surroundings_text`."""
    if reach is None:
        return 0, len(text)
    first, last = max(0, start - reach), min(len(text), end + reach)
    if first:
        first = max(first, text.find(" ", first, start) + 1)
    if last < len(text) and (space := text.rfind(" ", end, last)) >= 0:
        last = space
    return first, last


def from_indexes(conversation: Conversation) -> str:
    """Return a sentence that says which index the turns were answered from; empty where that is not known."""
    folders = dict.fromkeys(turn.answer.index for turn in conversation.turns if turn.answer.index)
    return f"Answered from {', then '.join(map(index_label, folders))}." if folders else ""


def answering_words(quote: str, short_answer: str | None) -> list[tuple[int, int]]:
    """Return the spans of a quote in which the short answer stands, else those in which most of it does.

    Quotes that bear an answer out need not have all its words: "2003" of "14 February 2003", "Supreme Court" of
    "Russia's Supreme Court". Words that could be of anything else are not marked, nor is a yes or no.
    """
    parts = (short_answer or "").split()
    if fold("".join(parts)) in _YES_OR_NO:
        return []
    for length in range(len(parts), 0, -1):
        for start in range(len(parts) - length, -1, -1):
            run = parts[start : start + length]
            if length == len(parts) or _telling(run, parts):
                pattern = r"\s+".join(map(re.escape, run))
                if places := [match.span() for match in re.finditer(rf"(?i)(?<!\w){pattern}(?!\w)", quote)]:
                    return places
    return []


def _telling(run: list[str], parts: list[str]) -> bool:
    """True if some words of a short answer tell it from others: a year, a name, or how a name ends."""
    if any(_YEAR.search(word) for word in run):
        return True
    names = [word for word in run if word[0].isupper() and is_content(word)]
    return bool(names) and (len(run) > 1 or (run == parts[-1:] and all(word[0].isupper() for word in parts)))


def source_label(excerpt: Excerpt) -> str:
    """Return publisher, date and title of a quote's article, as far as they are known."""
    return article_label(excerpt.publisher, excerpt.published, excerpt.title, None)


def _file_or_site(source: str) -> str:
    address = web_address(source)
    return address.split("/")[2] if address else Path(plain(source)).name


def source_address(source: str) -> str | None:
    """Return the address that a hyperlink to a source leads to; None if it is no web address and no article's file."""
    file = source_file(source)
    return web_address(source) or (file.as_uri() if file else None)


def source_file(source: str) -> Path | None:
    """Return the file of a source, or the archive that holds it; None if qabot reads no files with such a name."""
    source = plain(source)
    archive, part, _ = source.rpartition("#")
    file = Path(archive if part and format_of_name(archive) else source)
    return file if file.is_absolute() and format_of_name(file.name) else None


def why_text(answer: Answer) -> Text:
    """Return how an answer came about: the question as understood, why it abstained, what was retrieved with scores."""
    facts = [
        ("asked", answer.question),
        ("understood as", answer.standalone_question),
        ("answered by", answer.model),
        ("confidence", f"{answer.confidence:.2f}"),
        ("short answer", answer.short_answer or "none"),
    ]
    if answer.reason:
        facts.append(("abstained", _REASONS[answer.reason]))
    spent = ", ".join(f"{step} {milliseconds:.0f}" for step, milliseconds in answer.timings_ms.items())
    facts.append(("milliseconds", spent or "not measured"))
    lines = [Text.assemble((f"{name:<13} ", "dim"), cell(value)) for name, value in facts]
    lines += [Text(), Text(f"Retrieved, best first (score, similarity; * is cited): {len(answer.evidence)}")]
    cited = {(each.article_id, each.start) for each in answer.citations}
    for passage in answer.evidence:
        used = any(passage.article_id == article and passage.start <= at < passage.end for article, at in cited)
        label = article_label(passage.publisher, passage.published, passage.title, passage.source)
        head = (f"{'*' if used else '-'} {passage.score:.3f} {passage.similarity:.3f} ", "bold" if used else "")
        excerpt = " ".join(plain(passage.text).split())[:_EXCERPT]
        lines.append(Text.assemble(head, label, (f": {excerpt}…", "dim")))
    return Text("\n").join(lines)


def disagreement_text(disagreement: Disagreement) -> Text:
    """Return ``The articles differ on the toll: "12" [1] of 2024-05-01, "14" [2] (superseded)``."""
    values = [
        f'"{cell(value.text)}" {"".join(f"[{marker}]" for marker in value.citations)}'
        + (f" of {value.published}" if value.published else "")
        for value in disagreement.values
    ]
    about = cell(disagreement.about)
    return Text(f"The articles differ on {about}: {', '.join(values)} ({disagreement.kind})")
