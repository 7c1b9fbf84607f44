from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qabot.models.encoder import Encoder
from qabot.settings import Settings
from qabot.store.catalogue import Catalogue
from qabot.store.duplicates import Prose, _Comparison, aligned, bands, is_near_copy, is_paraphrase, leader, same_facts
from qabot.store.index import Index
from qabot.store.ingest import remove, update
from qabot.store.location import Location
from qabot.store.records import ArticleRecord, UpdateReport
from tests.store import reprints
from tests.store.hashing import HashingEncoder
from tests.store.reprints import PARAPHRASES, SAME_EVENTS, TEMPLATES, WIRE, WIRE_EDITED, WIRE_SHORTENED, Pair, round_up

Group = Callable[..., dict[str, str]]

STORIES = [pair.one for pair in (*PARAPHRASES, *SAME_EVENTS)]

NAMELESS = """Fishermen along the coast say that they saw the lorries for weeks and thought nothing of it, because
the market is busy at night and nobody asks what is in a box.

Neighbours of the warehouse told a different story. They had complained about the noise of pumps since the spring.

It is not clear who would have bought the animals. A trader who did not want to be named spoke of a network of dealers.

Campaigners want the whole trade to be stopped until the stocks have recovered, as it was done with the sturgeon."""


def prose(text: str, encoder: Encoder | None = None) -> Prose:
    return Prose(text, (encoder or HashingEncoder()).encode)


def put(location: Location, name: str, text: str, **fields: str) -> Path:
    path = location.articles / f"{name}.md"
    matter = "".join(f"{field}: {value}\n" for field, value in {"title": name, **fields}.items())
    path.write_text(f"---\n{matter}---\n{text}", encoding="utf-8")
    return path


def groups(location: Location, encoder: Encoder) -> dict[str, str]:
    """The title of the article that leads its origin, by an article's title."""
    index = Index.open(location, Settings(), encoder=encoder)
    records = {record.article_id: record for record in index.articles()}
    index.close()
    return {record.title or "": records[record.origin].title or "" for record in records.values()}


@pytest.fixture
def grouped(location: Location, hashing: HashingEncoder, run: Callable[..., UpdateReport]) -> Group:
    """Brings the index up to date with the folder and says who leads whom."""

    def grouped() -> dict[str, str]:
        run(prune=True)
        return groups(location, hashing)

    return grouped


# -- which are copies ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", [WIRE, WIRE_EDITED, WIRE_SHORTENED], ids=["exact", "edited", "shortened"])
def test_a_copy_is_a_copy_either_way_round(other: str) -> None:
    for one, two in ((WIRE, other), (other, WIRE)):
        assert same_facts(prose(one), prose(two))
        assert is_near_copy(prose(one), prose(two))


def test_what_shares_little_is_no_copy() -> None:
    for one, two in combinations([WIRE, *STORIES], 2):
        assert not is_near_copy(prose(one), prose(two))


def test_what_only_shows_the_same_gallery_is_no_copy() -> None:
    gallery = "\n\n".join(STORIES)
    one, other = (f"{own}\n\n{gallery}" for own in (WIRE, reprints.DAM_SECOND_REPORTER))
    assert not is_near_copy(prose(one), prose(other))


def test_one_story_in_the_middle_of_many_is_no_copy_of_them_all() -> None:
    page = round_up(*STORIES)
    assert not any(is_near_copy(prose(story), prose(page)) for story in STORIES[1:])


@pytest.mark.parametrize("pair", TEMPLATES, ids=lambda pair: pair.name)
def test_a_form_filled_in_anew_has_other_facts(pair: Pair) -> None:
    assert not same_facts(prose(pair.one), prose(pair.other))


@pytest.mark.parametrize("pair", PARAPHRASES, ids=lambda pair: pair.name)
def test_a_paraphrase_has_the_same_facts(pair: Pair) -> None:
    assert same_facts(prose(pair.one), prose(pair.other))


def test_a_corrected_figure_makes_no_other_article() -> None:
    assert same_facts(prose(WIRE.replace("eleven tonnes", "11 tonnes")), prose(WIRE.replace("eleven", "12")))


