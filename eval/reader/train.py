"""Training of the reader: saves and resumes, so that it may run for hours in parts.

The learning rate rises for a while, stays, and falls to nothing in the last part (`--cool`), which may be begun from
any saved state (warm-up, stable, decay: Hu et al. 2024, "MiniCPM", section 4). On a CUDA device in bfloat16; on a CPU
with AMX in bfloat16 with float32 master weights; on others in float32.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, distributed, multiprocessing, nn

from eval.reader.examples import Examples
from eval.reader.layout import Example
from eval.reader.network import LAYERS, ReaderNetwork, export, exported_weights
from eval.reader.stories import families
from eval.wordnet import WordNet
from qabot.models.encoder import computes_bfloat16

FROZEN = 4
"""So many of the lowest layers stay as they are, where nobody says otherwise."""


def batches(examples: Sequence[Example], tokens: int, rng: random.Random) -> Iterator[list[Example]]:
    """Batches of examples of like length, of at most so many tokens with their padding."""
    made: list[list[Example]] = []
    for start in range(0, len(examples), 3000):
        batch: list[Example] = []
        for example in sorted(examples[start : start + 3000], key=lambda each: len(each.ids)):
            if batch and len(example.ids) * (len(batch) + 1) > tokens:
                made.append(batch)
                batch = []
            batch.append(example)
        made.append(batch)
    rng.shuffle(made)
    yield from made


def collate(batch: Sequence[Example]) -> dict[str, Tensor]:
    """A batch as tensors, shape (n, tokens); `allowed` are the tokens that a span may touch, [CLS] among them."""
    size = (len(batch), max(len(each.ids) for each in batch))
    ids, types = (torch.zeros(size, dtype=torch.long) for _ in range(2))
    mask = torch.zeros(size)
    allowed, starts, ends = (torch.zeros(size, dtype=torch.bool) for _ in range(3))
    for row, each in enumerate(batch):
        length = len(each.ids)
        ids[row, :length] = torch.tensor(each.ids)
        types[row, each.first : length] = 1
        mask[row, :length] = 1
        allowed[row, 0] = True
        allowed[row, each.passage[0] : each.passage[1]] = True
        starts[row, list(each.starts)] = True
        ends[row, list(each.ends)] = True
    read = {"ids": ids, "types": types, "mask": mask}
    right = {"allowed": allowed, "starts": starts, "ends": ends}
    return {**read, **right, "labels": torch.tensor([each.label for each in batch])}


def loss_of(network: ReaderNetwork, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """The sums of the losses of a batch's questions and of its claims.

    Of a question the mean over start and end of -log P(any right token); of a claim the cross-entropy.
    """
    starts, ends, claims = network(batch["ids"], batch["types"], batch["mask"])
    asked = batch["labels"] < 0
    spans = torch.zeros((), device=starts.device)
    for logits, right in ((starts, batch["starts"]), (ends, batch["ends"])):
        logits = logits.masked_fill(~batch["allowed"], -1e4)[asked]
        if len(logits):
            spans = spans + (logits.logsumexp(1) - logits.masked_fill(~right[asked], -1e4).logsumexp(1)).sum() / 2
    claim = (
        nn.functional.cross_entropy(claims[~asked], batch["labels"][~asked], reduction="sum")
        if (~asked).any()
        else spans * 0
    )
    return spans, claim


class Training:
    """A network, its optimiser and where it is in its examples; all of it is saved."""

    def __init__(self, network: ReaderNetwork, device: str, rate: float, frozen: int) -> None:
        self.network, self.device = network.to(device), device
        for part in (network.words, network.positions, network.types, network.norm, *network.layers[:frozen]):
            part.requires_grad_(False)
        self.half = device == "cpu" and computes_bfloat16()
        if self.half:
            network.bfloat16()
        self.live = [p for p in network.parameters() if p.requires_grad]
        self.master = [p.detach().float().clone().requires_grad_() for p in self.live] if self.half else self.live
        heads = {id(p) for head in (network.span, network.pool, network.claim) for p in head.parameters()}
        groups: list[list[Tensor]] = [[], []]
        for live, master in zip(self.live, self.master, strict=True):
            groups[id(live) in heads].append(master)
        self.rates = (rate, rate * 5)
        self.optimiser = torch.optim.AdamW(
            [{"params": group, "lr": each} for group, each in zip(groups, self.rates, strict=True)],
            weight_decay=0.01,
            fused=True,
        )
        self.step = self.epoch = self.batch = 0

    def update(self, batch: dict[str, Tensor], share: float) -> tuple[float, float]:
        """One step at a share of the full learning rate; the mean losses of a question and of a claim."""
        batch = {name: tensor.to(self.device) for name, tensor in batch.items()}
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * share
        with torch.autocast("cuda", torch.bfloat16, enabled=self.device == "cuda"):
            spans, claims = loss_of(self.network, batch)
        ((spans + claims) / len(batch["ids"])).backward()
        if distributed.is_initialized():
            self._share_gradients()
        if self.half:
            for live, master in zip(self.live, self.master, strict=True):
                master.grad, live.grad = None if live.grad is None else live.grad.float(), None
        nn.utils.clip_grad_norm_(self.master, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        if self.half:
            with torch.no_grad():
                for live, master in zip(self.live, self.master, strict=True):
                    live.copy_(master)
        self.step += 1
        asked = int((batch["labels"] < 0).sum())
        return spans.item() / max(1, asked), claims.item() / max(1, len(batch["ids"]) - asked)

    def _share_gradients(self) -> None:
        """Give every parameter the mean of its gradients in all processes."""
        for each in self.live:
            each.grad = torch.zeros_like(each) if each.grad is None else each.grad
        together = torch.cat([each.grad.flatten() for each in self.live if each.grad is not None])
        distributed.all_reduce(together)
        together /= distributed.get_world_size()
        pieces = together.split([each.numel() for each in self.live])
        for each, piece in zip(self.live, pieces, strict=True):
            each.grad = piece.view_as(each).clone()

    def save(self, path: Path) -> None:
        """Write everything, in a new file that then takes the old one's place."""
        if self.half:
            with torch.no_grad():
                weights = {name: p.float() for name, p in self.network.state_dict().items()}
                names = {id(p): name for name, p in self.network.named_parameters()}
                weights |= {
                    names[id(live)]: master.detach() for live, master in zip(self.live, self.master, strict=True)
                }
        else:
            weights = self.network.state_dict()
        state = {"network": weights, "optimiser": self.optimiser.state_dict(), "step": self.step}
        state |= {"epoch": self.epoch, "batch": self.batch}
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def load(self, path: Path) -> None:
        """Go on from a saved state."""
        state = torch.load(path, map_location=self.device)
        self.network.load_state_dict(state["network"])
        if self.half:
            saved = dict(state["network"])
            names = {id(p): name for name, p in self.network.named_parameters()}
            with torch.no_grad():
                for live, master in zip(self.live, self.master, strict=True):
                    master.copy_(saved[names[id(live)]])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.epoch, self.batch = state["step"], state["epoch"], state["batch"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the training sets")
    _add_options(parser)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of the database files of WordNet 3.1")
    parser.add_argument(
        "--reader", type=Path, help="without a saved state, start from this reader.onnx and not from the encoder"
    )
    parser.add_argument("--frozen", type=int, default=FROZEN, help="the lowest layers that stay as they are")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--tokens", type=int, default=2000, help="of a batch, with padding")
    parser.add_argument("--share", type=float, default=1.0, help="of what an epoch draws, but for the long articles")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--cool", action="store_true", help="let the learning rate fall to nothing in these minutes")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with a batch of its own at a step")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.workers > 1:
        multiprocessing.spawn(work, args=(options,), nprocs=options.workers)
    else:
        work(0, options)


