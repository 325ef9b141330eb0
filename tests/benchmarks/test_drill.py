"""The drills of `run` in short: `make drill` does them at length."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.drill import FIRST, SECOND, Drill, can_mount, drill_full_disk, drill_kills, drill_pairs, prepare

Copy = Callable[[], Drill]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Drill:
    """A folder where the first night is done."""
    return prepare(tmp_path_factory.mktemp("drill") / "crm", rows=60)


@pytest.fixture
def drill(prepared: Drill, tmp_path: Path) -> Drill:
    """A copy of it."""
    shutil.copytree(prepared.folder, tmp_path / "crm", symlinks=True)
    return Drill(tmp_path / "crm", prepared.whole)


def test_killed_at_a_random_moment_nothing_is_broken_or_mixed(drill: Drill) -> None:
    wrong, ends = drill_kills(drill, 2, random.Random(7))
    assert wrong == []
    assert ends["killed"] > 0


def test_of_two_at_once_one_is_refused(drill: Drill) -> None:
    wrong, ends = drill_pairs(drill, 1)
    assert wrong == []
    assert ends == {"exit 0 and 4": 1}


def test_a_full_disk_leaves_the_results_of_the_night_before(drill: Drill, tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("only root mounts small disks")
    wrong, ends = drill_full_disk(drill, tmp_path / "disks", [64])
    assert wrong == []
    assert ends == {"exit 3": 1}


def test_the_drill_sees_what_is_broken(drill: Drill) -> None:
    clean = drill.folder / "clean"
    assert drill.problems() == []
    file = next(path for path in (clean / FIRST).iterdir() if path.name.startswith("clients"))
    file.write_bytes(file.read_bytes()[:-1])
    (clean / SECOND).mkdir()
    assert drill.problems() == [f"{FIRST} is broken or mixed", f"{SECOND} is broken or mixed"]
