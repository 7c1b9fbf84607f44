from __future__ import annotations

import tracemalloc
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qabot.articles.article import Document, Layout, Raw
from qabot.articles.formats.mail import _forwarded_in, read_mail
from qabot.errors import ArticleError

BODY = "The council of Setubal has voted to close its coal port, ending four decades of shipments."
SECOND = "The vote on Monday passed by 14 to 9 after a debate of six hours in the old hall of the town."
PAGE = f"<html><body><article><h1>Port closes</h1><p>{BODY}</p><p>{SECOND}</p></article></body></html>"


def read(data: bytes) -> Document:
    (document,) = read_mail(Raw("news/a.eml", data))
    return document


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = headers.pop("sender", "Ann Lee <ann@sado.example>")
    made["Subject"] = headers.pop("subject", "Port closes")
    made["Date"] = headers.pop("date", "Mon, 03 May 2021 10:15:00 +0100")
    for name, value in headers.items():
        made[name] = value
    return made


def stated(document: Document) -> dict[str, tuple[str, str]]:
    return {each.field: (each.value, each.where) for each in document.stated}


def test_plain_text_with_what_the_header_states() -> None:
    letter = message()
    letter.set_content(f"{BODY}\n\n{SECOND}\n")
    document = read(letter.as_bytes())
    assert (document.rows, document.layout, document.removed) == ((BODY, SECOND), Layout.PAGE, ())
    assert stated(document) == {
        "title": ("Port closes", "e-mail header"),
        "author": ("Ann Lee", "e-mail header"),
        "published": ("2021-05-03", "e-mail header"),
    }


@pytest.mark.parametrize("name", ["Subject", "From", "To", "Content-Type", "Date"])
def test_a_field_without_end_takes_no_memory_to_speak_of(name: str) -> None:
    words = " =?utf-8?q?a=20b?=\r\n" * 60_000
    header = f"From: a@b.example\r\nDate: Mon, 03 May 2021 10:15:00 +0100\r\n{name}: Port{words}"
    tracemalloc.start()
    try:
        document = read(f"{header}\r\n{BODY}\r\n\r\n{SECOND}\r\n".encode())
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
    assert document.rows == (BODY, SECOND)


def test_a_page_where_there_is_no_plain_text() -> None:
    letter = message()
    letter.set_content(PAGE, subtype="html")
    document = read(letter.as_bytes())
    assert document.layout is Layout.EXTRACTED
    assert BODY in document.rows
    assert stated(document)["published"] == ("2021-05-03", "e-mail header")


def test_plain_text_counts_before_the_page_unless_it_only_points_to_a_browser() -> None:
    letter = message()
    letter.set_content(f"{BODY}\n\n{SECOND}\n")
    letter.add_alternative(PAGE, subtype="html")
    assert read(letter.as_bytes()).layout is Layout.PAGE
    stub = message()
    stub.set_content("View this e-mail in your browser.\n")
    stub.add_alternative(PAGE, subtype="html")
    assert BODY in read(stub.as_bytes()).rows


def test_what_is_attached_is_no_text() -> None:
    letter = message()
    letter.set_content(BODY)
    letter.add_attachment("secret figures", filename="figures.txt")
    assert read(letter.as_bytes()).rows == (BODY,)


@pytest.mark.parametrize(("subtype", "wrap"), [("plain", "{}"), ("html", "<html><body><p>{}</p></body></html>")])
def test_a_text_goes_on_after_a_picture(subtype: str, wrap: str) -> None:
    letter = message()
    letter.make_mixed()
    for each in (BODY, None, SECOND):
        part = EmailMessage()
        if each:
            part.set_content(wrap.format(each), subtype=subtype)
        else:
            part.set_content(b"\x89PNG", "image", "png", disposition="inline")
        letter.attach(part)
    notes = EmailMessage()
    notes.set_content("secret figures", disposition="inline", filename="figures.txt")
    letter.attach(notes)
    assert read(letter.as_bytes()).rows == (BODY, SECOND)


@pytest.mark.parametrize(("parameters", "end"), [("", " "), ("; delsp=yes", "  ")])
def test_a_flowed_text_has_whole_paragraphs(parameters: str, end: str) -> None:
    flowed = f"{BODY}\n\n {SECOND}\n\n".replace(" coal ", f" coal{end}\n").replace(" passed ", f" passed{end}\n")
    quoted = f"> Will the old{end}\n> port close?\n\n-- \nAnn\n"
    header = f"From: a@sado.example\r\nSubject: Port\r\nContent-Type: text/plain; format=flowed{parameters}\r\n\r\n"
    document = read(f"{header}{flowed}{quoted}".encode())
    assert document.rows == (BODY, SECOND)
    assert document.removed == ("> Will the old port close?", "Ann")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_headers_without_a_label_are_decoded(encoding: str) -> None:
    header = "From: Änne Müller <ann@sado.example>\nSubject: Brücke “geschlossen”\n\n"
    document = read(header.encode(encoding) + BODY.encode())
    assert (stated(document)["title"][0], stated(document)["author"][0]) == ("Brücke “geschlossen”", "Änne Müller")


