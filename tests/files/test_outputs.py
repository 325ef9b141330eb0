"""Output files: all of them or none, and nothing half-written after any failure."""

import errno
import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode, FileError, UsageError
from crmclean.files.outputs import Outputs, write_whole


def listing(folder: Path) -> dict[str, bytes]:
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}


def write(folder: Path, files: dict[str, bytes], force: bool = False) -> None:
    with Outputs(force) as outputs:
        for name in files:
            outputs.reserve(str(folder / name))
        for name, data in files.items():
            outputs.stage(str(folder / name), data)
        outputs.commit()


def test_files_are_written(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": b"1", "b.csv": b""})
    assert listing(tmp_path) == {"a.csv": b"1", "b.csv": b""}


def test_existing_file_is_replaced_by_force_only(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"old and longer")
    with pytest.raises(FileError, match="exists already") as caught:
        write(tmp_path, {"a.csv": b"new"})
    assert caught.value.exit_code == ExitCode.FILE
    assert "--force" in caught.value.hint
    write(tmp_path, {"a.csv": b"new"}, force=True)
    assert listing(tmp_path) == {"a.csv": b"new"}


def test_input_is_named_as_such(tmp_path: Path) -> None:
    source = tmp_path / "base.csv"
    source.write_bytes(b"1")
    with pytest.raises(FileError, match="is the input"), Outputs(False, [str(source)]) as outputs:
        outputs.reserve(str(tmp_path / "." / "base.csv"))


@pytest.mark.parametrize(
    "path", ["no/such/a.csv", ".", "a.csv/b.csv"], ids=["folder-missing", "folder", "file-as-folder"]
)
def test_path_that_cannot_be_written(tmp_path: Path, path: str) -> None:
    (tmp_path / "a.csv").write_bytes(b"1")
    with pytest.raises(FileError), Outputs(True) as outputs:
        outputs.reserve(str(tmp_path / path))
    assert listing(tmp_path) == {"a.csv": b"1"}


def test_same_file_twice_is_a_wrong_call(tmp_path: Path) -> None:
    with Outputs(False) as outputs:
        outputs.reserve(str(tmp_path / "a.csv"))
        with pytest.raises(UsageError):
            outputs.reserve(str(tmp_path / "." / "a.csv"))
    assert listing(tmp_path) == {}


def test_nothing_is_left_without_a_commit(tmp_path: Path) -> None:
    with Outputs(False) as outputs:
        outputs.reserve(str(tmp_path / "a.csv"))
        outputs.stage(str(tmp_path / "a.csv"), b"1")
    assert listing(tmp_path) == {}


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_nothing_is_left_after_an_error(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "a.csv").write_bytes(b"old")

    def fail_midway() -> None:
        with Outputs(True) as outputs:
            outputs.reserve(str(tmp_path / "a.csv"))
            outputs.reserve(str(tmp_path / "b.csv"))
            outputs.stage(str(tmp_path / "a.csv"), b"new")
            raise error

    with pytest.raises(error):
        fail_midway()
    assert listing(tmp_path) == {"a.csv": b"old"}


def test_reserved_path_without_bytes_is_given_up(tmp_path: Path) -> None:
    with Outputs(False) as outputs:
        outputs.reserve(str(tmp_path / "a.csv"))
        outputs.reserve(str(tmp_path / "b.csv"))
        outputs.stage(str(tmp_path / "a.csv"), b"1")
        outputs.commit()
    assert listing(tmp_path) == {"a.csv": b"1"}


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), OSError(errno.EIO, "input/output error")], ids=["ctrl-c", "disk"]
)
def test_commit_that_fails_midway_takes_all_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    (tmp_path / "a.csv").write_bytes(b"old")
    replace_file = os.replace

    def fail_on_the_last(source: Path, target: Path) -> None:
        if Path(target).name == "c.csv":
            raise error
        replace_file(source, target)

    monkeypatch.setattr(os, "replace", fail_on_the_last)
    with pytest.raises((FileError, KeyboardInterrupt)):
        write(tmp_path, {"a.csv": b"1", "b.csv": b"2", "c.csv": b"3"}, force=True)
    assert listing(tmp_path) == {"a.csv": b"old"}


def test_file_that_appeared_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    with Outputs(False) as outputs:
        outputs.reserve(str(tmp_path / "a.csv"))
        outputs.stage(str(tmp_path / "a.csv"), b"ours")
        (tmp_path / "a.csv").write_bytes(b"theirs")
        with pytest.raises(FileError, match="exists already"):
            outputs.commit()
    assert listing(tmp_path) == {"a.csv": b"theirs"}


@pytest.mark.skipif(os.name == "nt", reason="modes are a thing of POSIX")
def test_modes_follow_the_umask_or_the_replaced_file(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes(b"1")
    (tmp_path / "old.csv").chmod(0o604)
    before = os.umask(0o027)
    try:
        write(tmp_path, {"new.csv": b"1", "old.csv": b"2"}, force=True)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "old.csv").stat().st_mode) == 0o604


def test_link_is_followed_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write(tmp_path, {"link.csv": b"new"}, force=True)
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_bytes() == b"new"


def test_device_is_written_straight() -> None:
    write_whole(os.devnull, b"1")
    assert not Path(os.devnull).is_file()


def test_write_whole(tmp_path: Path) -> None:
    write_whole(str(tmp_path / "a.csv"), b"1")
    assert listing(tmp_path) == {"a.csv": b"1"}


def test_full_disk_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_bytes(b"old")

    def no_space(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(FileError, match="nothing was changed") as caught:
        write(tmp_path, {"a.csv": b"new"}, force=True)
    assert "a.csv" in caught.value.message
    assert listing(tmp_path) == {"a.csv": b"old"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("mounting is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.skipif(not Path("/proc/mounts").exists(), reason="needs Linux")
def test_really_full_disk_changes_nothing(small_disk: Path) -> None:
    (small_disk / "a.csv").write_bytes(b"old")
    with pytest.raises(FileError, match="No space left") as caught:
        write(small_disk, {"a.csv": b"new", "b.csv": b"x" * 200_000}, force=True)
    assert "b.csv" in caught.value.message
    assert listing(small_disk) == {"a.csv": b"old"}