def test_sentences_are_aligned_in_order() -> None:
    unit = np.eye(5, dtype=np.float32)
    sizes = np.ones(5)
    assert aligned(unit, sizes) == [(n, n) for n in range(5)]
    assert len(aligned(unit[::-1], sizes)) == 1
    moved = unit[[4, 0, 1, 2, 3]]  # the last sentence was put in front
    assert aligned(moved, sizes) == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert aligned(moved, np.array([9.0, 1, 1, 1, 1])) == [(0, 4)]  # unless it weighs more than all others
    assert aligned(np.full((4, 6), 0.5, dtype=np.float32), sizes[:4]) == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1, width=32), min_size=3, max_size=3), min_size=1, max_size=8))
def test_alignment_pairs_each_sentence_once_and_rises(rows: list[list[float]]) -> None:
    similarity = np.array(rows, dtype=np.float32)
    pairs = aligned(similarity, np.ones(len(rows)))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert all(similarity[a].max() == similarity[a, b] == similarity[:, b].max() for a, b in pairs)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=200).filter(lambda text: any(char.isalnum() for char in text)), st.text())
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    texts = prose(one), prose(f"x{other}")
    assert same_facts(*texts) in (True, False)
    assert is_near_copy(*texts) == is_near_copy(*texts[::-1]) or texts[0].sizes.sum() == texts[1].sizes.sum()
    assert is_paraphrase(*texts) in (True, False)
    assert is_near_copy(texts[0], texts[0]) or not texts[0].sizes.sum()


def test_near_copies_have_a_band_in_common_and_others_none() -> None:
    assert set(bands(prose(WIRE))) & set(bands(prose(WIRE_EDITED)))
    assert bands(prose(WIRE)) == bands(prose(WIRE.upper()))
    for one, other in combinations([WIRE, *STORIES], 2):
        assert not set(bands(prose(one))) & set(bands(prose(other)))


def test_bands_are_kept_so_their_making_may_not_change() -> None:
    assert bands(prose("The ferry struck a stone pier."))[:2] == BANDS


BANDS = [2756184519267984338, 8232283466736541469]


# -- groups in an index --------------------------------------------------------------------------------------------


def test_reprints_share_the_origin_of_the_earliest(location: Location, grouped: Group) -> None:
    put(location, "full", WIRE, published="2024-03-02")
    put(location, "short", WIRE_SHORTENED, published="2024-03-01")
    put(location, "edited", WIRE_EDITED)
    found = grouped()
    assert [found[title] for title in ("full", "short", "edited")] == ["short"] * 3
    assert found["Harbour bridge reopens"] == "Harbour bridge reopens"


def test_other_articles_are_of_other_origins(location: Location, grouped: Group) -> None:
    for pair in (*SAME_EVENTS, *TEMPLATES):
        put(location, f"{pair.name} one", pair.one, published="2024-03-02")
        put(location, f"{pair.name} other", pair.other, published="2024-03-01")
    assert all(title == lead for title, lead in grouped().items())


def test_what_was_edited_much_and_published_much_later_is_another_edition(location: Location, grouped: Group) -> None:
    edited = "\n\n".join([*WIRE.split("\n\n")[:-2], *NAMELESS.split("\n\n")[:2]])
    put(location, "first", WIRE, published="2023-12-01")
    put(location, "soon after", edited, published="2023-12")
    assert grouped()["soon after"] == "first"
    put(location, "first", WIRE, published="2022-12-01")
    assert grouped()["soon after"] == "soon after"
    put(location, "soon after", f"{WIRE}\n\nFirst printed last year.", published="2023-12")
    assert grouped()["soon after"] == "first"


def test_a_round_up_joins_none_of_its_stories(location: Location, grouped: Group) -> None:
    put(location, "round-up", round_up(*STORIES), published="2024-01-01")
    for number, story in enumerate(STORIES[1:]):
        put(location, f"story {number}", story, published="2024-02-02")
    assert all(title == lead for title, lead in grouped().items())


def test_a_reprint_found_later_joins_or_leads(location: Location, grouped: Group) -> None:
    put(location, "first", WIRE, published="2024-03-02")
    assert grouped()["first"] == "first"
    put(location, "later", WIRE_EDITED, published="2024-03-05")
    assert grouped()["later"] == "first"
    put(location, "earlier", WIRE_SHORTENED, published="2024-02-01")
    found = grouped()
    assert [found[title] for title in ("first", "later", "earlier")] == ["earlier"] * 3


