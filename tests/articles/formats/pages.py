"""Pages of HTML, and what is read in them."""

from __future__ import annotations

from qabot.articles.article import Article, Document, Raw
from qabot.articles.assemble import article_of
from qabot.articles.formats.page import read_html

PARAGRAPHS = [
    "The council of Setubal has voted to close its coal port, ending four decades of shipments to the power stations.",
    "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded.",
    "Imports have fallen by 80% since 2017, and the last power station in the district shut in January of this year.",
]
MORE = "Traders said that the last ship had left before dawn, and that the cranes would be sold to a port in Morocco."
MENU = "<nav><ul><li><a href=/>Home</a></li><li><a href=/w>World</a></li></ul></nav>"


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def page(head: str = "", before: str = "", body: str = paragraphs(*PARAGRAPHS)) -> str:
    return f"<html><head>{head}</head><body>{MENU}<article><h1>Port to close</h1>{before}{body}</article></body></html>"


def document_of(html: str, url: str | None = None) -> Document:
    (document,) = read_html(Raw("page.html", html.encode(), url))
    return document


def article_in(html: str) -> Article:
    return article_of(document_of(html))


def rows(html: str) -> list[str]:
    return article_in(html).text.split("\n\n")
