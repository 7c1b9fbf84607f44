"""What was retrieved is ranked again by its sentences, and read with what stands before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.answering.bot import Bot, load_answerer
from qabot.answering.read import READ
from qabot.answering.retrieve import by_reader, retrieve, what_stands_before
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.passages import LONGEST
from qabot.store.records import Scope
from qabot.text.sentences import sentence_spans
from tests.answering.conversations import evidence, readings, trained
from tests.store.hashing import HashingEncoder

VAGUE = evidence("The Kestrel Bridge is the pride of the valley. Who opened it, nobody asks any more.", article_id="a")
ANSWERING = evidence("The Kestrel Bridge was opened by Ingrid Dahl, the mayor, on 14 June 1987.", article_id="b")
OTHER = evidence("The old mine at Harrow closed after a fire.", article_id="c")


def test_the_passage_that_answers_is_ranked_first() -> None:
    found = [replace(VAGUE, score=0.9), replace(ANSWERING, score=0.8), replace(OTHER, score=0.5)]
    scores = by_reader(readings("Who opened the Kestrel Bridge?"), found)
    assert max(range(3), key=scores.__getitem__) == 1
    assert all(0 <= score <= 1 for score in scores)


def test_what_is_not_looked_at_goes_below() -> None:
    many = [replace(OTHER, article_id=str(n), score=0.9 - n / 100) for n in range(60)]
    scores = by_reader(readings("Who opened the Kestrel Bridge?"), many)
    assert max(scores[READ:]) <= min(scores[:READ])


def test_nothing_found_has_no_scores() -> None:
    assert by_reader(readings("Who?"), []) == []


@pytest.mark.parametrize(
    ("corrected", "holds"),
    [("2024-05-03", True), ("2024-05", True), ("2024", True), ("2024-05-01", False), ("2024-04", False)],
)
def test_a_correction_is_of_what_was_told_before_it(tmp_path: Path, corrected: str, holds: bool) -> None:
    location = Location(tmp_path / "articles", tmp_path / "store")
    location.articles.mkdir()
    told = "The collapse of the market hall of Vellmar injured 31 people."
    taken_back = "An earlier report said that 31 people were injured in Vellmar; the correct figure is 13."
    for name, day, text in (("told", "2024-05-02", told), ("corrected", corrected, taken_back)):
        matter = f"---\ntitle: {name}\npublished: {day}\n---\n"
        (location.articles / f"{name}.md").write_text(matter + text, encoding="utf-8")
    encoder = HashingEncoder()
    update(location, [], Settings(), encoder=encoder)
    index = Index.open(location, Settings(), encoder=encoder)
    found = {piece.text: piece for piece in retrieve(index, "How many people were injured in Vellmar?")}
    index.close()
    assert bool(found[told].withdrawn) is holds


def test_what_is_removed_while_it_is_read_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    location = Location(tmp_path / "articles", tmp_path / "store")
    location.articles.mkdir()
    for name in ("Vellmar", "Aldham"):
        (location.articles / f"{name}.md").write_text(f"The market hall of {name} collapsed.", encoding="utf-8")
    encoder = HashingEncoder()
    update(location, [], Settings(), encoder=encoder)
    index = Index.open(location, Settings(), encoder=encoder)
    texts, gone = index.texts, [each.article_id for each in index.articles() if "Vellmar" in each.source]
    monkeypatch.setattr(index, "texts", lambda ids: {k: v for k, v in texts(ids).items() if k not in gone})
    found = retrieve(index, "Which market hall collapsed?")
    index.close()
    assert [piece.text for piece in found] == ["The market hall of Aldham collapsed."]


def test_last_year_is_counted_from_the_day_that_was_asked_for(tmp_path: Path) -> None:
    location = Location(tmp_path / "articles", tmp_path / "store")
    location.articles.mkdir()
    earlier = "In 2011 Bob Born led the council of Aldham. He lives by the weir."
    later = "In 2018 Ann Arn led the council of Aldham. She lives by the old mill, beside the ford, with her two dogs."
    for number, text in enumerate((earlier, later)):
        matter = f"---\ntitle: Aldham {number}\npublished: 2018-12-0{number + 1}\n---\n"
        (location.articles / f"{number}.md").write_text(matter + text, encoding="utf-8")
    encoder, settings = HashingEncoder(), Settings()
    update(location, [], settings, encoder=encoder)
    with Bot(Index.open(location, settings, encoder=encoder), settings, load_answerer(settings), trained()) as bot:
        day = date(2019, 6, 1)
        answer = bot.ask("Who led the council of Aldham last year?", scope=Scope(until=day, as_of=day))
    assert [piece.text for piece in answer.evidence] == [later, earlier]
    assert answer.short_answer == "Ann Arn"


@given(
    text=st.text(alphabet='ab. \n"”!', min_size=1, max_size=900),
    start=st.integers(0, 800),
    length=st.integers(1, 1000),
)
def test_before_a_passage_whole_sentences_of_its_article_are_read(text: str, start: int, length: int) -> None:
    start = min(start, len(text) - 1)
    piece = replace(evidence(text[start : start + length]), start=start, end=start + length)
    before = what_stands_before(piece, text)
    assert text[:start].endswith(before)
    assert len(before) + len(piece.text) <= max(LONGEST, len(piece.text))
    begins = start - len(before)
    known = max(0, start - 300, start - max(0, LONGEST - len(piece.text)))
    assert not before or begins in {known + begin for begin, _ in sentence_spans(text[known:start])}


def test_what_stands_before_a_passage_names_who_is_meant() -> None:
    text = "The fair opened. Ada Quill, the mayor, spoke first. She cut the ribbon at noon."
    she = text.index("She")
    piece = replace(evidence(text[she:]), start=she, end=len(text))
    assert what_stands_before(piece, text) == "The fair opened. Ada Quill, the mayor, spoke first. "
    quoted = 'She cut "the ribbon," she said, at noon. ' * 9 + text
    she = quoted.rindex("She cut")
    before = what_stands_before(replace(piece, start=she, end=len(quoted)), quoted)
    assert before.startswith("She cut")
    long = replace(piece, text="x" * 970)
    assert what_stands_before(long, text) == ""
