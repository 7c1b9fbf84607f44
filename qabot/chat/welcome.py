"""The welcome of who comes for the first time: what to answer from, and questions to begin with.

These are made from the indexed articles, and were answered with confidence when they were tried.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from qabot import resources
from qabot.errors import QabotError
from qabot.render.text import error_line, plain
from qabot.settings import EXTRACTIVE, Settings
from qabot.store.location import Location, locate

if TYPE_CHECKING:
    from qabot.answering.bot import Bot
    from qabot.chat.chat import Chat
    from qabot.chat.editor import Editor
    from qabot.render.screen import Screen
    from qabot.store.records import Progress

_STARTERS = ("", "1")
_OFFER = """There is no index here yet. qabot can answer from

  1  the starter articles that come with it
  2  your own: type a folder, a file or the address of a page or feed

Ctrl-D leaves.
"""
_LEAVES = ("/quit", "quit", "exit", "q")
_OFFER_PROMPT = "1, or your folder, file or address: "
_WANTED = 3
_TRIED = 12
_CONFIDENT = 0.9
_CONFIDENT_ENOUGH = 0.75  # where the answer quotes the sentence that the question was made of
_ARTICLES = 30  # that are read for questions, spread over the collection
_CHARS = 4_000  # that are read of each


def offer_articles(settings: Settings, progress: Progress) -> None:
    """If there are no articles and no index, ask what to answer from, and index it.

    Args:
        settings: say where the index is to be.
        progress: called with how far indexing is.

    Raises:
        KeyboardInterrupt: the person typed Ctrl-C or Ctrl-D.
        SystemExit: the person typed what leaves a chat.
        QabotError: the index cannot be written.
    """
    location = locate(settings.index)
    if location.built or (not location.starters and _holds_files(location)):
        return
    sys.stderr.write(_OFFER)
    while True:
        try:
            chosen = input(_OFFER_PROMPT).strip()
        except EOFError:
            raise KeyboardInterrupt from None
        if chosen in _STARTERS and location.starters:
            return  # opening the bot indexes them, in the user's data folder
        if chosen == "2":
            sys.stderr.write("Type the folder, file or address itself.\n")
            continue
        if chosen.lower() in _LEAVES:
            raise SystemExit(0)
        source = str(resources.starter_articles()) if chosen in _STARTERS else _unquoted(chosen)
        try:
            _index(source, settings, progress)
        except QabotError as error:
            sys.stderr.write(error_line(error) + "\n")
        else:
            return


def _unquoted(typed: str) -> str:
    """Return a path without the quotation marks or backslashes with which a terminal pastes it, if it is one."""
    with suppress(ValueError):  # a quotation mark is open
        words = shlex.split(typed)
        if len(words) == 1 and not _exists(typed) and _exists(words[0]):
            return words[0]
    return typed


def _exists(path: str) -> bool:
    return os.path.exists(os.path.expanduser(path))


def _holds_files(location: Location) -> bool:
    return location.articles.is_dir() and any(location.articles.iterdir())


def _index(source: str, settings: Settings, progress: Progress) -> None:
    """Index a folder, file or address.

    Raises:
        QabotError: there is no article that can be read.
    """
    from qabot.store.ingest import update

    report = update(locate(settings.index, create=True), [source], settings, progress=progress)
    if not report.articles:
        raise QabotError(
            f"No article could be read: {report.skipped[0].source}: {report.skipped[0].reason}."
            if report.skipped
            else f"There are no articles in {source}."
        )
    are = "article is" if report.articles == 1 else "articles are"
    sys.stderr.write(f"{report.articles} {are} indexed.\n")
    for skipped in report.skipped:
        sys.stderr.write(plain(f"skipped {skipped.source}: {skipped.reason}\n"))


def offer_examples(bot: Bot, *, chat: Chat, screen: Screen, editor: Editor) -> None:
    """Show questions to begin with above the prompt, unless the person has asked one already."""
    opening, session = chat.opening, chat.session
    questions = example_questions(bot, lambda: opening.wanted and not session.conversation.turns)

    def show() -> None:
        if not session.conversation.turns:
            screen.notice(
                "\n".join(["Questions to begin with (Tab offers them):", *(f"  {each}" for each in questions), ""])
            )

    if questions:
        editor.offer(questions)
        editor.announce(show)


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
    from qabot.text.questions import questions_from

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