def test_signature_and_quoted_replies_are_left_out_and_stay_visible() -> None:
    letter = message(subject="Re: Fwd: Port closes")
    letter.set_content(
        f"{BODY}\n\nOn Sunday, Bo Li wrote:\n> Will it close?\n> Really?\n\n{SECOND}\n\n-- \nAnn Lee\nSado Times\n"
    )
    document = read(letter.as_bytes())
    assert document.rows == (BODY, SECOND)
    assert document.removed == ("On Sunday, Bo Li wrote:", "> Will it close?", "> Really?", "Ann Lee", "Sado Times")
    assert stated(document)["title"][0] == "Port closes"


def test_encoded_headers_and_bodies_are_decoded() -> None:
    letter = message(subject="Céu de carvão", sender="João Müller <j@x.example>")
    letter.set_content("A câmara de Setúbal votou o fim do porto.", charset="iso-8859-1", cte="quoted-printable")
    document = read(letter.as_bytes())
    assert document.rows == ("A câmara de Setúbal votou o fim do porto.",)
    assert (stated(document)["title"][0], stated(document)["author"][0]) == ("Céu de carvão", "João Müller")


def test_control_characters_in_headers_go() -> None:
    data = (
        b"From: =?utf-8?q?Ann=1b=5b31m_Lee?= <a@b.example>\r\nSubject: =?utf-8?q?Port=1b=5d8=3b=3bx=07_closes?=\r\n\r\n"
    )
    document = read(data + BODY.encode())
    assert (stated(document)["title"][0], stated(document)["author"][0]) == ("Port closes", "Ann Lee")


def test_an_address_without_a_name_and_no_header_at_all_state_nothing() -> None:
    assert "author" not in stated(read(b"From: ann@sado.example\nDate: soon\n\n" + BODY.encode()))
    assert stated(read(b"\n" + BODY.encode())) == {}


def test_a_page_that_a_browser_saved_has_its_address_and_not_the_day_of_saving() -> None:
    saved = message(sender="<Saved by Blink>", **{"Snapshot-Content-Location": "https://sado.example/port"})
    saved.set_content(PAGE, subtype="html")
    saved.add_related(b"GIF8", "image", "gif", cid="<a@b>")
    document = read(saved.as_bytes())
    assert (document.address, BODY in document.rows) == ("https://sado.example/port", True)
    assert not {"author", "published"} & stated(document).keys()


@pytest.mark.parametrize("content", [b"", b"From: a@b.example\nContent-Type: image/png\n\nxxxx"])
def test_a_mail_without_text_says_so(content: bytes) -> None:
    with pytest.raises(ArticleError, match="no text in this e-mail: save what is attached"):
        read(content)


HEADERS = ["From: ", "Subject: ", "Date: ", "Content-Type: ", "text/html", "text/plain; charset=", "multipart/mixed; ",
    "boundary=x", "--x", "--x--", "Content-Transfer-Encoding: base64", "=?utf-8?b?", "?=", "\n", "\n\n", "<", '"', "(",
    "@", ";", ","]  # fmt: skip


@given(st.lists(st.sampled_from(HEADERS) | st.text(max_size=9), max_size=30).map("".join))
def test_any_header_gives_a_document_or_an_error(text: str) -> None:
    try:
        document = read(text.encode("utf-8", "surrogatepass"))
    except ArticleError:
        return
    assert all(row.strip() for row in document.rows)


@pytest.mark.parametrize(
    "field",
    [
        "Content-Type: text/plain; a*0=b; a*",
        "Content-Type: text/plain; " + "(" * 500,
        "Content-Type: " + "(" * 500,
        "Content-Disposition: inline; a*0=b; a*",
        "Content-Disposition: " + "(" * 500,
        "Content-Transfer-Encoding: " + "(" * 500,
        "MIME-Version: " + "(" * 500,
        "To: " + "(" * 500,
    ],
)
def test_a_field_that_cannot_be_parsed_costs_no_letter(field: str) -> None:
    document = read(f"From: Ann Lee <a@b.example>\r\n{field}\r\nSubject: Port closes\r\n\r\n{BODY}\r\n".encode())
    assert document.rows == (BODY,)
    assert stated(document)["title"][0] == "Port closes"


def test_parameters_that_cannot_be_parsed_leave_the_type() -> None:
    document = read(f"From: a@b.example\r\nContent-Type: text/html; a*0=b; a*\r\n\r\n{PAGE}\r\n".encode())
    assert BODY in document.rows


HEADER = "From: Ann Lee <a@b.example>\nDate: 4 May 2021\nSubject: Port closes\n"


@pytest.mark.parametrize(
    "text",
    [
        "From:" + " a" * 200_000 + " " * 200_000 + "a",
        "From" + " " * 200_000 + "a",
        f"{HEADER}To: " + "@a." * 100_000,
        f"{HEADER}To: a@b.example,\n" + " " * 200_000 + "a",
        f"{HEADER}To: a@b.example,\n" + "a" * 500_000,
        f"{HEADER}\n" * 20_000,
        "".join("> " * n + each + "\n" for n in range(1, 400) for each in HEADER.split("\n")) + "a\n" * 30_000,
    ],
)
def test_hostile_copied_headers_take_no_time(text: str) -> None:
    forwarded = _forwarded_in([*text.split("\n"), BODY], "Fwd: Port closes")
    assert forwarded is None or forwarded.lines[-1] == BODY
