"""A running chat without its loop."""

from __future__ import annotations

import time
from threading import Event

import pytest

from qabot.chat import chat
from qabot.chat.chat import Opening


def test_leaving_waits_once_for_all_that_is_being_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_PATIENCE", 0.5)
    loaded = Event()
    opening = Opening(lambda _progress: loaded.wait())  # type: ignore[arg-type, return-value]
    for _ in range(4):
        opening.also(lambda _bot: None)
    began = time.monotonic()
    opening.close()
    spent = time.monotonic() - began
    loaded.set()
    assert 0.5 <= spent < 1
