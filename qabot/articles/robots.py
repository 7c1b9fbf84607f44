"""What a site's robots.txt allows to qabot (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

AGENT = "qabot"  # the name that a group of rules is for
SIZE = 512_000  # bytes that are read; RFC 9309, section 2.5, asks for 500 kibibytes at least
_LONGEST_DELAY = 10.0  # seconds between two requests; a site that asks for more gets no more than that


@dataclass(frozen=True)
class Robots:
    """A site's rules.

    Attributes:
        rules: as parsed; None where there are none.
        closed: why nothing of the site may be read now; None where it may.
    """

    rules: Protego | None = None
    closed: str | None = None

    def reason_against(self, url: str) -> str | None:
        """Why that page may not be read; None where it may."""
        if self.closed or self.rules is None or self.rules.can_fetch(url, AGENT):
            return self.closed
        return "its site's robots.txt forbids programs to read it: save the page yourself and index the file"

    @property
    def delay(self) -> float:
        """The seconds that the site wants between two requests, up to ten."""
        if self.rules is None:
            return 0
        rate = self.rules.request_rate(AGENT)
        wanted = max(self.rules.crawl_delay(AGENT) or 0, rate.seconds / rate.requests if rate else 0)
        return min(wanted, _LONGEST_DELAY)


def robots_of(status: int, data: bytes) -> Robots:
    """The rules that a site answers with when it is asked for its robots.txt.

    Where there is none, everything is allowed; where the site cannot say, nothing is (RFC 9309, section 2.3.1). A site
    that is asked too often (429) cannot say either.

    Args:
        status: of the answer, after redirects.
        data: the first `SIZE` bytes of it.
    """
    if 200 <= status < 300:
        return Robots(Protego.parse(data.decode("utf-8-sig", "replace")))
    if 400 <= status < 500 and status != 429:
        return Robots()
    return Robots(closed=f"its site's robots.txt cannot be had (the server answers {status}): try again later")
