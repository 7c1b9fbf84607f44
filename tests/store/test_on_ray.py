"""Work on Ray: on a stand-in, and on the real one once, one of whose workers is killed."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qabot.errors import QabotError, StoreError
from qabot.models.encoder import SentenceTransformersEncoder
from qabot.settings import PACKAGED_ENCODER, Settings
from qabot.store.ingest import update
from qabot.store.location import Location
from qabot.store.on_ray import on_ray, ray_address
from qabot.store.workers import Here
from tests.ray_stand_in import RayTaskError, StandIn, WorkerCrashedError
from tests.store.contents import contents
from tests.store.hashing import HashingEncoder


@pytest.mark.parametrize("good", ["local", "archive.example:6379", "ray://10.0.0.7:10001", "[::1]:6379", " local "])
def test_addresses(good: str) -> None:
    assert ray_address(good) == good.strip()


@pytest.mark.parametrize(
    "bad", ["", "here", "archive", "archive:", "archive:port", "archive:0", ":6379", "http://archive:6379", "a b:1",
            "ray://archive", "archive:6379/path", "me:secret@archive:6379", "archive:99999"],
)  # fmt: skip
def test_what_is_no_address(bad: str) -> None:
    with pytest.raises(ValueError, match=r"write local, HOST:PORT or ray://HOST:PORT"):
        ray_address(bad)


def test_parts_come_back_in_order_and_errors_where_they_belong(ray: StandIn) -> None:
    with on_ray("local", PACKAGED_ENCODER) as workers:
        promised = workers.promise(halved, range(0, 40, 2))
        assert ray.parts == [8, 8, 4]
        assert [each() for each in promised] == list(range(20))
        promised = workers.promise(halved, [2, 3, 4])
        assert (promised[0](), promised[2]()) == (1, 2)
        with pytest.raises(QabotError, match="3 is odd"):
            promised[1]()
    assert ray.connected is None


def halved(number: int) -> int:
    if number % 2:
        raise QabotError(f"{number} is odd")
    return number // 2


@pytest.mark.parametrize(("cpus", "lots"), [(1, 2), (2, 2), (64, 18), (10_000, 64)])
def test_lots_are_as_many_as_the_processors_need(ray: StandIn, cpus: float, lots: int) -> None:
    ray.cpus = cpus
    with on_ray("local", PACKAGED_ENCODER) as workers:
        assert workers.lots == lots


def test_the_own_ray_is_quiet_and_obeys_nobody_else(ray: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAY_AUTH_TOKEN", raising=False)
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "1")
    former = signal.getsignal(signal.SIGTERM)
    with on_ray("local", PACKAGED_ENCODER):
        assert ray.connected
        assert (ray.connected["include_dashboard"], ray.connected["log_to_driver"]) == (False, False)
        folder = Path(ray.connected["_temp_dir"])
        assert folder.is_dir()
        assert ray.environment["RAY_USAGE_STATS_ENABLED"] == "0"
        assert len(ray.environment["RAY_AUTH_TOKEN"]) == 64
        assert ray.environment["RAY_worker_niceness"] == "0"
        assert signal.getsignal(signal.SIGTERM) == former
        os.environ["RAY_CLIENT_MODE"] = "0"  # as the real one does
    assert not folder.exists()
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "1"
    assert not {"RAY_AUTH_TOKEN", "RAY_CLIENT_MODE"} & os.environ.keys()


def test_a_cluster_keeps_its_own_secret(ray: StandIn, listening: str) -> None:
    with on_ray(listening, PACKAGED_ENCODER):
        assert ray.connected
        assert (ray.connected["address"], "_temp_dir" in ray.connected) == (listening, False)
        assert ray.environment.get("RAY_AUTH_TOKEN") == os.environ.get("RAY_AUTH_TOKEN")
        assert ray.environment["RAY_NUM_REDIS_GET_RETRIES"] == "1"  # nobody waits a quarter of an hour for no Ray
    with on_ray(f"ray://{listening}", PACKAGED_ENCODER):
        assert ray.connected == {"address": f"ray://{listening}"}


def test_what_a_worker_trips_over_is_raised_as_it_is(ray: StandIn, location: Location) -> None:
    ray.lost = RayTaskError(ZeroDivisionError("of ours"))
    with on_ray("local", PACKAGED_ENCODER) as workers, pytest.raises(ZeroDivisionError, match="of ours"):
        update(location, [], Settings(), encoder=HashingEncoder(), workers=workers)


def test_an_encoder_travels_by_name_and_digest(torch_encoder: SentenceTransformersEncoder) -> None:
    there = pickle.loads(pickle.dumps(torch_encoder))
    assert (there.name, there.digest) == (torch_encoder.name, torch_encoder.digest)
    assert pickle.loads(pickle.dumps(torch_encoder)) is there
    load, _ = torch_encoder.__reduce__()
    with pytest.raises(StoreError, match=r"has other weights than here\. Put the same one there"):
        load(PACKAGED_ENCODER, "0" * 64)


def test_a_part_that_is_lost_again_and_again_ends_the_run(ray: StandIn, location: Location) -> None:
    with on_ray("local", PACKAGED_ENCODER) as workers:
        ray.lost = WorkerCrashedError()
        with pytest.raises(StoreError, match=r"Ray could not do a part of the work in 6 tries \(WorkerCrashedError\)"):
            update(location, [], Settings(), encoder=HashingEncoder(), workers=workers)
        ray.lost = None
        assert update(location, [], Settings(), encoder=HashingEncoder(), workers=workers).added == 3


class Killing(HashingEncoder):
    """Kills the process that it is in, the first time that it is not this one."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark
        self._here = os.getpid()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if os.getpid() != self._here:
            try:
                self._mark.touch(exist_ok=False)
            except FileExistsError:
                return super().encode(texts)
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode(texts)


def test_a_worker_that_is_killed_changes_nothing(
    location: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_spec("ray"):
        pytest.skip("ray is not installed")
    monkeypatch.setattr("qabot.store.writing._TOGETHER", 20)
    for number in range(20):
        text = "\n\n".join(
            f"Ward {number} asked for {line} bridges of stone, said Ada Quill. " * 8 for line in range(9)
        )
        (location.articles / f"ward{number}.md").write_text(text, "utf-8")
    mark = tmp_path / "killed"
    made = [Location(location.articles, location.store.with_name(name)) for name in ("here", "ray")]
    reports = [update(made[0], [], Settings(), encoder=Killing(mark), workers=Here())]
    assert not mark.exists()
    with on_ray("local", PACKAGED_ENCODER) as workers:
        reports.append(update(made[1], [], Settings(), encoder=Killing(mark), workers=workers))
    assert mark.exists()
    assert reports[0] == reports[1]
    assert contents(made[0]) == contents(made[1])
