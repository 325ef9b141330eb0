"""A disk that is full: the run is refused in one line, and nothing of it is left behind."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest

from crmclean.core.errors import FileError
from crmclean.history.store import History

SMALL_DISK = 2 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes, where the system lets the tests mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_full_disk_leaves_nothing_of_the_run(small_disk: Path) -> None:
    with History(small_disk / "state") as history:
        history.begin("dedup", {}, {"small.csv": b"fits"}, "small.csv").finish({}, {}, 0.1)
        with pytest.raises(FileError) as caught:
            history.begin("dedup", {}, {"big.csv": os.urandom(2 * SMALL_DISK)}, "big.csv")
        assert "No space left on device" in caught.value.message
        assert "--no-history" in caught.value.hint
        assert [path.name for path in (small_disk / "state" / "runs").iterdir()] == ["000001"]
        assert [run.number for run in history.runs()] == [1]
        history.begin("dedup", {}, {"small.csv": b"fits"}, "small.csv").finish({}, {}, 0.1)
        assert history.last().read_input() == b"fits"


def test_full_disk_while_a_table_is_kept(small_disk: Path) -> None:
    frame = pd.DataFrame({"cell": pd.Series([os.urandom(SMALL_DISK).hex()], dtype="str")})
    with History(small_disk / "state") as history:
        with pytest.raises(FileError, match="No space"), history.begin("dedup", {}, {}, "-") as run:
            run.save_table("journal", frame)
        assert list((small_disk / "state" / "runs").iterdir()) == []


def test_disk_full_to_the_last_byte(small_disk: Path) -> None:
    with History(small_disk / "state") as history:
        with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while True:
                filler.write(bytes(4096))
        with pytest.raises(FileError, match=r"No space|full"):
            history.begin("dedup", {}, {"base.csv": b"some bytes" * 1000}, "base.csv")
        (small_disk / "filler").unlink()
    with History(small_disk / "state") as history:
        assert history.runs() == []
        assert list((small_disk / "state" / "runs").iterdir()) == []
