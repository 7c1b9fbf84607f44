"""Titles, and what sites add to theirs: "Port to close | World news | Sado Times"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from qabot.articles.names import CAPITALISED, host_names, is_section, name_key, same_name

_BETWEEN = re.compile(r"\s+(?:[|–—•·»›:~-]|::|\|\||>>)\s+|\s*\|\s*|(?<=\w): ")
_PLACEHOLDER = re.compile(r"(?:untitled|no title|home|index)(?: ?(?:document|page))?(?: ?\d*)|https?:\S+", re.I)
_SITE = re.compile(
    rf"(?:the |of |and |& |for |\d+ )*{CAPITALISED}(?: (?:the|of|and|&|for|de|\d+|{CAPITALISED})){{0,5}}"
)
_SECTIONS = (
    "business",
    "health",
    "money",
    "opinion",
    "politics",
    "science",
    "sport",
    "sports",
    "style",
    "tech",
    "travel",
)
_WORD = re.compile(r"[^\W_]+")
_MOST = 6  # separators in one title
_LONGEST = 400  # characters of a title


def title(text: str | None) -> str | None:
    """A title out of a field; None for what stands there where nobody gave one."""
    return text if text and not _PLACEHOLDER.fullmatch(text) else None


def bare_title(text: str, titles: Iterable[str], is_site: Callable[[str], bool]) -> str:
    """A title without its site's name, and without whatever else another place leaves away.

    Args:
        text: the title.
        titles: what other places of the document give as its title.
        is_site: whether a text is a name of the site.
    """
    keys = {name_key(each) for each in titles if not is_site(each)} - {name_key(text)}
    for kept in _runs(text):
        if name_key(kept) in keys:
            return kept
    for kept, added in _cuts(text, colons=False):
        if is_site(added) and name_key(kept):
            return bare_title(kept, titles, is_site)
    return text


def same_title(one: str, other: str) -> bool:
    """Whether two texts are one title, the one cut off, in other words in part, or with more after it."""
    keys = sorted((name_key(one), name_key(other)), key=len)
    words = [set(_WORD.findall(text.casefold())) for text in (one, other)]
    shared = len(words[0] & words[1])
    return keys[1].startswith(keys[0]) or 2 * shared > min(map(len, words)) > 0


def site_in_titles(titles: Iterable[str], url: str | None) -> str | None:
    """The name that a title ends or begins with, where it is the site's.

    It is where the address's host is made of it, or where another place gives the title without it and it reads like a
    newspaper's name.
    """
    given = list(titles)
    host = host_of(url)
    keys = {name_key(each) for each in given}
    for text in given:
        for kept, added in _cuts(text):
            if _BETWEEN.search(added) or len(added) > 40 or is_section(added) or not _SITE.fullmatch(added):
                continue
            if len(kept) > len(added) and name_key(kept) in keys:
                return added
            if host and host_names(host, added) and f"{added}: " not in text:
                return _without_section(added, host)
    return None


def _without_section(name: str, host: str) -> str:
    """A site's name without the section that a title may name with it: "CNN" of "CNN Business"."""
    shorter, _, last = name.rpartition(" ")
    return shorter if last.lower() in _SECTIONS and host_names(host, shorter) else name


def host_of(url: str | None) -> str | None:
    """The host of an address."""
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:
        return None


def is_site_of(publishers: Iterable[str], url: str | None) -> Callable[[str], bool]:
    """What tells whether a text names the site that those publishers, or that address, are of."""
    names, host = list(publishers), host_of(url)

    def is_site(text: str) -> bool:
        return any(same_name(text, name) for name in names) or bool(
            host and _SITE.fullmatch(text) and host_names(host, text)
        )

    return is_site


def _cuts(text: str, *, colons: bool = True) -> Iterator[tuple[str, str]]:
    """The two sides of each place where a site may have added something: what would stay, and what would go.

    Before a colon may stand a site, or what the title is about ("Sado poll: ...").
    """
    between = _separators(text)
    for cut in between:
        if cut[0] != ": ":
            yield text[: cut.start()], text[cut.end() :]
    for cut in reversed(between):
        if colons or cut[0] != ": ":
            yield text[cut.end() :], text[: cut.start()]


def _runs(text: str) -> Iterator[str]:
    """What can be left of a text when shorter parts before and after it go."""
    between = _separators(text)
    starts = [0, *(cut.end() for cut in between)]
    ends = [*(cut.start() for cut in between), len(text)]
    sizes = [end - start for start, end in zip(starts, ends, strict=True)]
    for i, start in enumerate(starts):
        for j in range(i, len(ends)):
            gone = sizes[:i] + sizes[j + 1 :]
            if gone and ends[j] - start > max(gone):
                yield text[start : ends[j]]


def _separators(text: str) -> list[re.Match[str]]:
    return list(_BETWEEN.finditer(text))[-_MOST:] if len(text) <= _LONGEST else []
