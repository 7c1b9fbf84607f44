"""Documents of a benchmark as articles, and the index of them that the bot is measured on."""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qabot import Bot
from qabot.answering.answer import Answer, Evidence
from qabot.answering.conversation import Conversation
from qabot.answering.followups import rewrite
from qabot.settings import Settings
from qabot.store.location import locate
from qabot.store.update import update


@dataclass(frozen=True)
class Document:
    """A text of a benchmark, with what is known of it."""

    text: str
    title: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None

    @property
    def name(self) -> str:
        """Made from the text: the stem of its file, by which a citation's source is told."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]

    def markdown(self) -> str:
        """The document as Markdown with front matter; JSON strings are YAML too."""
        known = {"title": self.title, "author": self.author, "published": self.published, "url": self.url}
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in known.items() if value]
        return "\n".join(["---", *lines, "---", "", self.text])


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines, gzipped or not."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.split(b"\n") if line.strip()]


@contextmanager
def bot_over(documents: Iterable[Document], folder: Path, *, passages: int = 10) -> Iterator[Bot]:
    """A bot over an index of the documents in ``folder``; one that is there already is taken as it is."""
    settings = Settings(passages=passages)
    location = locate(folder)
    if not location.built:
        location.articles.mkdir(parents=True, exist_ok=True)
        for document in documents:
            (location.articles / f"{document.name}.md").write_text(document.markdown(), encoding="utf-8")
        report = update(location, [], settings)
        for skipped in report.skipped:
            print(f"skipped {skipped.source}: {skipped.reason}", file=sys.stderr)
    bot = Bot.open(folder, settings=settings)
    try:
        yield bot
    finally:
        bot.close()


def evidence_of(text: str) -> Evidence:
    """A paragraph as the only passage there is."""
    return Evidence(
        article_id="paragraph",
        title=None,
        author=None,
        publisher=None,
        published=None,
        source="paragraph",
        origin="paragraph",
        text=text,
        start=0,
        end=len(text),
        score=1.0,
    )


def with_turn(conversation: Conversation, question: str, text: str = "") -> Conversation:
    """The conversation after a question that was answered in these words, or, without any, not at all."""
    answer = Answer(
        question=question,
        standalone_question=rewrite(question, conversation),
        text=text,
        short_answer=None,
        abstained=not text,
        reason=None if text else "not-stated",
        confidence=1.0,
        citations=(),
        evidence=(),
        model="benchmark",
    )
    return conversation.with_turn(answer)
