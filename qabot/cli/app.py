"""The command line: parse, call, render. Whatever is slow to import is imported where it is used."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from qabot.cli import asking, evaluating, indexing, sessions
from qabot.errors import StoppedError
from qabot.resources import __version__


def _help(function: Callable[..., Any]) -> str:
    """Return a function's docstring as its command's help, with the lines of its examples unwrapped."""
    return (inspect.getdoc(function) or "").replace("\nExamples:", "\n\b\nExamples:")


def _with_text(function: Callable[..., None]) -> Callable[..., None]:
    """Return a command that is given text: bytes in its arguments that are none are replaced, but in paths."""

    @functools.wraps(function)
    def run(**values: Any) -> None:
        from qabot.render.text import readable

        for name, value in values.items():
            if isinstance(value, str):
                values[name] = readable(value)
            elif isinstance(value, list) and name not in _PATHS:
                values[name] = [readable(each) for each in value]
        function(**values)

    return run


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"qabot {__version__}")
        raise typer.Exit


def qabot(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask your own collection of news articles; every answer is quoted, dated and named, or "they don't say".

    Examples:
      qabot ask "When did Russia designate the Taliban a terrorist organisation?"
      qabot index ~/articles https://example.org/news/story.html
      qabot chat
    """


_PATHS = ("sources", "cases")  # arguments that are, in lists of strings
_EXIT_CODES = (
    "Exit codes: 0 done; 1 it could not be done; 2 the command line is wrong; 3 the articles do not say (ask, "
    "timeline); 4 misses what was required, or is worse than the baseline (eval); 130 interrupted."
)
# Plain help: nothing to import, nothing that a screen reader stumbles over.
_LOOK: dict[str, Any] = {"rich_markup_mode": None, "no_args_is_help": True, "pretty_exceptions_enable": False}


class _Group(TyperGroup):
    """The commands; who interrupts one is told that, where Typer exits without a word."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise StoppedError from interrupt


app = typer.Typer(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]}, **_LOOK)
app.callback(help=_help(qabot), epilog=_EXIT_CODES)(qabot)
_articles = typer.Typer(**_LOOK)
_articles.callback(help=_help(indexing.articles))(indexing.articles)
_sessions = typer.Typer(**_LOOK)
_sessions.callback(help=_help(sessions.sessions))(sessions.sessions)

for _group, _name, _function in (
    (app, "index", indexing.index),
    (app, "ask", asking.ask),
    (app, "chat", asking.chat),
    (app, "timeline", asking.timeline),
    (_articles, "list", indexing.list_articles),
    (_articles, "show", indexing.show),
    (_articles, "remove", indexing.remove),
    (_sessions, "list", sessions.list_sessions),
    (_sessions, "show", sessions.show_session),
    (_sessions, "search", sessions.search_sessions),
    (_sessions, "rename", sessions.rename_session),
    (_sessions, "delete", sessions.delete_sessions),
    (_sessions, "export", sessions.export_session),
    (app, "eval", evaluating.evaluate),
    (app, "doctor", indexing.doctor),
):
    _group.command(_name, help=_help(_function))(_with_text(_function))
app.add_typer(_articles, name="articles")
app.add_typer(_sessions, name="sessions")
