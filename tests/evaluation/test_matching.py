import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.evaluation.matching import exact_match, holds, met, normalise, token_f1

WORDS = st.lists(st.from_regex(r"[b-z]{2,8}", fullmatch=True), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("The Supreme Court", "supreme court"),
        ("Élysée Palace, Łódź; Tromsø", "elysee palace lodz tromso"),
        ("the U.S. and the U.K.'s", "us and uk s"),
        ("1,200,000 people", "1200000 people"),
        ("3.5 per cent, not 35", "3.5 per cent not 35"),
        ("on 22.04.2024.", "on 22 04 2024"),
        ("Moscow—the capital/seat", "moscow capital seat"),
        ("Straße İstanbul", "strasse istanbul"),
        ("the rest.The next", "rest next"),
        ("An a THE", ""),
        ("?!…", ""),
    ],
)
def test_normalise(text, normalised):
    assert normalise(text) == normalised


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = normalise(text)
    assert normalise(once) == once


@given(st.text())
def test_any_text_with_a_word_in_it_meets_itself(text):
    assert met([[text]], text, None) == [True] or text.startswith("re:")


@given(WORDS, WORDS, WORDS)
def test_a_run_of_whole_words_is_found_whatever_stands_around(before, words, after):
    answer = ", ".join(before) + " – the " + " ".join(words).upper() + "! [1] " + " ".join(after)
    assert met([[" ".join(words)]], answer, None) == [True]


@pytest.mark.parametrize(
    ("groups", "answer", "short_answer", "all_met"),
    [
        ([["2003"]], "In 2003, the court ruled. [1]", None, True),
        ([["2003"]], "In 20034 cases", None, False),
        ([["war"]], "Warsaw", None, False),
        ([["Islamic State-Khorasan"]], "the Islamic State Khorasan group", None, True),
        ([["Putin"], ["2003", "2004"]], "Putin in 2004", None, True),
        ([["Putin"], ["2003", "2004"]], "Putin", None, False),
        ([["2003"]], "The court ruled. [1]", "2003", True),
        ([["court 2003"]], "The court", "2003", False),  # the two texts do not run into one another
        ([[r"re:\b200[34]\b"]], "ruled in 2004", None, True),
        ([["re:SUPREME court"]], "the supreme Court", None, True),
        ([["re:ruled.$"]], "The court ruled.", None, True),
        ([["35 percent"]], "3.5 percent", None, False),
        ([["1200"]], "1,200", None, True),
        ([["No"]], "Yes. “There was no trial.” [1]", "Yes", False),
        ([["yes"]], "No. “He said yes.” [1]", "No", False),
        ([["No", "never"]], "Yes. “It never did.” [1]", "Yes", True),
        ([["No"]], "As of 2024: No. “Yes, it was so.” [1]", "No, but partly", True),
        ([["No"]], "There was no trial. [1]", None, True),
        ([["no trial"]], "Yes. “There was no trial.” [1]", "Yes", True),
    ],
)
def test_met(groups, answer, short_answer, all_met):
    assert all(met(groups, answer, short_answer)) is all_met


@pytest.mark.parametrize(
    ("prediction", "gold", "exact", "f1"),
    [
        ("The Panthers!", ["panthers"], 1.0, 1.0),
        ("“Squid Game”", ["Squid Game"], 1.0, 1.0),
        ("Kawann Short", ["Short", "Kawann"], 0.0, 2 / 3),
        ("in the year 2003", ["2003"], 0.0, 0.5),
        ("", ["2003"], 0.0, 0.0),
        ("", [], 1.0, 1.0),
        ("2003", [], 0.0, 0.0),
        ("to be to", ["to to be to"], 0.0, 6 / 7),
    ],
)
def test_squad_measures(prediction, gold, exact, f1):
    assert exact_match(prediction, gold) == exact
    assert token_f1(prediction, gold) == pytest.approx(f1)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_f1_is_a_share_and_never_below_exact_match(prediction, gold):
    assert exact_match(prediction, gold) <= token_f1(prediction, gold) <= 1.0


@pytest.mark.parametrize(
    ("text", "part", "held"),
    [
        ("Netflix ordered more of “Squid Game”.", "'Squid Game'", True),
        ("It was a long war.", "warsaw", False),
        ("Warsaw fell.", "war", False),
        ("The Beatles sang.", "a Beatles", False),  # unlike in `met`, articles count
        ("It cost $5.", "5", True),
        ("Café", "cafe", False),
    ],
)
def test_holds(text, part, held):
    assert holds(text, part) is held


@given(WORDS, WORDS, WORDS)
def test_what_stands_in_a_text_is_held_by_it(before, words, after):
    assert holds(", ".join(before) + " " + " ".join(words).upper() + "! " + " ".join(after), " ".join(words))
