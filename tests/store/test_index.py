from __future__ import annotations

import errno
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from qabot.errors import QabotError, StoreError
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.records import Scope
from qabot.store.search_files import LastConfirmed
from tests.store.hashing import HashingEncoder


def found(index: Index, question: str, scope: Scope = Scope(), k: int = 10) -> tuple[list[str], list[str]]:  # noqa: B008
    """Titles that the two searches find, each once, best first."""
    hits = index.search_vectors(index.encoder.encode([question])[0], k, scope), index.search_words(question, k, scope)
    vectors, words = (
        [each.article.title or "" for each in index.passages([hit.passage_id for hit in some])] for some in hits
    )
    return list(dict.fromkeys(vectors)), list(dict.fromkeys(words))


def test_a_name_is_found_by_its_initials(location: Location, settings: Settings, hashing: HashingEncoder) -> None:
    (location.articles / "guild.md").write_text("The Guild of Salt and Tin Traders met in Port Lenn.", encoding="utf-8")
    update(location, [], settings, encoder=hashing)
    with closing(Index.open(location, settings, encoder=hashing)) as index:
        for short in ("GSTT", "gosatt"):
            (hit,) = index.search_words(short, 1)
            assert "Guild" in index.passages([hit.passage_id])[0].text


def test_passages_are_found_by_a_word_spelt_nearly_so(opened: Index) -> None:
    def titles(word: str) -> set[str | None]:
        return {
            each.article.title for each in opened.passages([hit.passage_id for hit in opened.spelt_nearly(word, 5)])
        }

    assert titles("harbuor") == titles("harbor") == {"Harbour bridge reopens"}
    assert titles("comuter") == {"Harbour bridge reopens"}
    assert titles("comutters") == {"Harbour bridge reopens"}  # of a long word two letters may differ
    assert titles("harbour") == set()  # it is known
    assert titles("wheels") == set()


def test_both_searches_find_the_article(opened: Index) -> None:
    vectors, words = found(opened, "How much did the repairs of the harbour bridge cost?")
    assert vectors[0] == words[0] == "Harbour bridge reopens"
    assert len(vectors) == 3


def test_passages_are_slices_of_the_stored_text(opened: Index) -> None:
    hits = opened.search_words("wheat harvest bridge satellite", 10)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    passages = opened.passages([hit.passage_id for hit in hits])
    assert [passage.passage_id for passage in passages] == [hit.passage_id for hit in hits]
    assert len(passages) == 3
    for passage in passages:
        assert passage.text == opened.text(passage.article.article_id)[passage.start : passage.end]
    assert opened.passages([7]) == []


