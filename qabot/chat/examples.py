"""Questions to begin with: made from the indexed articles, and answered with confidence when they were tried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from qabot.settings import EXTRACTIVE
from qabot.text.questions import questions_from

if TYPE_CHECKING:
    from qabot.answering.bot import Bot

_WANTED = 3
_TRIED = 12
_CONFIDENT = 0.9
_CONFIDENT_ENOUGH = 0.75  # where the answer quotes the sentence that the question was made of
_ARTICLES = 30  # that are read for questions, spread over the collection
_CHARS = 4_000  # that are read of each


def example_questions(bot: Bot, wanted_still: Callable[[], bool]) -> tuple[str, ...]:
    """Return up to three questions that the indexed articles answer.

    Args:
        bot: the bot that tries them, with the extractive answerer.
        wanted_still: called before each try; false ends the search.
    """
    from qabot.answering.bot import Bot, load_answerer

    if bot.model != EXTRACTIVE:
        settings = bot.settings.model_copy(update={"model": EXTRACTIVE})
        bot = Bot(bot.index, settings, load_answerer(settings), bot.trained)
    found: list[str] = []
    spare: list[str] = []  # answered from the article of another question
    cited: set[str] = set()
    for question, sentence in islice(_candidates(bot), _TRIED):
        if len(found) == _WANTED or not wanted_still():
            break
        answer = bot.ask(question)
        quoted = sentence and answer.citations and sentence.strip() in answer.citations[0].quote
        if not answer.citations or answer.confidence < (_CONFIDENT_ENOUGH if quoted else _CONFIDENT):
            continue
        article = answer.citations[0].article_id
        (spare if article in cited else found).append(question)
        cited.add(article)
    return tuple((found + spare)[:_WANTED])


def _candidates(bot: Bot) -> Iterator[tuple[str, str]]:
    """Yield questions to try, of three kinds in turn, each with the one sentence that it is made of, else "".

    They ask who a person is whom articles introduce, when something dated was done, and who did something.
    """
    articles = bot.index.articles()
    every = max(1, len(articles) // _ARTICLES)
    people: Counter[str] = Counter()
    events, deeds = [], []
    for article in articles[::every][:_ARTICLES]:
        made = list(questions_from(bot.index.text(article.article_id)[:_CHARS]))
        people.update(list(dict.fromkeys(each.question for each in made if each.kind == "person")))  # once an article
        events += [(each.question, each.sentence) for each in made if each.kind == "time"]
        deeds += [(each.question, each.sentence) for each in made if each.kind == "doer"]
    who = [(question, "") for question, _ in people.most_common()]
    for candidates in zip_longest(who, events, deeds):
        yield from filter(None, candidates)