def test_a_reprint_of_a_reprint_is_of_the_origin(location: Location, grouped: Group) -> None:
    first, new = WIRE.split("\n\n"), NAMELESS.split("\n\n")
    edited = [*first[:8], *new[:2]]
    edited_again = [*first[:5], *new[2:], first[7], *new[:2]]
    put(location, "a", WIRE, published="2024-01-01")
    put(location, "c", "\n\n".join(edited_again), published="2024-01-03")
    found = grouped()
    assert (found["a"], found["c"]) == ("a", "c")
    between = put(location, "b", "\n\n".join(edited), published="2024-01-02")
    found = grouped()
    assert [found[title] for title in "abc"] == ["a"] * 3
    between.unlink()
    found = grouped()
    assert (found["a"], found["c"]) == ("a", "c")


def test_without_its_leader_a_group_finds_another(
    location: Location, settings: Settings, hashing: HashingEncoder, grouped: Group
) -> None:
    for number, name in enumerate(("first", "second", "third"), 1):
        put(
            location, name, f"{WIRE}\n\nIt was printed in the {name} paper of the country.", published=f"2024-0{number}"
        )
    assert set(grouped().values()) >= {"first"}
    index = Index.open(location, settings, encoder=hashing)
    [first] = [record.article_id for record in index.articles() if record.title == "first"]
    index.close()
    remove(location, [first], settings, encoder=hashing)
    found = groups(location, hashing)
    assert "first" not in found
    assert found["third"] == found["second"] == "second"


def test_what_is_removed_is_gone_though_the_model_is_missing(location: Location, grouped: Group) -> None:
    put(location, "first", WIRE, published="2024-01-01")
    put(location, "second", WIRE_EDITED, published="2024-01-02")
    put(location, "third", WIRE_SHORTENED, published="2024-01-03")
    grouped()
    catalogue = Catalogue.open(location.catalogue)
    [first] = [each.article_id for each in catalogue.articles() if each.title == "first"]
    assert remove(location, [first], Settings(encoder="no such model")) == 1
    [second] = [each for each in catalogue.articles() if each.title == "second"]
    assert second.origin == second.article_id
    catalogue.close()


def test_a_member_that_says_something_else_now_leaves(location: Location, grouped: Group) -> None:
    put(location, "first", WIRE, published="2024-01-01")
    put(location, "second", f"{WIRE}\n\nIt was printed in the second paper of the country.", published="2024-01-02")
    put(location, "third", WIRE_EDITED, published="2024-01-03")
    assert grouped()["third"] == "first"
    put(location, "first", reprints.FERRY, published="2024-01-01")
    found = grouped()
    assert (found["first"], found["second"], found["third"]) == ("first", "second", "second")


def test_bands_go_with_their_article(location: Location, settings: Settings, grouped: Group) -> None:
    path = put(location, "first", WIRE)
    grouped()
    catalogue = Catalogue.open(location.catalogue)
    signature = bands(prose(WIRE))
    assert len(catalogue.sharing_bands(signature)) == 1
    path.unlink()
    grouped()
    assert not catalogue.sharing_bands(signature)
    catalogue.close()


def test_of_long_texts_two_are_kept(hashing: HashingEncoder) -> None:
    class Held:
        def text(self, article_id: str) -> str:
            return f"{article_id} " * 300_000

    comparison = _Comparison(cast("Catalogue", Held()), hashing)
    one, two = comparison.prose("long 1"), comparison.prose("long 2")
    assert (comparison.prose("long 1") is one, comparison.prose("long 2") is two) == (True, True)
    comparison.prose("long 3")
    assert comparison.prose("long 2") is two
    assert comparison.prose("long 1") is not one


def test_many_copies_are_one_origin(location: Location, grouped: Group) -> None:
    for number in range(40):
        put(
            location, f"copy {number:02}", f"Paper number {number} prints this today.\n\n{WIRE}", published="2024-05-01"
        )
    found = grouped()
    assert {found[f"copy {number:02}"] for number in range(40)} == {"copy 00"}


# -- who leads -----------------------------------------------------------------------------------------------------


def record(name: str, published: str | None = None, **fields: object) -> ArticleRecord:
    values = {
        "article_id": name, "title": name, "author": None, "publisher": None, "published": published, "source": name,
        "origin": name, "passages": 4, "indexed": "2024-01-01T00:00:00+00:00", "url": None, "about": None,
        "updated": None, "language": None, "original": None,
    }  # fmt: skip
    return ArticleRecord(**{**values, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (record("b", "2024-04-22"), record("a", "2024-04-23")),
        (record("b", "2024-04-22"), record("a", None)),
        (record("b", "2024"), record("a", "2025-01-01")),
        (record("b", "2024-12-31"), record("a", "2024")),
        (record("b", "2024-04-22"), record("a", "2024-04")),
        (record("b", "2024-03"), record("a", "2024-04-01")),
        (record("b", "2024-04-22", passages=9), record("a", "2024-04-22")),
        (record("a", "2024-04-22"), record("b", "2024-04-22")),
        (record("a"), record("b")),
    ],
)
def test_the_first_publication_leads(first: ArticleRecord, second: ArticleRecord) -> None:
    assert leader([first, second]) is first
    assert leader([second, first]) is first


