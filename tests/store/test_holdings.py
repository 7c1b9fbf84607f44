"""What a run knows of the index: looked up as far as it is asked for, and never over what the run itself has done."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from qabot.store.catalogue import Catalogue
from qabot.store.holdings import Holdings, Place
from qabot.store.location import Location
from qabot.store.records import UpdateReport


@pytest.fixture
def catalogue(location: Location, run: Callable[..., UpdateReport]) -> Iterator[Catalogue]:
    run()
    opened = Catalogue.open(location.catalogue)
    yield opened
    opened.close()


def test_only_what_is_asked_for_is_looked_up(catalogue: Catalogue, location: Location) -> None:
    holdings = Holdings(catalogue)
    bridge = str(location.articles / "bridge.md")
    [article_id] = holdings.articles_in(bridge)
    state = holdings.source(bridge)
    assert state is not None
    assert state.size == (location.articles / "bridge.md").stat().st_size
    assert len(holdings._places) == len(holdings._sources) == 1
    assert holdings.at(bridge, bridge) == article_id
    assert len(holdings.places()) == 3
    assert holdings.articles_in("/nowhere.md") == frozenset()
    assert holdings.source("\udcff.md") is None


def test_an_article_is_found_by_its_id(catalogue: Catalogue) -> None:
    for article in catalogue.articles():
        place = Holdings(catalogue).place(article.article_id)
        assert place == Place(article.source, article.source, article.url)
    assert Holdings(catalogue).place("0" * 20) is None


def test_what_a_run_has_done_is_not_looked_up_again(catalogue: Catalogue, location: Location) -> None:
    holdings = Holdings(catalogue)
    bridge, satellite, wheat = (article.article_id for article in catalogue.articles())
    elsewhere = str(location.articles / "wheat.md")
    holdings.put(bridge, Place(elsewhere, elsewhere, None))
    holdings.drop([satellite])
    assert holdings.articles_in(str(location.articles / "bridge.md")) == set()
    assert holdings.articles_in(str(location.articles / "satellite.md")) == set()
    assert holdings.articles_in(elsewhere) == {bridge, wheat}
    assert holdings.place(satellite) is None
    assert len(holdings.places()) == 2


def test_a_mail_that_is_nested_too_deeply_is_skipped_in_one_line(
    location: Location, run: Callable[..., UpdateReport]
) -> None:
    mail = location.articles / "nested.eml"
    mail.write_text("From: Ann <a@b.example>\nContent-Type: message/rfc822\n\n" * 3000 + "The port closes.\n")
    [skipped] = run(mail).skipped
    assert (skipped.source, skipped.reason[:26]) == (str(mail), "it is nested too deeply to")
