"""qabot with a real language model: `make test-model` fetches a gigabyte once, takes minutes, and is in no suite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.model import CACHE, PATIENCE, served
from qabot.answering.bot import Bot
from qabot.resources import starter_articles
from qabot.settings import Settings


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    index: Path = tmp_path_factory.mktemp("index")
    (index / "articles").symlink_to(starter_articles())
    CACHE.mkdir(parents=True, exist_ok=True)
    with served(CACHE, threads=2) as address:
        settings = Settings(model="openai:qwen", base_url=address, model_timeout=PATIENCE)
        with Bot.open(index, settings=settings) as opened:
            yield opened


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("When did Russia designate the Taliban a terrorist organisation?", "2003"),
        ("Who led the Russian delegation to Kabul in November 2024?", "Shoigu"),
    ],
)
def test_what_the_articles_say_is_answered_and_cited(bot: Bot, question: str, said: str) -> None:
    answer = bot.ask(question)
    assert said in answer.text
    for citation in answer.citations:
        assert bot.index.text(citation.article_id)[citation.start : citation.end] == citation.quote


def test_what_the_articles_do_not_say_is_not_answered(bot: Bot) -> None:
    assert bot.ask("How many soldiers does the army of Belgium have?").abstained
