from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.articles.web_server import Site, page, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """A server with one article, at ``/page``."""
    with serving() as running:
        running.pages["/page"] = page("Bridge opens")
        yield running


other = site  # the same once more, for tests of two
