"""The measuring scripts run on sets laid out as the public ones are; these are made up."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOPICS = [
    {
        "number": 1,
        "turn": [
            {"number": 1, "raw_utterance": "When did Ada Dahl open the bridge?"},
            {"number": 2, "raw_utterance": "Where was she born?"},
        ],
    }
]
RESOLVED = "1_1\tWhen did Ada Dahl open the bridge?\n1_2\tWhere was Ada Dahl born?\n"


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, ROOT / "eval" / "bench" / "run.py", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def test_treccast(tmp_path: Path):
    (tmp_path / "2019-topics.json").write_text(json.dumps(TOPICS))
    (tmp_path / "2019-resolved.tsv").write_text(RESOLVED)
    (tmp_path / "2020-manual.json").write_text("[]")
    out = tmp_path / "out.jsonl"
    done = bench("treccast", str(tmp_path), "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert "left alone where right           1.000" in done.stdout
    assert "holds every content word         1.000" in done.stdout
    said = [json.loads(line)["said"] for line in out.read_text().splitlines()]
    assert said[1]["rewritten"] == "Where was Ada Dahl born?"


def test_an_unknown_set_is_refused_with_the_known_ones(tmp_path: Path):
    done = bench("nonesuch", str(tmp_path))
    assert done.returncode == 2
    assert "realtimeqa" in done.stderr
