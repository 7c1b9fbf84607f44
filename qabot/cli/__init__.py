"""The command ``qabot``: `main` runs it and is the one place where errors become a line and an exit code."""

from __future__ import annotations

import itertools
import logging
import os
import re
import shlex
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from qabot.cli.output import Warnings
from qabot.render.notice import notice

if TYPE_CHECKING:
    from typer._click.exceptions import UsageError

CLOSED_PIPE = 128 + 13  # what a shell reports of a program that SIGPIPE ended
DEBUG = "--debug"  # wherever it stands
TERMINATED = 128 + 15
_IN_WORDS = ("QUESTION", "TOPIC")  # arguments that people type as they would say them


def main() -> NoReturn:
    """Run the command line and exit with the code that CONTRACT and ``qabot --help`` name."""
    code = 1
    log, warnings = logging.getLogger("qabot"), Warnings()
    try:
        _prepare_streams()
        log.addHandler(warnings)
        signal.signal(signal.SIGTERM, _terminate)
        code = _run([argument for argument in sys.argv[1:] if argument != DEBUG])
        sys.stdout.flush()
    except KeyboardInterrupt:
        _stop_listening()
        from qabot.errors import StoppedError

        code = _explain(StoppedError())
    except BrokenPipeError:
        code = CLOSED_PIPE
    except Exception as error:  # noqa: BLE001 - whatever it is, a person gets one line
        _stop_listening()
        code = _explain(error)
    finally:
        log.removeHandler(warnings)
        _stop_listening()
        _forget_unwritten()
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    """Parse the arguments, run the command and return its exit code."""
    from typer.main import get_command

    from qabot.cli.app import app

    try:
        return int(get_command(app).main(arguments, prog_name="qabot", standalone_mode=False) or 0)
    except SystemExit as exit_:
        # Typer turns a closed pipe into an exit of its own.
        if isinstance(exit_.__context__, BrokenPipeError):
            raise BrokenPipeError from exit_
        raise


def _explain(error: Exception) -> int:
    from typer._click.exceptions import NoArgsIsHelpError, UsageError

    if isinstance(error, NoArgsIsHelpError):
        error.show()
        return error.exit_code
    if DEBUG in sys.argv:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, UsageError):
        return _say(_usage_line(error), error.exit_code)
    from qabot.errors import QabotError
    from qabot.render.text import error_line

    return _say(error_line(error), error.exit_code if isinstance(error, QabotError) else 1)


def _usage_line(error: UsageError) -> str:
    """Return one line that says what is wrong with the command line, and what to try."""
    from typer._click.exceptions import BadParameter
    from typer.core import TyperOption

    option = error.param if isinstance(error, BadParameter) else None
    if isinstance(option, TyperOption) and option.min is not None:
        most = "or more" if option.max is None else f"to {option.max}"
        said = f"{option.opts[-1]} takes a whole number, {option.min} {most}."
    else:
        said = " ".join(error.format_message().split())
    if not said.endswith((".", "?", "!")):
        said += "."
    if error.ctx is None:
        return said
    if said.startswith("No such command") and error.ctx.parent is None and (question := _question_typed(said)):
        return f"Put ask before a question: qabot ask {question}"
    if said.startswith("Got unexpected extra argument"):
        words = [name for each in error.ctx.command.params if (name := str(each.metavar)) in _IN_WORDS]
        said += "".join(f" Put the {name.lower()} in quotation marks." for name in words)
    return f"{said} Try: {error.ctx.command_path} --help"


def _question_typed(said: str) -> str | None:
    """Return a question that was typed as a command, as a shell wants it; None where the command is another mistake.

    Args:
        said: what is said of the command.
    """
    from qabot.render.text import readable

    words = list(itertools.dropwhile(lambda argument: argument.startswith("-"), sys.argv[1:]))
    if not words:
        return None
    command, asked = words[0], itertools.takewhile(lambda word: not word.startswith("-"), words)
    typed = " ".join(readable(" ".join(asked)).split())
    # "What" is near "chat".
    begins_one = typed.endswith("?") and (command[:1].isupper() or "Did you mean" not in said)
    if not (" " in command or begins_one):
        return None
    return shlex.quote(typed) if re.search(r'["$`!\\]', typed) else f'"{typed}"'


def _say(message: str, code: int) -> int:
    with suppress(OSError):  # nobody may listen
        notice(f"qabot: {message}")
    return code


def _prepare_streams() -> None:
    """Open the null device for each closed standard stream, or the next file that is opened would take its number.

    Replace characters that the output's encoding lacks.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False))  # noqa: SIM115 - for the life of the process
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _terminate(_signal: int, _frame: FrameType | None) -> NoReturn:
    """End as on an exit, so that locks are released and files closed."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.exit(TERMINATED)


def _stop_listening() -> None:
    """Ignore interrupts from now on: one while libraries are cleaned up must not change the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _forget_unwritten() -> None:
    """Drop output that nobody reads, so that it raises no error when the interpreter ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
