"""The one line that an error is told in."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from qabot.errors import QabotError, writing
from qabot.render.text import error_line


@pytest.mark.parametrize(
    ("number", "line"),
    [
        (errno.ENOSPC, "Cannot read or write /a: No space left on device. Free some space."),
        (errno.EACCES, "Cannot read or write /a: Permission denied. Mend its permissions."),
        (errno.ENOENT, "Cannot read or write /a: No such file or directory. Check that it is there and can be used."),
    ],
)
def test_an_error_of_the_system_names_its_cure(number: int, line: str) -> None:
    assert error_line(OSError(number, os.strerror(number), "/a")) == line


def test_a_full_disk_wants_space_before_another_file() -> None:
    with pytest.raises(QabotError, match=r"^/a cannot be written: .*\. Free some space, or give --out another file\.$"):  # noqa: SIM117
        with writing(Path("/a"), "Give --out another file."):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
