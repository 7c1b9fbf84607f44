"""A small index, built once by the command itself, for the tests that ask it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.run import qabot

FAIR = """---
title: Fair opens on the hill
author: Berta Lind
publisher: The Courier
published: 2024-05-06
---

The spring fair opened in Hillbrook on Monday. It was raining all morning.

The mayor, Ada Quill, cut the ribbon at noon. About 3,000 people came on the first day.

The fair was founded in 1893 by the brewer Otto Marsh.
"""
MILL = """---
title: Old mill burns down
publisher: Hill Gazette
published: 2023-11
---

The old water mill of Hillbrook burned down in November. Nobody was hurt.

The fire brigade said that a cable had caused the fire. The mill was built in 1790 by the miller Jan Stroud.
"""
BRIDGE = """---
title: A bridge for cyclists
---

The council of Hillbrook voted on Tuesday to build a bridge for cyclists over the river Arn.

The bridge will cost 4.2 million euros and open in 2027.
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an index of three articles in ``index/``; not to be changed."""
    home = tmp_path_factory.mktemp("built")
    folder = home / "index" / "articles"
    folder.mkdir(parents=True)
    for name, text in (("fair.md", FAIR), ("mill.md", MILL), ("bridge.md", BRIDGE)):
        (folder / name).write_text(text, "utf-8")
    done = qabot(home, "index")
    assert (done.returncode, done.stdout.splitlines()[0][:8]) == (0, "3 added,"), done.stderr
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    shutil.copytree(built, tmp_path / "home")
    return tmp_path / "home"
