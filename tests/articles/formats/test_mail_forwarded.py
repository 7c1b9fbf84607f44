from __future__ import annotations

from email.message import EmailMessage

import pytest

from qabot.articles.article import Article, Raw
from qabot.articles.assemble import article_of
from qabot.articles.formats.mail import read_mail

BODY = (
    "The council of Setubal has voted to close its coal port, ending four decades of shipments to the power stations."
)
SECOND = "The vote on Monday passed by 14 to 9 after a debate of six hours, the longest since the council was founded."
TEXT = f"{BODY}\n\n{SECOND}"
GMAIL = (
    "Have a look\n\n---------- Forwarded message ---------\nFrom: Sado Times <news@sado.example>\n"
    "Date: Mon, May 3, 2021 at 6:05 PM\nSubject: Port closes\nTo: Bo Li <bo@x.example>, \n Cy Ko <cy@x.example>\n\n\n"
)
APPLE = (
    "Begin forwarded message:\n\n> From: Sado Times <news@sado.example>\n> Subject: Port closes\n"
    "> Date: 3 May 2021 at 18:05:12 BST\n> To: Bo Li <bo@x.example>\n> \n"
)
OUTLOOK = (
    "________________________________\nFrom: Sado Times [mailto:news@sado.example]\nSent: Monday, May 3, 2021 6:05 PM\n"
    "To: Bo Li; Cy Ko <cy@x.example>\nCc: Di Ma <di@x.example>\nSubject: Port closes\n\n"
)
STARRED = (
    "-----Original Message-----\n*From:* Sado Times <news@sado.example>\n*Sent:* Monday, May 3, 2021 6:05 PM\n"
    "*To:* Bo Li <bo@x.example>\n*Subject:* Fwd: Port closes\n\n"
)


def message(subject: str = "Fwd: Port closes") -> EmailMessage:
    made = EmailMessage()
    made["From"] = "Bo Li <bo@x.example>"
    made["To"] = "Cy Ko <cy@x.example>"
    made["Subject"] = subject
    made["Date"] = "Wed, 05 May 2021 08:00:00 +0100"
    return made


def articles(letter: EmailMessage) -> list[Article]:
    return [article_of(document) for document in read_mail(Raw("a.eml", letter.as_bytes()))]


def quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.split("\n"))


@pytest.mark.parametrize("subject", ["Fwd: Port closes", "FW: Port closes", "Fwd: Re: Port closes"])
@pytest.mark.parametrize(
    "text",
    [GMAIL + TEXT, APPLE + quoted(TEXT), OUTLOOK + TEXT, "Read this!\n\n" + STARRED + TEXT, GMAIL + OUTLOOK + TEXT],
)
def test_the_article_is_what_was_forwarded(text: str, subject: str) -> None:
    letter = message(subject)
    letter.set_content(text)
    (article,) = articles(letter)
    assert (article.title, article.author, article.published) == ("Port closes", "Sado Times", "2021-05-03")
    assert article.publisher is None
    assert article.text == TEXT


def test_who_signed_what_was_forwarded_wrote_it() -> None:
    letter = message()
    letter.set_content(GMAIL + "By Ana Duarte\n\n" + TEXT)
    (article,) = articles(letter)
    assert (article.author, article.published) == ("Ana Duarte", "2021-05-03")
    assert "Duarte" not in article.text


def test_a_mark_tells_it_whatever_the_subject() -> None:
    letter = message("Something for you")
    letter.set_content(GMAIL + TEXT)
    (article,) = articles(letter)
    assert (article.title, article.published, article.text) == ("Port closes", "2021-05-03", TEXT)


def test_a_page_that_was_forwarded() -> None:
    letter = message()
    header = "<br>".join(GMAIL.replace("<", "&lt;").strip().split("\n"))
    page = f"<div>{header}<br><br><div><p>{BODY}</p><p>{SECOND}</p></div></div>"
    letter.set_content(f"<html><body>{page}</body></html>", subtype="html")
    (article,) = articles(letter)
    assert (article.title, article.author, article.published) == ("Port closes", "Sado Times", "2021-05-03")
    assert article.text == TEXT


def test_a_reply_keeps_its_own_text_without_the_header_that_it_quotes() -> None:
    letter = message("Re: Port closes")
    letter.set_content(f"{TEXT}\n\n-----Original Message-----\n{OUTLOOK.split(chr(10), 1)[1]}Why?")
    (article,) = articles(letter)
    assert (article.author, article.published, article.text) == ("Bo Li", "2021-05-05", TEXT)


def attached(*notes: str, named: bool = False) -> EmailMessage:
    letter = message()
    letter.set_content("\n\n".join(notes))
    for number in (3, 4):
        inner = EmailMessage()
        inner["From"], inner["Subject"] = "Sado Times <news@sado.example>", f"Port closes, part {number}"
        inner["Date"] = f"Mon, {number} May 2021 18:05:00 +0100"
        inner.set_content(f"{TEXT}\n\nThis was part {number} of the series.\n")
        if named:
            data = inner.as_bytes()
            letter.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{number}.EML")
        else:
            letter.add_attachment(inner)
        if len(notes) == 1:
            break
    return letter


@pytest.mark.parametrize("named", [False, True])
def test_the_article_is_what_is_attached(named: bool) -> None:
    (article,) = articles(attached("See below!", named=named))
    assert (article.source, article.title, article.author) == ("a.eml", "Port closes, part 3", "Sado Times")
    assert (article.published, article.removed) == ("2021-05-03", ("See below!",))
    assert article.text.startswith(TEXT)


def test_several_messages_attached_are_several_articles() -> None:
    found = articles(attached("See below!", "Both are worth reading."))
    assert [(each.source, each.published) for each in found] == [("a.eml#1", "2021-05-03"), ("a.eml#2", "2021-05-04")]


def test_a_letter_with_a_message_attached_is_an_article_too() -> None:
    found = articles(attached(f"{TEXT} {TEXT.upper()}"))
    assert [each.source for each in found] == ["a.eml", "a.eml#1"]


def test_a_header_labelled_as_latin_1_is_windows_1252() -> None:
    data = b"From: a@x.example\nSubject: =?iso-8859-1?q?=93Port=94_closes?=\nDate: Mon, 3 May 2021 10:15:00 +0100\n\n"
    (document,) = read_mail(Raw("a.eml", data + TEXT.encode()))
    assert document.stated[0].value == "“Port” closes"
