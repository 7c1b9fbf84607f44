"""Generate questions, files of every suffix, cases, settings and prompts, and see whether any of them does harm.

    python -m eval faults inputs --count 5000 [--kept FILE]

It takes hours: stopped, it goes on with the same FILE where it was.

Each is a whole one with its bytes changed, cut, moved or repeated, or with a piece nested or repeated very often. Fine
is an answer, or one line that says what is wrong, in 60 seconds of a processor and 1 GB of memory.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import tempfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from eval.faults import trial
from eval.figures import Figure, share, show
from qabot import resources
from qabot.answering.bot import Bot, load_answerer
from qabot.answering.llm.prompts import load_prompt
from qabot.answering.rank import Trained
from qabot.articles.assemble import article_of
from qabot.articles.read import read_source
from qabot.errors import ArticleError
from qabot.evaluation.case import load_cases
from qabot.settings import Settings, load_settings
from qabot.store.passages import split
from qabot.store.workers import DefectError, as_unreadable, documents_of

_SECONDS, _BYTES = 60, 1_000_000_000
_SIZE = 3_000_000  # bytes of what is repeated
_TEXT = trial.article(7)
_PAGE = f"<html><head><title>Bridge</title></head><body><article><h1>Bridge</h1><p>{_TEXT}</p></article></body></html>"
_ITEM = "<item><title>Bridge</title><link>https://a.example/1</link><description>Open.</description></item>"
_PIECES = (
    "[", "{", "(", "<b>", "<div>", "> ", "- ", "1. ", "*", "_", "&amp;", "\n", "\r", "\0", " ", "\u202e", '"', "'", "é",
    "9", "a", "=?utf-8?q?a=20b?= ", "<!--", "]]>", "{question}", "a: &a [*a, *a]\n", "\\", "|", "#", ".",
)  # fmt: skip


def _zip(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


def _mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = "a@b.example", "Bridge", "Mon, 03 May 2021 10:15:00 +0100"
    message.set_content(_TEXT)
    message.add_alternative(_PAGE, subtype="html")
    return message.as_bytes()


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org"
_DOCX = {
    "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="a" Target='
    f'"word/document.xml" Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>{_TEXT}</w:t></w:r></w:p></w:body>'
    "</w:document>",
}
_EPUB = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": '<container><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>',
    "a.opf": '<package><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>',
    "a.xhtml": _PAGE * 3,
}
_LINE = json.dumps({"url": "https://a.example/1", "title": "Bridge", "text": _TEXT, "published": "2023-05-04"}) + "\n"
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj"
    b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
    b"/MediaBox[0 0 600 800]>>endobj\n4 0 obj<</Length 80>>stream\nBT /F1 12 Tf 50 700 Td (The bridge of Port Lenn "
    b"reopened after two months of repairs.) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
FILES: dict[str, bytes] = {
    ".txt": _TEXT.encode(), ".md": _TEXT.encode(), ".html": _PAGE.encode(), ".pdf": _PDF, ".docx": _zip(_DOCX),
    ".epub": _zip(_EPUB), ".eml": _mail(), ".jsonl": _LINE.encode() * 3, ".jsonl.gz": gzip.compress(_LINE.encode()),
    ".rss": f"<rss><channel>{_ITEM * 3}</channel></rss>".encode(),
}  # fmt: skip
"""A whole one of every kind of file."""
_SETTINGS = b'model = "extractive"\npassages = 7\nweb_pause = 0.5\nmax_article_mb = 3\n'


def main() -> None:
    parser = trial.parser(__doc__, 5000)
    parser.add_argument("--kept", type=Path, help="a file of what was found so far, to go on from")
    options = parser.parse_args()
    show(run(options.count, options.seed, options.kept), keep=options.figures)


def run(count: int, seed: int = 1, kept: Path | None = None) -> list[Figure]:
    """Try so many; return the figures. ``kept`` is a file of what was found so far."""
    chance = trial.chance(seed)
    known = kept.read_text(encoding="utf-8").splitlines() if kept and kept.exists() else []
    one_line, within = ([json.loads(line)[at] for line in known] for at in (0, 1))
    for number in range(count):
        name, made, work = _made(number, chance)
        if number < len(known):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            outcome = trial.in_child(work, Path(scratch), name, made, patience=10 * _SECONDS)
        one_line.append(outcome.ok)
        within.append(outcome.kind != "late" and outcome.seconds <= _SECONDS and outcome.grown <= _BYTES)
        if not (one_line[-1] and within[-1]):
            took = f"{outcome.seconds:.0f} s, {outcome.grown / 1e6:.0f} MB"
            print(f"input {number}, {name} {made[:60]!r} of {len(made)} bytes: {outcome.kind}, {took}, {outcome.value}")
        if kept:
            with kept.open("a", encoding="utf-8") as file:
                file.write(f"{json.dumps([one_line[-1], within[-1]])}\n")
    return [
        share("faults", "generated inputs that are taken, or refused in one line", one_line),
        share("faults", "generated inputs that take no more than 60 s and 1 GB", within),
    ]


def _made(number: int, chance: random.Random) -> tuple[str, bytes, Callable[[Path, str, bytes], Any]]:
    kinds = [*FILES, *FILES, "question", "cases", "settings", "prompt"]
    name = kinds[number % len(kinds)]
    if name == "question":
        return name, _changed(trial.QUESTIONS[0].encode(), chance, most=2_000), _ask
    if name == "cases":
        return name, _changed(next(resources.shipped_cases().glob("*.jsonl")).read_bytes(), chance), _read_cases
    if name == "settings":
        return name, _changed(_SETTINGS, chance), _read_settings
    if name == "prompt":
        return name, _changed((resources.shipped_prompts() / "answer.md").read_bytes(), chance), _read_prompt
    return name, _changed_file(name, chance), _read_file


def _changed(data: bytes, chance: random.Random, most: int = _SIZE) -> bytes:
    """Return data with its bytes changed in one of several ways."""
    first, second = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    piece = chance.choice(_PIECES).encode()
    way = chance.randrange(6)
    if way == 0:
        return bytes(byte ^ (1 << chance.randrange(8)) if chance.random() < 0.02 else byte for byte in data)
    if way == 1:
        return data[:first]
    if way == 2:
        return data[:first] + data[second:]
    if way == 3:
        return data[:first] + chance.randbytes(chance.randrange(200)) + data[first:]
    repeated = piece if way == 4 else data[first:second] or piece
    times = min(10 ** chance.randrange(1, 7), max(1, most // len(repeated)))
    return data[:first] + repeated * times + data[first:]


def _changed_file(suffix: str, chance: random.Random) -> bytes:
    parts = {".docx": _DOCX, ".epub": _EPUB}.get(suffix)
    if chance.random() < 0.5 and parts:  # what is packed in it is changed
        name = chance.choice(sorted(parts))
        return _zip({**parts, name: _changed(parts[name].encode(), chance).decode("utf-8", "replace")})
    if chance.random() < 0.5 and suffix.endswith(".gz"):
        return gzip.compress(_changed(_LINE.encode(), chance))
    return _changed(FILES[suffix], chance)


# -- in a child --------------------------------------------------------------------------------------------------------


def _read_file(folder: Path, suffix: str, data: bytes) -> int:
    """Read a file and cut what is in it, as an index run does."""
    file = folder / f"a{suffix}"
    file.write_bytes(data)
    with as_unreadable(str(file)):
        reading = read_source(str(file), Settings())
    passages = 0
    for document in documents_of(reading) if reading else ():
        if not isinstance(document, ArticleError):
            with as_unreadable(document.source):
                passages += len(split(article_of(document)))
        elif isinstance(document, DefectError):
            raise document
    return passages


def _ask(folder: Path, _name: str, data: bytes) -> str:
    location = trial.at(folder)
    trial.write(location, range(3))
    trial.update(location)
    settings = Settings()
    with Bot(trial.opened(location), settings, load_answerer(settings), Trained.load()) as bot:
        answer = bot.ask(data.decode("utf-8", "replace"))
        for each in answer.citations:
            if bot.index.text(each.article_id)[each.start : each.end] != each.quote:
                raise AssertionError("a citation is no slice")
        return answer.text


def _read_cases(folder: Path, _name: str, data: bytes) -> int:
    (folder / "cases.jsonl").write_bytes(data)
    return len(load_cases([folder / "cases.jsonl"]))


def _read_settings(folder: Path, _name: str, data: bytes) -> None:
    (folder / "qabot.toml").write_bytes(data)
    os.chdir(folder)
    load_settings()


def _read_prompt(folder: Path, _name: str, data: bytes) -> None:
    (folder / "answer.md").write_bytes(data)
    filled = dict.fromkeys(("question", "passages", "boundary"), "x" * 1000)
    load_prompt("answer", folder).invoke(filled)
