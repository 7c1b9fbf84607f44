"""The check of claims against the passages that they cite."""

from __future__ import annotations

from qabot.answering.draft import Quote, in_leader
from qabot.answering.llm.parse import Claim, Mark
from qabot.answering.llm.verify import Check
from tests.answering.conversations import trained
from tests.answering.llm.wexmoor import make_evidence


def test_what_the_cited_passage_denies_is_looked_for_nowhere_else() -> None:
    denies = make_evidence("Ann Lee, who leads the party, did not attend.", article_id="news")
    names = make_evidence("Ann Lee is the mayor. She leads the party.", article_id="portrait")
    check = Check(trained().reader)
    assert check(Claim("Ann Lee leads the party.", (Mark(1),)), (denies, names))
    assert check(Claim("Ann Lee is the mayor.", (Mark(1),)), (denies, names))
    assert not check(Claim("Ann Lee attended.", (Mark(1),)), (denies, names))


def test_a_sentence_of_a_reprint_is_cited_from_the_article_that_leads() -> None:
    text = "It rained. The harbour of Wexmoor was closed to ships in 1974, the mayor said."
    leading = make_evidence(f"At first. {text}", article_id="leading", start=7)
    reprint = make_evidence(text.replace("the mayor", "its mayor"), article_id="reprint")
    object.__setattr__(reprint, "origin", "leading")
    quote = in_leader(Quote(reprint, 11, reprint.end), [reprint, leading])
    assert quote.evidence is leading
    assert quote.text == "The harbour of Wexmoor was closed to ships in 1974, the mayor said."
    only_there = Quote(reprint, 0, 10)
    assert in_leader(only_there, [reprint, make_evidence("Something else.", article_id="leading")]) == only_there
    other_year = make_evidence(text.replace("1974", "1975"), article_id="leading")
    assert in_leader(Quote(reprint, 11, reprint.end), [other_year]).evidence is reprint