def test_entries_of_words_are_cut_from_a_text_that_is_read_once(
    location: Location, run, settings: Settings, hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "left the harbour of Sado in the fog, with mail and milk for all who live on the island."
    for name in ("ferry", "train"):
        rows = "\n\n".join(f"At {n} past eight the {name} {said}" for n in range(60))
        (location.articles / f"{name}.md").write_text(f"---\ntitle: The {name}\n---\n{rows}", encoding="utf-8")
    run()
    with closing(Index.open(location, settings, encoder=hashing)) as index:
        catalogue = index._catalogue
        rows_of, asked = catalogue._rows, list[str]()

        def counted(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
            asked.append(statement)
            return rows_of(statement, values)

        monkeypatch.setattr(catalogue, "_rows", counted)
        ids = sorted(catalogue.passage_ids())
        asked.clear()
        entries = catalogue.entries(ids)
        held = set(catalogue.articles_of(ids).values())
        assert sum("SELECT text" in each for each in asked) == len(held) < len(entries)
        assert [each.passage_id for each in entries] == ids
        assert [each.text for each in entries] == [each.text for each in catalogue.passages(ids)]


@pytest.mark.parametrize(
    ("scope", "titles"),
    [
        (Scope(since=date(2023, 5, 4), until=date(2023, 5, 4)), {"Harbour bridge reopens"}),
        (Scope(since=date(2023, 5, 5)), {"Wheat harvest fails in the north"}),
        (Scope(since=date(2024, 2, 2)), set()),
        (Scope(until=date(2024, 2, 28)), {"Harbour bridge reopens"}),
        (Scope(until=date(2024, 2, 29)), {"Harbour bridge reopens", "Wheat harvest fails in the north"}),
        (Scope(publishers=("FARM weekly",)), {"Wheat harvest fails in the north"}),
        (
            Scope(publishers=("Farm Weekly", "the coast post")),
            {"Harbour bridge reopens", "Wheat harvest fails in the north"},
        ),
        (Scope(since=date(2024, 1, 1), publishers=("The Coast Post",)), set()),
        (Scope(publishers=("Nobody's Paper",)), set()),
    ],
)
def test_scope(opened: Index, scope: Scope, titles: set[str]) -> None:
    vectors, words = found(opened, "bridge wheat harvest satellite", scope)
    assert set(vectors) == set(words) == titles


def test_words_are_found_in_other_forms(opened: Index) -> None:
    for query in ("HARVESTS failing", "Lénn’s pörts", "ministries promise"):
        assert opened.search_words(query, 5)


def test_british_and_american_spelling_are_one(location: Location, run, settings: Settings, hashing) -> None:
    (location.articles / "group.txt").write_text("The organisation was recognised by nobody at all that year.")
    run()
    index = Index.open(location, settings, encoder=hashing)
    assert len(index.search_words("organization recognized", 5)) == 1
    index.close()


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.text(max_size=80)
    | st.sampled_from(['"', "a AND", "title:x", "(", "*", "[a TO b]", "a^2 ~1", "\x00", "--", "😀"])
)
def test_any_text_is_a_query(opened: Index, query: str) -> None:
    assert all(hit.score > 0 for hit in opened.search_words(query, 3))


def test_a_query_of_100_000_characters(opened: Index) -> None:
    assert opened.search_words("bridge word%d " * 10_000, 3)


def test_article_by_prefix(opened: Index) -> None:
    record = opened.articles()[0]
    assert opened.article(record.article_id[:5]) == opened.article(record.article_id) == record
    assert opened.article(record.article_id[:5].upper()) == record
    assert opened.text(record.article_id[:5]) == opened.text(record.article_id)


def test_an_article_is_found_by_its_id_without_a_look_at_all_ids(opened: Index) -> None:
    asked: list[str] = []
    opened._catalogue._connection.set_trace_callback(asked.append)
    opened.article(opened.articles()[0].article_id)
    opened._catalogue._connection.set_trace_callback(None)
    [statement] = [each for each in asked if "SELECT article_id FROM articles" in each]
    [(*_, plan)] = opened._catalogue._rows(f"EXPLAIN QUERY PLAN {statement}")
    assert plan.startswith("SEARCH")


@pytest.mark.parametrize("wrong", ["zzzz", "", "%", "_", "a'b", "f" * 300])
def test_an_unknown_article_is_one_line(opened: Index, wrong: str) -> None:
    with pytest.raises(QabotError, match=r"articles list|begins with") as raised:
        opened.article(wrong)
    assert "\n" not in str(raised.value)


def test_an_unknown_article_names_the_nearest(opened: Index) -> None:
    record = opened.articles()[0]
    typo = record.article_id[:7] + "x" + record.article_id[8:]
    with pytest.raises(QabotError, match=f"did you mean.*{record.article_id}"):
        opened.article(typo)


def test_a_record_says_what_is_known(opened: Index) -> None:
    bridge, satellite, wheat = opened.articles()
    assert (bridge.title, bridge.author, bridge.publisher, bridge.published) == (
        "Harbour bridge reopens", "Ana Sol", "The Coast Post", "2023-05-04",
    )  # fmt: skip
    assert (satellite.author, satellite.publisher, satellite.published, satellite.url) == (None, None, None, None)
    assert wheat.published == "2024-02"
    assert bridge.passages == 1
    assert bridge.origin == bridge.article_id
    assert bridge.indexed.endswith("+00:00")


def test_fingerprint_changes_with_content_alone(opened: Index, location: Location, run) -> None:
    before = opened.fingerprint
    run()
    assert opened.fingerprint == before
    (location.articles / "new.txt").write_text("Something new has happened in the old town today.")
    run()
    assert opened.fingerprint != before


def test_an_open_index_follows_what_another_writes(opened: Index, location: Location, run) -> None:
    assert not opened.search_words("xylophone", 3)
    (location.articles / "new.txt").write_text("A xylophone was stolen from the opera on Friday night.")
    run()
    assert len(opened.search_words("xylophone", 3)) == 1
    assert (
        "xylophone"
        in opened.passages(
            [opened.search_vectors(opened.encoder.encode(["A xylophone was stolen"])[0], 1)[0].passage_id]
        )[0].text
    )


@pytest.mark.parametrize("stopped_by", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
def test_what_could_not_be_opened_once_is_opened_for_the_next_question(
    opened: Index, monkeypatch: pytest.MonkeyPatch, stopped_by: BaseException
) -> None:
    def stop(_: object) -> bool:
        raise stopped_by

    with monkeypatch.context() as patch:
        patch.setattr(LastConfirmed, "whole", property(stop))
        with pytest.raises((StoreError, KeyboardInterrupt)):
            opened.search_words("wheat harvest", 5)
    assert opened.search_words("wheat harvest", 5)


def test_what_cannot_be_read_of_the_catalogue_is_not_told_as_damage(
    opened: Index, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise StoreError("Another program holds it open.")

    with closing(Catalogue.open(location.catalogue)) as catalogue:
        catalogue.have_pending("article_id", catalogue.article_ids()[:1])
    with monkeypatch.context() as patch:
        patch.setattr(Catalogue, "entries", locked)
        with pytest.raises(StoreError, match=r"^Another program holds it open"):
            opened.search_words("wheat harvest", 5)
    assert opened.search_words("wheat harvest", 5)


def test_an_index_whose_model_was_missing_at_first_is_half_built(
    location: Location, settings: Settings, hashing: HashingEncoder
) -> None:
    with pytest.raises(StoreError, match="no embedding model"):
        update(location, [], Settings(encoder="no-such-model"))
    with closing(Index.open(location, settings, encoder=hashing)) as index:
        assert index.half_built


def test_many_threads_read(opened: Index) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: found(opened, "harbour bridge"), range(40)))
    assert all(answer == answers[0] for answer in answers)


def test_no_index(location: Location, settings: Settings) -> None:
    with pytest.raises(StoreError, match=r"There is no index in .*qabot index"):
        Index.open(location, settings)


def test_another_embedding_model(opened: Index, location: Location, settings: Settings) -> None:
    with pytest.raises(
        StoreError, match=r"made with the embedding model hashing, not all-MiniLM-L6-v2.*QABOT_ENCODER=hashing"
    ):
        Index.open(location, settings)
    index = Index.open(location, settings, encoder=HashingEncoder(digest="1" * 64))
    with pytest.raises(StoreError, match="its weights changed"):
        _ = index.encoder
    index.close()


def test_an_index_that_became_empty(
    location: Location, run, rebuild, settings: Settings, hashing: HashingEncoder
) -> None:
    run()
    for file in location.articles.iterdir():
        file.unlink()
    report = run(prune=True)
    assert (report.removed, report.articles, report.passages) == (3, 0, 0)
    index = Index.open(location, settings, encoder=hashing)
    assert index.articles() == index.search_words("bridge", 3) == []
    assert index.search_vectors(hashing.encode(["bridge"])[0], 3) == []
    assert index.search_vectors(hashing.encode(["bridge"])[0], 0) == []
    index.close()
    rebuild()
    index = Index.open(location, settings, encoder=hashing)
    assert index.search_vectors(hashing.encode(["bridge"])[0], 3) == []
    index.close()


# -- the starter articles, with the real embedding model ---------------------------------------------------------------


@pytest.mark.model
def test_every_starter_article_is_found_by_its_title(starter_index: Index) -> None:
    records = starter_index.articles()
    titles = [record.title or "" for record in records]
    for record, vector in zip(records, starter_index.encoder.encode(titles), strict=True):
        for hits in (starter_index.search_vectors(vector, 3), starter_index.search_words(record.title or "", 3)):
            found = {passage.article.article_id for passage in starter_index.passages([hit.passage_id for hit in hits])}
            assert record.article_id in found
        assert starter_index.search_vectors(vector, 1)[0].score > 0.5


@pytest.mark.model
def test_articles_on_one_event_are_not_taken_for_reprints(starter_index: Index) -> None:
    assert [record.origin for record in starter_index.articles()] == [
        record.article_id for record in starter_index.articles()
    ]


@pytest.mark.model
def test_a_second_run_needs_no_model(starter_location: Location) -> None:
    report = update(starter_location, [], Settings())
    assert (report.added, report.updated, report.skipped) == (0, 0, ())
    assert report.unchanged == report.articles > 0
