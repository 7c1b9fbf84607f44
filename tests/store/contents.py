"""All that an index's catalogue holds, but for the times at which it was written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from qabot.store.location import Location

_TABLES = "articles", "passages", "sentences", "sources", "site_lines", "bands", "changes"
_TIMES = {"indexed", "time"}


def contents(location: Location) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of the tables that a run fills, in the order in which they were written.

    Sources are sorted: one is done when the last of its articles is written, or when it turns out to hold none.
    """
    found = {}
    with closing(sqlite3.connect(location.catalogue)) as connection:
        for table in _TABLES:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            kept = ", ".join(f'"{each}"' for each in columns if each not in _TIMES)
            found[table] = connection.execute(f"SELECT {kept} FROM {table}").fetchall()
    found["sources"].sort()
    return found
