"""Questions to begin with: made from the indexed articles, and answered with confidence when they were tried."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from qabot.settings import EXTRACTIVE

if TYPE_CHECKING:
    from qabot.answering.bot import Bot

_WANTED = 3
_TRIED = 12
_CONFIDENT = 0.9
_CONFIDENT_ENOUGH = 0.75  # where the answer quotes the sentence that the question was made of
_ARTICLES = 30  # that are read for questions, spread over the collection
_CHARS = 4_000  # that are read of each
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]")
_NAME = r"[A-Z][\w’'-]+(?: (?:[A-Z][\w’'-]+|[A-Z]\.|al|bin|de|van|von)){0,2} [A-Z][\w’'-]+"
_ROLE = (
    r"(?:ambassador|analyst|author|chairman|chief|coach|commissioner|director|economist|envoy|founder|governor|head|"
    r"journalist|lawyer|leader|mayor|member|minister|officer|official|player|president|professor|reporter|researcher|"
    r"scientist|secretary|spokesman|spokesperson|spokeswoman|writer)"
)
_PERSON = re.compile(
    rf"\b{_ROLE},? ({_NAME})|\b({_NAME}),? (?:who|(?:an?|the) (?:\w+ ){{0,2}}{_ROLE}|said|says|told)\b"
)
_PASSIVE = re.compile(
    r"^\s*(?P<subject>(?:The |[A-Z])[\w’' -]{2,40}?) (?P<verb>was|were) (?P<done>\w{2,}(?:ed|wn|en|ld|lt|de|ght)) "
    r"(?=.{0,60}\b(?:1[5-9]|20)\d\d\b)"
)
# Words that point at something before the sentence.
_POINTING = r"(?:he|her|his|it|its|our|that|their|them|these|they|this|those|we)"
_DEED = re.compile(
    r"^\s*(?:The \w|[A-Z])[\w’'-]*(?: [\w’'-]+){0,6}? "
    rf"(?P<deed>[a-z]{{3,}}ed (?:an?|the|[A-Z][\w’'-]+) (?!.*\b{_POINTING}\b)[^,;:()“”\"]{{8,60}}?\w\w)[.!?]$"
)


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
    from qabot.text.tokens import is_content

    articles = bot.index.articles()
    every = max(1, len(articles) // _ARTICLES)
    texts = [bot.index.text(each.article_id)[:_CHARS] for each in articles[::every][:_ARTICLES]]
    people: Counter[str] = Counter()
    events, deeds = [], []
    for text in texts:
        names = dict.fromkeys(match[1] or match[2] for match in _PERSON.finditer(text))
        people.update(name for name in names if is_content(name.split()[0]))  # not "For Ada Quill"
        for sentence in _SENTENCE.findall(text):
            if match := _PASSIVE.match(sentence):
                subject = re.sub("^The ", "the ", match["subject"])
                events.append((f"When {match['verb']} {subject} {match['done']}?", sentence))
            if match := _DEED.match(sentence):
                deeds.append((f"Who {match['deed']}?", sentence))
    who = [(f"Who is {name}?", "") for name, _ in people.most_common()]
    for candidates in zip_longest(who, events, deeds):
        yield from filter(None, candidates)
