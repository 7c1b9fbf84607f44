"""URLs: one form for each, so that the same page by two routes is one source."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}
# Parameters that say where a reader came from and never which page is meant: those of the campaign tools (Google
# Analytics, Matomo, AT Internet, HubSpot, Mailchimp, Marketo, ...) and the click marks of advertisers. Names that some
# sites use for an article itself (id, cid, source, ref, keyword, ...) are none, which is why `courlan.clean_url`, that
# drops these too, is not used.
_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|itm)_\w+|at_(?:medium|campaign|custom\d|link\w*|ptr\w*|bbc\w*|format)|mc_[ce]id|"
    r"(?:fb|g|d|y|tw|ms|tt|sc)clk?id|gclsrc|[gw]braid|srsltid|igshid|igsh|li_fat_id|mkt_tok|vero_(?:id|conv)|"
    r"oly_(?:anon|enc)_id|_hs(?:enc|mi)|__hs[a-z]{2,3}|_ga|_gl|_openstat|rb_clickid|s_kwcid|"
    r"ns_(?:campaign|mchannel|source|linkname|fee)|cmpid|__twitter_impression|wt_mc|wt\.mc_id|xtor",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"(?i)^(\s*[a-z][a-z0-9+.-]*://)"
    r"(?:[^/?#\\]*@|[^/?#\\:\[]*:(?!\d{0,5}(?:[/?#\\]|$)).*@)"  # the second: a password with a slash in it, no port
)


def without_credentials(url: str) -> str:
    """Return an address, of any kind, without the user name and password in it; any other text as it is."""
    return _CREDENTIALS.sub(r"\1", url)


def is_web(url: str) -> bool:
    """True if a text is an http or https address."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in _PORTS and bool(parts.hostname)
    except ValueError:
        return False


def normal_url(url: str) -> str:
    """Return the normal form of a URL: scheme and host in lower case, no fragment, tracking parameter or default port.

    Nor has it a user name or password: an address is kept, shown and sent to servers. Other parameters stay as they
    are, in their order. Of a text that is no http or https address nothing else is changed.
    """
    url = without_credentials(url.strip())
    if not is_web(url):
        return url
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = parts.netloc.lower().removesuffix(f":{_PORTS[scheme]}").removesuffix(":")
    query = "&".join(each for each in parts.query.split("&") if not _is_tracking(each))
    return urlunsplit((scheme, host, parts.path or "/", query, ""))


def _is_tracking(parameter: str) -> bool:
    return bool(_TRACKING.fullmatch(unquote_plus(parameter.partition("=")[0])))


def host_of(url: str | None) -> str | None:
    """Return the host of an address; None where there is none."""
    try:
        return urlsplit(url).hostname if url else None
    except ValueError:
        return None


def domain_of(url: str) -> str | None:
    """Return the registered domain of a web address: "bbc.co.uk" of "https://news.bbc.co.uk/2/"; None without one.

    Where no registry has its ending it is the host. Of a copy in an archive of the web, it is that of the address in
    the address.
    """
    from tld import get_fld

    *_, copied = re.split(r"/(?=https?://)", url)
    host = host_of(copied) if is_web(copied) else None
    if not host or not re.search(r"\.[a-z][a-z-]+$", host):
        return None  # a number, a machine at home
    return get_fld(copied, fail_silently=True, search_private=True) or host.removeprefix("www.")


def place_of(url: str) -> str:
    """Return what tells the pages of addresses apart: all but scheme, "www.", fragment and last slash."""
    return url.partition("://")[2].removeprefix("www.").partition("#")[0].rstrip("/")
