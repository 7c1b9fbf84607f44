"""The options that several commands share, and how their values are read."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from qabot.errors import QabotError, UsageError
from qabot.store.filters import Filters, first_day, last_day

if TYPE_CHECKING:
    from qabot.settings import Settings

EXTRACTIVE = "extractive"
_MODEL = re.compile(r"[A-Za-z][\w-]*:\S+")
_MOST_PASSAGES = 50


def _day(read: Callable[[str], date]) -> Callable[[str], date]:
    """Return a parser of days for Typer."""

    def parse(text: str) -> date:
        try:
            return read(text.strip())
        except UsageError as error:
            raise typer.BadParameter(str(error)) from None

    return parse


span_start, span_end = _day(first_day), _day(last_day)


def _model(name: str | None) -> str | None:
    if name is None or name == EXTRACTIVE or _MODEL.fullmatch(name):
        return name
    raise typer.BadParameter(f"{name!r} is no model. Write {EXTRACTIVE}, or provider:name such as openai:gpt-5-mini.")


def chroma_server(address: str | None) -> str | None:
    """Return the address of a server as it is used; refuse what is none."""
    if address is None:
        return None
    from qabot.settings import server_address, without_password

    try:
        return server_address(address)
    except ValueError as error:
        raise typer.BadParameter(f"{without_password(address)!r} is no address of a server: {error}.") from None


def expanded(path: Path | None) -> Path | None:
    """Return a path with the home that ``~`` stands for, which a shell leaves in ``--out=~/run.jsonl``.

    Raises:
        typer.BadParameter: it is what names a standard stream elsewhere.
    """
    if str(path) == "-":
        raise typer.BadParameter("- is no file here. Name one.")
    return path and Path(os.path.expanduser(path))


def _fallback(name: str | None) -> str | None:
    if name is None or name == EXTRACTIVE:
        return name
    raise typer.BadParameter(f"{name!r} cannot stand in. Write {EXTRACTIVE}.")


def session_names() -> list[str]:
    """Return the names of the saved sessions, for the shell's completion."""
    from qabot.chat.sessions import Sessions, state_path

    try:
        folder = state_path(settings_with())
        if not folder.is_dir():
            return []
        with closing(Sessions(folder)) as saved:
            return saved.names()
    except QabotError:  # the line that is being typed is no place to tell it
        return []


IndexFolder = Annotated[
    Path | None,
    typer.Option(
        "--index",
        metavar="DIR",
        help="The index's folder; else QABOT_INDEX, else ./index, else the starter articles.",
    ),
]
Chroma = Annotated[
    str | None,
    typer.Option(
        "--chroma",
        metavar="URL",
        callback=chroma_server,
        help="The index that a Chroma server holds; else QABOT_CHROMA.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        callback=_model,
        help=f"Who writes the answer: {EXTRACTIVE} (the default), or provider:name.",
    ),
]
Fallback = Annotated[
    str | None,
    typer.Option(
        "--fallback", metavar="NAME", callback=_fallback, help=f"Who answers where --model fails: {EXTRACTIVE}."
    ),
]
Prompts = Annotated[
    Path | None,
    typer.Option("--prompts", metavar="DIR", callback=expanded, help="A folder with prompts of your own for --model."),
]
Passages = Annotated[
    int | None,
    typer.Option("--passages", metavar="N", min=1, max=_MOST_PASSAGES, help="How many passages an answer may rest on."),
]
Since = Annotated[
    date | None,
    typer.Option("--since", metavar="DATE", parser=span_start, help="Only articles published on that day or later."),
]
Until = Annotated[
    date | None,
    typer.Option("--until", metavar="DATE", parser=span_end, help="Only articles published on that day or earlier."),
]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=span_end, help="As if today were DATE: nothing later is used."),
]
Publisher = Annotated[
    list[str] | None,
    typer.Option("--publisher", metavar="NAME", help="Only articles of that publisher; repeat it for several."),
]
Session = Annotated[
    str | None,
    typer.Option(
        "--session",
        metavar="NAME",
        help="Go on with that conversation, or begin it.",
        autocompletion=session_names,
    ),
]
Plain = Annotated[
    bool,
    typer.Option("--plain", help="For screen readers: whole lines in order; nothing is coloured or redrawn."),
]
Continue = Annotated[bool, typer.Option("--continue", help="Go on with the last conversation.")]


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Who is to answer, from which articles, in which conversation: the options that ``ask`` and ``chat`` share."""

    index: IndexFolder = None
    chroma: Chroma = None
    model: Model = None
    fallback: Fallback = None
    prompts: Prompts = None
    passages: Passages = None
    since: Since = None
    until: Until = None
    as_of: AsOf = None
    publisher: Publisher = None
    session: Session = None
    continue_: Continue = False
    plain: Plain = False

    @cached_property
    def settings(self) -> Settings:
        """Return the settings in force."""
        return settings_for_reading(
            self.index,
            self.chroma,
            model=self.model,
            fallback=self.fallback,
            prompts=self.prompts,
            passages=self.passages,
        )

    @property
    def filters(self) -> Filters:
        """Return the filters that say which articles may be used.

        Raises:
            UsageError: the span of days is empty.
        """
        publishers = tuple(" ".join(name.split()) for name in self.publisher or ())
        return Filters(self.since, self.until, self.as_of, publishers)

    def refuse_unheeded(self) -> None:
        """Refuse options for a language model where none answers.

        Raises:
            UsageError: there are some.
        """
        given = [name for name, value in (("--prompts", self.prompts), ("--fallback", self.fallback)) if value]
        if given and self.settings.model == EXTRACTIVE:
            raise UsageError(
                f"{' and '.join(given)} would say nothing: no language model answers. Name one: --model provider:name"
            )


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with options of its own for the fields of its last parameter, which is a dataclass."""
    *own, last = inspect.signature(command, eval_str=True).parameters.values()
    types = get_type_hints(last.annotation, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=types[field.name]
        )
        for field in fields(last.annotation)
    ]

    def run(**values: Any) -> None:
        options = last.annotation(**{each.name: values.pop(each.name) for each in shared})
        command(**values, **{last.name: options})

    run.__signature__ = inspect.Signature([*own, *shared])  # type: ignore[attr-defined]  # which Typer reads
    run.__doc__ = command.__doc__
    return run


def settings_with(**flags: Any) -> Settings:
    """Return the settings in force; flags win."""
    from qabot.settings import load_settings

    return load_settings(**flags)


def settings_for_reading(index: Path | None, chroma: str | None, **flags: Any) -> Settings:
    """Return the settings in force; flags win, so that a folder that is named wins over a server of a variable."""
    settings = settings_with(index=index, chroma=chroma, **flags)
    return settings.model_copy(update={"chroma": None}) if index and not chroma else settings
