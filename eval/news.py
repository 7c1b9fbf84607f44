"""Measure the bot on questions about news: `python -m eval news tune --index INDEX --articles FILE`.

The questions stand in `data/news_PART.jsonl`, and in `data/news_evidence.jsonl` which sentences answer them, as
characters of RealTimeQA's articles. A question is answered rightly *at once* where the first quote answers it and the
short answer, if there is one, is right. The last questions of the conversations are asked as whole ones too.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from eval.figures import Figure, add_option, roc_area, share, show
from eval.sets import json_lines, news_texts
from qabot import Bot
from qabot.answering.answer import Answer, Conversation, Turn
from qabot.evaluation.case import Case, load_cases
from qabot.evaluation.matching import bare_words, literal, met

DATA = Path(__file__).parent / "data"
PARTS = ("tune", "final", "unseen", "conversations")
_SAME = 0.7
"""Share of a quote's words that stand in the evidence, or the other way round, from which on it is that sentence."""


def meets(groups: Sequence[Sequence[str]], answer: str, short_answer: str | None) -> bool:
    """True if each group of a case's answers is met, as in `met`."""
    return all(met(groups, answer, short_answer))


@dataclass(frozen=True)
class News:
    """Questions about news, with the sentences that answer each, by its id."""

    cases: Sequence[Case]
    evidence: Mapping[str, Sequence[str]]

    @classmethod
    def load(cls, part: str, articles: Path) -> News:
        """Load a part of the questions; ``articles`` is the file that their evidence is from."""
        texts, rows = news_texts(articles), json_lines(DATA / "news_evidence.jsonl")
        evidence = {row["id"]: [texts[e["article"]][e["start"] : e["end"]] for e in row["evidence"]] for row in rows}
        return cls(load_cases([DATA / f"news_{part}.jsonl"]), evidence)

    def answers(self, case: Case, sentence: str) -> bool:
        """True if a sentence answers a case's question: it is known to, or has the words of the answer."""
        mine = set(bare_words(sentence))
        for known in self.evidence.get(case.case_id, ()):
            others = set(bare_words(known))
            if len(mine & others) >= _SAME * max(1, min(len(mine), len(others))):
                return True
        wanted = [group for group in map(literal, case.answers) if group]
        return case.tags[0] in ("fact", "list", "follow-up") and bool(wanted) and any(met(wanted, sentence, None))

    def is_right(self, case: Case, quote: str, short: str | None) -> bool:
        """True if a quote answers a case's question, and the short answer made of it, if there is one, is right."""
        if not self.answers(case, quote):
            return False
        if case.tags[0] == "yes-no":
            return meets(case.answers, "", short)
        if case.tags[0] in ("fact", "follow-up") and short:
            return meets(case.answers, "", short)
        return case.tags[0] == "why" or meets(case.answers, quote, short)


@dataclass(frozen=True)
class Outcome:
    """A question, what was answered, and whether it was right at once; None where nothing was to be answered.

    ``as_whole`` says of a conversation whether its last question, asked whole, is answered alike.
    """

    case: Case
    answer: Answer
    right: bool | None
    as_whole: bool | None = None


def asked(bot: Bot, case: Case) -> Answer:
    """Ask a case's questions; return the answer to the last."""
    conversation = Conversation()
    for question in case.turns[:-1]:
        conversation = Conversation((*conversation.turns, Turn(question, bot.ask(question, conversation))))
    return bot.ask(case.turns[-1], conversation)


def outcome(bot: Bot, news: News, case: Case) -> Outcome:
    """Ask a case, and as a whole too what has a form that stands alone."""

    def right(answer: Answer) -> bool | None:
        if case.abstain:
            return None
        return not answer.abstained and news.is_right(case, answer.citations[0].quote, answer.short_answer)

    answer = asked(bot, case)
    whole = bot.ask(case.standalone) if case.standalone else None
    alike = whole and (is_alike(answer, whole) or bool(right(answer) and right(whole)))
    return Outcome(case, answer, right(answer), alike)


def is_alike(one: Answer, other: Answer) -> bool:
    """True if both decline, or their first quotes have a part in common."""
    if one.abstained or other.abstained:
        return one.abstained and other.abstained
    mine, others = one.citations[0], other.citations[0]
    return mine.article_id == others.article_id and mine.start < others.end and others.start < mine.end


def figures(outcomes: Sequence[Outcome], part: str) -> list[Figure]:
    """Return the figures of some outcomes."""
    of = partial(share, "news", of=part)
    answerable = [each for each in outcomes if each.right is not None]
    nothing = [each for each in outcomes if each.right is None]
    given = [each for each in outcomes if not each.answer.abstained]
    found = [
        of("answered rightly at once", [bool(each.right) for each in answerable]),
        of("right at once, of the answers given", [bool(each.right) for each in given]),
        of("declined, of those that nothing answers", [each.answer.abstained for each in nothing]),
    ]
    if alike := [each.as_whole for each in outcomes if each.as_whole is not None]:
        found.append(of("answered as the same question asked whole", alike))
    area = roc_area([each.answer.confidence for each in answerable], [each.answer.confidence for each in nothing])
    found.append(Figure("news", part, "area under the ROC curve", area, count=len(outcomes)))
    kinds = dict.fromkeys(each.case.tags[0] for each in answerable)
    rights = {kind: [bool(each.right) for each in answerable if each.case.tags[0] == kind] for kind in kinds}
    return [*found, *(of(f"at once: {kind}", right) for kind, right in rights.items())]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=PARTS)
    parser.add_argument("--index", type=Path, required=True, help="an index of the articles")
    parser.add_argument("--articles", type=Path, required=True, help="RealTimeQA's articles.jsonl.gz")
    parser.add_argument("--out", type=Path, help="write what was answered here, as JSON lines")
    add_option(parser)
    arguments = parser.parse_args()
    news = News.load(arguments.part, arguments.articles)
    with Bot.open(arguments.index) as bot:
        outcomes = [outcome(bot, news, case) for case in news.cases]
    if arguments.out:
        with arguments.out.open("w", encoding="utf-8") as file:
            for each in outcomes:
                told = {
                    "id": each.case.case_id,
                    "kind": each.case.tags[0],
                    "turns": each.case.turns,
                    "right": each.right,
                }
                told |= {"as_whole": each.as_whole} if each.as_whole is not None else {}
                told |= {
                    "answers": each.case.answers,
                    "abstained": each.answer.abstained,
                    "short": each.answer.short_answer,
                }
                told |= {"confidence": each.answer.confidence, "quotes": [c.quote for c in each.answer.citations]}
                told |= {
                    "standalone": each.answer.standalone_question,
                    "evidence": news.evidence.get(each.case.case_id),
                }
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
    show(figures(outcomes, arguments.part), keep=arguments.figures)
