"""Countries under their names: "Russia", "Russian" and "Moscow" stand for one another where a question names one."""

from __future__ import annotations

from functools import cache, lru_cache

from qabot.text.tokens import fold, words

# What news calls a government by, beside its capital.
_SEATS = {"kremlin": "russia", "white house": "united states", "pentagon": "united states"}
_SEATS |= {"downing street": "united kingdom", "whitehall": "united kingdom"}
_SHORT = dict.fromkeys(("us", "usa", "america", "american", "americans"), "united states")
_SHORT |= {"uk": "united kingdom", "britain": "united kingdom"}
SAME_COUNTRY = {
    word: listed
    for listed in (
        "us usa america american americans united states|uk britain british briton britons united kingdom|"
        "denmark danish dane danes|finland finnish finn finns|france french|germany german germans|greece greek greeks|"
        "ireland irish|"
        "netherlands dutch|poland polish pole poles|scotland scottish scot scots|spain spanish spaniard spaniards|"
        "sweden swedish swede swedes|switzerland swiss|turkey turkish turk turks|uae emirates emirati|wales welsh"
    ).split("|")
    for word in listed.split()
}
"""For a word, all words that name the same country, where no ending turns one into another."""


@cache
def _country_names() -> dict[tuple[str, ...], str]:
    """Return the country by each of its names, its adjective and its capital, as folded words."""
    from countryinfo import all_countries

    names: dict[tuple[str, ...], str] = {}
    for country in all_countries():
        facts = country.info()
        name = str(facts.get("name", ""))
        for form in (name, facts.get("demonym"), facts.get("capital")):
            folded = tuple(fold(word) for word in words(str(form or "")))
            if folded:
                names.setdefault(folded, fold(name))
                names.setdefault((*folded[:-1], folded[-1] + "s"), fold(name))
    for form, name in (*_SEATS.items(), *_SHORT.items()):
        names[tuple(form.split())] = name
    return names


def country_of(name: tuple[str, ...]) -> str | None:
    """Return the country whose name, adjective or capital a name (its folded words) is; None where it is none."""
    return _country_names().get(name)


def is_country(name: tuple[str, ...]) -> bool:
    """True if a name (its folded words) is a country's own, neither its adjective nor its capital."""
    joined = " ".join(name)
    return joined in _SHORT or country_of(name) == joined


@lru_cache(maxsize=2_000)
def countries_in(text: str) -> frozenset[str]:
    """Return the countries that a text names, by whichever of their names."""
    folded = [fold(word) for word in words(text)]
    known = _country_names()
    return frozenset(
        known[form]
        for size in (1, 2, 3)
        for start in range(len(folded) - size + 1)
        if (form := tuple(folded[start : start + size])) in known
    )
