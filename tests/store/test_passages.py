import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Article
from qabot.store.passages import LONGEST, Passage, embedded_text, packed, split, unpacked
from qabot.text.annotate import annotate
from qabot.text.dates.period import Period
from qabot.text.sentences import sentence_spans

SENTENCE = "The court in the capital ruled on Monday that the old law could stand as it was written. "


def article(text: str, **known: str) -> Article:
    return Article(source="a.txt", text=text, **known)


def paragraphs(*sentences: int) -> str:
    return "\n\n".join((SENTENCE * count).strip() for count in sentences)


@given(st.lists(st.text(max_size=300), max_size=20).map("\n\n".join), st.integers(20, 200))
def test_passages_are_slices_that_hold_every_sentence(text: str, longest: int) -> None:
    passages = split(article(text), target=longest // 2, longest=longest)
    outside = 0
    for passage in passages:
        assert passage.text == text[passage.start : passage.end] == passage.text.strip()
        assert 0 < len(passage.text) <= longest
        assert not text[outside : passage.start].strip()
        outside = passage.end
    assert not text[outside:].strip()
    cuts = {passage.start for passage in passages[1:]}
    for start, end in sentence_spans(text):
        assert end - start > longest or not any(start < cut < end for cut in cuts)


def test_cuts_at_paragraph_ends_by_preference() -> None:
    text = paragraphs(7, 6, 7)
    assert [passage.text for passage in split(article(text))] == text.split("\n\n")


def test_sizes_come_near_the_target() -> None:
    lengths = [len(passage.text) for passage in split(article(paragraphs(40, 1, 1, 1, 30, 2, 2, 2, 2)))]
    assert all(400 <= length <= 800 for length in lengths)


def test_a_heading_goes_with_what_follows() -> None:
    text = paragraphs(7) + "\n\nWhat comes next\n\n" + paragraphs(7)
    assert [passage.text.startswith("What comes next") for passage in split(article(text))] == [False, True]


def test_an_overlong_sentence_is_cut_at_white_space() -> None:
    text = "word " * 1000
    passages = split(article(text))
    assert all(re.fullmatch(r"word( word)*", passage.text) and len(passage.text) <= LONGEST for passage in passages)
    assert [len(passage.text) for passage in split(article("x" * 2500))] == [1000, 1000, 500]


def test_ids_depend_on_content_alone() -> None:
    one, again = split(article(paragraphs(40))), split(Article(source="b.txt", text=paragraphs(40), title="T"))
    assert one == again
    ids = [passage.passage_id for passage in [*one, *split(article(paragraphs(41)))]]
    assert len(set(ids)) == len(ids)
    assert all(0 < passage_id < 2**63 for passage_id in ids)


def test_embedded_text_carries_title_and_date() -> None:
    passage = Passage(1, 0, 2, "It", annotate("It", None))
    assert embedded_text(article("It", title="News", published="2024-04"), passage) == "News. 2024-04\nIt"
    assert embedded_text(article("It"), passage) == "It"


@given(st.text(max_size=300), st.sampled_from([None, "2024-04-01"]))
def test_sentences_are_unpacked_as_they_were_packed(text: str, published: str | None) -> None:
    [*passages] = split(Article(source="a.txt", text=text, published=published))
    for passage in passages:
        assert unpacked(passage.text, packed(passage.sentences)) == passage.sentences


def test_a_passage_is_annotated_with_the_day_of_its_article() -> None:
    text = "The new bridge opened yesterday. It cost 40 million euros."
    [passage] = split(article(text, published="2024-04-02"))
    opened, cost = passage.sentences
    assert (opened.text, cost.text) == ("The new bridge opened yesterday.", "It cost 40 million euros.")
    assert opened.times[0].period == Period(date(2024, 4, 1), date(2024, 4, 1))
    assert cost.quantities[0].value == 40_000_000
