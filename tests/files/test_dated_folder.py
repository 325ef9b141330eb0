"""Results of a run appear in a folder of their own, whole or not at all."""

import os
import sys
from pathlib import Path

import pytest

from crmclean.core.errors import ExitCode, FileError
from crmclean.files.dated_folder import LATEST, DatedFolder, dated_folders

DAY = "2026-11-22"


def put(parent: Path, files: dict[str, bytes], day: str = DAY, passing: frozenset[str] = frozenset()) -> Path:
    """Write files as one run would; return the folder that they are in."""
    with DatedFolder(parent, day) as folder:
        for name, content in files.items():
            folder.write(name, content)
        target = folder.target(passing)
        folder.commit(target)
    return target


def seen(parent: Path) -> dict[str, dict[str, bytes]]:
    """Return everything that lies below a folder, by folder and file."""
    return {
        folder.name: {path.name: path.read_bytes() for path in folder.iterdir()}
        for folder in parent.iterdir()
        if folder.is_dir() and not folder.is_symlink()
    }


def test_the_files_stand_in_a_folder_of_the_day(tmp_path: Path) -> None:
    target = put(tmp_path / "clean", {"a.csv": b"1", "b.csv": b"2"})
    assert target == tmp_path / "clean" / DAY
    assert seen(tmp_path / "clean") == {DAY: {"a.csv": b"1", "b.csv": b"2"}}


def test_nothing_is_seen_before_the_commit_and_nothing_stays_without_one(tmp_path: Path) -> None:
    with DatedFolder(tmp_path, DAY) as folder:
        folder.write("a.csv", b"1")
        assert dated_folders(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_same_files_again_make_no_second_folder(tmp_path: Path) -> None:
    assert put(tmp_path, {"a.csv": b"1"}) == put(tmp_path, {"a.csv": b"1"}) == tmp_path / DAY
    assert seen(tmp_path) == {DAY: {"a.csv": b"1"}}


@pytest.mark.parametrize(
    ("second", "passing", "name"),
    [
        pytest.param({"a.csv": b"2", "report": b"x"}, "report", f"{DAY}.2", id="another content"),
        pytest.param({"a.csv": b"1", "report": b"y"}, "", f"{DAY}.2", id="another report, which counts"),
        pytest.param({"a.csv": b"1", "report": b"y"}, "report", DAY, id="another report, which is passed over"),
        pytest.param({"a.csv": b"1"}, "report", f"{DAY}.2", id="a file less"),
        pytest.param({"a.csv": b"1", "report": b"x", "c": b""}, "report", f"{DAY}.2", id="a file more"),
    ],
)
def test_other_results_of_a_day_get_a_folder_of_their_own(
    tmp_path: Path, second: dict[str, bytes], passing: str, name: str
) -> None:
    first = {"a.csv": b"1", "report": b"x"}
    put(tmp_path, first)
    target = put(tmp_path, second, passing=frozenset(filter(None, [passing])))
    assert target.name == name
    assert seen(tmp_path)[DAY] == first


def test_what_was_passed_over_keeps_its_content_and_its_digest(tmp_path: Path) -> None:
    put(tmp_path, {"report": b"x"})
    with DatedFolder(tmp_path, DAY) as folder:
        folder.write("report", b"y")
        folder.commit(folder.target(passing=frozenset({"report"})))
        # sha256 of "x"
        assert folder.digests["report"] == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_newest_first_the_tenth_after_the_ninth(tmp_path: Path) -> None:
    for number in range(11):
        put(tmp_path, {"a": str(number).encode()})
    put(tmp_path, {"a": b"0"}, "2026-11-21")
    (tmp_path / "2026-11-23.old").mkdir()
    (tmp_path / "2026-11-24").write_bytes(b"a file")
    names = [folder.name for folder in dated_folders(tmp_path)]
    assert names[:3] == [f"{DAY}.11", f"{DAY}.10", f"{DAY}.9"]
    assert names[-2:] == [DAY, "2026-11-21"]


@pytest.mark.skipif(sys.platform == "win32", reason="links are for administrators there")
def test_the_link_leads_to_the_newest(tmp_path: Path) -> None:
    put(tmp_path, {"a": b"1"}, "2026-11-21")
    put(tmp_path, {"a": b"1"})
    assert os.readlink(tmp_path / LATEST) == DAY


def test_a_folder_of_the_user_that_is_called_latest_stays(tmp_path: Path) -> None:
    (tmp_path / LATEST).mkdir()
    (tmp_path / LATEST / "mine").write_bytes(b"1")
    put(tmp_path, {"a": b"1"})
    assert (tmp_path / LATEST / "mine").read_bytes() == b"1"


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    killed = tmp_path / ".2026-11-21.0123abcd.tmp"
    killed.mkdir()
    (killed / "a.csv").write_bytes(b"half")
    (tmp_path / ".hidden.tmp").mkdir()
    put(tmp_path, {"a": b"1"})
    assert sorted(path.name for path in tmp_path.iterdir()) == [".hidden.tmp", DAY, LATEST]


@pytest.mark.parametrize("name", ["clean", "clean/deeper"])
def test_a_file_in_place_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "clean").write_bytes(b"a file")
    with pytest.raises(FileError) as caught:
        put(tmp_path / name, {"a": b"1"})
    assert caught.value.exit_code == ExitCode.FILE
    assert "clean" in caught.value.message
    assert caught.value.hint
