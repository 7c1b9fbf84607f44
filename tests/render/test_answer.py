"""Answers as terminal text, JSON and Markdown."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console
from rich.text import Text

from qabot.answering.answer import Conversation
from qabot.errors import QabotError
from qabot.render.answer import (
    answer_json,
    answer_text,
    answering_words,
    conversation_json,
    is_quoted,
    notes,
    source_text,
    surroundings,
    surroundings_text,
    told_text,
    understood_as,
)
from qabot.render.text import error_line, markdown, plain
from qabot.render.transcript import answer_markdown, conversation_markdown
from tests.samples import ARTICLE, QUOTE, abstained, answered

HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("\x1b[]\\();8mAHJK\x07\x9b\x90\x9c\r\n\t\x00\u202e*_`<>&#|~!-+.1"), st.characters()
    )
)


def test_the_json_document_is_the_contracts() -> None:
    document = answer_json(answered())
    assert list(document) == [
        "question",
        "standalone_question",
        "answer",
        "short_answer",
        "abstained",
        "reason",
        "nearest",
        "confidence",
        "citations",
        "independent_origins",
        "evidence",
        "as_of",
        "dates",
        "disagreements",
        "index",
        "model",
        "timings_ms",
        "tokens",
        "notice",
    ]
    assert list(document["citations"][0]) == [
        "marker",
        "article_id",
        "title",
        "author",
        "publisher",
        "published",
        "source",
        "quote",
        "start",
        "end",
        "origin",
    ]
    assert list(document["evidence"][0]) == ["article_id", "source", "text", "start", "end", "score"]
    assert document["independent_origins"] == 1
    assert document["timings_ms"] == {"retrieve": 9.1, "answer": 1.0, "total": 10.1}
    assert json.loads(json.dumps(document)) == document


def test_the_text_is_the_answer_then_numbered_sources() -> None:
    assert answer_text(answered()).plain == (
        "Ada Quill. The mayor, Ada Quill, cut the ribbon at noon. [1]\n"
        "\n"
        "[1] The Courier, 2024-05-06, Fair opens (/articles/fair.md)"
    )


IN_OTHER_WORDS = answered(text="It was the mayor who cut it. [1]")


def test_a_quote_is_printed_once() -> None:
    told = answer_text(answered(text="Ada Quill. The mayor,  Ada Quill,\ncut the ribbon at noon. [1]")).plain
    assert " ".join(told.split()).count(QUOTE) == 1
    assert answer_text(IN_OTHER_WORDS).plain.endswith(f'Fair opens — "{QUOTE}" (/articles/fair.md)')
    assert answer_markdown(answered()).count("cut the ribbon at noon") == 1
    assert answer_markdown(IN_OTHER_WORDS).count("cut the ribbon at noon") == 1


def test_each_dated_step_has_a_line_of_its_own() -> None:
    steps = "As of 6 May 2024: No. “It is shut.” [1] “It rains.” [2] 5 May 2024: “It is open.” [3] 2023: “Old.” [4]"
    assert told_text(answered(text=steps, short_answer="No")).plain.splitlines() == [
        "As of 6 May 2024: No. “It is shut.” [1] “It rains.” [2]",
        "5 May 2024: “It is open.” [3]",
        "2023: “Old.” [4]",
    ]


def test_a_quote_with_a_footnote_sign_is_in_the_answer_that_writes_the_sign_otherwise() -> None:
    noted = replace(answered().citations[0], quote="The toll rose to 31.[7]")
    assert is_quoted(noted, answered(text="31. The toll rose to 31.(7) [1]"))
    assert not is_quoted(noted, answered(text="31. The toll rose to 31. [1]"))


def test_how_a_question_was_understood_is_told_where_that_is_not_what_was_asked() -> None:
    understood = answered("And who cut it?", standalone_question="Who cut the ribbon?")
    assert understood_as(understood) == "Understood as: Who cut the ribbon?"
    assert "\n*Understood as: Who cut the ribbon?*\n\nAda Quill." in answer_markdown(understood)
    assert understood_as(answered("who cut the  ribbon", standalone_question="Who cut the ribbon?")) == ""
    assert "Understood" not in answer_markdown(answered())
    behind = answered("And who cut it?", standalone_question="Who cut it (When was the fair: in May)?")
    assert understood_as(behind) == "Understood as: Who cut it? – behind “When was the fair: in May”"
    more = answered("And more?", standalone_question="Tell me more about Ada Quill (When was the fair)")
    assert understood_as(more) == "Understood as: Tell me more about Ada Quill – behind “When was the fair”"
    typed = answered("Who runs the WHO (World Health)?", standalone_question="Who runs the WHO (World Health) now?")
    assert understood_as(typed) == "Understood as: Who runs the WHO (World Health) now?"


def test_an_article_is_named_once_whatever_it_is_cited_for() -> None:
    first = answered().citations[0]
    rained = replace(first, marker=3, quote="It was raining.", start=27, end=42)
    other = replace(first, marker=2, article_id="b", title="Weather", source="/articles/rain.md")
    told = answered(text=f"{QUOTE} [1] {QUOTE} [2] It was raining. [3]", citations=(first, other, rained))
    assert answer_text(told).plain.splitlines()[-2:] == [
        "[1][3] The Courier, 2024-05-06, Fair opens (/articles/fair.md)",
        "[2] The Courier, 2024-05-06, Weather (/articles/rain.md)",
    ]
    assert answer_markdown(told).count("fair.md") == 1
    reworded = answered(text="Ada cut it in the rain. [1][3]", citations=(first, rained))
    assert answer_text(reworded).plain.endswith(
        f'[1][3] The Courier, 2024-05-06, Fair opens — [1] "{QUOTE}" — [3] "It was raining." (/articles/fair.md)'
    )


def test_what_is_unknown_of_a_source_is_left_out() -> None:
    citation = replace(answered().citations[0], publisher=None, published=None)
    assert source_text([citation], answered()).plain == "[1] Fair opens (/articles/fair.md)"
    untitled = replace(citation, title=None)
    assert source_text([untitled], answered()).plain == "[1] untitled article (/articles/fair.md)"


def bold(text: Text) -> list[str]:
    return [text.plain[span.start : span.end] for span in text.spans if span.style == "bold"]


def test_the_words_of_the_short_answer_are_bold_where_the_quote_stands() -> None:
    assert set(bold(told_text(answered(short_answer="ada quill")))) == {"Ada Quill"}
    assert bold(source_text([answered().citations[0]], IN_OTHER_WORDS)) == ["Ada Quill"]
    assert bold(told_text(answered(text="No. There was no fair. [1]", short_answer="No"))) == ["No"]
    assert bold(told_text(abstained())) == []


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("https://example.org/a", "https://example.org/a"),
        ("/a b.md", "file:///a%20b.md"),
        ("/news#1.html", "file:///news%231.html"),
        ("/news.jsonl.gz#12", "file:///news.jsonl.gz"),  # one article of an archive
        ("relative.md", None),
        ("/bin/reboot", None),
        ("javascript:alert(1)//.md", None),
    ],
)
def test_a_source_is_linked_where_it_has_an_address(source: str, link: str | None) -> None:
    text = source_text([replace(answered().citations[0], source=source)], answered())
    links = [getattr(span.style, "link", None) for span in text.spans]
    assert {found for found in links if found} == ({link} if link else set())


def test_a_source_is_named_shortly_where_a_hyperlink_leads_to_it() -> None:
    citation = answered().citations[0]
    assert source_text([citation], answered(), short=True).plain.endswith("opens (fair.md)")
    web = replace(citation, source="https://example.org/a/b?c")
    assert source_text([web], answered(), short=True).plain.endswith("opens (example.org)")
    assert source_text([replace(citation, source="a/b.md")], answered(), short=True).plain.endswith("opens (a/b.md)")


def test_who_abstains_shows_what_comes_nearest() -> None:
    assert answer_text(abstained()).plain == (
        f'The articles do not say.\n\nWhat comes nearest:\n- The Courier, 2024-05-06, Fair opens — "{QUOTE}"'
    )
    assert not notes(abstained(nearest=()))
    assert answer_markdown(abstained()).endswith(
        f"The articles do not say.\n\nWhat comes nearest:\n\n- The Courier, 2024-05-06, Fair opens — “{QUOTE}”\n"
    )
    assert "nearest" not in answer_markdown(abstained(nearest=()))


def test_what_comes_nearest_is_in_the_document_without_a_marker() -> None:
    (nearest,) = answer_json(abstained())["nearest"]
    assert (nearest["quote"], ARTICLE[nearest["start"] : nearest["end"]]) == (QUOTE, QUOTE)
    assert "marker" not in nearest
    assert answer_json(answered())["nearest"] == []


def test_a_quote_is_marked_in_its_surroundings() -> None:
    text = surroundings_text(answered().citations[0], ARTICLE).plain
    assert f">>{QUOTE}<<" in text
    assert text.endswith("People cheered.")
    assert "It was raining." in text


def test_surroundings_without_a_space_are_cut_all_the_same() -> None:
    assert surroundings("鐘" * 5000, 2000, 2010, 600) == (1400, 2610)


def test_long_surroundings_are_cut_at_words() -> None:
    long = "word " * 500 + ARTICLE + " word" * 500
    shift = len("word ") * 500
    citation = answered().citations[0]
    citation = replace(citation, start=citation.start + shift, end=citation.end + shift)
    body = surroundings_text(citation, long, reach=60).plain.split("\n\n", 1)[1]
    assert body.startswith("… word word ")
    assert body.endswith("word word …")
    assert f">>{QUOTE}<<" in body
    assert len(body) < 220


@given(HOSTILE)
def test_nothing_that_a_terminal_obeys_gets_through(text: str) -> None:
    shown = plain(text)
    assert not any((ord(c) < 32 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0 or c in "\u202d\u202e" for c in shown)
    hostile = answered(text=text, citations=(replace(answered().citations[0], title=text, source="/" + text),))
    out = StringIO()
    Console(file=out, width=80, color_system=None).print(answer_text(hostile))
    assert "\x1b" not in out.getvalue()
    assert "\x9b" not in out.getvalue()


def test_markup_in_an_article_is_shown_as_it_is() -> None:
    out = StringIO()
    Console(file=out, width=200).print(answer_text(answered(text="[bold]x[/bold] [link=http://a]b[/link]")))
    assert out.getvalue().startswith("[bold]x[/bold] [link=http://a]b[/link]\n")


@given(HOSTILE)
def test_markdown_shows_text_as_it_is(text: str) -> None:
    line = " ".join(plain(text).split())
    [inline] = MarkdownIt().parseInline(markdown(line))
    assert "".join(token.content for token in inline.children or []) == line
    assert all(token.type.startswith("text") for token in inline.children or [])
    assert [token.type for token in MarkdownIt().parse(markdown(line)) if line] in (
        [],
        ["paragraph_open", "inline", "paragraph_close"],
    )


def test_markdown_leaves_numbers_alone_that_begin_no_list() -> None:
    assert markdown("2026-12-01-152508\n3) and 4. are") == "2026-12-01-152508\n3\\) and 4. are"
    assert markdown("- one\n  + two\n12. three") == "\\- one\n  \\+ two\n12\\. three"


def test_a_conversation_as_markdown_and_json() -> None:
    conversation = Conversation().with_turn(answered()).with_turn(abstained("What did # it *cost*?"))
    document = conversation_markdown("fair", conversation)
    assert document.startswith("# fair\n\n## Who cut the ribbon?\n\nAda Quill.")
    assert "## What did \\# it \\*cost\\*?\n\nThe articles do not say.\n" in document
    assert "- \\[1\\] The Courier, 2024-05-06, Fair opens (/articles/fair.md)" in document
    assert answer_markdown(answered()) in document
    assert [turn["abstained"] for turn in conversation_json("fair", conversation)["turns"]] == [False, True]


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (QabotError("Broken.\nMend \x1b[31mit."), "Broken. Mend it."),
        (OSError(28, "No space left on device", "/x"), "Cannot read or write /x: No space left on device."),
        (ValueError("odd"), "This is a defect of qabot (ValueError: odd). Please report it"),
        (MemoryError(), "There is not enough memory."),
    ],
)
def test_every_error_is_one_line(error: BaseException, line: str) -> None:
    assert error_line(error).startswith(line)
    assert "\n" not in error_line(error)


@pytest.mark.parametrize(
    ("short_answer", "quote", "marked"),
    [
        ("Ada Quill", "Ada Quill came, and ada\nquill spoke.", ["Ada Quill", "ada\nquill"]),
        ("14 February 2003", "The court did so in 2003.", ["2003"]),
        ("14 February 2003", "In February 2003 the court did so.", ["February 2003"]),
        ("14 February 2003", "Of the judges 14 came in February.", []),
        ("Russia's Supreme Court", "The Supreme Court of Russia did so.", ["Supreme Court"]),
        ("Zamir Kabulov", "Mr Kabulov said so.", ["Kabulov"]),
        ("Zamir Kabulov", "Zamir Ahmad said so.", []),
        ("the brewer Otto Marsh", "Otto Marsh founded it.", ["Otto Marsh"]),
        ("the mayor of the town", "The mayor of the city came to the town.", []),
        ("fifteen groups", "It covered fifteen groups, not fifteen groupings.", ["fifteen groups"]),
        ("fifteen groups", "It covered fifteen lists.", []),
        ("No", "There was no fair.", []),
        ("", "Nothing is asked for.", []),
        (None, "Nothing is asked for.", []),
    ],
)
def test_words_that_answer(short_answer: str | None, quote: str, marked: list[str]) -> None:
    assert [quote[start:end] for start, end in answering_words(quote, short_answer)] == marked


@given(st.text(max_size=60), st.text(max_size=30))
def test_places_stand_in_order_within_the_quote(quote: str, short_answer: str) -> None:
    places = answering_words(quote, short_answer)
    flat = [at for place in places for at in place]
    assert flat == sorted(flat)
    assert all(0 <= start < end <= len(quote) for start, end in places)