def work(rank: int, options: argparse.Namespace) -> None:
    """Train as one of several processes: two of one thread learn faster on two cores than one of two."""
    if options.workers > 1:
        store = f"file://{options.state.absolute()}.meeting"
        Path(f"{options.state}.meeting").unlink(missing_ok=True) if rank == 0 else time.sleep(2)
        distributed.init_process_group("gloo", init_method=store, rank=rank, world_size=options.workers)
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    network = ReaderNetwork()
    network.load_encoder(options.base)
    if options.reader:
        go_on_from(network, options.reader, options.frozen)
    training = Training(network, "cuda" if torch.cuda.is_available() else "cpu", options.rate, options.frozen)
    if options.state.exists():
        training.load(options.state)
    wordnet = WordNet(options.wordnet)
    examples = Examples(options.data, options.base / "tokenizer.json", wordnet, families(), options.share)
    run(training, examples, options, rank)


def go_on_from(network: ReaderNetwork, reader: Path, frozen: int) -> None:
    """Give a network the weights of an exported reader, but for what stays frozen: that is the encoder's."""
    trained = ("span", "pool", "claim", *(f"layers.{number}" for number in range(frozen, LAYERS)))
    weights = {
        name: w for name, w in exported_weights(reader).items() if name.startswith(tuple(f"{t}." for t in trained))
    }
    network.load_state_dict(network.state_dict() | weights)


