"""A stand-in for Ray, for tests of what is made of its answers and its errors."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest


class RayError(Exception):
    pass


class RayTaskError(RayError):
    def __init__(self, cause: Exception) -> None:
        super().__init__("a traceback of many lines")
        self.cause = cause


class WorkerCrashedError(RayError):
    pass


class StandIn(ModuleType):
    """Ray as far as it is used, in this process: what is sent and returned is pickled, and a part fails on demand."""

    exceptions = SimpleNamespace(RayError=RayError, RayTaskError=RayTaskError)

    def __init__(self) -> None:
        super().__init__("ray")
        self.refuses: Exception | None = None  # to be connected
        self.lost: Exception | None = None  # in place of what a part returns
        self.cpus = 2.0
        self.machines: dict[str, Any] = {"alpha": None, "beta": None}  # None: it answers truly
        self.host = ""  # of all of them, where they have one in common
        self.silent = False
        self.connected: Mapping[str, Any] | None = None
        self.environment: Mapping[str, str] = {}
        self.parts: list[int] = []

    def init(self, address: str, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self.environment = dict(os.environ)
        if self.refuses:
            raise self.refuses
        self.connected = {"address": address, **options}

    def shutdown(self) -> None:
        self.connected = None

    def nodes(self) -> list[Mapping[str, Any]]:
        gone = {"NodeID": "gone", "NodeManagerHostname": "gone", "Alive": False}
        there = ({"NodeID": each, "NodeManagerHostname": self.host or each, "Alive": True} for each in self.machines)
        return [*there, gone]

    def cluster_resources(self) -> Mapping[str, float]:
        return {"CPU": self.cpus} if self.cpus else {}

    def remote(self, **_options: Any) -> Callable[[Callable[..., Any]], Task]:
        return lambda function: Task(self, function)

    def get(self, sent: Any, timeout: float | None = None) -> Any:
        if timeout is not None:
            if self.silent:
                raise RayError("timed out")
            return [self.machines[each.machine] or each() for each in sent]
        if self.lost:
            raise self.lost
        return sent()


class Task:
    def __init__(
        self, ray: StandIn, function: Callable[..., Any], machine: str = "", arguments: tuple[Any, ...] = ()
    ) -> None:
        self._ray = ray
        self._function = function
        self._arguments = arguments
        self.machine = machine

    def options(self, scheduling_strategy: Any) -> Task:
        return Task(self._ray, self._function, scheduling_strategy)

    def remote(self, *arguments: Any) -> Task:
        if not self.machine:
            self._ray.parts.append(len(arguments[1]))
        return Task(self._ray, self._function, self.machine, pickle.loads(pickle.dumps(arguments)))

    def __call__(self) -> Any:
        return pickle.loads(pickle.dumps(self._function(*self._arguments)))


def affinity(node: str, *, soft: bool) -> str:
    assert not soft
    return node


def installed(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Put a stand-in of two machines in Ray's place."""
    ray = StandIn()
    strategies = SimpleNamespace(NodeAffinitySchedulingStrategy=affinity)
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setitem(sys.modules, "ray.util.scheduling_strategies", strategies)
    monkeypatch.setattr("qabot.store.on_ray.find_spec", lambda _name: True)
    return ray


@contextmanager
def somebody_listens() -> Iterator[str]:
    """The address of somebody who listens and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"
