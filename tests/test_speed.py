"""The speed benchmark runs and says what it measured; how long it took is nobody's business here."""

from __future__ import annotations

import json
import shutil
import sys
from argparse import Namespace
from itertools import islice
from pathlib import Path

import pytest

from eval.speed import made, measure, recall
from eval.speed.processes import Usage
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.location import Location


@pytest.mark.model
def test_a_short_run(tmp_path: Path, emptied_store: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    processes = measure.Bench._run

    def run(bench: measure.Bench, system: str, what: str, folder: Path) -> Usage:
        if what == "index" and not (folder / "store").exists():  # which else takes torch, and an export
            shutil.copytree(emptied_store, folder / "store")
        return processes(bench, system, what, folder)

    monkeypatch.setattr(measure.Bench, "_run", run)
    arguments = "--passages 20 --rounds 1 --questions 2 --characters 1500 --no-tutorial".split()
    monkeypatch.setattr(sys, "argv", ["python -m eval speed", *arguments, "--out", str(tmp_path / "out")])
    measure.main()
    rows = json.loads((tmp_path / "out" / "speed.json").read_text("utf-8"))["rows"]
    measured = {(row["measure"], row["system"]): row["value"] for row in rows}
    for what in (
        ("indexing: characters a second", "qabot"),
        ("indexing again: processor time", "qabot"),
        ("cold question: peak memory", "qabot"),
        ("cold question: processor time", "import chromadb"),
        ("one new article: time", "qabot"),
        ("retrieval in two years: time, 95th percentile", "qabot"),
        ("answer: processor time, median", "qabot"),
    ):
        assert measured[what] > 0, what
    assert "| cold question: peak memory | qabot |" in (tmp_path / "out" / "speed.md").read_text("utf-8")


def test_made_articles_are_the_same_every_time_and_differ_from_one_another() -> None:
    articles = list(islice(made.make(3000, seed=4), 20))
    assert articles == list(islice(made.make(3000, seed=4), 20))
    assert len({article.text for article in articles}) == 20
    assert 2000 < sum(len(article.text) for article in articles) / 20 < 4500
    assert all(article.question.endswith("?") for article in articles)
    assert articles[0] != next(made.make(3000, seed=5))


def test_an_index_with_drawn_vectors_is_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "export", lambda *_: None)  # takes torch, and seconds
    location = Location(tmp_path / "articles", tmp_path / "store")
    held = made.load(location, 50, seed=2)
    index = Index.open(location, Settings())
    articles = index.articles()
    assert sum(article.passages for article in articles) == held >= 50
    vector = index._catalogue.article_vectors(articles[0].article_id)[0]
    [passage] = index.passages([index.search_vectors(vector, 1)[0].passage_id])
    assert passage.article == articles[0]
    assert passage.text == index.text(articles[0].article_id)[passage.start : passage.end]
    index.close()


def test_of_a_few_vectors_chroma_finds_all_that_are_nearest() -> None:
    found = {figure.of.split(", asked ")[1]: figure for figure in recall.run(300, 9, seed=1) if not figure.unit}
    assert {kind: figure.value for kind, figure in found.items()} == pytest.approx(
        {"of other articles": 1, "of topics": 1, "near to nothing": 1}, abs=0.01
    )


def test_what_is_kept_as_a_figure_says_of_how_many_runs_or_questions() -> None:
    def row(what: str, system: str, value: float, unit: str) -> measure.Row:
        return measure.Row(what, system, 1000, unit, value, (value,), "computed")

    rows = [
        row("cold question: processor time", "qabot", 1.5, "s"),
        row("cold question: processor time", "import chromadb", 1.0, "s"),
        row("answer: time, median", "qabot", 90.0, "ms"),
        row("indexing: time", "qabot", 9.0, "s"),
    ]
    kept = list(measure.figures(rows, Namespace(questions=40, rounds=3)))
    assert [(figure.measure, figure.value, figure.unit, figure.note) for figure in kept] == [
        ("cold question: processor time, to `import chromadb`", 1.5, "times", "3 runs in turn"),
        ("answer: time, median", 90.0, "ms", "40 questions"),
    ]
    assert {figure.of for figure in kept} == {"1,000 passages, computed vectors"}
