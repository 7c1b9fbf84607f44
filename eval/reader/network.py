"""The reader's network: the packaged BERT encoder, one score a sentence, start and end logits a token.

The encoder is written out here (it is small), so that it exports to ONNX without a tracer's surprises.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

VOCABULARY, POSITIONS, WIDTH, HEADS, LAYERS, INNER = 30522, 512, 384, 12, 6, 1536


class FusedAttention(torch.autograd.Function):
    """Exported as ONNX Runtime's fused attention, which is a good deal quicker than the operators that it consists of.

    Without a mask: the shipped reader reads one sequence at a time, so there is no padding.
    """

    @staticmethod
    def forward(_: object, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Query, key and value (n, tokens, width)."""
        return _attention(query, key, value, None)

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any) -> Any:
        """The node in the exported graph."""
        return g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=HEADS).setType(query.type())


def _attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    n, tokens, _ = query.shape
    query = query * (WIDTH // HEADS) ** -0.5
    q, k, v = (x.view(n, tokens, HEADS, WIDTH // HEADS).transpose(1, 2) for x in (query, key, value))
    alike = q @ k.transpose(2, 3)  # written out: on a CPU the gradient of torch's own takes half of the whole training
    if bias is not None:
        alike = alike + bias.to(alike.dtype)
    return (alike.softmax(-1, dtype=alike.dtype) @ v).transpose(1, 2).reshape(n, tokens, WIDTH)


class Dropout(nn.Module):
    """Drops the same features of all tokens of a sequence: drawing a number a token would take a third of the time."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, states: Tensor) -> Tensor:
        """States (n, tokens, width)."""
        if not self.training:
            return states
        kept = torch.rand(states.shape[0], 1, states.shape[-1]) >= self.rate
        return states * (kept / (1 - self.rate)).to(states.dtype)


class Layer(nn.Module):
    """One transformer layer, normalised after each half, as BERT has it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attention_norm, self.output_norm = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.dropout = Dropout(dropout)

    def forward(self, states: Tensor, bias: Tensor | None) -> Tensor:
        """States (n, tokens, width) to states; `bias` (n, 1, 1, tokens) hides the padding."""
        query, key, value = self.query(states), self.key(states), self.value(states)
        if torch.onnx.is_in_onnx_export():
            mixed = FusedAttention.apply(query, key, value)
        else:
            mixed = _attention(query, key, value, bias)
        states = self.attention_norm(states + self.dropout(self.output(mixed)))
        return self.output_norm(states + self.dropout(self.outer(functional.gelu(self.inner(states)))))


class ReaderNetwork(nn.Module):
    """A sentence's score against "none of these" (whose score is 0), and start and end logits (none: 0)."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.dropout = nn.Dropout(dropout)
        self.attend = nn.Linear(WIDTH, 1)
        self.hidden = nn.Linear(5 * WIDTH, WIDTH)
        self.score = nn.Linear(WIDTH, 1)
        self.span = nn.Linear(WIDTH, 2)
        for layer in (self.attend, self.score, self.span):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)

    def load_encoder(self, folder: Path) -> None:
        """Take the encoder's weights from a sentence-transformers folder."""
        saved = load_file(folder / "model.safetensors")
        names = {
            "words": "embeddings.word_embeddings",
            "positions": "embeddings.position_embeddings",
            "types": "embeddings.token_type_embeddings",
            "norm": "embeddings.LayerNorm",
        }
        parts = {
            "query": "attention.self.query",
            "key": "attention.self.key",
            "value": "attention.self.value",
            "output": "attention.output.dense",
            "attention_norm": "attention.output.LayerNorm",
            "inner": "intermediate.dense",
            "outer": "output.dense",
            "output_norm": "output.LayerNorm",
        }
        for i in range(LAYERS):
            names |= {f"layers.{i}.{ours}": f"encoder.layer.{i}.{theirs}" for ours, theirs in parts.items()}
        weights = self.state_dict()
        for ours, theirs in names.items():
            for kind in ("weight", "bias"):
                if f"{ours}.{kind}" in weights:
                    weights[f"{ours}.{kind}"] = saved[f"{theirs}.{kind}"]
        self.load_state_dict(weights)

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, sentence: Tensor, attention_mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Inputs (n, tokens), `sentence` 1 for the sentence's tokens; to scores (n), starts and ends (n, tokens).

        A mask (n, tokens), 0 where there is padding, is needed for batches of unequal length only.
        """
        places = torch.arange(input_ids.shape[1])
        states = self.words(input_ids) + self.positions(places)[None] + self.types(token_type_ids)
        states = self.norm(states)
        bias = None if attention_mask is None else (1.0 - attention_mask[:, None, None, :]) * -10000.0
        for layer in self.layers:
            states = layer(states, bias)
        states = states.float()
        question = _mean((1 - token_type_ids).to(states.dtype), states)
        mean = _mean(sentence, states)
        attended = _mean(sentence * torch.exp(self.attend(states).squeeze(-1).clamp(-8, 8)), states)
        features = torch.cat([mean, attended, question * mean * 4, question * attended * 4, states[:, 0]], dim=-1)
        scores = self.score(self.dropout(functional.gelu(self.hidden(self.dropout(features))))).squeeze(-1)
        starts, ends = self.span(self.dropout(states)).unbind(-1)
        return scores, starts, ends


def _mean(weights: Tensor, states: Tensor) -> Tensor:
    """The mean of the states (n, tokens, width) by weight (n, tokens)."""
    return (weights[:, None, :] @ states).squeeze(1) / weights.sum(-1, keepdim=True).clamp(min=1e-6)
