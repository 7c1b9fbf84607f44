"""The documents of a set, and the indexes that are made of them in a folder of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qabot.answering.bot import Bot, load_answerer
from qabot.answering.chain import Answerer
from qabot.errors import CaseError
from qabot.evaluation.case import Case
from qabot.evaluation.caseset import IndexProgress, Opened, opened
from qabot.evaluation.record import digest
from qabot.evaluation.respondent import BotRespondent, Reply
from qabot.models.encoder import Encoder, load_encoder
from qabot.settings import Settings
from qabot.store.index import Index
from qabot.store.location import locate
from qabot.store.update import update

_MARK = "set.json"


@dataclass(frozen=True)
class SetDocument:
    """A text of a set, which is an article as it stands."""

    text: str
    title: str | None = None

    @property
    def name(self) -> str:
        """Made from the text: the stem of its file, by which a citation's source is told."""
        return digest([self.text])[:16]

    def markdown(self) -> str:
        """The document as Markdown with front matter; a JSON string is YAML too."""
        title = [f"title: {json.dumps(self.title)}"] if self.title else []
        return "\n".join(["---", *title, "---", "", self.text])


def write_documents(folder: Path, documents: Iterable[SetDocument]) -> None:
    """Write documents as the articles of an index, a file each; those that are there stay."""
    articles = locate(folder).articles
    articles.mkdir(parents=True, exist_ok=True)
    for document in documents:
        path = articles / f"{document.name}.md"
        if not path.exists():
            path.write_text(document.markdown(), encoding="utf-8", errors="backslashreplace")


def claim(folder: Path, set_name: str, data: str) -> None:
    """Take a folder for the index of a set, and say so in it.

    Raises:
        CaseError: it holds something else.
    """
    mark = folder / _MARK
    claimed = {"set": set_name, "data": data}
    if not folder.exists() or not any(folder.iterdir()):
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(json.dumps(claimed) + "\n", encoding="utf-8")
    try:
        holds = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        holds = None
    if holds != claimed:
        raise CaseError(f"{folder} holds something other than the index of this set. Give --set-index another folder.")


@contextmanager
def over_one_index(
    folder: Path, settings: Settings, progress: IndexProgress, sources: Sequence[str] = ()
) -> Iterator[Opened]:
    """A bot over an index, which is brought up to date first.

    Args:
        folder: of the index.
        settings: in force.
        progress: told how far indexing is.
        sources: what is indexed; none: the articles in the folder.
    """
    encoder = load_encoder(settings.encoder)
    update(locate(folder), sources, settings, progress=progress, encoder=encoder)
    with _bot(folder, settings, load_answerer(settings), encoder) as bot:
        yield opened(bot)


@contextmanager
def over_own_documents(
    set_name: str,
    documents: Mapping[str, Sequence[SetDocument]],
    folder: Path,
    settings: Settings,
    _progress: IndexProgress,
) -> Iterator[Opened]:
    """For each case, by its id, a bot over an index of its own documents alone."""
    data = digest(document.text for own in documents.values() for document in own)
    claim(folder, set_name, data)
    encoder = load_encoder(settings.encoder)
    yield Opened(_OwnDocuments(documents, folder, settings, encoder), {"documents": data}, encoder)


class _OwnDocuments:
    """Makes an index when a case needs it; what several cases share is made once."""

    def __init__(
        self, documents: Mapping[str, Sequence[SetDocument]], folder: Path, settings: Settings, encoder: Encoder
    ) -> None:
        self._documents, self._folder, self._settings, self._encoder = documents, folder, settings, encoder
        self._answerer = load_answerer(settings)
        self._making = threading.Lock()

    def reply(self, case: Case) -> Reply:
        own = self._documents[case.case_id]
        folder = self._folder / digest(document.name for document in own)[:16]
        with self._making:
            write_documents(folder, own)
            update(locate(folder), [], self._settings, encoder=self._encoder)
        with _bot(folder, self._settings, self._answerer, self._encoder) as bot:
            return BotRespondent(bot).reply(case)


def _bot(folder: Path, settings: Settings, answerer: Answerer, encoder: Encoder) -> Bot:
    return Bot(Index.open(locate(folder), settings, encoder=encoder), settings, answerer)
