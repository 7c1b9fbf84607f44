"""``qabot sessions``: the saved conversations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qabot.cli.options import (
    Json,
    chroma_server,
    expanded,
    session_names,
    settings_for_reading,
    settings_with,
    with_options,
)
from qabot.cli.output import print_json, write
from qabot.errors import SessionError
from qabot.render.notice import notice

if TYPE_CHECKING:
    from qabot.chat.sessions import Sessions, Summary

Name = Annotated[str, typer.Argument(metavar="NAME", help="The session's name.", autocompletion=session_names)]


@dataclass(frozen=True, kw_only=True)
class Which:
    """The options of all these commands."""

    index: Annotated[
        Path | None,
        typer.Option("--index", metavar="DIR", help="Only sessions whose last answer is from the index in DIR."),
    ] = None
    chroma: Annotated[
        str | None,
        typer.Option(
            "--chroma", metavar="URL", callback=chroma_server, help="Only those whose last answer is from that server."
        ),
    ] = None
    json: Json = False

    @cached_property
    def place(self) -> str | None:
        """Where the index is that the options name; None where they name none."""
        from qabot.store.open_index import place_of

        named = self.index or self.chroma
        return place_of(settings_for_reading(self.index, self.chroma)) if named else None

    def admitted(self, saved: Sessions) -> list[Summary]:
        """Return summaries of the sessions that it is about, the one used last first."""
        return [each for each in saved.summaries() if self.place in (None, each.index)]

    def existing(self, saved: Sessions, name: str) -> str:
        """Return the name of a session as it is saved.

        Raises:
            SessionError: there is none that it is about.
        """
        name = saved.existing(name)
        if self.place and all(each.name != name for each in self.admitted(saved)):
            raise SessionError(
                f"The session {name} was not answered from that index last. Leave --index and --chroma out."
            )
        return name


def sessions() -> None:
    """List, read, find, rename, delete or export saved conversations.

    Examples:
      qabot sessions list
      qabot sessions search ribbon mayor
      qabot chat --session fair
    """


@with_options
def list_sessions(*, which: Which) -> None:
    """List the saved sessions, the one used last first.

    Examples:
      qabot sessions list
      qabot sessions list --json

    Each line has the name, the day and time of the last turn, how many turns there are, the first question, and the
    index that answered last.
    """
    from qabot.chat.sessions import minute
    from qabot.render.text import counted, index_label

    with _opened() as saved:
        found = which.admitted(saved)
    if which.json:
        print_json([asdict(summary) for summary in found])
        return
    _print_lines(
        (each.name, minute(each.last), str(each.turns), each.question, index_label(each.index) if each.index else "")
        for each in found
    )
    notice(counted(len(found), "session"))


@with_options
def show_session(name: Name, *, which: Which) -> None:
    """Print a saved session: questions, answers and sources.

    Examples:
      qabot sessions show fair
      qabot sessions show fair --json
    """
    from qabot.render.answer import conversation_json, from_indexes
    from qabot.render.screen import Screen
    from qabot.render.text import plain

    with _opened() as saved:
        name = which.existing(saved, name)
        conversation = saved.load(name)
    if which.json:
        print_json(conversation_json(name, conversation))
        return
    screen = Screen()
    if told := from_indexes(conversation):
        notice(told)
    for number, turn in enumerate(conversation.turns):
        if number:
            screen.show()
        screen.show(f"> {plain(turn.question)}")
        screen.show(plain(turn.answer.text))
        screen.sources(turn.answer)


@with_options
def search_sessions(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="All of them must be in a question or its answer.")
    ],
    *,
    which: Which,
) -> None:
    """Find turns by words in their questions and answers, the newest first.

    Examples:
      qabot sessions search ribbon
      qabot sessions search ribbon mayor --json

    Each line has the session's name, the day and time, the question, and the answer.
    """
    from qabot.chat.sessions import minute
    from qabot.render.answer import answer_json
    from qabot.render.text import counted

    with _opened() as saved:
        names = {each.name for each in which.admitted(saved)}
        found = [each for each in saved.search(" ".join(words)) if each.session in names]
    if which.json:
        print_json([{"session": each.session, "asked": each.asked, **answer_json(each.turn.answer)} for each in found])
        return
    _print_lines((each.session, minute(each.asked), each.turn.question, each.turn.answer.text) for each in found)
    notice(counted(len(found), "turn"))


@with_options
def rename_session(
    name: Name,
    new_name: Annotated[str, typer.Argument(metavar="NEW-NAME", help="Its name from now on.")],
    *,
    which: Which,
) -> None:
    """Give a session another name.

    Examples:
      qabot sessions rename 2024-05-06-120000 fair
    """
    with _opened() as saved:
        name = which.existing(saved, name)
        new_name = saved.rename(name, new_name)
    if which.json:
        print_json({"session": new_name, "former": name})
    notice(f"{name} is called {new_name} now.")


@with_options
def delete_sessions(
    names: Annotated[
        list[str], typer.Argument(metavar="NAME...", help="The sessions' names.", autocompletion=session_names)
    ],
    *,
    which: Which,
) -> None:
    """Delete sessions, and take their questions out of the history.

    Examples:
      qabot sessions delete fair
      qabot sessions delete 2024-05-06-120000 2024-05-06-130000
    """
    from qabot.render.text import counted

    with _opened() as saved:
        checked = list(dict.fromkeys(which.existing(saved, name) for name in names))
        for name in checked:
            saved.delete(name)
    if which.json:
        print_json({"deleted": len(checked), "sessions": checked})
    notice(f"Deleted {counted(len(checked), 'session')}.")


@with_options
def export_session(
    name: Name,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", callback=expanded, help="A new file; .md, .html or .json says the format.")
    ],
    *,
    which: Which,
) -> None:
    """Write a session to a Markdown, HTML or JSON file.

    Examples:
      qabot sessions export fair fair.html
      qabot sessions export fair ~/notes/fair.md

    The page of HTML opens offline; its citations unfold to the quote in its surroundings.
    """
    from qabot.render.text import counted
    from qabot.render.transcript import write_transcript

    with _opened() as saved:
        name = which.existing(saved, name)
        conversation = saved.load(name)
    write_transcript(file, name, conversation)
    if which.json:
        print_json({"session": name, "turns": len(conversation.turns), "file": str(file)})
    notice(f"Saved {counted(len(conversation.turns), 'turn')} in {file}.")


def _opened() -> closing[Sessions]:
    from qabot.chat.sessions import Sessions, state_folder

    return closing(Sessions(state_folder(settings_with())))


def _print_lines(rows: Iterator[tuple[str, ...]]) -> None:
    """Print rows: on a terminal wrapped, with their first cell in bold; elsewhere one a line, tabs between cells."""
    from rich.text import Text

    from qabot.render.screen import Screen
    from qabot.render.text import cell

    screen = Screen()
    for row in rows:
        cells = [cell(value) for value in row]
        if screen.drawn:
            line = Text.assemble((cells[0], "bold"), "  ", "  ".join(cells[1:]))
            screen.show(line, indent=2)
        else:
            write("\t".join(cells) + "\n")
