import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.text.sentences import paragraph_spans, sentence_spans, speeches

NEWSLIKE = st.lists(
    st.one_of(
        st.sampled_from([*"“”\"'’()[]«».?!…\n ", "\n\n", ". ", "U.S.", " Mr. ", " said ", "He ", "3.5"]),
        st.text(max_size=8),
    )
).map("".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith of the U.S. Senate paid $3.5 million.", "Then he left."],
        ["“It is over,” he said.", "“We are done.”", "Then he left."],
        ["He said: “I am here.", "You are there.”", "Nobody spoke."],
        ['"Really?" Smith asked.', "Nobody spoke."],
        ['"Really?"', "The room was silent."],
        ["‘It’s the dogs’ owner.’", "They left."],
        ["It happened at 5 p.m. on Jan. 5, officials said.", "They went on... and so on."],
        ["It joined Nato. “or so” they thought."],
        ["(He left.", "She stayed.)", "Nobody spoke."],
        ["The court – in Moscow – ruled in 2003.", "No. 10 said nothing."],
        ["„Nein.“", "Er ging."],
        ["The so-called “space for help. ”", "It was new."],
        ["1. The first point.", "2. The second."],
        ["Supt. Ida Roe of Ste. Anne met Cllr. Hugh Pell and Ofc. Bea Lind at Pt. Arran.", "Nobody else came."],
        ["It is told in vol. 3, figs. 4 to 6, and on pp. 88 and 89.", "Wm. Hale lives in bldg. 7."],
        ["The gun of Ft. Keel was sold.", "It had been silent since Mts. Lorne and Ash were mapped."],
    ],
)
def test_cuts(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_paragraphs_end_sentences() -> None:
    assert sentences("A heading\n\nOne “quote.\n \nAn unclosed one is no matter. So.\n") == [
        "A heading",
        "One “quote.",
        "An unclosed one is no matter.",
        "So.",
    ]


def test_nothing() -> None:
    assert sentence_spans("") == sentence_spans(" \n\n ") == []


@given(NEWSLIKE)
def test_spans_hold_everything_in_order(text: str) -> None:
    spans = sentence_spans(text)
    outside = 0
    for start, end in spans:
        assert outside <= start < end
        assert not text[outside:start].strip()
        assert text[start:end] == text[start:end].strip()
        outside = end
    assert not text[outside:].strip()
    paragraphs = paragraph_spans(text)
    assert all(any(first <= start and end <= last for first, last in paragraphs) for start, end in spans)


def test_a_huge_paragraph_takes_linear_time() -> None:
    assert len(sentence_spans("He went “home” today. " * 20_000)) == 20_000


def test_a_long_list_of_bare_numbers_takes_no_longer_than_prose() -> None:
    text = "1. 2. " * 30_000 + "The harbour reopened on Monday. It had been shut for a year."
    assert [text[start:end][-31:] for start, end in sentence_spans(text)] == [
        "The harbour reopened on Monday.",
        "It had been shut for a year.",
    ]


HARBOUR = """The warden of Velm harbour, Olga Brandt, met the crews on Friday. She brought no papers.

“The crane will stay,” she said. “Mr Lund asked for it.

“He will pay, and the ‘old’ quay remains.”

The crews clapped. Then Per Aas got up. “I sold my boat,” he said.

"That was in May."

“We are not leaving,” said the cook."""


def told(text: str) -> list[tuple[list[str], list[str]]]:
    return [
        ([text[a:b] for a, b in speech.quoted], [text[a:b] for a, b in speech.speaker]) for speech in speeches(text)
    ]


def test_a_speech_runs_over_paragraphs_and_its_speaker_stands_beside_it_or_before() -> None:
    assert told(HARBOUR) == [
        (
            ["“The crane will stay,”", "“Mr Lund asked for it.", "“He will pay, and the ‘old’ quay remains.”"],
            ["The warden of Velm harbour, Olga Brandt, met the crews on Friday."],
        ),
        (["“I sold my boat,”", '"That was in May."'], ["Then Per Aas got up."]),
        (["“We are not leaving,”"], ["said the cook."]),
    ]


@pytest.mark.parametrize(
    ("paragraph", "speaker"),
    [
        ("‘We won’t pay the harbour’s debts,’ she told our reporter.", ["Eva Moe spoke for the crews."]),
        ("“We won't pay,” says Jon Vik, and he said it twice.", ["Eva Moe spoke for the crews."]),
        ("“We won't pay,” Jon Vik says.", ["Jon Vik says."]),
        ("It was loud. “We won't pay,” Jon Vik told them.", ["Jon Vik told them."]),
    ],
)
def test_a_pronoun_stands_for_who_was_named_before(paragraph: str, speaker: list[str]) -> None:
    ((_, found),) = told(f"Eva Moe spoke for the crews.\n\n{paragraph}")
    assert found == speaker


def test_nobody_speaks_where_nobody_is_named_and_nothing_is_quoted() -> None:
    assert told("“It rained,” she said.") == [(["“It rained,”"], [])]
    assert told("It rained, Jon Vik said. The crews’ boats sank.") == []
