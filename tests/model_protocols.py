"""The wire formats of three kinds of model servers: OpenAI's chat completions, Anthropic's messages, Ollama's chat."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

Body = Mapping[str, Any]
READ, WRITTEN = 11, 7  # tokens, in every reply


class ModelProtocol(Protocol):
    content_type: str

    def whole(self, text: str, finish: str | None) -> dict[str, Any]: ...
    def pieces(self, pieces: Iterable[str], request: Body) -> Iterator[bytes]: ...
    def end(self, finish: str | None, request: Body) -> Iterator[bytes]: ...
    def error(self, message: str, code: str | None) -> dict[str, Any]: ...


class OpenAI:
    content_type = "text/event-stream"

    def whole(self, text: str, finish: str | None) -> dict[str, Any]:
        choices = [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}]
        return {"id": "1", "object": "chat.completion", "created": 0, "model": "test", "choices": choices,
                "usage": self._usage()}  # fmt: skip

    def pieces(self, pieces: Iterable[str], request: Body) -> Iterator[bytes]:
        for piece in pieces:
            yield self._chunk([{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}])

    def end(self, finish: str | None, request: Body) -> Iterator[bytes]:
        yield self._chunk([{"index": 0, "delta": {}, "finish_reason": finish}])
        if (request.get("stream_options") or {}).get("include_usage"):
            yield self._chunk([], usage=self._usage())
        yield b"data: [DONE]\n\n"

    def error(self, message: str, code: str | None) -> dict[str, Any]:
        return {"error": {"message": message, "type": "error", "param": None, "code": code}}

    def _chunk(self, choices: list[dict[str, Any]], **more: Any) -> bytes:
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "test", "choices": choices}
        return b"data: " + json.dumps({**chunk, **more}).encode() + b"\n\n"

    def _usage(self) -> dict[str, int]:
        return {"prompt_tokens": READ, "completion_tokens": WRITTEN, "total_tokens": READ + WRITTEN}


class Anthropic:
    content_type = "text/event-stream"
    _ends: Mapping[str | None, str | None] = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}

    def whole(self, text: str, finish: str | None) -> dict[str, Any]:
        content = [{"type": "text", "text": text}]
        return self._message(content, self._ends.get(finish), WRITTEN)

    def pieces(self, pieces: Iterable[str], request: Body) -> Iterator[bytes]:
        yield self._event("message_start", message=self._message([], None, 0))
        yield self._event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in pieces:
            yield self._event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})

    def end(self, finish: str | None, request: Body) -> Iterator[bytes]:
        yield self._event("content_block_stop", index=0)
        delta = {"stop_reason": self._ends.get(finish), "stop_sequence": None}
        yield self._event("message_delta", delta=delta, usage={"input_tokens": READ, "output_tokens": WRITTEN})
        yield self._event("message_stop")

    def error(self, message: str, code: str | None) -> dict[str, Any]:
        return {"type": "error", "error": {"type": code or "error", "message": message}}

    def _event(self, kind: str, **more: Any) -> bytes:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **more})}\n\n".encode()

    def _message(self, content: list[dict[str, str]], stop: str | None, written: int) -> dict[str, Any]:
        return {"id": "1", "type": "message", "role": "assistant", "content": content, "model": "test",
                "stop_reason": stop, "stop_sequence": None,
                "usage": {"input_tokens": READ, "output_tokens": written}}  # fmt: skip


class Ollama:
    content_type = "application/x-ndjson"

    def whole(self, text: str, finish: str | None) -> dict[str, Any]:
        return self._line(text, finish)

    def pieces(self, pieces: Iterable[str], request: Body) -> Iterator[bytes]:
        for piece in pieces:
            yield json.dumps(self._line(piece, None)).encode() + b"\n"

    def end(self, finish: str | None, request: Body) -> Iterator[bytes]:
        yield json.dumps(self._line("", finish)).encode() + b"\n"

    def error(self, message: str, code: str | None) -> dict[str, Any]:
        return {"error": message}

    def _line(self, text: str, finish: str | None) -> dict[str, Any]:
        line = {"model": "test", "created_at": "2026-01-01T00:00:00Z", "done": finish is not None,
                "message": {"role": "assistant", "content": text}}  # fmt: skip
        counts = {"done_reason": finish, "prompt_eval_count": READ, "eval_count": WRITTEN, "total_duration": 1}
        return {**line, **counts} if finish else line


BY_PATH: dict[str, ModelProtocol] = {
    "/v1/chat/completions": OpenAI(),
    "/v1/messages": Anthropic(),
    "/api/chat": Ollama(),
}