def export_saved() -> None:
    """Write saved states as the folder of a reader: of several the mean of their weights."""
    parser = argparse.ArgumentParser(description=export_saved.__doc__)
    _add_options(parser, states="+")
    parser.add_argument("--reader", type=Path, help="a reader.onnx that they are mixed with")
    parser.add_argument("--part", type=float, default=0.5, help="of the mixture that is theirs")
    parser.add_argument("--out", type=Path, required=True, help="the folder")
    options = parser.parse_args()
    network = ReaderNetwork()
    weights = mean_of([torch.load(state, map_location="cpu")["network"] for state in options.state])
    if options.reader:
        network.load_encoder(options.base)
        go_on_from(network, options.reader, FROZEN)
        weights = mixed(network.state_dict(), weights, options.part)
    network.load_state_dict(weights)
    export(network, options.base / "tokenizer.json", options.out)


def mean_of(weights: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the mean of the weights of several trainings from one state (Wortsman et al., "Model soups", 2022)."""
    first = weights[0]
    return {
        name: torch.stack([each[name] for each in weights]).mean(0) if tensor.is_floating_point() else tensor
        for name, tensor in first.items()
    }


def mixed(before: Mapping[str, Tensor], after: Mapping[str, Tensor], part: float) -> dict[str, Tensor]:
    """Return weights of which a part is what a training ends with, and the rest what it began with.

    What it began with could do is forgotten less (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
    """
    return {
        name: (1 - part) * tensor + part * after[name] if tensor.is_floating_point() else tensor
        for name, tensor in before.items()
    }


def _agreed(spent: float) -> float:
    """Return the share of the time that is spent as the first process sees it."""
    if not distributed.is_initialized():
        return spent
    clock = torch.tensor([spent])
    distributed.broadcast(clock, 0)
    return float(clock)


def _add_options(parser: argparse.ArgumentParser, states: str | None = None) -> None:
    parser.add_argument(
        "--base", type=Path, required=True, help="the encoder to start from: model.safetensors, tokenizer.json"
    )
    parser.add_argument(
        "--state", type=Path, nargs=states, required=True, help="where the training is saved, and gone on from"
    )


def run(training: Training, examples: Examples, options: argparse.Namespace, rank: int) -> None:
    """Train for the minutes given, over as many epochs as they allow."""
    began, said, saved, losses = time.monotonic(), 0.0, time.monotonic(), []
    seconds = options.minutes * 60
    while True:
        made = examples.epoch(options.seed * 1000 + training.epoch)
        if training.batch == 0 and rank == 0:
            none = sum(each.starts == (0,) for each in made)
            print(json.dumps({"epoch": training.epoch, "examples": len(made), "without answer": none,
                              "claims": sum(each.label >= 0 for each in made)}), flush=True)  # fmt: skip
        todo = list(batches(made, options.tokens, random.Random(options.seed + training.epoch)))  # noqa: S311
        while training.batch + options.workers <= len(todo):
            batch = todo[training.batch + rank]
            spent = _agreed((time.monotonic() - began) / seconds)
            if spent >= 1:
                if rank == 0:
                    training.save(options.state)
                return
            warm = min(1.0, (training.step + 1) / 40)
            share = warm * (1 - spent if options.cool else 1.0)
            losses = [*losses[-99:], training.update(collate(batch), share)]
            training.batch += options.workers
            if rank == 0 and time.monotonic() - said > 60:
                said = time.monotonic()
                asked, claimed = ([each[i] for each in losses if each[i]] for i in (0, 1))
                print(json.dumps({"step": training.step, "of epoch": round(training.batch / len(todo), 3),
                                  "question loss": round(sum(asked) / max(1, len(asked)), 3),
                                  "claim loss": round(sum(claimed) / max(1, len(claimed)), 3),
                                  "minutes": round((time.monotonic() - began) / 60, 1)}), flush=True)  # fmt: skip
            if rank == 0 and time.monotonic() - saved > 600:
                saved = time.monotonic()
                training.save(options.state)
        training.epoch, training.batch = training.epoch + 1, 0


if __name__ == "__main__":
    main()
