"""Raw articles of a public set, whose lines were labelled by reading: floors under what cleaning leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval import cleaning

ROOT = Path(__file__).parents[2]
SET = ROOT.parent / "shared" / "bench" / "realtimeqa"
pytestmark = pytest.mark.skipif(not SET.is_dir(), reason="the labelled articles are not beside the repository")


def test_lines_left_out_are_the_labelled_ones() -> None:
    found = list(cleaning.verdicts(SET))
    assert len(found) > 4000
    for held_out, precision, recall in ((False, 0.97, 0.92), (True, 0.94, 0.88)):
        half = [each for each in found if each.held_out is held_out]
        went = [each.should_go for each in half if each.went]
        should_go = [each.went for each in half if each.should_go]
        assert sum(went) >= precision * len(went)
        assert sum(should_go) >= recall * len(should_go)
