"""The commands that look closer at the last answer: ``/sources``, ``/show``, ``/open``, ``/why``."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import suppress

from rich.text import Text

from qabot.answering.answer import Disagreement
from qabot.chat.chat import Chat
from qabot.chat.screen import Screen
from qabot.chat.turn import opened
from qabot.chat.why import why_text
from qabot.errors import QabotError
from qabot.render import (
    QUOTE_MARKS,
    cell,
    notes,
    plain,
    source_address,
    source_file,
    source_label,
    surroundings_text,
)

_REACH = 600  # characters shown around a quote off a terminal
_INDENT = 2
_OPENS_WITHIN = 1.0  # seconds in which a program that cannot open something says so


def sources(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show the notes of the last answer again."""
    if notes(chat.last_answer):
        screen.sources(chat.last_answer)
    else:
        screen.notice("The last answer has no sources.")


def show(chat: Chat, screen: Screen, argument: str) -> None:
    """Show the article around a quote: on a terminal the whole of it, in a pager that opens at the quote."""
    citation = chat.citation(argument)
    text = opened(chat, screen).index.text(citation.article_id)
    screen.page(surroundings_text(citation, text, reach=None if screen.drawn else _REACH), at=QUOTE_MARKS[0])


def open_source(chat: Chat, screen: Screen, argument: str) -> None:
    """Open a source in the program that the desktop has for it: a web page, or the file of an article."""
    source = plain(chat.citation(argument).source)
    address = source_address(source)
    if not address:
        raise QabotError(f"{source} is no web address and no file of an article. /show has its text.")
    file = source_file(source)
    if file and not file.is_file():
        raise QabotError(f"{source} is gone. /show has the text that was stored of it.")
    program = "open" if sys.platform == "darwin" else "xdg-open"
    if not shutil.which(program):
        raise QabotError(f"There is no program {program} here to open it with. It is: {source}")
    quiet = subprocess.DEVNULL
    opener = subprocess.Popen([program, address], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    with suppress(subprocess.TimeoutExpired):  # then it is the program itself, and stays open
        if opener.wait(_OPENS_WITHIN):
            raise QabotError(f"{program} has no program to open it with. It is: {source}")
    screen.notice(f"Opening {source}")


def why(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show how the last answer came about."""
    for line in why_text(chat.last_answer).split("\n", allow_blank=True):
        screen.show(line, indent=_INDENT)


def timeline(chat: Chat, screen: Screen, argument: str) -> None:
    """Show what happened when: of a topic, else of what was asked last."""
    from qabot.answering.timeline import timeline as told

    index = opened(chat, screen).index
    events = told(index, argument or chat.last_answer.standalone_question, scope=chat.filters.scope)
    if not events:
        screen.notice("The articles tell no dated event about this.")
    labels: dict[int, str] = {}
    for event in events:
        markers = "".join(f"[{citation.marker}]" for citation in event.citations)
        screen.show(Text.assemble((event.date, "bold"), f"  {cell(event.text)} {markers}"), indent=_INDENT)
        labels.update({citation.marker: source_label(citation) for citation in event.citations})
    screen.show()
    for marker, label in sorted(labels.items()):
        screen.show(Text(f"[{marker}] {label}"), indent=_INDENT)


def disagreements(chat: Chat, screen: Screen, _argument: str) -> None:
    """Show where the sources of the last answer differ."""
    found = chat.last_answer.disagreements
    if not found:
        screen.notice("The sources of the last answer do not differ on what was asked, as far as qabot can tell.")
    for each in found:
        screen.show(_disagreement_text(each), indent=_INDENT)


def _disagreement_text(disagreement: Disagreement) -> Text:
    """``The articles differ on the toll: "12" [1] of 2024-05-01, "14" [2] (superseded)``."""
    values = [
        f'"{cell(value.text)}" {"".join(f"[{marker}]" for marker in value.citations)}'
        + (f" of {value.published}" if value.published else "")
        for value in disagreement.values
    ]
    about = cell(disagreement.about)
    return Text(f"The articles differ on {about}: {', '.join(values)} ({disagreement.kind})")
