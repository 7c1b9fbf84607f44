from __future__ import annotations

import pytest

from qabot.text.countries import countries_in, country_of, is_country


@pytest.mark.parametrize(
    ("name", "country"),
    [
        (("france",), "france"),
        (("french",), "france"),
        (("paris",), "france"),
        (("united", "states"), "united states"),
        (("us",), "united states"),
        (("kremlin",), "russia"),
        (("dupont",), None),
    ],
)
def test_a_country_under_its_names(name: tuple[str, ...], country: str | None) -> None:
    assert country_of(name) == country


def test_countries_of_a_text() -> None:
    text = "The Dutch envoy met Afghans in Moscow; the United Kingdom’s minister stayed away."
    assert countries_in(text) == {"netherlands", "afghanistan", "russia", "united kingdom"}


def test_only_a_country_is_a_country() -> None:
    assert [is_country((word,)) for word in ("spain", "spanish", "madrid", "us")] == [True, False, False, True]
