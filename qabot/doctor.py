"""What is installed, which settings are in force, what the index holds, what is wrong and how to mend it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import tempfile
import time
import tomllib
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from qabot.articles.urls import without_credentials
from qabot.errors import QabotError
from qabot.render.text import counted, error_line, plain
from qabot.resources import __version__
from qabot.settings import EXTRACTIVE, FILE, PREFIX, Settings

if TYPE_CHECKING:
    from qabot.store.records import OpenIndex

_PACKAGES = (
    "chromadb",
    "langchain",
    "langchain-core",
    "onnxruntime",
    "sentence-transformers",
    "tantivy",
    "torch",
    "typer",
)

_SAMPLE = 10  # passages that a search must find


@dataclass(frozen=True)
class Check:
    """One thing looked at.

    Attributes:
        what: its name.
        ok: whether it is as it should be.
        found: what was found; where it is not ok, one line that says what is wrong and how to mend it.
    """

    what: str
    ok: bool
    found: str


@dataclass(frozen=True)
class Setting:
    """A setting in force, without a password, and its origin: ``flag``, a variable, ``qabot.toml`` or ``default``."""

    name: str
    value: str | None
    origin: str


@dataclass(frozen=True)
class Health:
    """What `examine` found.

    Attributes:
        versions: of qabot, Python and the libraries that matter; None where one is not installed.
        settings: all of them.
        articles: the folder of the index's articles.
        store: the folder of what is made from them.
        server: the Chroma server that is asked instead.
        checks: what was looked at.
    """

    versions: dict[str, str | None]
    settings: tuple[Setting, ...]
    articles: Path
    store: Path
    server: str | None
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """True if all is well."""
        return all(check.ok for check in self.checks)

    def document(self) -> dict[str, Any]:
        """Return the document of ``qabot doctor --json``."""
        return {
            "ok": self.ok,
            "versions": self.versions,
            "settings": [asdict(setting) for setting in self.settings],
            "index": {"articles": str(self.articles), "store": str(self.store), "chroma": self.server},
            "checks": [asdict(check) for check in self.checks],
        }


def examine(settings: Settings, flags: Collection[str] = ()) -> Health:
    """Look at everything that an answer needs; note what is damaged for the next run, and change nothing else.

    Args:
        settings: the settings in force.
        flags: the names of those that the command line gave.
    """
    from qabot.store.location import index_command, locate

    location = locate(settings.index)
    again = index_command(location.store)
    anew = f"Delete {location.store}/vectors-* and {location.store}/words-*, and run: {again}"
    if settings.chroma:
        again = f"qabot index --chroma {without_credentials(settings.chroma)} --rebuild"
        anew = f"Fill it anew: {again}"
    checks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("index", lambda: _index(settings, again, anew)),
        ("answerer", lambda: _answerer(settings, asked="model" in flags)),
        ("state folder", lambda: _state(settings)),
        ("sessions", lambda: _sessions(settings)),
    )
    return Health(
        versions={"qabot": __version__, "python": platform.python_version(), **{p: _version(p) for p in _PACKAGES}},
        settings=tuple(_origins(settings, flags)),
        articles=location.articles,
        store=location.store,
        server=settings.chroma and without_credentials(settings.chroma),
        checks=tuple(_check(what, look) for what, look in checks),
    )


def report_text(health: Health) -> Text:
    """Return what was found, for the terminal."""
    text = Text("Installed\n", style="")
    for name, version in health.versions.items():
        text.append(f"  {name} {version or 'missing'}\n")
    text.append("\nSettings\n")
    for setting in health.settings:
        text.append(f"  {setting.name} = {plain(setting.value or 'unset')} ({setting.origin})\n")
    text.append(f"\nIndex\n  articles: {plain(str(health.articles))}\n  store: {plain(str(health.store))}\n")
    text.append(f"  Chroma server: {plain(health.server)}\n" if health.server else "")
    text.append("\nHealth\n")
    for check in health.checks:
        text.append("  ok    " if check.ok else "  WRONG ", "green" if check.ok else "bold red")
        text.append(f"{check.what}: {plain(check.found)}\n")
    text.append("\nAll is well." if health.ok else "\nSomething is wrong; each line marked WRONG says how to mend it.")
    return text


def _check(what: str, look: Callable[[], str]) -> Check:
    try:
        return Check(what, True, look())
    except Exception as error:  # noqa: BLE001 - whatever is wrong with one thing, the others are looked at too
        return Check(what, False, error_line(error))


def _index(settings: Settings, again: str, anew: str) -> str:
    """Look at the index; ``again`` is the command that makes it, ``anew`` says how what is searched is made anew."""
    from qabot.store.location import locate
    from qabot.store.open_index import open_index

    location = locate(settings.index)
    if location.starters and not location.built and not settings.chroma:
        return "the starter articles; their index is made at the first question"
    index = open_index(settings)
    try:
        articles = index.articles()
        if not articles:
            raise QabotError(f"The index is empty. Name articles: {again} PATH_OR_URL")
        passages = sum(article.passages for article in articles)
        index.check()
        _search_both_ways(index, min(passages, _SAMPLE), anew)
        encoder = index.encoder
        slow = index.encoder_not_exported
        held = f"{counted(len(articles), 'article')}, {counted(passages, 'passage')}"
        return (
            f"{held}; encoder {encoder.name} ({encoder.digest[:12]})"
            f"{f'; it takes seconds to load, for it could not be exported to ONNX: {slow}' if slow else ''}"
        )
    finally:
        index.close()


def _search_both_ways(index: OpenIndex, count: int, anew: str) -> None:
    """Raise where the vectors or the words that are searched are not those of the articles."""
    vectors = index.search_vectors(index.encoder.encode(["Is all well?"])[0], count)
    [passage] = index.passages([vectors[0].passage_id]) if vectors else [None]
    words = index.search_words(passage.text, 1) if passage else []
    if len(vectors) < count or not words:
        raise QabotError(f"The search indexes of {index.place} hold less than the articles. {anew}")


def _answerer(settings: Settings, *, asked: bool) -> str:
    if settings.model == EXTRACTIVE:
        from qabot.models.reader import Reader

        Reader.load()
        return f"{EXTRACTIVE}: its reader loads"
    from qabot.answering.llm.answerer import LanguageModelAnswerer

    answerer = LanguageModelAnswerer(settings)
    if not asked:
        return f"{settings.model} is configured (not called; try it: qabot doctor --model {settings.model})"
    began = time.perf_counter()
    answerer.try_out()
    return f"{settings.model} answers ({time.perf_counter() - began:.1f} s)"


def _state(settings: Settings) -> str:
    from qabot.chat.sessions import ANOTHER_FOLDER, state_folder

    folder = state_folder(settings)
    try:
        with tempfile.TemporaryFile(dir=folder):
            return f"{folder} can be written"
    except OSError as error:
        raise QabotError(f"{folder} cannot be written: {error.strerror}. {ANOTHER_FOLDER}") from error


def _sessions(settings: Settings) -> str:
    from qabot.chat.sessions import Sessions, state_folder

    with closing(Sessions(state_folder(settings))) as sessions:
        return f"{len(sessions.names())} saved in {sessions.path}"


def _origins(settings: Settings, flags: Collection[str]) -> list[Setting]:
    try:
        file = tomllib.loads(Path(FILE).read_text("utf-8"))
    except OSError:  # there is none; one that does not parse was refused when the settings were read
        file = {}
    found = []
    for name in type(settings).model_fields:
        variable = PREFIX + name.upper()
        value = settings.patience if name == "model_timeout" else getattr(settings, name)
        if value is None:  # a variable and the file may name a server, and --index wins
            origin = "default"
        elif name in flags:
            origin = "flag"
        elif os.environ.get(variable):
            origin = variable
        else:
            origin = FILE if name in file else "default"
        found.append(Setting(name, None if value is None else without_credentials(str(value)), origin))
    return found


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
