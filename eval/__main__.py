"""``python -m eval NAME``: run one of the commands that measure qabot or train what it rests on."""

from __future__ import annotations

import sys
from importlib import import_module

COMMANDS = {  # name: (module, function, what it does)
    "extraction": ("extraction", "main", "how well the article is found in a page of HTML"),
    "cleaning lines": ("cleaning", "lines", "which lines of raw text are left out, against labelled lines"),
    "cleaning pages": ("cleaning", "pages", "which visible lines of whole pages are left out"),
    "metadata": ("metadata", "main", "what pages and texts state, and how often it is read"),
    "origins": ("origins", "main", "which articles are taken for reprints, against judged pairs"),
    "times": ("times", "main", "which days time expressions mean, against labelled expressions"),
    "disagreement planted": ("disagreement", "planted", "which planted differences between articles are found"),
    "disagreement pairs": ("disagreement", "pairs", "what is told of pairs of articles that do or do not differ"),
    "disagreement shown": ("disagreement", "shown", "how many of the differences shown over news are real"),
    "support measure": ("support.measure", "main", "how well supported sentences are told from others; --fit fits it"),
    "support planted": ("support.planted", "main", "which planted faults in a model's claims the check catches"),
    "support checked": ("support.planted", "checked", "how many sentences about news stand the check"),
    "model run": ("model", "run", "ask a real language model, with and without qabot; its answers are to be judged"),
    "model table": ("model", "table", "how many of the judged answers are right, wrong, declined and supported"),
    "speed": ("speed.measure", "main", "time and memory, beside LangChain's tutorial pipeline"),
    "speed recall": ("speed.recall", "main", "how many of the nearest vectors Chroma finds"),
    "reader train": ("reader.train", "main", "train the reader"),
    "reader export": ("reader.train", "export_saved", "write a state of the training as a reader"),
    "reader measure": ("reader.measure", "main", "measure the reader on public sets"),
    "news": ("news", "main", "how the bot does on questions about news"),
    "snippets": ("snippets", "main", "how the bot does on news snippets of which one in five answers, or none"),
    "calibration": ("calibration", "main", "fit the confidence: when the bot answers and when it abstains"),
    "ablate": ("calibration", "ablate", "what the confidence loses without each thing that it is made of"),
    "faults kill": ("faults.kill", "main", "what kills at random moments leave of an index"),
    "faults calls": ("faults.kill", "calls", "what kills at system calls leave of it"),
    "faults bytes": ("faults.harm", "main", "what wrong, cut and missing bytes in its files do to an index"),
    "faults inputs": ("faults.inputs", "main", "what generated questions, files, cases, settings and prompts do"),
    "figures": ("figures", "main", "take the figures of a run of `qabot eval` into figures.json"),
    "tables": ("figures", "write_tables", "write the tables of figures into the documents"),
}


def main() -> None:
    """Run the command that the arguments begin with."""
    for words in (2, 1):
        name = " ".join(sys.argv[1 : 1 + words])
        if name in COMMANDS:
            module, function, _ = COMMANDS[name]
            sys.argv = [f"python -m eval {name}", *sys.argv[1 + words :]]
            getattr(import_module(f"eval.{module}"), function)()
            return
    asked_for_help = sys.argv[1:] in ([], ["--help"], ["-h"])
    lines = [f"  {name:21} {about}" for name, (_, _, about) in COMMANDS.items()]
    text = "\n".join(["usage: python -m eval NAME ...", "", *lines, "", "python -m eval NAME --help says more."])
    if not asked_for_help:
        sys.exit(f"There is no command {' '.join(sys.argv[1:])!r}.\n{text}")
    print(text)


if __name__ == "__main__":
    main()
