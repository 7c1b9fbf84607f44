"""Every protocol that a model may be behind, on a real server: the same answers and the same faults."""

from __future__ import annotations

import gc
import json
import re
import socket
import threading
from collections.abc import Iterator

import pytest

from qabot.answering.llm import model as chat_model
from qabot.answering.llm.answerer import LanguageModelAnswerer
from qabot.errors import ModelError
from qabot.settings import Settings
from tests.answering.llm.wexmoor import EVIDENCE, KEY, conversation_about
from tests.model_protocols import READ, WRITTEN
from tests.model_server import ModelServer

# The packages leave the sockets of their clients to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

# A name whose profile says that it writes JSON by a schema, and one that is not known.
MODELS = {
    "openai": ("openai:gpt-5-mini", "openai:test"),
    "anthropic": ("anthropic:claude-haiku-4-5", "anthropic:test"),
    "ollama": (None, "ollama:test"),
}
STRUCTURED = [provider for provider, (known, _) in MODELS.items() if known]
QUESTION = "When was the harbour closed?"
MARKED = (
    "SHORT: 1974\nThe harbour was closed to ships in 1974. [1] <<was closed to ships in 1974>>\nIt cost $1.5bn. [2]\n"
)


def json_answer(*statements: tuple[str, int, str], short: str = "") -> str:
    rows = [{"text": text, "passages": [{"number": number, "words": words}]} for text, number, words in statements]
    return json.dumps({"short_answer": short, "statements": rows})


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setattr(chat_model, "BACKOFF", 0.01)


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


def open_answerer(
    server: ModelServer, provider: str, *, known: bool = False, **settings: object
) -> LanguageModelAnswerer:
    name = MODELS[provider][0 if known else 1]
    base_url = server.base_url if provider == "openai" else server.root
    return LanguageModelAnswerer.open(Settings(**{"model": name, "base_url": base_url, **settings}))  # type: ignore[arg-type]


@pytest.mark.parametrize("provider", MODELS)
def test_an_answer_is_streamed_and_checked_and_its_tokens_counted(server: ModelServer, provider: str) -> None:
    server.says(MARKED, piece=5)
    *pieces, draft = open_answerer(server, provider).stream(QUESTION, EVIDENCE)
    assert pieces == ["The harbour was closed to ships in 1974. [1]", " It cost $1.5bn. [2]"]
    assert not isinstance(draft, str)
    assert (draft.short_answer, draft.notice, dict(draft.tokens)) == ("1974", None, {"input": READ, "output": WRITTEN})
    [request] = server.requests
    assert "from nothing else" in request.system
    assert request.user.endswith(f"Question: {QUESTION}")
    assert request.key.removeprefix("Bearer ") == ("" if provider == "ollama" else KEY)


@pytest.mark.parametrize("provider", MODELS)
def test_a_follow_up_is_rewritten(server: ModelServer, provider: str) -> None:
    server.says("When did Ann Lee close the harbour of Wexmoor?")
    rewritten = open_answerer(server, provider).rewrite("And when?", conversation_about("Ann Lee did. [1]"))
    assert rewritten is not None
    assert rewritten.question == "When did Ann Lee close the harbour of Wexmoor?"
    assert dict(rewritten.tokens) == {"input": READ, "output": WRITTEN}


@pytest.mark.parametrize("provider", STRUCTURED)
def test_a_model_that_has_it_is_asked_for_json_and_each_statement_shown_as_it_comes(
    server: ModelServer, provider: str
) -> None:
    server.says(
        json_answer(
            ("The harbour was closed to ships in 1974.", 1, "was closed to ships in 1974"),
            ("It was closed in 1975.", 1, "closed\nto ships"),
            ('The bridge "at Wexmoor" cost $1.5bn.', 2, ""),
            short="1974",
        ),
        piece=3,
    )
    *pieces, draft = open_answerer(server, provider, known=True).stream(QUESTION, EVIDENCE)
    assert pieces == ["The harbour was closed to ships in 1974. [1]", ' The bridge "at Wexmoor" cost $1.5bn. [2]']
    assert not isinstance(draft, str)
    assert (draft.short_answer, draft.confidence) == ("1974", pytest.approx(2 / 3))
    asked = json.dumps(server.requests[0].body)
    assert '"short_answer"' in asked
    assert "SHORT:" not in server.requests[0].system
    assert "Write one JSON object" in server.requests[0].system


@pytest.mark.parametrize("provider", STRUCTURED)
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (json_answer(), ()),
        ("NOT IN THE ARTICLES", ()),
        (MARKED, ("The harbour was closed to ships in 1974.", "It cost $1.5bn.")),  # a schema is not always kept
        ('{"short_answer": null, "statements": [{"text": "It was opened in 1911.", "passages": [{"number": 1, "w', ()),
        ('{"statements": [{"text": 3, "passages": "x"}, {}, {"text": "It was opened in 1911.", "passages": [null]}',
         ("It was opened in 1911.",)),
        ('```json\n{"statements": [{"text": "It was opened in 1911.", "passages": [{"number": 1}]}]}\n```',
         ("It was opened in 1911.",)),
    ],
)  # fmt: skip
def test_json_that_is_empty_broken_or_none_at_all(
    server: ModelServer, provider: str, text: str, says: tuple[str, ...]
) -> None:
    server.says(text)
    draft = open_answerer(server, provider, known=True).answer(QUESTION, EVIDENCE)
    assert tuple(statement.text for statement in draft.statements) == says