@pytest.mark.parametrize(
    "credited",
    [
        {"publisher": "The Coast Post"},
        {"publisher": "Coast Post"},
        {"url": "https://www.thecoastpost.example/eels"},
        {"url": "https://news.coast-post.example/eels"},
    ],
)
def test_the_credited_publication_leads(credited: dict[str, str]) -> None:
    source = record("source", "2024-05-05", **credited)
    reprint = record("reprint", "2024-05-01", original="the coast post", publisher="Eel News")
    stranger = record("stranger", "2024-05-02", original="Another Paper")
    assert leader([reprint, source, stranger]) is source


def test_who_credits_another_member_does_not_lead_though_credited() -> None:
    first = record("first", "2024-05-05", publisher="Agency")
    second = record("second", "2024-05-04", publisher="Paper", original="Agency")
    third = record("third", "2024-05-03", publisher="Aggregator", original="Paper")
    assert leader([third, second, first]) is first


def test_an_address_that_is_none_names_no_publisher() -> None:
    first = record("first", "2024-05-01", url="http://[::1")
    assert leader([record("second", "2024-05-02"), first]) is first


def test_who_credits_itself_gains_nothing_by_it() -> None:
    first, second = record("first", "2024-01-01"), record("second", "2024-01-02", publisher="Post", original="Post")
    assert leader([first, second]) is first


# -- with the real model -------------------------------------------------------------------------------------------


@pytest.mark.model
def test_paraphrases_are_told_from_reports_on_the_same_event(encoder: Encoder) -> None:
    for pair in PARAPHRASES:
        assert is_paraphrase(prose(pair.one, encoder), prose(pair.other, encoder)), pair.name
        assert not is_near_copy(prose(pair.one, encoder), prose(pair.other, encoder)), pair.name
    for pair in SAME_EVENTS:
        assert not is_paraphrase(prose(pair.one, encoder), prose(pair.other, encoder)), pair.name


@pytest.mark.model
def test_a_round_up_is_no_copy_of_the_story_it_opens_with(encoder: Encoder) -> None:
    page = prose(round_up(*STORIES), encoder)
    assert not is_near_copy(prose(STORIES[0], encoder), page)
    assert is_near_copy(prose(WIRE_SHORTENED, encoder), prose(WIRE, encoder))


@pytest.mark.model
def test_an_index_groups_paraphrases_and_nothing_else(location: Location, encoder: Encoder) -> None:
    for pair in PARAPHRASES:
        put(location, pair.name, pair.one, published="2024-01-01")
        put(location, f"{pair.name}, again", pair.other, published="2024-01-02")
    for pair in (*SAME_EVENTS, *TEMPLATES):
        put(location, f"{pair.name} one", pair.one, published="2024-03-02")
        put(location, f"{pair.name} other", pair.other, published="2024-03-01")
    put(location, "round-up", round_up(*STORIES), published="2023-01-01")
    update(location, [], Settings(), encoder=encoder)
    found = groups(location, encoder)
    assert {title: lead for title, lead in found.items() if title != lead} == {
        f"{pair.name}, again": pair.name for pair in PARAPHRASES
    }


ORIGINALS = Path(__file__).parents[3] / "shared" / "articles"


@pytest.mark.model
@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the five original articles are not here")
def test_of_the_five_originals_two_are_of_one_origin(tmp_path: Path, encoder: Encoder) -> None:
    location = Location(tmp_path / "articles", tmp_path / "store")
    update(location, [str(ORIGINALS)], Settings(), encoder=encoder)
    index = Index.open(location, Settings(), encoder=encoder)
    origins: dict[str, set[str]] = {}
    for each in index.articles():
        origins.setdefault(each.origin, set()).add(Path(each.source).name[:3])
    index.close()
    assert sorted(map(sorted, origins.values())) == [["000"], ["001"], ["002", "004"], ["003"]]
