"""The reader's network: a BERT encoder with start and end logits a token, and three logits for a claim.

The encoder is written out here (it is small), so that it exports to ONNX without a tracer's surprises. That nothing in
the passage answers is the logit of [CLS], as SQuAD 2.0 is read (Devlin et al. 2019, section 4.3).
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from qabot.models.reader import Limits

VOCABULARY, POSITIONS, LAYERS, WIDTH, HEADS, INNER = 30522, 512, 12, 384, 12, 1536
_PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "output": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense",
    "outer": "output.dense",
    "output_norm": "output.LayerNorm",
}
_EMBEDDINGS = {
    "words": "embeddings.word_embeddings",
    "positions": "embeddings.position_embeddings",
    "types": "embeddings.token_type_embeddings",
    "norm": "embeddings.LayerNorm",
}


class FusedAttention(torch.autograd.Function):
    """Attention that is exported as ONNX Runtime's fused operator, a good deal quicker than those that it consists of.

    Without a mask: one sequence is read at a time, so there is no padding.
    """

    @staticmethod
    def forward(_: object, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """Query, key and value, shape (n, tokens, width)."""
        return attention(query, key, value, None)

    @staticmethod
    def symbolic(g: Any, query: Any, key: Any, value: Any) -> Any:
        """The node in the exported graph."""
        return g.op("com.microsoft::MultiHeadAttention", query, key, value, num_heads_i=HEADS).setType(query.type())


def attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None) -> Tensor:
    """Multi-head attention, shape (n, tokens, width); `bias` (n, 1, 1, tokens) is added to the scores."""
    n, tokens, width = query.shape
    q, k, v = (x.view(n, tokens, HEADS, width // HEADS).transpose(1, 2) for x in (query, key, value))
    if query.is_cuda:
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    else:  # written out: on a CPU the gradient of torch's own takes half of the whole training
        scores = (q * (width // HEADS) ** -0.5) @ k.transpose(2, 3)
        mixed = (scores if bias is None else scores + bias).softmax(-1) @ v
    return mixed.transpose(1, 2).reshape(n, tokens, width)


class Layer(nn.Module):
    """One transformer layer, normalised after each half, as BERT has it."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attention_norm, self.output_norm = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)
        self.inner, self.outer = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)

    def forward(self, states: Tensor, bias: Tensor | None) -> Tensor:
        """States (n, tokens, width) to states; `bias` hides the padding."""
        query, key, value = self.query(states), self.key(states), self.value(states)
        exporting = torch.onnx.is_in_onnx_export()
        mixed = FusedAttention.apply(query, key, value) if exporting else attention(query, key, value, bias)
        states = self.attention_norm(states + self.output(mixed))
        return self.output_norm(states + self.outer(functional.gelu(self.inner(states))))


class ReaderNetwork(nn.Module):
    """Start and end logits of every token, and the logits of supported, refuted and not enough."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.span = nn.Linear(WIDTH, 2)
        self.pool = nn.Linear(WIDTH, WIDTH)
        self.claim = nn.Linear(WIDTH, 3)
        for head in (self.span, self.pool, self.claim):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def load_encoder(self, folder: Path) -> None:
        """Take the weights of a BERT encoder in safetensors."""
        saved = load_file(folder / "model.safetensors")
        names = dict(_EMBEDDINGS) | {
            f"layers.{i}.{ours}": f"encoder.layer.{i}.{theirs}"
            for i in range(LAYERS)
            for ours, theirs in _PARTS.items()
        }
        weights = self.state_dict()
        for ours, theirs in names.items():
            for kind in ("weight", "bias"):
                if f"{ours}.{kind}" in weights:
                    weights[f"{ours}.{kind}"] = saved[f"{theirs}.{kind}"]
        self.load_state_dict(weights)

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Inputs (n, tokens) to starts and ends (n, tokens) and claims (n, 3); a mask only where there is padding."""
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        states = self.norm(self.words(input_ids) + self.positions(places)[None] + self.types(token_type_ids))
        bias = None
        if attention_mask is not None:
            bias = ((1.0 - attention_mask[:, None, None, :]) * -10000.0).to(states.dtype)
        for layer in self.layers:
            states = layer(states, bias)
        starts, ends = self.span(states).float().unbind(-1)
        return starts, ends, self.claim(torch.tanh(self.pool(states[:, 0]))).float()


def exported_weights(reader: Path) -> dict[str, Tensor]:
    """Return the weights of an exported reader, those in 8 bits as the numbers that they stand for.

    So a training goes on from a reader of which nothing else was kept: what 8 bits lose is a hundredth of a weight.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(reader)).graph
    stored = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    names = set(ReaderNetwork().state_dict())
    found = {name: torch.tensor(stored[name]) for name in names & stored.keys()}

    def full(name: str) -> Tensor:
        steps, zero = (stored[f"{name}_{kind}"].astype("float32") for kind in ("scale", "zero_point"))
        return torch.tensor((stored[f"{name}_quantized"].astype("float32") - zero) * steps)

    found |= {name: full(name) for name in names if f"{name}_quantized" in stored}
    users = {name: node for node in reversed(graph.node) for name in node.input}  # of each value the first
    for node in graph.node:
        if node.op_type == "MatMulInteger":  # its matrix has lost its name, the bias that is added next has not
            matrix = next(name for name in node.input if name in stored and name.endswith("_quantized"))
            adds = users[node.output[0]]
            while not (bias := names.intersection(adds.input)):
                adds = users[adds.output[0]]
            name = bias.pop().removesuffix("bias") + "weight"
            found[name] = full(matrix.removesuffix("_quantized")).T.contiguous()
    return found


def export(network: ReaderNetwork, tokenizer: Path, out: Path) -> None:
    """Write the reader's folder: `reader.onnx` in 8-bit integers, its tokenizer and its settings."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    plain = out / "float.onnx"
    ids = torch.randint(1000, 2000, (2, 16))
    names, outputs = ["input_ids", "token_type_ids"], ["starts", "ends", "claims"]
    axes = {name: {0: "sequences", 1: "tokens"} for name in [*names, "starts", "ends"]} | {"claims": {0: "sequences"}}
    torch.onnx.export(
        network.eval(),
        (ids, torch.zeros_like(ids)),
        str(plain),
        input_names=names,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(
        str(plain),
        str(out / "reader.onnx"),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        extra_options={"DefaultTensorType": 1},  # float, where the shapes of the fused attention cannot be inferred
    )
    words = Tokenizer.from_file(str(tokenizer))
    words.no_truncation()
    words.no_padding()
    words.save(str(out / "tokenizer.json"), pretty=False)
    settings = {"limits": asdict(Limits())}
    (out / "config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