def test_a_server_that_takes_no_schema_is_asked_for_marked_text(server: ModelServer) -> None:
    answerer = open_answerer(server, "openai", known=True)
    server.fails(400, "response_format is not supported")
    server.says(MARKED)
    assert len(answerer.answer(QUESTION, EVIDENCE).statements) == 2
    assert ["response_format" in request.body for request in server.requests] == [True, False]
    assert answerer.answer(QUESTION, EVIDENCE).statements
    assert "response_format" not in server.requests[-1].body


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize(
    ("status", "code", "says", "requests"),
    [
        (401, "authentication_error", "refused the key", 1),
        (403, "permission_error", "may not be used with this key", 1),
        (404, "not_found_error", "is not there", 1),
        (429, "rate_limit_error", "takes no more requests", chat_model.ATTEMPTS),
        (500, "api_error", "a fault of its own (500)", chat_model.ATTEMPTS),
        (503, "overloaded_error", "a fault of its own (503)", chat_model.ATTEMPTS),
        (400, "invalid_request_error", "failed: ", 1),
    ],
)
def test_a_fault_is_one_line_in_every_protocol(
    server: ModelServer, provider: str, status: int, code: str, says: str, requests: int
) -> None:
    server.fails(status, f"no, {KEY} is\nwrong", code=code)
    with pytest.raises(ModelError) as caught:
        open_answerer(server, provider).answer(QUESTION, EVIDENCE)
    message = str(caught.value)
    assert says in message
    assert message.startswith(f"{provider}:test ")
    assert "\n" not in message
    assert KEY not in message
    assert len(server.requests) == requests


@pytest.mark.parametrize("provider", MODELS)
def test_a_fault_that_passes(server: ModelServer, provider: str) -> None:
    server.fails(429, retry_after="0.01")
    server.says(MARKED)
    assert open_answerer(server, provider).answer(QUESTION, EVIDENCE).statements
    assert len(server.requests) == 2


@pytest.mark.parametrize("provider", MODELS)
def test_a_stream_that_is_cut_in_every_protocol(server: ModelServer, provider: str) -> None:
    server.says("It was closed in 1974. [1]\nIt was opened", cut=True)
    pieces = open_answerer(server, provider).stream(QUESTION, EVIDENCE)
    assert next(pieces) == "It was closed in 1974. [1]"
    with pytest.raises(ModelError, match="broke off in the middle"):
        list(pieces)


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize("slow", ["wait", "stall"])
def test_a_server_that_is_silent_at_first_or_in_between(server: ModelServer, provider: str, slow: str) -> None:
    server.says(MARKED, **{slow: 1.0})
    with pytest.raises(ModelError, match=r"did not answer within 0\.2 seconds|broke off in the middle"):
        open_answerer(server, provider, model_timeout=0.2).answer(QUESTION, EVIDENCE)


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize("heard", [65_536, 1])  # bytes; what is not read makes the system reset the connection
def test_a_server_that_hangs_up(provider: str, heard: int) -> None:
    asked = 0
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            nonlocal asked
            for _ in range(chat_model.ATTEMPTS):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(heard)
                    asked += 1

        threading.Thread(target=hang_up, daemon=True).start()
        root = f"http://127.0.0.1:{listening.getsockname()[1]}"
        model = LanguageModelAnswerer.open(Settings(model=f"{provider}:test", base_url=root))
        with pytest.raises(ModelError, match="cannot be reached"):
            model.answer(QUESTION, EVIDENCE)
    assert asked == chat_model.ATTEMPTS


def test_a_server_that_keeps_the_line_open_and_says_no_word(server: ModelServer) -> None:
    server.says_nothing(1000, stall=0.02)
    with pytest.raises(ModelError, match=r"did not answer within 0\.3 seconds"):
        open_answerer(server, "openai", model_timeout=0.3).answer(QUESTION, EVIDENCE)
    assert len(server.requests) == 1


@pytest.mark.parametrize("provider", MODELS)
def test_an_answer_that_ends_at_the_limit_says_so(server: ModelServer, provider: str) -> None:
    server.says("It was closed in 1974. [1]\nIt was opened in", finish="length")
    assert str(open_answerer(server, provider).answer(QUESTION, EVIDENCE).notice).endswith("may be incomplete.")


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_a_model_that_declines(server: ModelServer, provider: str) -> None:
    server.says("", finish="content_filter")
    with pytest.raises(ModelError, match="declined to answer"):
        open_answerer(server, provider).answer(QUESTION, EVIDENCE)


def test_passages_are_left_out_until_the_model_has_room_for_them(server: ModelServer) -> None:
    server.fails(400, "This model's maximum context length is 10 tokens.", code="context_length_exceeded")
    server.says("It was closed in 1974. [1]")
    draft = open_answerer(server, "openai").answer(QUESTION, EVIDENCE)
    assert draft.statements
    assert draft.notice == "The model had room for 1 of 2 passages."
    assert EVIDENCE[0].text in server.requests[1].user
    assert EVIDENCE[1].text not in server.requests[1].user
    server.fails(400, "This model's maximum context length is 10 tokens.")
    with pytest.raises(ModelError, match="so long a request"):
        open_answerer(server, "openai").answer(QUESTION, EVIDENCE)


def test_passages_are_left_out_before_anything_is_sent_where_the_room_is_known(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer = open_answerer(server, "openai")
    monkeypatch.setattr(answerer._model, "most_tokens", 2900)
    server.says("It was closed in 1974. [1]")
    draft = answerer.answer(QUESTION, EVIDENCE * 5)
    given = len(re.findall(r"^<passage ", server.requests[0].user, re.MULTILINE))
    assert 1 < given < 10
    assert draft.notice == f"The model had room for {given} of 10 passages."
    assert len(server.requests) == 1


def test_ollama_is_told_how_much_it_must_read(server: ModelServer) -> None:
    server.says(MARKED)
    open_answerer(server, "ollama", passages=50).answer(QUESTION, EVIDENCE)
    assert server.requests[0].body["options"]["num_ctx"] >= 16_000
