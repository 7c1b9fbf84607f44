"""What `qabot doctor` says of an index in which the articles are not found."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from qabot import doctor
from qabot.settings import Settings
from tests.store.hashing import HashingEncoder


def test_the_time_that_a_model_on_this_machine_has_is_told() -> None:
    [found] = [each for each in doctor._origins(Settings(model="ollama:llama3.2"), ()) if each.name == "model_timeout"]
    assert (found.value, found.origin) == ("600.0", "default")


@pytest.mark.parametrize(
    ("chroma", "cure"),
    [
        (None, "Delete {0}/store/vectors-* and {0}/store/words-*, and run: qabot index --index {0}"),
        ("http://127.0.0.1:1", "Fill it anew: qabot index --chroma http://127.0.0.1:1 --rebuild"),
    ],
)
def test_how_what_is_searched_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chroma: str | None, cure: str
) -> None:
    index = SimpleNamespace(
        place="here", encoder=HashingEncoder(), articles=lambda: [SimpleNamespace(passages=3)], check=lambda: None,
        close=lambda: None, search_vectors=lambda _vector, _k: [],
    )  # fmt: skip
    monkeypatch.setattr("qabot.store.open_index.open_index", lambda _settings: index)
    health = doctor.examine(Settings(index=tmp_path, chroma=chroma))
    [found] = [each for each in health.checks if each.what == "index"]
    assert not found.ok
    assert found.found.endswith(cure.format(tmp_path))
