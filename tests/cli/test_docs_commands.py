"""Every command of qabot that README and docs show does what a reader expects of it: it ends well."""

from __future__ import annotations

import json
import re
import shlex
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

from qabot import resources
from qabot.chat.sessions import Sessions
from qabot.store.location import Location, locate
from tests.articles.formats.files import pdf
from tests.cli.conftest import FAIR, Run
from tests.model_server import ModelServer
from tests.samples import answered, copy_store

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINE = re.compile(r"^\$ (.*?\bqabot (?!doctor --model).+?)(?:\s+#.*)?$", re.MULTILINE)
ADDRESS = re.compile(r"https?://\S+")  # nothing is read from the web here
QUESTION = "Who is the supreme leader of the Taliban?"
CASE = {"id": "leader", "turns": [QUESTION], "answers": [["Akhundzada"]]}
KEPT = 1
ANSWERED, FAILED, ABSTAINED, BELOW = 0, 1, 3, 4
WITH_COMMANDS = [page for page in PAGES if LINE.search(page.read_text("utf-8"))]

pytestmark = pytest.mark.model


@pytest.fixture
def reader(tmp_path: Path, starter_location: Location, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of somebody who reads the docs: with articles, cases and a session, and as yet no index."""
    home = tmp_path / "reader"
    (home / "articles").mkdir(parents=True)
    (home / "articles" / "fair.md").write_text(FAIR.replace("The Courier", "Reuters"), "utf-8")
    (home / "story.pdf").write_bytes(pdf([[(72, 700, 12, "The council decided to mend the dam.")]]))
    (home / "questions.txt").write_text(QUESTION + "\n", "utf-8")
    (home / "cases").mkdir()
    (home / "cases" / "one.jsonl").write_text(json.dumps(CASE) + "\n", "utf-8")
    monkeypatch.setattr(resources, "shipped_cases", lambda: home / "cases")
    for name, folder in {"HOME": home, "XDG_DATA_HOME": home / "data", "QABOT_STATE": home}.items():
        monkeypatch.setenv(name, str(folder))
    monkeypatch.chdir(home)
    copy_store(starter_location.store, locate(None).store)
    with closing(Sessions(home)) as sessions:
        sessions.save("2026-11-22-101500", answered())
    return home


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.stem)
def test_what_a_page_shows_can_be_typed(page: Path, run: Run, reader: Path, server: ModelServer) -> None:
    model = {"QABOT_BASE_URL": server.base_url, "OPENAI_API_KEY": "x", "QABOT_STATE": str(reader)}
    model["QABOT_PASSAGES"] = "3"  # of as many are read; that they answer best is no matter here
    for line in LINE.findall(page.read_text("utf-8")):
        typed, words = b"", shlex.split(ADDRESS.sub("", line))
        if "|" in words:
            typed, words = words[1].encode(), words[words.index("|") + 1 :]
        elif "--session" in words and words[1] == "chat":  # which begins the session that the next lines are about
            typed = QUESTION.encode()
        for sign in ("<", ">"):
            words = words[: words.index(sign)] if sign in words else words
        if "3f9a" in words:  # which stands for the id of some article
            listed = json.loads(run("articles", "list", "--json", home=reader, **model).stdout)
            words[words.index("3f9a")] = listed[0]["article_id"][:8]
        done = run(*words[1:], typed=typed, home=reader, **model)
        assert done.returncode in _expected(words), f"{line}: {done.stderr}"
        if "--new" in words:  # who corrects the cases keeps some
            cases = reader / words[-1]
            cases.write_text("".join(cases.read_text("utf-8").splitlines(keepends=True)[:KEPT]), "utf-8")


def _expected(words: list[str]) -> set[int]:
    """Return the exit codes that the docs promise for a command that does what it is asked."""
    if words[1] in ("ask", "timeline"):
        return {ANSWERED, ABSTAINED}
    if "--ray" in words and not ("local" in words and find_spec("ray")):
        return {FAILED}  # there is no cluster here, and Ray only where it was installed
    return {ANSWERED, BELOW} if "--fail-under" in words else {ANSWERED}
