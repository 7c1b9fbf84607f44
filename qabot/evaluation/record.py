"""The record of a run: with what, on what, and when it was measured."""

from __future__ import annotations

import hashlib
import json
import platform
import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from qabot import resources
from qabot.articles.urls import without_credentials
from qabot.errors import CaseError, writing
from qabot.evaluation.case import Case
from qabot.models.encoder import Encoder
from qabot.settings import EXTRACTIVE, Settings

RECORD = ".record.json"
"""How the name of a record ends."""
_CIRCUMSTANCES = ("command", "jobs", "python", "platform", "started", "seconds", "resumed")
"""What may differ between runs that measure the same."""
_PLACES = ("settings.index", "settings.state", "settings.prompts")
"""Folders: where they are moves no figure, and what is in them has its digest."""


@dataclass(frozen=True)
class RunRecord:
    """With what, on what and when a run was made.

    Attributes:
        qabot: the version of qabot.
        code: digest of all of its code.
        settings: all settings in force.
        model: who answered, and the digests of the files that the answers depend on.
        index: what was searched: ``fingerprint`` and how many ``articles``, or the digest of the ``documents``.
        cases: ``digest`` of all cases and how many there are (``count``).
        set: the public set that they are from; None where they are the user's.
        command: the command line.
        jobs: how many cases were asked at a time.
        python: its version.
        platform: the machine's.
        started: an ISO 8601 time.
        seconds: how long it took; None while it runs.
        resumed: how many of the results are those of an earlier run that was cut short.
    """

    qabot: str
    code: str
    settings: Mapping[str, Any]
    model: Mapping[str, str]
    index: Mapping[str, Any]
    cases: Mapping[str, Any]
    set: str | None
    command: Sequence[str]
    jobs: int
    python: str
    platform: str
    started: str
    seconds: float | None = None
    resumed: int = 0

    @classmethod
    def begin(
        cls,
        settings: Settings,
        cases: Sequence[Case],
        *,
        index: Mapping[str, Any],
        encoder: Encoder | None = None,
        set_name: str | None = None,
        command: Sequence[str] = (),
        jobs: int = 1,
    ) -> Self:
        """Return the record of a run that begins now."""
        in_force = json.loads(settings.model_dump_json())
        return cls(
            qabot=resources.__version__,
            code=digest_of_code(),
            settings={
                key: without_credentials(value) if isinstance(value, str) else value for key, value in in_force.items()
            },
            model=_model(settings, encoder),
            index=dict(index),
            cases={"digest": digest(json.dumps(case.document()) for case in cases), "count": len(cases)},
            set=set_name,
            command=[_without_credentials(word) for word in command],
            jobs=jobs,
            python=platform.python_version(),
            platform=platform.platform(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def ended(self, began: float) -> Self:
        """Return the record of the run that ends now; ``began`` is what `time.monotonic` said when it did."""
        return replace(self, seconds=round(time.monotonic() - began, 1))

    def document(self) -> dict[str, Any]:
        """Return the record as JSON."""
        return asdict(self)


def differences(now: RunRecord, before: RunRecord) -> list[str]:
    """Return what differs between two runs and may move figures, a line each: ``settings.passages: 10, then 5``."""
    return [
        f"{name}: {_shown(old)}, then {_shown(new)}"
        for name, old, new in _compared(_flat(before.document()), _flat(now.document()))
    ]


def record_path(results: Path) -> Path:
    """Return where the record of a file of results lies: ``run.jsonl`` has ``run.record.json`` beside it.

    The record of a file with another suffix is called after its whole name, so that no two runs share one.
    """
    return results.with_name(results.name.removesuffix(".jsonl") + RECORD)


def write_record(results: Path, record: RunRecord) -> None:
    """Write a record beside its results.

    Raises:
        QabotError: it cannot be written.
    """
    if results.exists() and not results.is_file():  # a device or a pipe has nothing beside it
        return
    path = record_path(results)
    with writing(path, "Give --out another file."):
        path.write_text(json.dumps(record.document(), indent=2) + "\n", encoding="utf-8")


def read_record(results: Path) -> RunRecord | None:
    """Return the record beside a file of results; None where there is none.

    Raises:
        CaseError: what lies there is none.
    """
    path = record_path(results)
    if not path.is_file():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return RunRecord(**{field.name: document[field.name] for field in fields(RunRecord)})
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise CaseError(f"{path} is no record of a run ({error}). Remove it, or make the run anew.") from error


def digest(texts: Iterable[str]) -> str:
    """Return SHA-256 of texts, in their order."""
    total = hashlib.sha256()
    for text in texts:
        total.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return total.hexdigest()


def digest_of_code() -> str:
    """Return a digest of all of qabot's code."""
    return _digest_of_files(Path(str(files("qabot"))).rglob("*.py"))


def _without_credentials(word: str) -> str:
    """Return a word of a command line without what is secret in an address: ``--chroma=http://me:secret@host`` too."""
    option, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
    return option + equals + without_credentials(value)


def _model(settings: Settings, encoder: Encoder | None) -> dict[str, str]:
    known = {"name": settings.model}
    package = Path(str(files("qabot")))
    if settings.model == EXTRACTIVE:
        known["reader"] = _digest_of_files((package / "models" / "reader_model").iterdir())
        known["confidence"] = _digest_of_files([package / "answering" / "calibration.json"])
    else:
        known["prompts"] = _digest_of_files((settings.prompts or resources.shipped_prompts()).glob("*"))
    if encoder is not None:
        known |= {"encoder": encoder.name, "encoder_digest": encoder.digest}
    return known


def _digest_of_files(paths: Iterable[Path]) -> str:
    found = sorted(path for path in paths if path.is_file())
    total = hashlib.sha256()
    for path in found:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _flat(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in document.items():
        if not prefix and key in _CIRCUMSTANCES:
            continue
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            found |= _flat(value, f"{name}.")
        elif name not in _PLACES:
            found[name] = value
    return found


def _compared(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    names = dict.fromkeys([*before, *now])
    return [(name, before.get(name), now.get(name)) for name in names if before.get(name) != now.get(name)]


def _shown(value: Any) -> str:
    text = "unset" if value is None else str(value)
    return text[:12] if re.fullmatch(r"[0-9a-f]{64}", text) else text
