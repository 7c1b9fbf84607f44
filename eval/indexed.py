"""A bot over an index that is made for a measurement and gone after it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from qabot.answering.bot import Bot, load_answerer
from qabot.answering.rank import Trained
from qabot.models.encoder import Encoder
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.ingest import update
from qabot.store.location import locate


@contextmanager
def bot_over(
    articles: Mapping[str, str], settings: Settings, encoder: Encoder | None = None, trained: Trained | None = None
) -> Iterator[Bot]:
    """Give a bot over articles.

    Args:
        articles: the contents of files, by their names.
        settings: what they are indexed and asked by.
        encoder: already loaded, where many indexes are made one after the other; else the index has what it exports.
        trained: likewise.
    """
    with tempfile.TemporaryDirectory() as folder:
        location = locate(Path(folder))
        location.articles.mkdir()
        for name, text in articles.items():
            (location.articles / name).write_text(text, encoding="utf-8")
        update(location, [], settings, encoder=encoder)
        index = Index.open(location, settings, encoder=encoder)
        with Bot(index, settings, load_answerer(settings), trained or Trained.load()) as bot:
            yield bot
