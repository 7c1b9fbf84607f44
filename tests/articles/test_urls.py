from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.find import find_sources
from qabot.articles.urls import domain_of, is_web, normal_url


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://News.Example.ORG:443/A/b#top", "https://news.example.org/A/b"),
        ("http://a.example", "http://a.example/"),
        (" http://a.example:80?utm_source=x&utm_medium=y ", "http://a.example/"),
        ("http://a.example:8080/", "http://a.example:8080/"),
        ("http://a.example:443/", "http://a.example:443/"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
        ("https://Ann:Secret@a.example/", "https://a.example/"),
        ("https://Ann@a.example:8080", "https://a.example:8080/"),
        ("https://Ann:Sec@ret@a.example/x", "https://a.example/x"),
        ("https://Ann:Sec/ret@a.example/x", "https://a.example/x"),
        ("https://:Secret@[2001:db8::1]:443/", "https://[2001:db8::1]/"),
        ("ftp://Ann:Secret@a.example/x", "ftp://a.example/x"),
        ("http://Ann:Secret@[::1", "http://[::1"),
        ("https://a.example:8080/@ann/a:b@c?d=e@f", None),
        ("https://a.example/@ann", None),
        ("https://[2001:db8::1]/@ann", None),
        ("https://a.example/x?", "https://a.example/x"),
        ("https://a.example/x?id=3&fbclid=Q&gclid=W&UTM_Campaign=c&%75tm_term=t", "https://a.example/x?id=3"),
        ("https://a.example/x?msclkid=1&dclid=2&yclid=3&twclid=4&mc_cid=5&mc_eid=6&_hsenc=7&at_medium=8&cmpid=9", "https://a.example/x"),
        # What may name the article stays, as it is and where it is.
        ("https://a.example/?p=7&cid=1&source=2&ref=3&keyword=4&gallery=5&uid=6&session=7&id=8", None),
        ("https://a.example/?b=2&a=1&b=1&&c", None),
        ("https://a.example/story;v=1?q=%c3%A9+x%20y&z=a;b", None),
        ("https://a.example//double//slash/../x/", None),
        ("https://web.archive.org/web/2020/https://b.example/x", None),
        ("https://a.example/?url=https%3A%2F%2Fb.example%2F%3Futm_source%3Dx", None),
        # No web address: as it was, so that the error names what was typed.
        ("ftp://a.example/#x", None),
        ("http://[::1", None),
        ("http://", None),
        ("mailto:a@b.example", None),
    ],
)  # fmt: skip
def test_normal_form(url: str, normal: str | None) -> None:
    assert normal_url(url) == (normal or url)


urls = st.from_regex(r"https?://[a-zA-Z.]{1,20}(:[0-9]{1,5})?(/[a-zA-Z0-9%?&=#;+._-]{0,40})?", fullmatch=True)


@given(urls | st.text(max_size=60))
def test_the_normal_form_is_its_own(url: str) -> None:
    assert normal_url(normal_url(url)) == normal_url(url)
    assert is_web(normal_url(url)) == is_web(url.strip())


def test_the_same_page_by_two_routes_is_one_source() -> None:
    assert find_sources(["HTTP://A.example/x?utm_source=mail#top", "http://a.example:80/x"]) == ["http://a.example/x"]


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://edition.harbourpost.co.uk/2/sado.htm", "harbourpost.co.uk"),
        ("https://www.sado-times.com", "sado-times.com"),
        ("https://www.sado.example/port", "sado.example"),
        ("https://web.archive.org/web/2020/https://www.sado-times.com/port", "sado-times.com"),
        ("http://localhost:8000/port", None),
        ("http://10.0.0.1/port", None),
        ("urn:port", None),
    ],
)
def test_domains(url: str, domain: str | None) -> None:
    assert domain_of(url) == domain
